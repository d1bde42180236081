import { strict as assert } from "node:assert";
import { type LayerShape, layerSize, totalSize } from "../../src/masks/layer.ts";
import { expectedComputeDensity, expectedDensity } from "../../src/masks/report.ts";
import { dimensionSum } from "../../src/masks/rules/erk.ts";
import { ruleDensities, type RuleName } from "../../src/masks/rules/registry.ts";
import { RESNET18_C10, RESNET18_C10_STR, RESNET50_C100_STR, VGG16_C10 } from "./shapes.ts";

// Golden values from an independent numpy implementation of the formulas. Columns: density; ERK's epsilon and dense
// layers; factor and realised density of STR's ERK; share, number of full layers and realised density of balanced;
// realised density of its partial correction; base of pyramidal. "-" was not computed.
const VGG16_GOLDEN = `
  .5   976.721839 0,1,2,3,4,13 861.669048 .445584 525556.6 6 .323756 .431598 .93280634
  .3   564.595810 0,1,2,3,13   -          -       315333.9 - .209470 -       .88458719
  .2   371.242612 0,1,13       344.667619 .185896 210222.6 5 .146572 .178882 .84697507
  .1   184.379456 0,13         172.333810 .093497 105111.3 4 .079409 .090906 .78374272
  .05  91.758711  0,13         86.166905  .046981 52555.7  3 .042256 .046081 .72138335
  .01  17.716832  13           17.233381  .009737 10511.1  2 .009037 .009548 .57618412
  .005 8.616690   none         8.616690   .005    5255.6   2 .004751 .004957 .51162769
  .001 1.723338   none         1.723338   .001    1051.1   0 .001    .001    .35453113`;
const RESNET18_GOLDEN = `
  .5   820.382429 0,1,2,3,4,5,6,7,8,9,10,12,17,20 601.981667 .388625 265817.9 13 .265934 .420582 .95862621
  .3   447.261389 0,1,2,3,4,5,7,12,17,20          -          -       159490.7 -  .189743 -       .92823742
  .2   280.702945 0,1,2,3,4,7,12,17,20            240.792667 .174073 106327.2 9  .138380 .181553 .90403102
  .1   131.961867 0,7,12,20                       120.396333 .091611 53163.6  8  .079395 .093188 .86204095
  .05  64.023762  0,7,20                          60.198167  .047093 26581.8  3  .044204 .047615 .81836651
  .01  12.172725  20                              12.039633  .009896 5316.4   2  .009661 .009952 .69838034
  .005 6.019817   none                            6.019817   .005    2658.2   1  .004917 .004996 .62810475
  .001 1.203963   none                            1.203963   .001    531.6    0  .001    .001    .40355300`;

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
    ["VGG-16", VGG16_C10, VGG16_GOLDEN],
    ["ResNet-18", RESNET18_C10, RESNET18_GOLDEN],
  ] as const
) {
  for (const line of table.trim().split("\n")) {
    const [density, epsilon, dense, factor, str, share, full, plain, partial, base] = line.trim().split(/ +/);
    const p = Number(density);
    Deno.test(`golden values of the rules on ${net} at ${p}`, () => {
      const at = (rule: RuleName) => ruleDensities(rule, layers, p);
      const mean = (rule: RuleName) => expectedDensity(layers, at(rule));
      const check = (value: number, expected: string, digits: number, what: string) => {
        if (expected !== "-") assertDigits(value, Number(expected), digits, what);
      };
      const isFull = (densities: number[]) => densities.map((q, l) => q === 1 ? l : -1).filter((l) => l >= 0);

      check(erkFactor(layers, at("erk")), epsilon, 6, "epsilon");
      assert.equal(isFull(at("erk")).join() || "none", dense);
      check(erkFactor(layers, at("erk-str")), factor, 6, "STR factor");
      check(mean("erk-str"), str, 6, "STR density");
      const free = at("balanced").findIndex((q) => q < 1);
      check(at("balanced")[free] * layerSize(layers[free]), share, 1, "balanced share");
      check(isFull(at("balanced")).length, full, 0, "full layers");
      check(mean("balanced"), plain, 6, "balanced density");
      check(mean("balanced-partial"), partial, 6, "balanced-partial density");
      check(at("pyramidal")[0], base, 8, "pyramidal base");
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
