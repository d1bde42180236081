/** A soft round brush on a grey picture. The same strokes give the same pixels in every browser. */
import type { Grey } from "./grey.ts";

/** A place on a picture, in its pixels. */
export interface Spot {
  readonly x: number;
  readonly y: number;
}

/** How a stroke paints. */
export interface Brush {
  readonly radius: number;
  /** What it paints, 0 to 255; 0 erases. */
  readonly value: number;
  /** Part of the radius that fades out. */
  readonly softness: number;
}

/** Paints along a line, both ends included. The picture is changed. */
export function paint(picture: Grey, from: Spot, to: Spot, { radius, value, softness }: Brush): void {
  const { width, height, data } = picture, hard = radius * (1 - softness);
  const left = Math.max(0, Math.floor(Math.min(from.x, to.x) - radius));
  const right = Math.min(width - 1, Math.ceil(Math.max(from.x, to.x) + radius));
  const top = Math.max(0, Math.floor(Math.min(from.y, to.y) - radius));
  const bottom = Math.min(height - 1, Math.ceil(Math.max(from.y, to.y) + radius));
  for (let y = top; y <= bottom; y++) {
    for (let x = left; x <= right; x++) {
      const away = distance({ x: x + 0.5, y: y + 0.5 }, from, to);
      if (away >= radius) continue;
      const cover = away <= hard ? 1 : (radius - away) / (radius - hard), at = y * width + x;
      data[at] = Math.round(data[at] + (value - data[at]) * cover);
    }
  }
}

/** Of a spot from a line between two others. */
function distance({ x, y }: Spot, from: Spot, to: Spot): number {
  const dx = to.x - from.x, dy = to.y - from.y, length = dx * dx + dy * dy;
  const along = length === 0 ? 0 : Math.min(1, Math.max(0, ((x - from.x) * dx + (y - from.y) * dy) / length));
  return Math.hypot(x - from.x - along * dx, y - from.y - along * dy);
}
