/**
 * A photograph as Fashion-MNIST has clothes: light on black, trimmed to what is not background, the longer side 28 pixels,
 * centred by its box. The background is what the corners show; it becomes black.
 */
import { blank, boxAround, crop, fitLonger, type Grey, place } from "./grey.ts";
import { type Seen, seenAs, SIDE } from "./seen.ts";

/** Part of the range of values within which a pixel is still background. */
const TOLERANCE = 0.05 * 255;
/** Backgrounds from this value on are light: the photograph is inverted. */
const LIGHT = 128;

/** What was made of a photograph on the way. */
export interface SeenPhoto extends Seen {
  /** Value of the corners, 0 to 255. */
  readonly background: number;
  readonly inverted: boolean;
}

/** @param photo grey, any size */
export function clothesSeen(photo: Grey): SeenPhoto {
  const background = cornerValue(photo), inverted = background >= LIGHT;
  const data = photo.data.map((value) =>
    Math.abs(value - background) <= TOLERANCE ? 0 : inverted ? 255 - value : value
  );
  const box = boxAround({ ...photo, data: photo.data }, (value) => Math.abs(value - background) > TOLERANCE);
  if (!box) return { ...seenAs(blank(SIDE, SIDE)), background, inverted };
  const piece = fitLonger(crop({ ...photo, data }, box), SIDE);
  const left = Math.floor((SIDE - piece.width) / 2), top = Math.floor((SIDE - piece.height) / 2);
  return { ...seenAs(place(piece, SIDE, left, top)), background, inverted };
}

/** Mean of the two middle ones of the four corners: one of them may be covered. */
function cornerValue({ width, height, data }: Grey): number {
  const last = width * (height - 1);
  const corners = [data[0], data[width - 1], data[last], data[last + width - 1]].sort((a, b) => a - b);
  return (corners[1] + corners[2]) / 2;
}
