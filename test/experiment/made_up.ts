/** Made-up results for tests of tables and charts: no number here was measured. */

import { parseConfig } from "../../src/experiment/config.ts";
import type { Metric } from "../../src/experiment/metrics.ts";
import type { Provenance } from "../../src/experiment/provenance.ts";
import type { CollectedRun } from "../../src/experiment/results_collect.ts";
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

/** Runs as they are collected, with made-up curves. */
export function madeUpRuns(results: readonly RunResult[], provenance: Provenance | null = null): CollectedRun[] {
  return results.map((result, i) => {
    const { rule, mask, seed, method } = result;
    const settings = { rule, density: mask.nominalDensity ?? undefined };
    const source = rule === "dense" || rule === "custom" || rule === "file" ? { rule: "dense" } : settings;
    const named = method && method.name !== "fixed" ? { name: method.name, density: method.target ?? undefined } : {};
    const config = parseConfig({ seed, mask: source as never, method: named as never }, "made up");
    return {
      folder: `runs/${result.name}-${i}`,
      config,
      provenance,
      plan: null,
      metrics: madeUpMetrics(result),
      result,
    };
  });
}

function madeUpMetrics({ best, method }: RunResult): Metric[] {
  return [1, 2, 3, 4].flatMap((epoch): Metric[] => {
    const step = 10 * epoch, images = 100, accuracy = (best?.testAccuracy ?? 0.5) - 0.1 / epoch;
    const shares = { stayed: 0.9, inSource: 1 - 0.1 * epoch, explored: 0.1 * epoch };
    const mask = { kind: "mask", reason: "update", epoch, step, level: 1, nominal: null, nnz: {}, ...shares } as const;
    return [
      { kind: "epoch", epoch, step, images, loss: 2 / epoch, accuracy, lr: 0.1 },
      { kind: "evaluate", epoch, step, split: "test", images, loss: 1, accuracy, top5: 1 },
      ...(method ? [{ ...mask, realised: 0.1, compute: 0.1, denseEpochs: epoch }] : []),
    ];
  });
}
