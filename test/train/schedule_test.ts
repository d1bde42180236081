import { strict as assert } from "node:assert";
import { learningRate, type ScheduleSettings } from "../../src/train/schedule.ts";

const settings = (fields: Partial<ScheduleSettings>): ScheduleSettings => ({
  name: "constant",
  milestones: [0.5, 0.75],
  gamma: 0.1,
  final: 0,
  warmup: 0,
  ...fields,
});
const rates = (fields: Partial<ScheduleSettings>, epochs: number, base = 1) =>
  Array.from({ length: epochs }, (_, epoch) => learningRate(settings(fields), base, epoch, epochs));

function assertRates(actual: number[], expected: number[]): void {
  assert.equal(actual.length, expected.length);
  actual.forEach((rate, e) => assert(Math.abs(rate - expected[e]) < 1e-12, `epoch ${e}: ${rate} for ${expected[e]}`));
}

Deno.test("constant: the same rate in every epoch", () => {
  assertRates(rates({}, 3, 0.1), [0.1, 0.1, 0.1]);
});

Deno.test("step: a tenth from epochs 80 and 120 of 160 on, counted from 0", () => {
  const all = rates({ name: "step" }, 160, 0.1);
  assertRates(all, [...new Array(80).fill(0.1), ...new Array(40).fill(0.01), ...new Array(40).fill(0.001)]);
});

Deno.test("step: milestones are rounded down", () => {
  // int(5/2) = 2, int(3·5/4) = 3
  assertRates(rates({ name: "step" }, 5), [1, 1, 0.1, 0.01, 0.01]);
  assertRates(rates({ name: "step", gamma: 0.5, milestones: [0.9] }, 4), [1, 1, 1, 0.5]);
});

Deno.test("step: the first epoch keeps its rate, however short the run is", () => {
  assertRates(rates({ name: "step" }, 1), [1]);
  assertRates(rates({ name: "step", milestones: [0.1, 0.2] }, 3), [1, 0.01, 0.01]);
});

Deno.test("cosine: from the rate towards the final one, half way in the middle", () => {
  const all = rates({ name: "cosine", final: 0.2 }, 8);
  assert.equal(all[0], 1);
  assert(Math.abs(all[4] - 0.6) < 1e-12);
  assert(all.every((rate, e) => e === 0 || rate < all[e - 1]) && all[7] > 0.2);
  assert(Math.abs(learningRate(settings({ name: "cosine", final: 0.2 }), 1, 8, 8) - 0.2) < 1e-12, "the end");
});

Deno.test("warm-up: linear to the rate, then the schedule", () => {
  assertRates(rates({ warmup: 4 }, 6), [0.25, 0.5, 0.75, 1, 1, 1]);
  assertRates(rates({ name: "step", warmup: 2 }, 8), [0.5, 1, 1, 1, 0.1, 0.1, 0.01, 0.01]);
  const cosine = rates({ name: "cosine", warmup: 2 }, 6);
  assertRates(cosine.slice(0, 3), [0.5, 1, 1]);
  assert(Math.abs(cosine[4] - 0.5) < 1e-12, "half way through what is left");
});
