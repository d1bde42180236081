/** What masks say of channels: kept weights a channel, dead ones, and the marks that show them. */
import { degrees } from "../masks/degrees.ts";
import type { Mask } from "../masks/mask.ts";
import { type Layout, pointOf, type Vector } from "./layout.ts";
import type { NetworkShape } from "./shape.ts";
import { planeSize } from "./shape.ts";

/** A plane's counts. */
export interface PlaneCounts {
  /** Kept weights, and of how many. */
  readonly nnz: number;
  readonly size: number;
  /** Kept weights of each output, and that read each input. */
  readonly outputs: Uint32Array;
  readonly inputs: Uint32Array;
  readonly deadOutputs: number;
  readonly deadInputs: number;
}

/** Counts a network's planes; a plane without a mask keeps everything. */
export function countPlanes(shape: NetworkShape, masks: ReadonlyMap<string, Mask>): PlaneCounts[] {
  return shape.planes.map((plane) => {
    const mask = masks.get(plane.parameter), size = planeSize(plane);
    const each = size / plane.outputs, readers = size / plane.inputs;
    const found = mask
      ? degrees(mask)
      : { outputs: new Uint32Array(plane.outputs).fill(each), inputs: new Uint32Array(plane.inputs).fill(readers) };
    const none = (counts: Uint32Array) => counts.reduce((sum, n) => sum + (n === 0 ? 1 : 0), 0);
    return {
      nnz: mask?.nnz ?? size,
      size,
      ...found,
      deadOutputs: none(found.outputs),
      deadInputs: none(found.inputs),
    };
  });
}

/** How a channel's dot is drawn (draw_dots.wgsl). */
export const DOT = { live: 0, dead: 1 } as const;

/** 8 words a dot: centre, radius, kind, three spare. Dead is a channel that its layer never writes, or nobody reads. */
export function channelDots(shape: NetworkShape, layout: Layout, counts: readonly PlaneCounts[]): Float32Array {
  const words: number[] = [];
  shape.grids.forEach(({ channels }, grid) => {
    const place = layout.grids[grid], { columns, rows } = place;
    const writers = shape.planes.flatMap((plane, i) => plane.outputGrid === grid ? [counts[i]] : []);
    const readers = shape.planes.flatMap((plane, i) =>
      plane.inputGrid === grid ? [{ counts: counts[i], each: plane.positions[0] * plane.positions[1] }] : []
    );
    const radius = 0.13 * Math.hypot(...place.right) / columns;
    for (let c = 0; c < channels; c++) {
      const unwritten = writers.length > 0 && writers.every(({ outputs }) => outputs[c] === 0);
      const unread = readers.length > 0 &&
        readers.every(({ counts, each }) => counts.inputs.subarray(c * each, (c + 1) * each).every((n) => n === 0));
      const centre = pointOf(place, (c % columns + 0.5) / columns, (Math.floor(c / columns) + 0.5) / rows);
      words.push(...centre, radius, unwritten || unread ? DOT.dead : DOT.live, 0, 0, 0);
    }
  });
  const dots = Float32Array.from(words), kinds = new Uint32Array(dots.buffer);
  for (let i = 4; i < dots.length; i += 8) kinds[i] = dots[i];
  return dots;
}

/** Length of a notch, of a plane's shorter side. */
const NOTCH = 0.035;

/** 8 words a line: start, width, end, shade. A dead output has a notch at its row's left end, a dead input below its column. */
export function deadNotches(shape: NetworkShape, layout: Layout, counts: readonly PlaneCounts[]): Float32Array {
  const words: number[] = [];
  const notch = (from: Vector, to: Vector) => words.push(...from, 1.6, ...to, 1);
  shape.planes.forEach((_, layer) => {
    const place = layout.planes[layer], { columns, rows } = place;
    const width = Math.hypot(...place.right), height = Math.hypot(...place.down);
    const length = NOTCH * Math.max(width, height);
    counts[layer].outputs.forEach((n, output) => {
      if (n > 0) return;
      const v = (output + 0.5) / rows;
      notch(pointOf(place, 0, v), pointOf(place, -length / width, v));
    });
    counts[layer].inputs.forEach((n, input) => {
      if (n > 0 || input >= columns) return; // only the lowest band has a free edge; folded planes mark their first one
      const u = (input + 0.5) / columns;
      notch(pointOf(place, u, 1), pointOf(place, u, 1 + length / height));
    });
  });
  return Float32Array.from(words);
}
