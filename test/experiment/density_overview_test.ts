/** Rules side by side: the same numbers as one by one, and pitfalls that are there exactly where the numbers say so. */
import { strict as assert } from "node:assert";
import { knownDataset } from "../../src/data/registry.ts";
import { describeDensity, expectDensities } from "../../src/experiment/density.ts";
import type { DensityNote } from "../../src/experiment/density_facts.ts";
import { drawnNotes } from "../../src/experiment/density_notes.ts";
import { densityCurves, densityOverview, SHARING_RULES } from "../../src/experiment/density_overview.ts";
import type { RuleName } from "../../src/masks/rules/registry.ts";

const CIFAR10 = knownDataset("cifar10")!;
const DRAWN = { draw: "bernoulli", flow: "off", block: [1, 1], seed: 1, dataset: "cifar10" } as const;

function overview(model: string, density: number) {
  return densityOverview({ model, dataset: "cifar10", density }, CIFAR10);
}

function notes(model: string, density: number, rule: RuleName): ReadonlyMap<DensityNote["kind"], DensityNote> {
  const found = overview(model, density).rules.find((each) => each.rule === rule)!;
  return new Map(found.notes.map((note) => [note.kind, note]));
}

Deno.test("density overview: every rule has the numbers that it has alone, and the curves go through them", () => {
  for (const model of ["vgg16", "resnet18"]) {
    const found = overview(model, 0.1);
    const curves = densityCurves({ model, dataset: "cifar10" }, CIFAR10);
    const at = curves.densities.indexOf(0.1);
    assert(at > 0);
    assert.deepEqual(found.rules.map(({ rule }) => rule), SHARING_RULES);
    for (const [i, { rule, densities, expectedDensity, computeDensity }] of found.rules.entries()) {
      const alone = expectDensities({ ...DRAWN, model, rule, density: 0.1 }, CIFAR10);
      assert.deepEqual({ densities, expectedDensity, computeDensity }, {
        densities: alone.densities,
        expectedDensity: alone.expectedDensity,
        computeDensity: alone.computeDensity,
      });
      assert.equal(curves.rules[i].computeDensity[at], computeDensity);
    }
  }
});

Deno.test("density notes: each pitfall where it is, with numbers of the network, and nowhere else", () => {
  const lost = notes("resnet18", 0.3, "balanced").get("lost")!;
  assert.equal(lost.title, "0.3 asked → 0.190 kept");
  assert.match(lost.text, /159\u2009k weights, but 13 layers have no more than that/);
  for (const rule of ["uniform", "erk", "balanced-fill", "pyramidal"] as const) {
    assert.equal(notes("resnet18", 0.3, rule).has("lost"), false, rule);
  }
  assert.match(notes("vgg16", 0.01, "uniform").get("first layer")!.text, /keeps 17 of its 1,728/);
  assert.equal(notes("vgg16", 0.01, "erk").has("first layer"), false);
  const starved = notes("vgg16", 0.01, "pyramidal").get("classifier")!;
  assert.match(starved.text, /keeps 2 of 5,120 weights, about 0\.23 for each class\. On average 8\.0 of 10 classes/);
  assert.equal(notes("vgg16", 0.01, "balanced").has("classifier"), false);
  assert.match(notes("vgg16", 0.01, "balanced").get("full")!.title, /^2 layers clamped at 1$/);
  assert.equal(notes("vgg16", 0.01, "uniform").has("full"), false);
  // an independent count of channels that are expected dead: 49.4 outputs and 463 inputs
  assert.match(notes("vgg16", 0.01, "uniform").get("few channels")!.text, /leave about 49 output .* about 463 input/);
  assert.equal(notes("vgg16", 0.01, "erk").has("few channels"), false);
  assert.equal(overview("vgg16", 1).rules.flatMap((rule) => rule.notes).length, 0);
});

Deno.test("density notes: what the draw brings, and what flow preservation adds", () => {
  const kinds = (flow: "off" | "paper", density: number) => {
    const report = describeDensity({ ...DRAWN, model: "lenet5", rule: "uniform", density, flow }, CIFAR10);
    return { report, kinds: drawnNotes(report).map(({ kind }) => kind) };
  };
  const cut = kinds("off", 0.001);
  assert(cut.kinds.includes("cut off") && cut.kinds.includes("dead"));
  const mended = kinds("paper", 0.001);
  assert.deepEqual(mended.kinds, ["added"]);
  assert.equal(mended.report.added, mended.report.nnz - cut.report.nnz);
  assert.deepEqual(drawnNotes(describeDensity({ ...DRAWN, model: "lenet5", rule: "dense", density: 1 }, CIFAR10)), []);
});
