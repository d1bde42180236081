/** The theory's formulas against numbers that were computed apart from them, and random masks against the formulas. */
import { strict as assert } from "node:assert";
import { UserError } from "../../src/errors.ts";
import { binomialAtLeast, binomialMean, smallest, someKept, widthFactor } from "../../src/theory/chances.ts";
import { draws, type Share, shareOf } from "../../src/theory/draws.ts";
import { boxInputs, embed, evaluateTarget, randomTarget } from "../../src/theory/embed.ts";
import { copiesFor, embeddingProbability, planEmbedding, scaleCopies } from "../../src/theory/embedding.ts";
import {
  embeddingExperiment,
  inputsExperiment,
  subsetSumExperiment,
  ticketExperiment,
} from "../../src/theory/experiments.ts";
import {
  drawInputs,
  everyInputConnected,
  everyInputKept,
  hiddenBound,
  hiddenNeeded,
} from "../../src/theory/lower_bound.ts";
import { fittedConstant, nearestSubsetSum, subsetSumShares } from "../../src/theory/subset_sum.ts";
import { buildTicket, evaluateWeights } from "../../src/theory/ticket.ts";

const near = (value: number, expected: number, tolerance: number) =>
  assert(Math.abs(value - expected) <= tolerance, `${value}, expected ${expected} ± ${tolerance}`);

/** Within four standard deviations of what the formula says. */
function agrees({ trials, share }: Share, probability: number) {
  near(share, probability, 4 * Math.sqrt(probability * (1 - probability) / trials) + 1e-9);
}

Deno.test("chances: the factor, edges, and sums over a binomial", () => {
  const factors = [[0.9, 0.434], [0.5, 1.443], [0.3, 2.804], [0.1, 9.491], [0.05, 19.496], [0.01, 99.499]];
  for (const [p, factor] of factors) near(widthFactor(p), factor, 6e-4);
  near(widthFactor(1), 0, 0);
  near(someKept(3, 0.5), 0.875, 1e-15);
  near(binomialMean(50, 0.3, (k) => k), 15, 1e-12);
  near(binomialMean(1e6, 0.01, (k) => (k - 1e4) ** 2), 9900, 1e-6);
  near(binomialAtLeast(4, 0.5, 3), 5 / 16, 1e-15);
  near(binomialAtLeast(7, 1, 7), 1, 0);
  assert.equal(smallest(3, (n) => n * n >= 1000), 32);
  assert.equal(smallest(0, () => true), 0);
});

const TARGET = { widths: [10, 20, 20, 1], nonzero: [60, 80, 10] };

Deno.test("E1: copies and chances of the reference table; a mask that has every edge computes the target", () => {
  const table = [[0.9, [4, 4, 3], 0.9436], [0.5, [15, 15, 9], 0.9333], [0.3, [31, 30, 16], 0.9134]] as const;
  for (const [p, copies, probability] of [...table, [0.01, [1462, 1400, 563], 0.9005]] as const) {
    const plan = planEmbedding(TARGET, p, 0.1);
    assert.deepEqual(plan.copies, [...copies, 1]);
    near(plan.probability, probability, 5e-5);
    assert(plan.firstProbability >= 0.9 && binomialAtLeast(plan.firstPerInput - 1, p, copies[0]) ** 10 < 0.9);
    assert.deepEqual(plan.widths, [10, 10 * plan.firstPerInput, 20 * copies[1], 20 * copies[2], 1]);
  }
  const target = randomTarget(TARGET, 3), inputs = boxInputs(8, 10, 3), copies = copiesFor(TARGET, 0.5, 0.1);
  assert.deepEqual(target.weights.map((rows) => rows.flatMap((row) => [...row]).filter((w) => w !== 0).length), [
    ...TARGET.nonzero,
  ]);
  const outputs = inputs.map((input) => evaluateTarget(target, input)[0]);
  assert(Math.max(...outputs) - Math.min(...outputs) > 0.1, "the target is no constant");
  const few = scaleCopies(copies, 0.3), seen = { complete: 0, broken: 0 };
  for (let trial = 0; trial < 12; trial++) {
    for (const each of [copies, few]) {
      const { complete, error } = embed(target, each, 0.5, { seed: 3, trial, inputs });
      if (complete) assert(error <= 1e-12, `${error}`);
      seen[complete ? "complete" : "broken"]++;
      if (!complete && error > 1e-3) assert.equal(each, few);
    }
  }
  assert(seen.complete >= 8 && seen.broken >= 8, JSON.stringify(seen));
});

Deno.test("E1: random masks hold the target as often as the formula says, also with fewer copies", () => {
  const request = { target: TARGET, delta: 0.1, densities: [0.9, 0.5], multiples: [0.75, 1], trials: 150, seed: 2 };
  for (const { points, leastMultiple, density, copies } of embeddingExperiment(request)) {
    for (const { found, probability } of points) agrees(found, probability);
    const at = (multiple: number) => embeddingProbability(TARGET, scaleCopies(copies, multiple), density);
    assert(at(leastMultiple) >= 0.9 && at(leastMultiple - 0.01) < 0.9);
  }
});

