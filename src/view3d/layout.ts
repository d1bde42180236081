/**
 * Where planes and grids stand. Pure: the renderer, picking and the page's labels read the same places.
 *
 * A plane's columns are its inputs, its rows its outputs, the first ones at the top left; in depth its width is √inputs
 * and its height √outputs, so that a grid of √C × √C channels fits between the plane that writes it and the one that
 * reads it.
 */
import type { NetworkShape, PlaneShape } from "./shape.ts";

/** A point or a direction. */
export type Vector = readonly [x: number, y: number, z: number];

/** Planes in depth, or side by side as flat tiles. */
export type ViewMode = "depth" | "flat";

/** A rectangle in space: its upper left corner, and the ways along its columns and down its rows. */
export interface Rectangle {
  readonly origin: Vector;
  readonly right: Vector;
  readonly down: Vector;
}

/** A plane's rectangle, and how its kernels are arranged: inputs beyond {@link MOST_COLUMNS} go on in the next band of rows. */
export interface PlanePlace extends Rectangle {
  readonly columns: number;
  readonly rows: number;
  readonly bands: number;
}

/** A grid's rectangle with columns × rows cells, one a channel. */
export interface GridPlace extends Rectangle {
  readonly columns: number;
  readonly rows: number;
}

/** A network's places; parallel to its planes and grids. */
export interface Layout {
  readonly planes: readonly PlanePlace[];
  readonly grids: readonly GridPlace[];
  /** The corners of everything, for framing. */
  readonly corners: readonly Vector[];
}

/** Most inputs in a row of a plane. */
export const MOST_COLUMNS = 2048;

/** A plane is never narrower than this, in units of √channels. */
const LEAST_SIDE = 1.4;
/** In the flat mode no side is longer than this many times the other. */
const FLAT_ASPECT = 2.5;
/** What the flat mode's tiles together should be like. */
const FLAT_WIDTH = 16, FLAT_HEIGHT = 9;

/** How a layer's kernels are arranged in texels. */
export function texels({ inputs, outputs }: Pick<PlaneShape, "inputs" | "outputs">): {
  columns: number;
  rows: number;
  bands: number;
} {
  const bands = Math.ceil(inputs / MOST_COLUMNS), columns = Math.ceil(inputs / bands);
  return { columns, rows: outputs * bands, bands };
}

/** Places a network. */
export function layOutNetwork(shape: NetworkShape, mode: ViewMode): Layout {
  return mode === "depth" ? inDepth(shape) : asTiles(shape);
}

function inDepth({ planes, grids }: NetworkShape): Layout {
  const width = (plane: PlaneShape) => Math.max(LEAST_SIDE, Math.sqrt(texels(plane).columns));
  const height = (plane: PlaneShape) => Math.max(LEAST_SIDE, Math.sqrt(texels(plane).rows));
  const widest = Math.max(...planes.map(width)), highest = Math.max(...planes.map(height));
  const main = Math.max(1, ...planes.map(({ depth }) => depth + 1));
  // few layers stand further apart, many closer; the row is never much longer than it is high
  const spacing = Math.max(0.42 * highest, Math.min(0.72 * highest, 6 * highest / main));
  const aside = planes.some(({ shortcut }) => shortcut) ? widest * 0.5 + highest * 0.25 : 0;
  const centred = (w: number, h: number, x: number, z: number): Rectangle => ({
    origin: [x - w / 2, h / 2, z],
    right: [w, 0, 0],
    down: [0, -h, 0],
  });
  const centre = (main - 1) / 2;
  const at = (depth: number) => (centre - depth) * spacing;
  const placed = planes.map((plane): PlanePlace => {
    const x = plane.shortcut ? aside + width(plane) / 2 : 0;
    return { ...texels(plane), ...centred(width(plane), height(plane), x, at(plane.depth)) };
  });
  const between = grids.map(({ channels }, g): GridPlace => {
    const columns = Math.ceil(Math.sqrt(channels)), rows = Math.ceil(channels / columns);
    const w = Math.max(LEAST_SIDE, Math.sqrt(channels)), h = w * rows / columns;
    return { columns, rows, ...centred(w, h, 0, at(g - 0.5)) };
  });
  return { planes: placed, grids: between, corners: [...placed, ...between].flatMap(cornersOf) };
}

/** Tiles of about √kernels area, left to right, in as many lines as show them largest. */
function asTiles({ planes, grids }: NetworkShape): Layout {
  const sizes = planes.map((plane) => {
    const { columns, rows } = texels(plane);
    const aspect = Math.min(FLAT_ASPECT, Math.max(1 / FLAT_ASPECT, columns / rows));
    const area = Math.max(LEAST_SIDE ** 2, Math.sqrt(columns * rows));
    return [Math.sqrt(area * aspect), Math.sqrt(area / aspect)] as const;
  });
  const largest = Math.max(...sizes.map(([w, h]) => Math.max(w, h)));
  const across = 0.12 * largest, down = 0.22 * largest; // between lines there is room for names
  const shelves = (line: number) => {
    const places: { x: number; y: number }[] = [];
    let x = 0, y = 0, tallest = 0, widest = 0;
    for (const [w, h] of sizes) {
      if (x > 0 && x + w > line) {
        y -= tallest + down;
        x = tallest = 0;
      }
      places.push({ x, y });
      x += w + across;
      tallest = Math.max(tallest, h);
      widest = Math.max(widest, x - across);
    }
    const scale = Math.min(FLAT_WIDTH / widest, FLAT_HEIGHT / (tallest - y));
    return { places, scale };
  };
  const widest = Math.max(...sizes.map(([w]) => w)), all = sizes.reduce((sum, [w]) => sum + w + across, 0);
  const tried = Array.from({ length: 48 }, (_, i) => shelves(widest * (all / widest) ** (i / 47) * 1.0001));
  // of layouts that are about as large, the one with the longest lines
  const largestScale = Math.max(...tried.map(({ scale }) => scale));
  const best = tried.findLast(({ scale }) => scale >= 0.9 * largestScale)!;
  const places = planes.map((plane, i): PlanePlace => {
    const [w, h] = sizes[i], { x, y } = best.places[i];
    return { ...texels(plane), origin: [x, y, 0], right: [w, 0, 0], down: [0, -h, 0] };
  });
  const nowhere: Rectangle = { origin: [0, 0, 0], right: [0, 0, 0], down: [0, 0, 0] };
  return {
    planes: places,
    grids: grids.map(() => ({ columns: 1, rows: 1, ...nowhere })),
    corners: places.flatMap(cornersOf),
  };
}

/** The four corners of a rectangle. */
export function cornersOf(rectangle: Rectangle): Vector[] {
  return [[0, 0], [1, 0], [0, 1], [1, 1]].map(([u, v]) => pointOf(rectangle, u, v));
}

/** A point of a rectangle: u along its columns and v down its rows, both 0 to 1. */
export function pointOf({ origin, right, down }: Rectangle, u: number, v: number): Vector {
  return [0, 1, 2].map((i) => origin[i] + u * right[i] + v * down[i]) as unknown as Vector;
}

/** The texel of a kernel. */
export function texelOf({ columns }: PlanePlace, outputs: number, output: number, input: number): [number, number] {
  const band = Math.floor(input / columns);
  return [input - band * columns, band * outputs + output];
}
