/** Optimizers on the GPU against the plain references and PyTorch, over five steps; masks and parameter groups. */
import { strict as assert } from "node:assert";
import { GROUP_VALUES, momentCount, type OptimizerSettings, recordOptimizer } from "../../src/ops/optimizer.ts";
import { adamStep } from "../../src/ops/reference/adam.ts";
import { sgdStep } from "../../src/ops/reference/sgd.ts";
import { type OpCase, opCases } from "../golden/ops.ts";
import { assertClose, noise, quiet, runOps } from "./gpu.ts";

const STEPS = 5;

interface Store {
  values: Float32Array;
  moments: Float32Array[];
  mask: Uint32Array;
  groupOf: Uint32Array;
  /** Pairs (learning-rate factor, weight decay). */
  groups: Float32Array;
}

/** One step on the GPU; `store` is changed in place. */
async function step(
  settings: OptimizerSettings,
  store: Store,
  gradients: Float32Array,
  index: number,
  learningRate: number,
): Promise<void> {
  const size = store.values.length;
  const got = await runOps(({ recorder, input, output }) => {
    recordOptimizer(recorder, settings, size, {
      values: output("values", size, store.values),
      gradients: input(gradients),
      moments: store.moments.map((moment, i) => output(`moment ${i}`, size, moment)),
      mask: input(store.mask),
      groupOf: input(store.groupOf),
      groups: input(store.groups),
    });
  }, { index, learningRate });
  store.values = got.values;
  store.moments = store.moments.map((_, i) => got[`moment ${i}`]);
}

