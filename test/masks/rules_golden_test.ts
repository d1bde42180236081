import { strict as assert } from "node:assert";
import { type LayerShape, layerSize, totalSize } from "../../src/masks/layer.ts";
import { expectedComputeDensity, expectedDensity } from "../../src/masks/report.ts";
import { dimensionSum } from "../../src/masks/rules/erk.ts";
import { ruleDensities, type RuleName } from "../../src/masks/rules/registry.ts";
import { equalsPrinted, GOLDEN_DENSITIES } from "../golden/rule_densities.ts";
import { RESNET18_C10, RESNET18_C10_STR, RESNET50_C100_STR, VGG16_C10 } from "./shapes.ts";

/** Equal as far as the golden value was printed. */
function assertDigits(value: number, expected: number, digits: number, what: string) {
  assert.ok(Math.abs(value - expected) <= 0.5000001 * 10 ** -digits, `${what}: ${value}, expected ${expected}`);
}

/** The proportionality factor of an ERK rule, from the first layer that it does not fill. */
function erkFactor(layers: LayerShape[], densities: number[]): number {
  const l = densities.findIndex((p) => p < 1);
  return densities[l] * layerSize(layers[l]) / dimensionSum(layers[l].shape);
}

for (
  const [net, layers, table] of [
    ["VGG-16", VGG16_C10, GOLDEN_DENSITIES.vgg16],
    ["ResNet-18", RESNET18_C10, GOLDEN_DENSITIES.resnet18],
  ] as const
) {
  for (const golden of table) {
    const p = Number(golden.density);
    Deno.test(`golden values of the rules on ${net} at ${p}`, () => {
      const at = (rule: RuleName) => ruleDensities(rule, layers, p);
      const mean = (rule: RuleName) => expectedDensity(layers, at(rule));
      const check = (value: number, expected: string, digits: number, what: string) => {
        assert.ok(equalsPrinted(value, expected, digits), `${what}: ${value}, expected ${expected}`);
      };
      const isFull = (densities: number[]) => densities.map((q, l) => q === 1 ? l : -1).filter((l) => l >= 0);

      check(erkFactor(layers, at("erk")), golden.epsilon, 6, "epsilon");
      assert.equal(isFull(at("erk")).join() || "none", golden.dense);
      check(erkFactor(layers, at("erk-str")), golden.factor, 6, "STR factor");
      check(mean("erk-str"), golden.strDensity, 6, "STR density");
      const free = at("balanced").findIndex((q) => q < 1);
      check(at("balanced")[free] * layerSize(layers[free]), golden.share, 1, "balanced share");
      check(isFull(at("balanced")).length, golden.fullLayers, 0, "full layers");
      check(mean("balanced"), golden.balancedDensity, 6, "balanced density");
      check(mean("balanced-partial"), golden.partialDensity, 6, "balanced-partial density");
      check(at("pyramidal")[0], golden.base, 8, "pyramidal base");
      for (const rule of ["uniform", "erk", "balanced-fill", "pyramidal"] as const) {
        assert.ok(Math.abs(mean(rule) - p) < 1e-12, `${rule} keeps the budget`);
      }
    });
  }
}

Deno.test("golden values on the nets of the STR code, whose classifier is a 1x1 convolution", () => {
  const check = (layers: LayerShape[], p: number, factor: number, density?: number) => {
    const densities = ruleDensities("erk-str", layers, p);
    assertDigits(erkFactor(layers, densities), factor, 6, `C at ${p}`);
    if (density) assertDigits(expectedDensity(layers, densities), density, 6, `density at ${p}`);
  };
  check(RESNET18_C10_STR, .3, 361.111116, .248918);
  check(RESNET18_C10_STR, .2, 240.740744, .174039);
  check(RESNET18_C10_STR, .1, 120.370372, .091592);
  check(RESNET18_C10_STR, .01, 12.037037, .009894);
  check(RESNET50_C100_STR, .3, 138.006605, .280366);
  check(RESNET50_C100_STR, .2, 92.004403, .195981);
});

/** One row of the tables by layer: ERK exact, ERK STR, balanced, pyramidal. */
type Row = [erk: number, str: number, balanced: number, pyramidal: number];

function assertRows(layers: LayerShape[], p: number, rows: Row[]) {
  assert.equal(rows.length, layers.length);
  (["erk", "erk-str", "balanced", "pyramidal"] as const).forEach((rule, column) => {
    ruleDensities(rule, layers, p).forEach((density, l) =>
      assertDigits(density, rows[l][column], 6, `${rule} of layer ${l}`)
    );
  });
}

Deno.test("golden densities of each layer: VGG-16 at 0.01", () => {
  const deep = [.006999, .004033, .002324, .001339, .000771];
  assertRows(VGG16_C10, .01, [
    [.748454, .728031, 1, .576184],
    [.064400, .062643, .285133, .331988],
    [.047579, .046281, .142566, .191286],
    [.031479, .030620, .071283, .110216],
    [.023429, .022790, .035642, .063505],
    [.015559, .015135, .017821, .036590],
    [.015559, .015135, .017821, .021083],
    [.011625, .011307, .008910, .012148],
    ...deep.map((q): Row => [.007735, .007524, .004455, q]),
    [1, 1, 1, .000444],
  ]);
});

Deno.test("golden densities of each layer: ResNet-18 at 0.1", () => {
  assertRows(RESNET18_C10, .1, [
    [1, 1, 1, .862041],
    ...[.743115, .640595, .552219, .476036].map((q): Row => [.479679, .437639, 1, q]),
    [.354390, .323330, .721077, .410362],
    [.234470, .213920, .360539, .353749],
    [1, 1, 1, .304946],
    ...[.262876, .226610].map((q): Row => [.234470, .213920, .360539, q]),
    [.174510, .159216, .180269, .195347],
    [.115893, .105735, .090135, .168397],
    [1, 1, 1, .145165],
    ...[.125138, .107874].map((q): Row => [.115893, .105735, .090135, q]),
    [.086584, .078995, .045067, .092992],
    [.057611, .052562, .022534, .080163],
    [.775228, .707284, .405606, .069104],
    ...[.059570, .051352].map((q): Row => [.057611, .052562, .022534, q]),
    [1, 1, 1, .044268],
  ]);
});

Deno.test("expected compute densities", () => {
  const cases: [LayerShape[], number, [RuleName, number][]][] = [
    [VGG16_C10, .1, [["uniform", .1], ["erk", .2435], ["balanced", .3569], ["pyramidal", .2581]]],
    [VGG16_C10, .01, [["erk", .0271], ["balanced", .0657], ["pyramidal", .0811]]],
    [RESNET18_C10, .1, [["erk", .2482], ["balanced", .4128], ["pyramidal", .2900]]],
    [RESNET18_C10, .01, [["erk", .0252], ["balanced", .0585], ["pyramidal", .1030]]],
  ];
  for (const [layers, p, expected] of cases) {
    for (const [rule, c] of expected) {
      assertDigits(expectedComputeDensity(layers, ruleDensities(rule, layers, p)), c, 4, `${rule} at ${p}`);
    }
  }
});

Deno.test("shapes have the published numbers of weights", () => {
  assert.equal(totalSize(VGG16_C10), 14_715_584);
  assert.equal(VGG16_C10.length, 14);
  assert.equal(totalSize(RESNET18_C10), 11_164_352);
  assert.equal(RESNET18_C10.length, 21);
  assert.equal(totalSize(RESNET50_C100_STR), 23_652_032);
  assert.equal(RESNET50_C100_STR.length, 54);
});
