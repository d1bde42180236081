/** The camera: an orbit around a target, in perspective for planes in depth and orthographic for flat tiles. */
import { mat4 } from "wgpu-matrix";
import type { Layout, Rectangle, Vector, ViewMode } from "./layout.ts";
import { cornersOf } from "./layout.ts";

/** Where one looks from; everything in it can be sent between threads. */
export interface CameraPose {
  readonly mode: ViewMode;
  /** Radians. Flat tiles are seen from the front whatever these are. */
  readonly yaw: number;
  readonly pitch: number;
  /** Natural logarithm of the distance: zooming is adding. */
  readonly logDistance: number;
  readonly target: Vector;
}

/** The picture that a camera draws, in device pixels. */
export interface Viewport {
  readonly width: number;
  readonly height: number;
}

const FIELD_OF_VIEW = 32 * Math.PI / 180;
/** Steeper than this, up would flip. */
export const MOST_PITCH = 85 * Math.PI / 180;

/** A camera's matrices. They are made once and overwritten, so that a frame allocates nothing. */
export class Camera {
  readonly #projection = new Float32Array(16);
  readonly #view = new Float32Array(16);
  readonly #eye = new Float32Array(3);
  readonly #target = new Float32Array(3);
  readonly #up = new Float32Array([0, 1, 0]);
  /** World to clip space, reversed depth: 1 is near, 0 is far. */
  readonly viewProjection = new Float32Array(16);
  readonly inverse = new Float32Array(16);

  /** Computes the matrices for a pose. */
  set(pose: CameraPose, { width, height }: Viewport): void {
    const { mode, target, logDistance } = pose;
    const distance = Math.exp(logDistance), aspect = width / Math.max(1, height);
    const yaw = mode === "flat" ? 0 : pose.yaw, pitch = mode === "flat" ? 0 : clampPitch(pose.pitch);
    this.#target.set(target);
    this.#eye[0] = target[0] + distance * Math.cos(pitch) * Math.sin(yaw);
    this.#eye[1] = target[1] + distance * Math.sin(pitch);
    this.#eye[2] = target[2] + distance * Math.cos(pitch) * Math.cos(yaw);
    if (mode === "flat") {
      const half = distance * Math.tan(FIELD_OF_VIEW / 2);
      // near and far change places: reversed depth here too
      mat4.ortho(-half * aspect, half * aspect, -half, half, 4 * distance, 0.01 * distance, this.#projection);
    } else {
      mat4.perspectiveReverseZ(FIELD_OF_VIEW, aspect, distance / 100, 100 * distance, this.#projection);
    }
    mat4.lookAt(this.#eye, this.#target, this.#up, this.#view);
    mat4.multiply(this.#projection, this.#view, this.viewProjection);
    mat4.inverse(this.viewProjection, this.inverse);
  }

  /** Where the eye is. */
  get eye(): Vector {
    return [this.#eye[0], this.#eye[1], this.#eye[2]];
  }
}

/** Keeps a pitch from tipping over. */
export function clampPitch(pitch: number): number {
  return Math.max(-MOST_PITCH, Math.min(MOST_PITCH, pitch));
}

/** A point of the world on the picture, in pixels from its upper left; undefined behind the camera. */
export function project(
  viewProjection: Float32Array,
  { width, height }: Viewport,
  [x, y, z]: Vector,
): [x: number, y: number] | undefined {
  const row = (r: number) =>
    viewProjection[r] * x + viewProjection[4 + r] * y + viewProjection[8 + r] * z + viewProjection[12 + r];
  const w = row(3);
  if (w <= 1e-6) return undefined;
  return [(row(0) / w + 1) / 2 * width, (1 - row(1) / w) / 2 * height];
}

/** Where a fresh view begins: a little from the right and above, first layer in front. */
export const START_YAW = 0.92, START_PITCH = 0.3;

/** A pose that shows all of a layout, or one of its rectangles from the front (flat) or nearly so. */
export function frame(
  layout: Layout,
  viewport: Viewport,
  mode: ViewMode,
  only?: Rectangle,
  angles: { yaw: number; pitch: number } = { yaw: START_YAW, pitch: START_PITCH },
): CameraPose {
  const corners = only ? cornersOf(only) : layout.corners;
  const middle = (axis: number) =>
    (Math.min(...corners.map((c) => c[axis])) + Math.max(...corners.map((c) => c[axis]))) / 2;
  let target: Vector = [middle(0), middle(1), middle(2)];
  const camera = new Camera();
  const pose = (logDistance: number): CameraPose => ({ mode, ...angles, logDistance, target });
  // the distance at which everything just fits, by halving; it is monotone, and then centred once
  const spread = (logDistance: number) => {
    camera.set(pose(logDistance), viewport);
    const points = corners.map((corner) => project(camera.viewProjection, viewport, corner));
    if (points.some((point) => point === undefined)) return undefined;
    const xs = points.map((point) => point![0]), ys = points.map((point) => point![1]);
    return { left: Math.min(...xs), right: Math.max(...xs), top: Math.min(...ys), bottom: Math.max(...ys) };
  };
  // room for names above and what is written below
  const across = viewport.width * 0.9, down = viewport.height * 0.8;
  let logDistance = 0;
  for (let round = 0; round < 4; round++) {
    let near = -6, far = 12;
    for (let i = 0; i < 40; i++) {
      const half = (near + far) / 2, seen = spread(half);
      if (seen && seen.right - seen.left <= across && seen.bottom - seen.top <= down) far = half;
      else near = half;
    }
    logDistance = far;
    const seen = spread(far)!;
    target = shifted(camera, viewport, target, [
      (seen.left + seen.right) / 2 - viewport.width / 2,
      (seen.top + seen.bottom) / 2 - viewport.height / 2,
    ]);
  }
  return pose(logDistance);
}

/** The target after what is seen was moved by so many pixels in the target's own plane. */
export function shifted(
  { inverse, viewProjection }: Camera,
  { width, height }: Viewport,
  target: Vector,
  [dx, dy]: readonly [number, number],
): Vector {
  const clip = transform(viewProjection, target), depth = clip[2] / clip[3];
  const from = transform(inverse, [clip[0] / clip[3], clip[1] / clip[3], depth]);
  const to = transform(inverse, [clip[0] / clip[3] + 2 * dx / width, clip[1] / clip[3] - 2 * dy / height, depth]);
  return [0, 1, 2].map((i) => target[i] + to[i] / to[3] - from[i] / from[3]) as unknown as Vector;
}

/** A point by a 4 × 4 matrix. */
export function transform(m: Float32Array, [x, y, z]: Vector): [number, number, number, number] {
  const row = (r: number) => m[r] * x + m[4 + r] * y + m[8 + r] * z + m[12 + r];
  return [row(0), row(1), row(2), row(3)];
}
