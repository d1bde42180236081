/** Weight transforms' kernels against the plain references, and the references against differences. */
import { strict as assert } from "node:assert";
import { recordChosenBits } from "../../src/ops/chosen_bits.ts";
import { endRound, type SoftMask, softMask, softMaskBackward } from "../../src/ops/reference/soft_mask.ts";
import { logistic, softThreshold, softThresholdBackward } from "../../src/ops/reference/soft_threshold.ts";
import { releasedFactors, supermask, supermaskBackward } from "../../src/ops/reference/supermask.ts";
import { recordEndRound, recordSoftMask, recordSoftMaskBackward, softMaskSettings } from "../../src/ops/soft_mask.ts";
import { recordSoftThreshold, recordSoftThresholdBackward } from "../../src/ops/soft_threshold.ts";
import { sumLanes } from "../../src/ops/sum_all.ts";
import { recordReleasedMask, recordSupermask, recordSupermaskBackward } from "../../src/ops/supermask.ts";
import { assertClose, noise, quiet, runOps } from "./gpu.ts";

const add = (a: Float32Array, b: Float32Array) => a.map((value, i) => value + b[i]);

/** ∂ Σ dy · f / ∂ at by central differences. */
function differences(at: Float64Array, dy: Float64Array, f: () => Float64Array): Float64Array {
  const step = 1e-6, dot = (y: Float64Array) => y.reduce((sum, value, k) => sum + value * dy[k], 0);
  return at.map((value, k) => {
    at[k] = value + step;
    const above = dot(f());
    at[k] = value - step;
    const below = dot(f());
    at[k] = value;
    return (above - below) / (2 * step);
  });
}

const double = (size: number, seed: number) => Float64Array.from(noise(size, seed));

// one value; a part of a workgroup; sums of one, two and many parts a lane
for (const size of [1, 100, 1000, 40_000, 200_000]) {
  Deno.test({
    name: `soft threshold over ${size} values`,
    ...quiet,
    fn: async () => {
      const w = noise(size, 1).map((v) => Math.abs(v) < 0.1 ? 0 : v), dy = noise(size, 2), start = noise(size, 3);
      for (const s of [-200, -3, -0.5, 2]) {
        const { dw, ds } = softThresholdBackward(w, s, dy);
        const got = await runOps(({ recorder, input, output }) => {
          const values = input(w), threshold = input(Float32Array.of(s, 9, 9, 9)), effectiveGradient = input(dy);
          recordSoftThreshold(recorder, size, { values, threshold, effective: output("y", size) });
          const bound = { values, threshold, effectiveGradient };
          const first = { gradient: output("dw", size), thresholdGradient: output("ds", 1) };
          recordSoftThresholdBackward(recorder, size, { ...bound, ...first }, false);
          const more = {
            gradient: output("dw+", size, start),
            thresholdGradient: output("ds+", 1, Float32Array.of(5)),
          };
          recordSoftThresholdBackward(recorder, size, { ...bound, ...more }, true);
        });
        assertClose(got.y, softThreshold(w, s), 1e-6, `y at ${s}`);
        assert.deepEqual(got.dw, dw, `dw at ${s}`);
        assertClose(got["dw+"], add(dw, start), 1e-6, `dw, added, at ${s}`);
        // the sum of values of both signs is small beside its terms
        const terms = Math.max(1e-33, logistic(s).slope) * Math.sqrt(size); // below float32 all is 0
        assert(Math.abs(got.ds[0] - ds) <= 1e-5 * terms, `ds at ${s}: ${got.ds[0]}, expected ${ds}`);
        assert(Math.abs(got["ds+"][0] - 5 - ds) <= 1e-5 * (5 + terms), `ds, added, at ${s}`);
      }
    },
  });
}

Deno.test("a sum is shared by lanes that come in 64 and never turn more often than a loop may", () => {
  for (const size of [0, 1, 511, 513, 100_000, 2 ** 24]) {
    const lanes = sumLanes(size);
    assert(lanes % 64 === 0 && lanes <= 8192 && size / lanes < 65_000, `${size} values, ${lanes} lanes`);
  }
});

