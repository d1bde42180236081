import { strict as assert } from "node:assert";
import { fromIndices } from "../../src/masks/mask.ts";
import { PALETTES, rgb } from "../../src/view3d/palette.ts";
import { shapeOfMasks } from "../../src/view3d/shape.ts";
import { edgeWords, layerSentence, shortWeight, weightWords } from "../../web/views/network/words.ts";
import { maskPixels } from "../../web/views/network/mask_pixels.ts";

Deno.test("a layer in a sentence, as a screen reader hears it", () => {
  const [plane] = shapeOfMasks("net", [{ name: "conv3.weight", shape: [64, 32, 3, 3] }]).planes;
  assert.equal(
    layerSentence(plane, { nnz: 1843, size: 18_432, deadInputs: 2, deadOutputs: 0 }),
    "conv3, 64 outputs by 32 inputs, 1,843 of 18,432 kept, density 0.100, 2 dead inputs",
  );
});

Deno.test("edges and weights in words", () => {
  const thin = "\u2009";
  assert.equal(
    edgeWords({ shown: 20_000, all: 1_470_000, choice: "magnitude" }),
    `20,000 of 1.47${thin}M edges, by |w|`,
  );
  assert.equal(edgeWords({ shown: 130, all: 130, choice: "random" }), "All 130 edges");
  assert.deepEqual([0, -0.12345, 2, 1e-6, NaN].map(weightWords), ["0", "−0.123", "2.00", "1.0e−6", "NaN"]);
  assert.deepEqual([0, -0.12345, 0.0123, 0.0001, 12].map(shortWeight), ["0", "−.12", ".012", "<.001", "12"]);
});

Deno.test("a mask without a GPU: a pixel a tap, pruned as empty ground", () => {
  const [plane] = shapeOfMasks("net", [{ name: "conv.weight", shape: [2, 2, 2, 2] }]).planes;
  // output 1, input 0: the tap at (1, 0)
  const mask = fromIndices("conv.weight", [2, 2, 2, 2], [8 + 2]);
  const { data, width, height } = maskPixels(plane, mask, "dark");
  assert.deepEqual([width, height], [4, 4]);
  const sunken = rgb(PALETTES.dark.sunken).map((c) => Math.round(255 * c));
  for (let i = 0; i < 16; i++) {
    const empty = [...data.subarray(4 * i, 4 * i + 3)].every((c, k) => Math.abs(c - sunken[k]) <= 1);
    assert.equal(empty, i !== 3 * 4 + 0, `pixel ${i}`);
  }
});
