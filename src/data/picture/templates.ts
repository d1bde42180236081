/** Filled silhouettes of clothes to begin a drawing from: soft-edged shapes in two or three shades. */
import { blank, type Grey } from "./grey.ts";

/** Names of the silhouettes. */
export const TEMPLATE_NAMES = ["shirt", "trouser", "bag", "boot", "sneaker"] as const;
/** One of {@link TEMPLATE_NAMES}. */
export type TemplateName = typeof TEMPLATE_NAMES[number];

/** A closed outline in a frame of 28 by 28, and its shade. */
interface Shape {
  readonly shade: number;
  readonly outline: readonly (readonly [number, number])[];
}

const TEMPLATES: Readonly<Record<TemplateName, readonly Shape[]>> = {
  shirt: [
    {
      shade: 190,
      outline: [
        [9, 2],
        [11, 3],
        [14, 4],
        [17, 3],
        [19, 2],
        [24, 5],
        [27, 12],
        [23, 14],
        [21, 10],
        [21, 26],
        [7, 26],
        [
          7,
          10,
        ],
        [5, 14],
        [1, 12],
        [4, 5],
      ],
    },
    { shade: 150, outline: [[11, 2], [14, 5], [17, 2], [16, 2.5], [14, 3.4], [12, 2.5]] },
  ],
  trouser: [
    {
      shade: 185,
      outline: [[9, 1], [19, 1], [20.5, 27], [15.5, 27], [14.2, 9], [13.8, 9], [12.5, 27], [7.5, 27]],
    },
    { shade: 140, outline: [[9, 1], [19, 1], [19.1, 3], [8.9, 3]] },
  ],
  bag: [
    { shade: 175, outline: [[3, 11], [25, 11], [26.5, 25], [1.5, 25]] },
    {
      shade: 120,
      outline: [[8, 11], [9.5, 4], [18.5, 4], [20, 11], [18, 11], [17, 6], [11, 6], [10, 11]],
    },
    { shade: 210, outline: [[12, 15], [16, 15], [16, 18], [12, 18]] },
  ],
  // toes point to the left, as in the training images
  boot: [
    {
      shade: 180,
      outline: [[18, 1], [9, 1], [9, 14], [6, 18], [2, 20], [1, 24], [19, 24], [18, 14]],
    },
    { shade: 110, outline: [[19, 24], [1, 24], [1, 27], [8, 27], [11, 25.5], [15, 25.5], [15, 27], [19, 27]] },
  ],
  sneaker: [
    {
      shade: 185,
      outline: [[26, 11], [22, 10], [20, 13], [15, 11], [10, 15], [3, 17], [1, 20], [26, 20]],
    },
    { shade: 230, outline: [[26.5, 19], [1, 19], [1, 22], [26.5, 22]] },
  ],
};

/** Samples of a pixel's side, so that edges are soft. */
const SAMPLES = 4;

/** A silhouette on black, so many pixels wide and high. */
export function template(name: TemplateName, side: number): Grey {
  const picture = blank(side, side), step = 28 / side;
  for (const { shade, outline } of TEMPLATES[name]) {
    for (let y = 0; y < side; y++) {
      for (let x = 0; x < side; x++) {
        let inside = 0;
        for (let s = 0; s < SAMPLES * SAMPLES; s++) {
          const dx = (s % SAMPLES + 0.5) / SAMPLES, dy = (Math.floor(s / SAMPLES) + 0.5) / SAMPLES;
          if (isInside((x + dx) * step, (y + dy) * step, outline)) inside++;
        }
        if (inside === 0) continue;
        const at = y * side + x, cover = inside / (SAMPLES * SAMPLES);
        picture.data[at] = Math.round(picture.data[at] * (1 - cover) + shade * cover);
      }
    }
  }
  return picture;
}

/** By the number of edges to the right. */
function isInside(x: number, y: number, outline: Shape["outline"]): boolean {
  let inside = false;
  outline.forEach(([x1, y1], i) => {
    const [x2, y2] = outline[(i + 1) % outline.length];
    if ((y1 > y) !== (y2 > y) && x < x1 + (y - y1) / (y2 - y1) * (x2 - x1)) inside = !inside;
  });
  return inside;
}