Deno.test("soft threshold: the reference's gradients are differences", () => {
  const w = double(60, 4), dy = double(60, 5), s = Float64Array.of(-1.2);
  const { value } = logistic(s[0]);
  for (let k = 0; k < w.length; k++) if (Math.abs(Math.abs(w[k]) - value) < 1e-3) w[k] += 0.01;
  const { dw, ds } = softThresholdBackward(w, s[0], dy);
  assertClose(differences(w, dy, () => softThreshold(w, s[0])), dw, 1e-8, "dw");
  assertClose(differences(s, dy, () => softThreshold(w, s[0])), [ds], 1e-8, "ds");
  assert(dw.some((value) => value === 0) && dw.some((value) => value !== 0));
});

const MASKS: SoftMask[] = [
  { temperature: 1, scale: 2, penalty: 0, hard: false },
  { temperature: 40, scale: 1.5, penalty: 0.1, hard: false },
  { temperature: 200, scale: 1.5, penalty: 0.1, hard: true },
];

Deno.test({
  name: "soft masks and the end of a round",
  ...quiet,
  fn: async () => {
    const size = 1001, w = noise(size, 1), scores = noise(size, 2), dy = noise(size, 3), start = noise(size, 4);
    const kept = new Uint32Array(40).fill(0x55555555);
    for (const mask of MASKS) {
      const { dw, ds } = softMaskBackward(w, scores, dy, mask);
      const got = await runOps(({ recorder, input, output }) => {
        const bound = { values: input(w), scores: input(scores), settings: input(softMaskSettings(mask, -0.1)) };
        recordSoftMask(recorder, size, { ...bound, effective: output("y", size) });
        const gradients = { gradient: output("dw", size), scoreGradient: output("ds", size) };
        recordSoftMaskBackward(recorder, size, { ...bound, effectiveGradient: input(dy), ...gradients }, false);
        const more = { gradient: output("dw+", size, start), scoreGradient: output("ds+", size, start) };
        recordSoftMaskBackward(recorder, size, { ...bound, effectiveGradient: input(dy), ...more }, true);
        const ended = { settings: bound.settings, kept: input(kept), scores: output("next", size, scores) };
        recordEndRound(recorder, size, ended, 64);
      });
      assertClose(got.y, softMask(w, scores, mask), 1e-6, "y");
      assertClose(got.dw, dw, 1e-6, "dw");
      assertClose(got.ds, ds, 1e-5, "ds");
      assertClose(got["dw+"], add(dw, start), 1e-6, "dw, added");
      assertClose(got["ds+"], add(ds, start), 1e-5, "ds, added");
      const next = endRound(scores, mask.temperature, Math.fround(-0.1)).map((s, i) => i % 2 === 0 ? s : 0);
      assertClose(got.next, next, 1e-6, "scores of the next round");
    }
  },
});

Deno.test("soft masks: the reference's gradients are differences, the penalty among them", () => {
  const w = double(40, 1), scores = double(40, 2), dy = double(40, 3);
  const mask = { temperature: 3, scale: 2, penalty: 0, hard: false };
  const { dw, ds } = softMaskBackward(w, scores, dy, mask);
  assertClose(differences(w, dy, () => softMask(w, scores, mask)), dw, 1e-8, "dw");
  assertClose(differences(scores, dy, () => softMask(w, scores, mask)), ds, 1e-8, "ds");
  const ones = new Float64Array(40).fill(1), penalised = softMaskBackward(w, scores, dy, { ...mask, penalty: 0.3 }).ds;
  const masks = differences(scores, ones, () => softMask(ones, scores, mask));
  assertClose(penalised, ds.map((value, k) => value + 0.3 * masks[k]), 1e-8, "ds with the penalty");
  const hard = softMaskBackward(w, scores, dy, { ...mask, hard: true });
  assert(hard.ds.every((value) => value === 0));
  assertClose(hard.dw, dy.map((value) => 2 * value), 1e-12, "dw of a hard mask");
});

