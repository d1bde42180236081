/** Loss, gradient, hits and the metrics ring on the GPU against the plain reference and PyTorch's fixtures. */
import { strict as assert } from "node:assert";
import { METRIC_BYTES, METRIC_SLOTS, recordCrossEntropy } from "../../src/ops/cross_entropy.ts";
import { crossEntropy } from "../../src/ops/reference/cross_entropy.ts";
import { topKCorrect } from "../../src/ops/reference/top_k.ts";
import { toChannelMajor } from "../golden/layout.ts";
import { opCases } from "../golden/ops.ts";
import { assertClose, assertPadding, noise, quiet, real, runOps } from "./gpu.ts";

interface Batch {
  classes: number;
  capacity: number;
  count: number;
  smoothing: number;
  logits: Float32Array;
  labels: ArrayLike<number>;
  slot?: number;
}

/** What the GPU makes of a batch: the gradient, and the slot of the ring as [Σ loss, top-1, top-5, images]. */
async function run({ classes, capacity, count, smoothing, logits, labels, slot = 3 }: Batch) {
  const samples = new Uint32Array(2 * capacity).fill(0xffff); // beyond the batch they must not be read
  for (let n = 0; n < count; n++) samples.set([1000 + n, labels[n]], 2 * n);
  const ring = METRIC_SLOTS * METRIC_BYTES / 4;
  const got = await runOps(({ recorder, input, output }) => {
    recordCrossEntropy(
      recorder,
      { classes, capacity, smoothing },
      [{ logits: input(logits), samples: input(samples), gradient: output("gradient", classes * capacity) }],
      output("ring", ring),
    );
  }, { count, slot });
  const from = 4 * (slot % METRIC_SLOTS);
  const others = got.ring.filter((_, k) => k < from || k >= from + 4);
  assert.ok(others.every((value) => value === 7), "other slots stay as they are");
  return { gradient: got.gradient, metrics: [...got.ring.slice(from, from + 4)] };
}

const CASES = [
  { classes: 10, capacity: 12, count: 12, smoothing: 0, slot: 0 },
  { classes: 10, capacity: 132, count: 129, smoothing: 0.1, slot: METRIC_SLOTS - 1 },
  { classes: 3, capacity: 8, count: 1, smoothing: 0.2, slot: 5 },
];

for (const sizes of CASES) {
  const { classes, capacity, count, smoothing } = sizes;
  Deno.test({
    name: `cross entropy of ${classes} classes, ${count} of ${capacity} columns, smoothing ${smoothing}`,
    ...quiet,
    fn: async () => {
      const logits = noise(classes * capacity, 1).map((v, k) => k % capacity < count ? Math.round(12 * v) / 2 : NaN);
      const labels = Array.from(noise(count, 2), (v) => Math.floor((v + 1) / 2 * classes));
      const { gradient, metrics } = await run({ ...sizes, logits, labels });
      const expected = crossEntropy(classes, Float64Array.from(logits), labels, smoothing, capacity, count);
      const hits = [1, 5].map((k) => topKCorrect(classes, logits, labels, k, capacity, count));
      assertClose(gradient, expected.gradient, 2e-6, "gradient");
      assertPadding(gradient, { columns: capacity, count }, "gradient");
      assertClose(metrics.slice(0, 1), [expected.loss * count], 2e-6, "summed loss");
      assert.deepEqual(metrics.slice(1), [...hits, count]);
    },
  });
}

Deno.test({
  name: "cross entropy is PyTorch's: smoothing, logits far apart, ties, few classes",
  ...quiet,
  fn: async () => {
    for (const test of await opCases("cross-entropy")) {
      const [count, classes] = test.shape("logits"), capacity = 20;
      const { gradient, metrics } = await run({
        classes,
        capacity,
        count,
        smoothing: Number(test.settings.smoothing),
        logits: toChannelMajor(test.values("logits"), [count, classes], capacity, NaN),
        labels: test.values("labels"),
      });
      const sizes = { columns: capacity, count };
      const expected = toChannelMajor(test.values("dLogits"), [count, classes], capacity);
      assertClose(real(gradient, sizes), real(expected, sizes), 2e-6, `${test.name} gradient`);
      assertClose([metrics[0] / count], test.values("loss"), 2e-6, `${test.name} loss`);
      assert.deepEqual(metrics.slice(1), [test.settings.top1, test.settings.top5, count], test.name);
    }
  },
});

Deno.test({
  name: "a logit that is not a number shows in the loss and counts as no hit",
  ...quiet,
  fn: async () => {
    const logits = new Float32Array(40);
    logits[0] = NaN; // class 0 of the first image
    const { metrics } = await run({ classes: 10, capacity: 4, count: 2, smoothing: 0, logits, labels: [0, 0] });
    assert.ok(Number.isNaN(metrics[0]));
    assert.deepEqual(metrics.slice(1), [1, 1, 2]);
  },
});

Deno.test({
  name: "steps beyond the ring's last slot start over",
  ...quiet,
  fn: async () => {
    const { metrics } = await run({
      classes: 2,
      capacity: 4,
      count: 4,
      smoothing: 0,
      logits: new Float32Array(8),
      labels: [0, 0, 0, 0],
      slot: 2 * METRIC_SLOTS + 9,
    });
    assertClose(metrics, [4 * Math.LN2, 4, 4, 4], 1e-6, "metrics");
  },
});
