import { strict as assert } from "node:assert";
import { fromDense } from "../../src/masks/mask.ts";
import { OVERLAP_WORDS, readOverlap, recordMaskOverlap } from "../../src/ops/mask_overlap.ts";
import { maskOverlap } from "../../src/ops/reference/mask_overlap.ts";
import { noise, quiet, runOps } from "./gpu.ts";

const SIZES = [1, 31, 32, 33, 1000, 40_001];
const bits = (size: number, density: number, seed: number) =>
  fromDense("w", [size], noise(size, seed).map((x) => +(x < 2 * density - 1))).bits;
const words = (floats: Float32Array) => new Uint32Array(floats.buffer, floats.byteOffset, floats.length);
const floats = (words: Uint32Array) => new Float32Array(words.buffer, words.byteOffset, words.length);

Deno.test({
  name: "overlaps of masks are counted as the reference counts them, and the history moves on",
  ...quiet,
  fn: async () => {
    const layers = SIZES.map((size, i) => ({
      size,
      now: bits(size, 0.3, 4 * i + 1),
      previous: bits(size, 0.4, 4 * i + 2),
      source: bits(size, 0.5, 4 * i + 3),
      explored: bits(size, 0.6, 4 * i + 4),
    }));
    const out = await runOps(({ recorder, input, output }) => {
      const counts = output("counts", OVERLAP_WORDS * SIZES.length, new Float32Array(OVERLAP_WORDS * SIZES.length));
      layers.forEach(({ size, now, previous, source, explored }, i) => {
        const kept = (name: string, start: Uint32Array) => output(`${name} ${i}`, start.length, floats(start));
        recordMaskOverlap(recorder, size, {
          now: input(now),
          previous: kept("previous", previous),
          source: input(source),
          explored: kept("explored", explored),
          counts,
        }, i);
      });
    });
    layers.forEach(({ size, now, previous, source, explored }, i) => {
      const before = previous.slice();
      const history = { previous: before, source, explored: explored.slice() };
      const { nnz, previous: common, source: inside, explored: ever } = readOverlap(words(out.counts), i);
      assert.deepEqual([nnz, common, inside, ever], maskOverlap(now, history), `${size} weights`);
      assert.deepEqual(words(out[`previous ${i}`]), history.previous);
      assert.deepEqual(words(out[`explored ${i}`]), history.explored);
    });
  },
});
