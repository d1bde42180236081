/** Made-up results for tests of tables and charts: no number here was measured. */

import type { RunResult } from "../../src/experiment/run_result.ts";

/** A result with the given differences from a plain one. */
export function madeUpResult(changes: Partial<RunResult> & { density?: number; compute?: number } = {}): RunResult {
  const { density = 1, compute = density, ...rest } = changes;
  return {
    format: 1,
    name: "made-up",
    configHash: "0".repeat(64),
    rule: "dense",
    data: "made-up-data",
    model: "lab, width 16",
    seed: 1,
    mask: {
      nominalDensity: density,
      expectedDensity: density,
      realisedDensity: density,
      computeDensity: compute,
    },
    parameters: { total: 1100, maskable: 1000, kept: Math.round(1000 * density) },
    best: { epoch: 5, validationAccuracy: 0.9, testAccuracy: 0.881 },
    last: { epoch: 6, validationAccuracy: 0.9, testAccuracy: 0.8805, testLoss: 0.35, testTop5: 0.99 },
    imagesPerSecond: 1200,
    seconds: 42,
    adapter: { name: "made-up adapter", software: true },
    interrupted: false,
    warnings: [],
    ...rest,
  };
}

/** Dense and four rules at two densities, as the quickstart gives them. */
export function madeUpQuickstart(seeds: readonly number[] = [1]): RunResult[] {
  type Row = [RunResult["rule"], nominal: number, realised: number, compute: number, accuracy: number, speed: number];
  const rows: Row[] = [
    ["dense", 1, 1, 1, 0.8815, 1234],
    ["uniform", 0.1, 0.0998, 0.0997, 0.8623, 2345],
    ["uniform", 0.02, 0.0201, 0.0199, 0.8112, 3456],
    ["erk", 0.1, 0.1002, 0.2413, 0.8671, 1890],
    ["erk", 0.02, 0.0199, 0.0613, 0.8431, 3011],
    ["balanced", 0.1, 0.0904, 0.3512, 0.8665, 1650],
    ["balanced", 0.02, 0.0182, 0.0911, 0.8402, 2875],
    ["pyramidal", 0.1, 0.1001, 0.2611, 0.8589, 1801],
    ["pyramidal", 0.02, 0.0197, 0.1014, 0.7905, 2744],
  ];
  return rows.flatMap(([rule, nominal, realised, compute, accuracy, speed]) =>
    seeds.map((seed, i) => {
      const shift = (i - (seeds.length - 1) / 2) * 0.004;
      const result = madeUpResult({ rule, seed, imagesPerSecond: speed * (1 + shift) });
      result.mask = {
        nominalDensity: nominal,
        expectedDensity: rule === "balanced" ? realised : nominal,
        realisedDensity: realised,
        computeDensity: compute,
      };
      result.best = { epoch: 5, validationAccuracy: accuracy, testAccuracy: accuracy + shift };
      result.last = {
        epoch: 6,
        validationAccuracy: accuracy,
        testAccuracy: accuracy + shift - 0.001,
        testLoss: 0.4,
        testTop5: 0.99,
      };
      return result;
    })
  );
}
