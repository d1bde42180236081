/** Preprocessing of drawings and photographs: what must hold of every result, and the committed 28×28 arrays. */
import { strict as assert } from "node:assert";
import { clothesSeen } from "../../src/data/picture/clothes.ts";
import { digitSeen } from "../../src/data/picture/digits.ts";
import { blank, boxAround, type Grey, greyOf, scaleByArea } from "../../src/data/picture/grey.ts";
import { nearestImages } from "../../src/data/picture/nearest.ts";
import type { Seen } from "../../src/data/picture/seen.ts";
import { template, TEMPLATE_NAMES } from "../../src/data/picture/templates.ts";
import pictures from "../golden/pictures.json" with { type: "json" };
import { DRAWINGS, PHOTOGRAPHS } from "./picture_inputs.ts";

/** Bytes in hexadecimal digits, a row of 28 pixels a line. */
function rows({ picture: { data } }: Seen): string[] {
  return Array.from({ length: 28 }, (_, y) => {
    return [...data.subarray(28 * y, 28 * y + 28)].map((value) => value.toString(16).padStart(2, "0")).join("");
  });
}

const ink = (picture: Grey) => boxAround(picture, (value) => value > 0)!;

Deno.test("pictures: drawings and photographs become the committed 28×28 arrays", () => {
  const found = {
    ...Object.fromEntries(Object.entries(DRAWINGS).map(([name, drawing]) => [name, rows(digitSeen(drawing))])),
    ...Object.fromEntries(Object.entries(PHOTOGRAPHS).map(([name, photo]) => [name, rows(clothesSeen(photo))])),
  };
  assert.deepEqual(found, pictures);
});

Deno.test("pictures: a digit is 20 pixels at its longer side, its centre of mass in the middle, wherever it was drawn", () => {
  for (const name of ["one", "seven", "seven, off centre and small", "two strokes"]) {
    const { picture, blank, unlike } = digitSeen(DRAWINGS[name]);
    assert.deepEqual([blank, unlike], [false, false], name);
    const { width, height } = ink(picture);
    assert.equal(Math.max(width, height), 20, name);
    let mass = 0, x = 0, y = 0;
    picture.data.forEach((value, i) => {
      mass += value;
      x += value * (i % 28 + 0.5);
      y += value * (Math.floor(i / 28) + 0.5);
    });
    assert(Math.abs(x / mass - 14) <= 0.5 && Math.abs(y / mass - 14) <= 0.5, `${name}: ${x / mass}, ${y / mass}`);
  }
  const seen = digitSeen(DRAWINGS.blank), dot = digitSeen(DRAWINGS["tiny dot"]);
  assert.deepEqual([seen.blank, seen.ink, seen.unlike], [true, 0, false]);
  assert.equal(dot.blank, false);
  const full = digitSeen(DRAWINGS.full);
  assert.deepEqual(ink(full.picture), { left: 4, top: 4, width: 20, height: 20 });
  // a thin stroke has less ink than any training image
  const thin = blank(112, 112);
  for (let y = 10; y < 100; y++) thin.data[y * 112 + 50] = 255;
  assert.equal(digitSeen(thin).unlike, true);
});

Deno.test("pictures: a photograph is trimmed, 28 pixels long, centred, and light on black whatever its ground", () => {
  const light = clothesSeen(PHOTOGRAPHS["light ground"]), dark = clothesSeen(PHOTOGRAPHS["dark ground"]);
  assert.deepEqual([light.inverted, dark.inverted], [true, false]);
  for (const { picture, unlike } of [light, dark]) {
    assert.deepEqual(ink(picture), { left: 0, top: 0, width: 28, height: 28 });
    assert.equal(picture.data[27], 0, "the notch shows the ground, which is black");
    assert.equal(unlike, true, "it fills more of the frame than clothes do");
  }
  assert(light.picture.data[28 * 14] > light.picture.data[28 * 14 + 27], "inverted: the darker left is lighter");
  assert.equal(clothesSeen(PHOTOGRAPHS["nothing but ground"]).blank, true);
});

Deno.test("pictures: scaling by area keeps the mean and undoes an enlargement exactly", () => {
  const small: Grey = { width: 3, height: 2, data: Uint8Array.from([0, 90, 255, 30, 60, 120]) };
  assert.deepEqual(scaleByArea(scaleByArea(small, 12, 8), 3, 2), small);
  const mean = ({ data }: Grey) => data.reduce((sum, value) => sum + value, 0) / data.length;
  const wide = template("boot", 97);
  assert(Math.abs(mean(scaleByArea(wide, 28, 28)) - mean(wide)) < 0.5);
  assert.deepEqual([...greyOf({ width: 2, height: 1, data: [255, 0, 0, 255, 0, 0, 0, 0] }).data], [76, 255]);
});

Deno.test("pictures: silhouettes fill the frame as clothes do", () => {
  for (const name of TEMPLATE_NAMES) {
    const { data } = template(name, 28), share = data.filter((value) => value >= 13).length / 784;
    assert(share > 0.2 && share < 0.8, `${name} ${share}`);
  }
});

Deno.test("pictures: the nearest images are found, nearest first", () => {
  const images = Uint8Array.from({ length: 50 * 784 }, (_, i) => (Math.floor(i / 784) * 37 + i * 11) % 256);
  const picture = images.slice(17 * 784, 18 * 784).map((value) => Math.min(255, value + 2));
  const all = Array.from({ length: 50 }, (_, index) => {
    const sum = picture.reduce((sum, value, i) => sum + (value - images[index * 784 + i]) ** 2, 0);
    return { index, distance: Math.sqrt(sum / 784) / 255 };
  }).sort((a, b) => a.distance - b.distance);
  const found = nearestImages(picture, images, 5);
  assert.equal(found[0].index, 17);
  assert.deepEqual(found.map(({ distance }) => distance), all.slice(0, 5).map(({ distance }) => distance));
});
