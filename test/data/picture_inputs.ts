/** Drawings and photographs for the tests of preprocessing, made here and not stored. */
import { type Brush, paint, type Spot } from "../../src/data/picture/brush.ts";
import { blank, type Grey } from "../../src/data/picture/grey.ts";

const PEN: Brush = { radius: 7, value: 255, softness: 0.3 };

function drawing(strokes: readonly (readonly [number, number])[][], brush = PEN, side = 112): Grey {
  const picture = blank(side, side);
  for (const stroke of strokes) {
    const spots = stroke.map(([x, y]): Spot => ({ x, y }));
    spots.forEach((spot, i) => paint(picture, spots[Math.max(0, i - 1)], spot, brush));
  }
  return picture;
}

/** White ink on black. */
export const DRAWINGS: Readonly<Record<string, Grey>> = {
  "blank": blank(112, 112),
  "full": { width: 112, height: 112, data: new Uint8Array(112 * 112).fill(255) },
  "tiny dot": drawing([[[90, 20]]], { radius: 1.6, value: 255, softness: 0.3 }),
  "one": drawing([[[60, 20], [52, 92]]]),
  "seven": drawing([[[30, 26], [84, 26], [50, 94]]]),
  "seven, off centre and small": drawing([[[70, 70], [97, 70], [80, 104]]], { ...PEN, radius: 3.5 }),
  "two strokes": drawing([[[20, 56], [92, 56]], [[56, 20], [56, 92]]]),
};

/** A darker or lighter thing in front of a ground with a little grain. */
function photograph(ground: number, thing: number): Grey {
  const picture = blank(90, 60);
  for (let y = 0; y < 60; y++) {
    for (let x = 0; x < 90; x++) {
      const inside = x >= 30 && x < 70 && y >= 10 && y < 50 && !(x > 50 && y < 20);
      const grain = (x * 7 + y * 13) % 9 - 4;
      picture.data[y * 90 + x] = (inside ? thing + Math.floor((x - 30) / 2) : ground) + grain;
    }
  }
  return picture;
}

/** Grey photographs. */
export const PHOTOGRAPHS: Readonly<Record<string, Grey>> = {
  "light ground": photograph(240, 60),
  "dark ground": photograph(12, 150),
  "nothing but ground": { width: 9, height: 9, data: new Uint8Array(81).fill(201) },
};