Deno.test({
  name: "supermasks: what is chosen, and gradients that go straight through",
  ...quiet,
  fn: async () => {
    const size = 777, first = 96, w = noise(size, 1), dy = noise(size, 3), start = noise(size, 4);
    const scores = noise(size, 2).map((v) => Math.abs(v) < 0.1 ? 0 : v);
    const chosen = Array.from({ length: size }, (_, i) => i).filter((i) => scores[i] > 0.3);
    const bits = new Uint32Array(Math.ceil((first + size) / 32));
    for (const i of chosen) bits[(first + i) >>> 5] |= 1 << ((first + i) & 31);
    const ds = supermaskBackward(w, scores, dy);
    const got = await runOps(({ recorder, input, output }) => {
      recordSupermask(recorder, size, { values: input(w), chosen: input(bits), effective: output("y", size) }, first);
      const bound = { values: input(w), scores: input(scores), effectiveGradient: input(dy) };
      recordSupermaskBackward(recorder, size, { ...bound, scoreGradient: output("ds", size) }, false);
      recordSupermaskBackward(recorder, size, { ...bound, scoreGradient: output("ds+", size, start) }, true);
    });
    assert.deepEqual(got.y, supermask(w, chosen));
    assert.deepEqual(got.ds.map((v) => v + 0), ds.map((v) => v + 0)); // −0 is 0 here
    assertClose(got["ds+"], add(ds, start), 1e-6, "ds, added");
  },
});

Deno.test({
  name: "the released edge-popup: as many entries as channels are set, all others keep their scores",
  ...quiet,
  fn: async () => {
    const channels = 70, size = channels * 9, w = noise(size, 1), scores = noise(size, 2);
    scores[5] = scores[9] = -0.25; // equal ones
    const kept = Uint32Array.from({ length: channels }, (_, c) => c % 7 === 3 ? 0 : 1 + c % 5);
    for (const keep of [0, 40, 1000]) {
      const factors = releasedFactors(scores, kept, keep);
      const got = await runOps(({ recorder, input, output }) => {
        const operands = {
          values: input(w),
          scores: input(scores),
          kept: input(Uint32Array.of(8, 8, 8, ...kept)),
          keep: input(Uint32Array.of(3, keep)),
        };
        const place = { channels, first: 3, layer: 1 };
        recordReleasedMask(recorder, size, place, { ...operands, effective: output("y", size) });
        const none = { channels: 0, first: 0, layer: 0 };
        recordReleasedMask(recorder, size, none, { ...operands, effective: output("bias", size) });
      });
      assertClose(got.y, w.map((value, i) => value * factors[i]), 1e-7, `keep ${keep}`);
      assertClose(got.bias, w.map((value, i) => value * Math.abs(scores[i])), 1e-7, "biases");
      const set = factors.slice(0, channels).filter((factor, c) => kept[c] > 0 && (factor === 0 || factor === 1));
      assert.equal(set.length, kept.filter((count) => count > 0).length);
    }
  },
});

Deno.test({
  name: "bits of values that are not 0, or above 0, among those that are kept",
  ...quiet,
  fn: async () => {
    const size = 203, first = 64, words = 2 + Math.ceil(size / 32);
    const values = noise(size, 1).map((v) => Math.abs(v) < 0.4 ? 0 : v), kept = new Uint32Array(words).fill(0xf0f0f0f0);
    const got = await runOps(({ recorder, input, output }) => {
      for (const which of ["nonzero", "positive"] as const) {
        const bits = output(which, words, new Float32Array(words));
        recordChosenBits(recorder, size, which, { values: input(values), kept: input(kept), bits }, first);
      }
    });
    for (const which of ["nonzero", "positive"] as const) {
      const bits = new Uint32Array(got[which].buffer, 0, words);
      for (let i = 0; i < 32 * words; i++) {
        const value = values[i - first] ?? 0, keep = (kept[i >>> 5] >>> (i & 31) & 1) === 1;
        const expected = i >= first && keep && (which === "nonzero" ? value !== 0 : value > 0);
        assert.equal(bits[i >>> 5] >>> (i & 31) & 1, Number(expected), `${which} ${i}`);
      }
    }
  },
});