const OPTIMIZERS: OptimizerSettings[] = [
  { name: "sgd", momentum: 0, nesterov: false },
  { name: "sgd", momentum: 0.9, nesterov: false },
  { name: "sgd", momentum: 0.9, nesterov: true },
  { name: "adam", beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
  { name: "adamw", beta1: 0.8, beta2: 0.99, epsilon: 1e-6 },
];

/** Seven stretches of 64 values, so that a workgroup spans several and the last one is not full. */
const SIZE = 7 * GROUP_VALUES;
const GROUP_OF = Uint32Array.of(0, 0, 1, 0, 1, 1, 0);
const GROUPS = Float32Array.of(1, 0.01, 0.5, 0);
const RATES = [0.1, 0.1, 0.05, 0.05, 0.02];

for (const settings of OPTIMIZERS) {
  const { name } = settings;
  const kind = settings.name === "sgd" ? `momentum ${settings.momentum}${settings.nesterov ? ", Nesterov" : ""}` : "";
  Deno.test({
    name: `${name} ${kind}: ${STEPS} steps with a mask and two parameter groups`,
    ...quiet,
    fn: async () => {
      const kept = Array.from(noise(SIZE, 1), (v) => v < 0.2);
      const mask = new Uint32Array(SIZE / 32);
      kept.forEach((keep, i) => mask[i >>> 5] |= keep ? 1 << (i & 31) : 0);
      // pruned entries start at values that must be gone after a step
      const store: Store = {
        values: noise(SIZE, 2),
        moments: Array.from({ length: momentCount(settings) }, () => new Float32Array(SIZE)),
        mask,
        groupOf: GROUP_OF,
        groups: GROUPS,
      };
      const groupAt = (i: number) => GROUP_OF[Math.floor(i / GROUP_VALUES)];
      const expected = Float64Array.from(store.values),
        expectedMoments = store.moments.map(() => new Float64Array(SIZE));
      for (let t = 0; t < STEPS; t++) {
        const gradients = noise(SIZE, 10 + t);
        await step(settings, store, gradients, t, RATES[t]);
        for (let i = 0; i < SIZE; i++) {
          const [factor, weightDecay] = GROUPS.slice(2 * groupAt(i), 2 * groupAt(i) + 2);
          const lr = RATES[t] * factor;
          const at = (array: Float64Array) => array.subarray(i, i + 1);
          const gradient = Float64Array.of(gradients[i]);
          if (settings.name === "sgd") {
            sgdStep(at(expected), gradient, at(expectedMoments[0]), { ...settings, lr, weightDecay });
          } else {
            const { beta1, beta2, epsilon: eps } = settings;
            const state = { m: at(expectedMoments[0]), v: at(expectedMoments[1]) };
            const decoupled = settings.name === "adamw";
            adamStep(at(expected), gradient, state, t + 1, { lr, beta1, beta2, eps, weightDecay, decoupled });
          }
          if (!kept[i]) [expected, ...expectedMoments].forEach((array) => array[i] = 0);
        }
        assertClose(store.values, expected, 2e-6, `values after step ${t + 1}`);
        // 1 − 0.999 in float32 is off by 1.3e-5; the bias correction is off alike, so the values do not feel it
        store.moments.forEach((moment, m) =>
          assertClose(moment, expectedMoments[m], 2e-5, `moment ${m}, step ${t + 1}`)
        );
      }
      for (const array of [store.values, ...store.moments]) {
        assert.ok(array.every((value, i) => kept[i] || Object.is(value, 0)), "a pruned entry is not exactly zero");
      }
    },
  });
}

/** Runs a case of the fixtures: 24 values, the rest of the stretch stays at zero. */
async function assertSteps(test: OpCase, settings: OptimizerSettings): Promise<void> {
  const [steps, size] = test.shape("gradients");
  const { lr, weightDecay = 0 } = test.settings as { lr: number; weightDecay?: number };
  const pad = (values: Float32Array) => {
    const padded = new Float32Array(GROUP_VALUES);
    padded.set(values);
    return padded;
  };
  const store: Store = {
    values: pad(test.values("first")),
    moments: Array.from({ length: momentCount(settings) }, () => new Float32Array(GROUP_VALUES)),
    mask: new Uint32Array(2).fill(0xffffffff),
    groupOf: Uint32Array.of(0),
    groups: Float32Array.of(1, weightDecay),
  };
  for (let t = 0; t < steps; t++) {
    const part = (name: string) => test.values(name).subarray(t * size, (t + 1) * size);
    await step(settings, store, pad(part("gradients")), t, lr);
    assertClose(store.values.subarray(0, size), part("weights"), 2e-6, `${test.name}, step ${t + 1}`);
  }
}

Deno.test({
  name: "SGD is PyTorch's over five steps",
  ...quiet,
  fn: async () => {
    for (const test of await opCases("sgd")) {
      const { momentum = 0, nesterov = false } = test.settings as { momentum?: number; nesterov?: boolean };
      await assertSteps(test, { name: "sgd", momentum, nesterov });
    }
  },
});

Deno.test({
  name: "Adam and AdamW are PyTorch's over five steps",
  ...quiet,
  fn: async () => {
    for (const test of await opCases("adam")) {
      const { decoupled, beta1 = 0.9, beta2 = 0.999, eps = 1e-8 } = test.settings as Record<string, number>;
      await assertSteps(test, { name: decoupled ? "adamw" : "adam", beta1, beta2, epsilon: eps });
    }
  },
});

Deno.test({
  name: "Adam's bias correction holds after many steps",
  ...quiet,
  fn: async () => {
    for (const index of [99, 20_000]) {
      const store: Store = {
        values: noise(GROUP_VALUES, 1),
        moments: [noise(GROUP_VALUES, 2), noise(GROUP_VALUES, 3).map((v) => v * v)],
        mask: new Uint32Array(2).fill(0xffffffff),
        groupOf: Uint32Array.of(0),
        groups: Float32Array.of(1, 0),
      };
      const weights = Float64Array.from(store.values);
      const state = { m: Float64Array.from(store.moments[0]), v: Float64Array.from(store.moments[1]) };
      const gradients = noise(GROUP_VALUES, 4);
      adamStep(weights, Float64Array.from(gradients), state, index + 1, { lr: 0.01 });
      await step({ name: "adam", beta1: 0.9, beta2: 0.999, epsilon: 1e-8 }, store, gradients, index, 0.01);
      assertClose(store.values, weights, 1e-5, `step ${index + 1}`);
    }
  },
});
