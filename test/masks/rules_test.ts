import { strict as assert } from "node:assert";
import fc from "fast-check";
import { UserError } from "../../src/errors.ts";
import { type LayerShape, layerSize } from "../../src/masks/layer.ts";
import { expectedDensity } from "../../src/masks/report.ts";
import { dimensionSum } from "../../src/masks/rules/erk.ts";
import { pyramidalBase } from "../../src/masks/rules/pyramidal.ts";
import { RULE_NAMES, ruleDensities, type RuleName, RULES } from "../../src/masks/rules/registry.ts";
import { RESNET18_C10, VGG16_C10 } from "./shapes.ts";

/** Indices of the layers that keep all. */
function fullLayers(densities: number[]): number[] {
  return densities.map((p, l) => p === 1 ? l : -1).filter((l) => l >= 0);
}

/** Small networks of conv and linear layers. */
const someLayers = fc.array(
  fc.oneof(
    fc.tuple(fc.integer({ min: 1, max: 64 }), fc.integer({ min: 1, max: 64 })),
    fc.tuple(fc.integer({ min: 1, max: 64 }), fc.integer({ min: 1, max: 64 }), fc.constantFrom(1, 3, 5))
      .map(([o, i, k]) => [o, i, k, k]),
  ),
  { minLength: 1, maxLength: 12 },
).map((shapes) => shapes.map((shape, l): LayerShape => ({ name: `l${l}`, shape, positions: 1 + l })));
const someDensity = fc.double({ min: 1e-4, max: 1, noNaN: true });

Deno.test("all rules: densities in [0, 1]; four keep the budget, three stay within it", () => {
  fc.assert(fc.property(someLayers, someDensity, (layers, p) => {
    for (const rule of RULE_NAMES.filter((name) => name !== "custom")) {
      const densities = ruleDensities(rule, layers, p);
      assert.equal(densities.length, layers.length);
      for (const density of densities) assert.ok(density >= 0 && density <= 1, `${rule}: ${density}`);
      const mean = expectedDensity(layers, densities);
      if (["uniform", "erk", "balanced-fill", "pyramidal"].includes(rule)) {
        assert.ok(Math.abs(mean - p) < 1e-9, `${rule}: ${mean} for ${p}`);
      } else if (rule !== "dense") {
        assert.ok(mean <= p * (1 + 1e-12), `${rule}: ${mean} for ${p}`);
      }
    }
  }));
});

Deno.test("ERK and water-filling: the layers that are not full share one factor", () => {
  fc.assert(fc.property(someLayers, someDensity, (layers, p) => {
    const same = (factors: number[]) => factors.every((f) => Math.abs(f / factors[0] - 1) < 1e-9);
    const erk = ruleDensities("erk", layers, p), fill = ruleDensities("balanced-fill", layers, p);
    const free = (densities: number[]) => layers.map((_, l) => l).filter((l) => densities[l] < 1);
    assert.ok(same(free(erk).map((l) => erk[l] * layerSize(layers[l]) / dimensionSum(layers[l].shape))));
    assert.ok(same(free(fill).map((l) => fill[l] * layerSize(layers[l]))));
  }));
});

Deno.test("density 1 keeps all under the rules with an exact budget", () => {
  for (const rule of ["dense", "uniform", "erk", "balanced-fill", "pyramidal"] as const) {
    assert.ok(ruleDensities(rule, RESNET18_C10, 1).every((p) => p === 1), rule);
  }
  // The plain balanced share p N / L does not fill the large layers even at 1, and says so.
  assert.ok(expectedDensity(RESNET18_C10, ruleDensities("balanced", RESNET18_C10, 1)) < 1);
});

Deno.test("ERK fills layers of equal score together, and equal fractions count as equal", () => {
  // (2 + 1) / 2 = (2 + 2 + 1 + 1) / 4
  const layers = [[2, 1], [2, 2, 1, 1], [50, 50]].map((shape, l) => ({ name: `${l}`, shape, positions: 1 }));
  assert.deepEqual(fullLayers(ruleDensities("erk", layers, 0.3)), [0, 1]);
});

Deno.test("pyramidalBase at simple budgets", () => {
  assert.equal(pyramidalBase([10], 5), 0.5);
  assert.equal(pyramidalBase([1, 1], 2), 1);
  assert.ok(Math.abs(pyramidalBase([1, 1], 1) - (Math.sqrt(5) - 1) / 2) < 1e-15);
});

Deno.test("custom: by name, complete, nothing unknown", () => {
  const layers = [{ name: "conv", shape: [4, 3, 3, 3], positions: 1 }, { name: "fc", shape: [2, 4], positions: 1 }];
  const custom = (given?: Record<string, number>) => ruleDensities("custom", layers, 1, { layers: given });
  assert.deepEqual(custom({ fc: 1, conv: 0.25 }), [0.25, 1]);
  const fails = (given: Record<string, number> | undefined, message: RegExp, hint?: RegExp) =>
    assert.throws(() => custom(given), (error) => {
      assert.ok(error instanceof UserError);
      assert.match(error.message, message);
      if (hint) assert.match(error.hint ?? "", hint);
      return true;
    });
  fails({ conv: 0.5 }, /no density for "fc"/, /conv, fc/);
  fails({ conv: 0.5, fc: 1, covn2: 1 }, /"covn2"/, /"conv"/);
  fails({ conv: 1.5, fc: 1 }, /density 1.5 of "conv"/);
  fails({ conv: NaN, fc: 1 }, /conv/);
  fails(undefined, /conv/);
});

Deno.test("bad densities and unknown rules are the user's mistakes", () => {
  for (const p of [0, -0.1, 1.01, NaN, Infinity]) {
    assert.throws(() => ruleDensities("uniform", VGG16_C10, p), UserError, `${p}`);
  }
  assert.throws(() => ruleDensities("toString" as RuleName, VGG16_C10, 0.5), UserError);
  assert.throws(() => ruleDensities("uniform", [], 0.5), UserError);
  for (const rule of RULE_NAMES) assert.ok(RULES[rule].description.length > 0);
});
