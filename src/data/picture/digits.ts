/**
 * A drawn digit as MNIST has digits: white ink on black, the ink's box scaled to 20 pixels at its longer side by area
 * averaging, and placed into 28×28 so that its centre of mass is in the middle. Raw pixels fail, and so does centring
 * without scaling.
 */
import { blank, boxAround, crop, fitLonger, type Grey, place } from "./grey.ts";
import { INK, type Seen, seenAs, SIDE } from "./seen.ts";

/** Pixels of the longer side of a digit. */
const DIGIT = 20;

/** @param drawing white ink on black, any size */
export function digitSeen(drawing: Grey): Seen {
  const box = boxAround(drawing, (value) => value >= INK);
  if (!box) return seenAs(blank(SIDE, SIDE));
  const digit = fitLonger(crop(drawing, box), DIGIT);
  const [x, y] = centreOfMass(digit);
  const inside = (wanted: number, size: number) => Math.min(SIDE - size, Math.max(0, Math.round(wanted)));
  return seenAs(place(digit, SIDE, inside(SIDE / 2 - x, digit.width), inside(SIDE / 2 - y, digit.height)));
}

/** In pixels from the left and upper edge; the first pixel's middle is at 0.5. */
function centreOfMass({ width, height, data }: Grey): [number, number] {
  let mass = 0, x = 0, y = 0;
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const value = data[row * width + column];
      mass += value;
      x += value * (column + 0.5);
      y += value * (row + 0.5);
    }
  }
  return mass === 0 ? [width / 2, height / 2] : [x / mass, y / mass];
}
