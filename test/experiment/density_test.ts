/** What rules make of networks: golden values on the models themselves, what is drawn, and warnings. */
import { strict as assert } from "node:assert";
import { knownDataset } from "../../src/data/registry.ts";
import {
  type DensityChoice,
  type DensityReport,
  describeDensity,
  expectDensities,
  type ExpectedDensities,
} from "../../src/experiment/density.ts";
import { layerSize } from "../../src/masks/layer.ts";
import { dimensionSum } from "../../src/masks/rules/erk.ts";
import type { RuleName } from "../../src/masks/rules/registry.ts";
import { equalsPrinted, GOLDEN_DENSITIES } from "../golden/rule_densities.ts";

const CIFAR10 = knownDataset("cifar10")!;

const REST = { dataset: "cifar10", draw: "bernoulli", flow: "off", block: [1, 1], seed: 1 } as const;

function describe(model: string, rule: RuleName, density: number, more: Partial<DensityChoice> = {}): DensityReport {
  return describeDensity({ ...REST, model, rule, density, ...more }, CIFAR10);
}

for (const [model, rows] of Object.entries(GOLDEN_DENSITIES)) {
  Deno.test(`density ${model}: every golden value of the rules`, () => {
    for (const row of rows) {
      const { density } = row;
      const of = (rule: RuleName) => expectDensities({ ...REST, model, rule, density: Number(density) }, CIFAR10);
      const check = (value: number, expected: string, digits: number, what: string) => {
        assert(equalsPrinted(value, expected, digits), `${what} at ${density}: ${value}, expected ${expected}`);
      };
      const fullLayers = ({ densities }: ExpectedDensities) => densities.flatMap((p, l) => p === 1 ? [l] : []);
      /** Weights kept of the first layer that is not full, and that layer. */
      const free = ({ densities, layers }: ExpectedDensities) => {
        const l = densities.findIndex((p) => p < 1);
        return { kept: densities[l] * layerSize(layers[l]), layer: layers[l] };
      };
      const erkFactor = (found: ExpectedDensities) => free(found).kept / dimensionSum(free(found).layer.shape);
      const erk = of("erk"), erkStr = of("erk-str"), balanced = of("balanced");
      check(erkFactor(erk), row.epsilon, 6, "epsilon");
      assert.equal(fullLayers(erk).join() || "none", row.dense);
      check(erkFactor(erkStr), row.factor, 6, "STR's factor");
      check(erkStr.expectedDensity, row.strDensity, 6, "STR's density");
      check(free(balanced).kept, row.share, 1, "balanced share");
      check(fullLayers(balanced).length, row.fullLayers, 0, "full layers");
      check(balanced.expectedDensity, row.balancedDensity, 6, "balanced density");
      check(of("balanced-partial").expectedDensity, row.partialDensity, 6, "partial density");
      check(of("pyramidal").densities[0], row.base, 8, "pyramidal base");
      for (const rule of ["uniform", "erk", "balanced-fill", "pyramidal"] as const) {
        check(of(rule).expectedDensity, density, 12, rule);
      }
    }
  });
}

Deno.test("density: compute densities, and what is drawn is near to what the rule says", () => {
  const cases: [string, number, [RuleName, number][]][] = [
    ["vgg16", .1, [["uniform", .1], ["erk", .2435], ["balanced", .3569], ["pyramidal", .2581]]],
    ["vgg16", .01, [["uniform", .01], ["erk", .0271], ["balanced", .0657], ["pyramidal", .0811]]],
    ["resnet18", .1, [["erk", .2482], ["balanced", .4128], ["pyramidal", .2900]]],
    ["resnet18", .01, [["erk", .0252], ["balanced", .0585], ["pyramidal", .1030]]],
  ];
  for (const [model, p, expected] of cases) {
    for (const [rule, c] of expected) {
      const report = describe(model, rule, p);
      assert(equalsPrinted(report.computeDensity, String(c), 4), `${rule} at ${p} on ${model}`);
      const { densities, expectedDensity } = expectDensities({ ...REST, model, rule, density: p }, CIFAR10);
      assert.deepEqual(report.layers.map(({ density }) => density), densities);
      assert.deepEqual([report.nominalDensity, report.expectedDensity], [p, expectedDensity]);
      assert(Math.abs(report.realisedComputeDensity / c - 1) < 0.02);
      assert(Math.abs(report.realisedDensity / report.expectedDensity - 1) < 0.02);
      assert.equal(report.nnz, report.layers.reduce((sum, { nnz }) => sum + nnz, 0));
      assert.equal(report.macs, report.layers.reduce((sum, { macs }) => sum + macs, 0));
    }
  }
  const full = describe("resnet18", "dense", 0.1);
  assert.deepEqual([full.nominalDensity, full.nnz, full.connected, full.warnings], [1, full.size, true, []]);
});

Deno.test("density: warnings say what is lost, empty, cut off or dead", () => {
  const [lost] = describe("vgg16", "balanced", 0.5).warnings;
  assert.match(lost, /keeps 35 % less than was asked for.*balanced-fill does/);
  const layers = { "fc1.weight": 0.1, "fc2.weight": 0, "fc3.weight": 0.5 };
  const cut = describe("mlp", "custom", 0.1, { layers });
  assert.equal(cut.nominalDensity, null);
  assert.equal(cut.connected, false);
  assert(cut.warnings.some((text) => /without a single weight: fc2\.weight/.test(text)));
  assert(cut.warnings.some((text) => /no path of kept weights/.test(text)));
  assert(describe("vgg16", "uniform", 0.01).warnings.some((text) => /input channels are read by none/.test(text)));
  assert.equal(describe("vgg16", "uniform", 0.01, { flow: "paper" }).deadInputs, 0);
});
