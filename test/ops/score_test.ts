/** Scores' own kernels against the plain reference. */
import { strict as assert } from "node:assert";
import {
  accumulate,
  addend,
  balancingExponent,
  effective,
  effectiveBackward,
  saliency,
} from "../../src/ops/reference/score.ts";
import { recordAddend, recordHighest, recordRescale, recordRescaleBackward } from "../../src/ops/rescale.ts";
import { recordAccumulate, recordEffective, recordEffectiveBackward, recordSaliency } from "../../src/ops/score.ts";
import { assertClose, noise, quiet, runOps } from "./gpu.ts";

const SIZE = 100, OFFSET = 64;
const bits = Uint32Array.from(noise(8, 1), (v) => v * 2 ** 31);
const kept = (i: number) => (bits[(OFFSET + i) >>> 5] >>> (OFFSET + i & 31) & 1) === 1;

for (const absolute of [false, true]) {
  Deno.test({
    name: `effective weights and their gradient, products${absolute ? ", absolute" : ""}`,
    ...quiet,
    fn: async () => {
      const x = noise(SIZE, 2), dy = noise(SIZE, 3), start = noise(SIZE, 4);
      x[0] = x[1] = 0; // their sign is 0
      const shape = { size: SIZE, offset: OFFSET, absolute };
      const got = await runOps(({ recorder, input, output }) => {
        const xs = input(x), dys = input(dy), words = input(bits);
        recordEffective(recorder, shape, { x: xs, kept: words, y: output("y", SIZE) });
        recordEffectiveBackward(recorder, shape, { x: xs, kept: words, dy: dys, dx: output("dx", SIZE) }, false);
        recordEffectiveBackward(recorder, shape, { x: xs, kept: words, dy: dys, dx: output("dx+", SIZE, start) }, true);
        recordSaliency(recorder, SIZE, absolute, { a: xs, b: dys, scores: output("scores", SIZE) });
      });
      const dx = effectiveBackward(x, dy, kept, absolute);
      assertClose(got.y, effective(x, kept, absolute), 0, "y");
      assertClose(got.dx, dx, 0, "dx");
      assertClose(got["dx+"], dx.map((v, i) => v + start[i]), 1e-6, "dx, added");
      assertClose(got.scores, saliency(x, dy, absolute), 0, "scores");
    },
  });
}

Deno.test({
  name: "sums over batches weigh by images; the batch of slot 0 starts them anew",
  ...quiet,
  fn: async () => {
    const x = noise(SIZE, 5), start = noise(SIZE, 6);
    for (const slot of [0, 1, 7]) {
      const got = await runOps(
        ({ recorder, input, output }) =>
          recordAccumulate(recorder, SIZE, 14, { x: input(x), sums: output("sums", SIZE, start) }),
        { count: 6, slot },
      );
      assertClose(got.sums, accumulate(slot === 0 ? new Float32Array(SIZE) : start, x, 6, 14), 1e-6, `slot ${slot}`);
    }
  },
});

Deno.test({
  name: "rescaling is exact, over parts, at both ends of float32, and adds its exponents up",
  ...quiet,
  fn: async () => {
    for (const scale of [1, 3e37, 1e-37, 2 ** -120, 0, Infinity]) {
      const parts = [7, 8].map((seed) => noise(SIZE, seed).map((v) => v === 0 ? 0 : v * scale));
      const dy = noise(SIZE, 9),
        shift = noise(SIZE, 10),
        joined = Float32Array.from(parts.flatMap((part) => [...part]));
      const k = balancingExponent(joined), before = 5;
      const got = await runOps(({ recorder, input, output }) => {
        const xs = parts.map((part) => input(part)), exponents = output("exponents", 4, bitsOf([0, before, 0, 0]));
        const highest = recorder.tensor("highest", 16);
        recordHighest(recorder, SIZE, xs, highest);
        xs.forEach((x, i) => recordRescale(recorder, SIZE, 1, { x, highest, exponents, y: output(`y${i}`, SIZE) }));
        recordRescaleBackward(recorder, SIZE, { dy: input(dy), highest, dx: output("dx", SIZE) });
        recordAddend(recorder, SIZE, 2, { x: input(shift), exponents, y: output("addend", SIZE) });
      });
      parts.forEach((part, i) => assert.deepEqual(got[`y${i}`], part.map((v) => v * 2 ** k), `y of ${scale}`));
      assert.deepEqual(got.dx, dy.map((v) => v * 2 ** k), `dx of ${scale}`);
      assert.equal(new Int32Array(got.exponents.buffer, got.exponents.byteOffset)[2], before + k);
      assert.deepEqual(got.addend, addend(shift, before + k), `addend of ${scale}`);
    }
  },
});

function bitsOf(words: number[]): Float32Array {
  return new Float32Array(Int32Array.from(words).buffer);
}
