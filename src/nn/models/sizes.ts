/** Sizes that a model can take and give: images it would halve away, channels times a width. */
import { UserError } from "../../errors.ts";
import type { Size } from "../model.ts";

/**
 * Refuses images that a model would halve although a pixel is all that is left of them.
 * @param halvings how often the model halves height and width, rounding up
 */
export function requireHalvings(name: string, [channels, height, width]: Size, halvings: number): void {
  const least = 2 ** (halvings - 1) + 1;
  if (Math.min(height, width) >= least) return;
  throw new UserError(`${name} cannot take images of ${channels}×${height}×${width}.`, {
    hint: `It halves an image ${halvings} times: use images of at least ${least}×${least}.`,
  });
}

/** A channel count times a width, rounded; at least one channel. */
export function scaled(channels: number, width: number): number {
  return Math.max(1, Math.round(channels * width));
}