Deno.test("E2: the bound, edges and paths of the reference table, and random masks", () => {
  const table: [number, number, number, number, number, number, number, number][] = [
    [10, 0.5, 0.1, 6.576, 0.854, 0.925, 0.398, 16],
    [10, 0.1, 0.1, 43.263, 0.897, 0.907, 0.0007, 456],
    [100, 0.1, 0.1, 65.072, 0.899, 0.909, 0, 680],
    [100, 0.01, 0.05, 753.768, 0.9496, 0.9501, 0, 76_500],
    [3072, 0.1, 0.05, 104.406, 0.948, 0.953, 0, 1105],
  ];
  for (const [d, p, delta, bound, below, at, paths, needed] of table) {
    near(hiddenBound(d, p, delta), bound, 5e-4);
    const n = Math.ceil(bound), digits = below > 0.9495 ? 1e-4 : 6e-4;
    near(everyInputKept(d, n - 1, p), below, digits);
    near(everyInputKept(d, n, p), at, digits);
    near(everyInputConnected(d, n, p), paths, 6e-4);
    const fewest = hiddenNeeded(d, p, delta);
    near(fewest, needed, 0.02 * needed);
    assert(everyInputConnected(d, fewest, p) >= 1 - delta && everyInputConnected(d, fewest - 1, p) < 1 - delta);
  }
  for (const row of inputsExperiment({ inputs: 10, delta: 0.1, densities: [0.5, 0.2], trials: 400, seed: 5 })) {
    agrees(row.keptFound, row.kept);
    agrees(row.connectedFound, row.connected);
    agrees(row.neededFound, everyInputConnected(10, row.needed, row.density));
  }
  const apart = { inputs: 4, hidden: 6, p: 0.6, out: 0.3 };
  agrees(
    shareOf(500, (trial) => drawInputs(apart, { seed: 1, trial }).connected),
    everyInputConnected(4, 6, 0.6, 0.3),
  );
});

Deno.test("E3: the nearest of all subset sums, and shares of the reference table", () => {
  for (let trial = 0; trial < 20; trial++) {
    const numbers = draws("values", 9, 0, trial), values = Array.from({ length: 9 }, () => 2 * numbers.uniform() - 1);
    const wanted = 2 * numbers.uniform() - 1,
      sumOf = (subset: number) =>
        values.reduce((sum, value, i) => Math.floor(subset / 2 ** i) % 2 === 1 ? sum + value : sum, 0);
    const { error, subset } = nearestSubsetSum(values, wanted);
    near(Math.abs(sumOf(subset) - wanted), error, 1e-12);
    near(Math.min(...Array.from({ length: 512 }, (_, s) => Math.abs(sumOf(s) - wanted))), error, 1e-12);
  }
  assert.deepEqual(nearestSubsetSum([], 0.25), { error: 0.25, subset: 0 });
  // ±.04 is the table's own error
  const table: [number, number, number[]][] = [
    [8, 1, [0.95, 0.68, 0.13]],
    [12, 0.5, [0.83, 0.39, 0.06]],
    [16, 0.25, [0.62, 0.14, 0.02]],
  ];
  for (const [n, p, expected] of table) {
    const shares = subsetSumShares({ n, p, bounds: [0.1, 0.01, 0.001] }, { seed: 4, trials: 400 });
    shares.forEach(({ share }, i) => near(share, expected[i], 0.12));
  }
  assert.equal(fittedConstant(15, 0.01, 1), null);
  near(fittedConstant(15, 0.01, 0.9)!, 15 / Math.log(100), 1e-12);
});

Deno.test("E4: a matrix, and a trained network, out of random weights that a mask leaves as they are", () => {
  const numbers = draws("values", 1, 0, 0);
  const matrix = [Array.from({ length: 32 }, () => Float64Array.from({ length: 32 }, () => 2 * numbers.uniform() - 1))];
  for (const [p, copies] of [[1, 15], [0.5, 30]]) {
    const ticket = buildTicket(matrix, { p, copies, epsilon: 0.01, seed: 1, trial: 0 });
    assert.equal(ticket.within, 1);
    assert(ticket.redrawn < 0.05 && ticket.kept < ticket.size * p);
    assert.deepEqual(ticket.widths, [32, 32 * Math.ceil(2 * copies / p), 32]);
    for (let i = 0; i < 32; i++) {
      for (const sign of [1, -1]) {
        // a unit input reads one column of the matrix, on the positive and on the negative half
        const input = new Float64Array(32);
        input[i] = sign;
        const expected = evaluateWeights(matrix, input), found = ticket.evaluate(input);
        found.forEach((value, j) => near(value, expected[j], 0.01));
      }
    }
  }
  const request = { densities: [1, 0.5], hidden: 6, copies: 12, epsilon: 0.01, trials: 1, seed: 1 };
  for (const row of ticketExperiment(request)) {
    assert(row.targetAccuracy > 0.9 && row.within === 1 && row.error < 0.2, JSON.stringify(row));
    near(row.accuracies[0], row.targetAccuracy, 0.03);
  }
});

Deno.test("numbers that make no sense are one clear error", () => {
  const request = { trials: 1, seed: 1 };
  const fails = (act: () => unknown, message: RegExp) =>
    assert.throws(act, (error) => error instanceof UserError && message.test(error.message));
  const embedding = { ...request, target: TARGET, delta: 0.1, multiples: [1] };
  fails(() => embeddingExperiment({ ...embedding, densities: [0] }), /density 0: expected a number above 0/);
  fails(() => embeddingExperiment({ ...embedding, densities: [0.5], delta: 1 }), /delta 1: .* below 1/);
  const target = { widths: [2, 2], nonzero: [5] };
  fails(() => embeddingExperiment({ ...embedding, densities: [0.5], target }), /layer 1 has 4 weights/);
  fails(() => subsetSumExperiment({ ...request, densities: [1], sizes: [31], epsilons: [0.1] }), /at most 30/);
  fails(() => inputsExperiment({ ...request, densities: [0.5], inputs: 0, delta: 0.1 }), /inputs 0: .* from 1 on/);
});
