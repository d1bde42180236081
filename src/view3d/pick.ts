/** What lies under a pixel, without asking the GPU: a ray against the planes' rectangles. */
import { type Camera, transform, type Viewport } from "./camera.ts";
import type { Layout, Rectangle, Vector } from "./layout.ts";
import type { NetworkShape } from "./shape.ts";

/** A ray into the picture. */
export interface Ray {
  readonly origin: Vector;
  readonly direction: Vector;
}

/** A weight under the pointer; `layer` counts the network's planes. */
export interface Picked {
  readonly layer: number;
  readonly output: number;
  readonly input: number;
  /** ky · width + kx. */
  readonly tap: number;
}

/** The ray through a pixel, by a camera's inverse. */
export function rayThrough({ inverse }: Camera, { width, height }: Viewport, x: number, y: number): Ray {
  const at = (depth: number): Vector => {
    const [px, py, pz, w] = transform(inverse, [2 * x / width - 1, 1 - 2 * y / height, depth]);
    return [px / w, py / w, pz / w];
  };
  const near = at(1), further = at(0.5);
  return { origin: near, direction: [further[0] - near[0], further[1] - near[1], further[2] - near[2]] };
}

/** Where a ray meets a rectangle: how far along it, and where on it (0 to 1). */
export function hit(ray: Ray, { origin, right, down }: Rectangle): { t: number; u: number; v: number } | undefined {
  const normal = cross(right, down), facing = dot(normal, ray.direction);
  if (Math.abs(facing) < 1e-12) return undefined;
  const way: Vector = [origin[0] - ray.origin[0], origin[1] - ray.origin[1], origin[2] - ray.origin[2]];
  const t = dot(normal, way) / facing;
  if (t < 0) return undefined;
  const on: Vector = [0, 1, 2].map((i) => ray.origin[i] + t * ray.direction[i] - origin[i]) as unknown as Vector;
  const u = dot(on, right) / dot(right, right), v = dot(on, down) / dot(down, down);
  return u >= 0 && u < 1 && v >= 0 && v < 1 ? { t, u, v } : undefined;
}

/** The nearest weight under a ray. */
export function pick(ray: Ray, shape: NetworkShape, layout: Layout): Picked | undefined {
  let nearest = Infinity, found: Picked | undefined;
  layout.planes.forEach((place, layer) => {
    const on = hit(ray, place);
    if (!on || on.t >= nearest) return;
    const plane = shape.planes[layer], { columns, rows } = place;
    const x = on.u * columns, y = on.v * rows, column = Math.floor(x), row = Math.floor(y);
    const band = Math.floor(row / plane.outputs), input = band * columns + column;
    if (input >= plane.inputs) return; // the last band may be shorter
    const kx = Math.floor((x - column) * plane.kernelWidth), ky = Math.floor((y - row) * plane.kernelHeight);
    nearest = on.t;
    found = { layer, output: row - band * plane.outputs, input, tap: ky * plane.kernelWidth + kx };
  });
  return found;
}

function dot(a: Vector, b: Vector): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

function cross(a: Vector, b: Vector): Vector {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}
