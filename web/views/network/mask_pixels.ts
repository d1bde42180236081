/** A layer's mask as pixels. */
import { keeps, type Mask } from "../../../src/masks/mask.ts";
import { texels } from "../../../src/view3d/layout.ts";
import { colourAt, PALETTES, rgb, type Theme } from "../../../src/view3d/palette.ts";
import type { PlaneShape } from "../../../src/view3d/shape.ts";

/** Up to so many pixels a side every tap has one; beyond it a kernel has. */
const MOST_PIXELS = 1024;

/** Whether every tap has a pixel. */
export function perTap(plane: PlaneShape): boolean {
  const { columns, rows } = texels(plane);
  return Math.max(columns * plane.kernelWidth, rows * plane.kernelHeight) <= MOST_PIXELS;
}

/** A layer's mask as pixels: one a tap where they fit, else one a kernel. */
export function maskPixels(
  plane: PlaneShape,
  mask: Mask | undefined,
  ground: Theme,
): { data: Uint8ClampedArray<ArrayBuffer>; width: number; height: number } {
  const { columns, rows } = texels(plane), { outputs, inputs, kernelHeight, kernelWidth } = plane;
  const palette = PALETTES[ground], taps = kernelHeight * kernelWidth;
  const [across, down] = perTap(plane) ? [kernelWidth, kernelHeight] : [1, 1];
  const width = columns * across, height = rows * down, data = new Uint8ClampedArray(4 * width * height);
  // the palest colours are too near to the empty ground for single pixels
  const shade = (share: number): readonly number[] => {
    if (share <= 0) return rgb(palette.sunken);
    return colourAt(palette.sequential, 0.35 + 0.65 * share, false);
  };
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const row = Math.floor(y / down), band = Math.floor(row / outputs);
      const input = band * columns + Math.floor(x / across), at = 4 * (y * width + x);
      if (input >= inputs) continue;
      const first = ((row - band * outputs) * inputs + input) * taps;
      const kept = (tap: number) => mask === undefined || keeps(mask, first + tap) ? 1 : 0;
      let share = 0;
      if (across * down === taps) share = kept(y % down * kernelWidth + x % across);
      else for (let tap = 0; tap < taps; tap++) share += kept(tap) / taps;
      data.set([...shade(share).map((c) => 255 * c), 255], at);
    }
  }
  return { data, width, height };
}
