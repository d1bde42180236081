/** `startsparse density`: the golden values of the rules on the models themselves, the table, and mistakes. */
import { strict as assert } from "node:assert";
import {
  type DensityChoice,
  type DensityReport,
  describeDensity,
  expectDensities,
  type ExpectedDensities,
} from "../../src/cli/density.ts";
import { densityTable } from "../../src/cli/density_view.ts";
import { knownDataset } from "../../src/data/registry.ts";
import { layerSize } from "../../src/masks/layer.ts";
import { dimensionSum } from "../../src/masks/rules/erk.ts";
import type { RuleName } from "../../src/masks/rules/registry.ts";
import { assertClearError, startsparse, withFolder } from "./command.ts";

const CIFAR10 = knownDataset("cifar10")!;

const REST = { dataset: "cifar10", draw: "bernoulli", flow: "off", block: [1, 1], seed: 1 } as const;

function describe(model: string, rule: RuleName, density: number, more: Partial<DensityChoice> = {}): DensityReport {
  return describeDensity({ ...REST, model, rule, density, ...more }, CIFAR10);
}

/** Equal as far as the golden value was printed. */
function assertDigits(value: number, expected: string | number, digits: number, what: string) {
  const off = Math.abs(value - Number(expected));
  assert(off <= 0.5000001 * 10 ** -digits, `${what}: ${value}, expected ${expected}`);
}

// From an independent implementation of the formulas. Columns: density; ERK's epsilon and dense layers; factor and
// density of STR's ERK; share, full layers and density of balanced; density of its partial correction; pyramidal's base.
const GOLDEN = {
  vgg16: `
  .5   976.721839 0,1,2,3,4,13 861.669048 .445584 525556.6 6 .323756 .431598 .93280634
  .3   564.595810 0,1,2,3,13   -          -       315333.9 - .209470 -       .88458719
  .2   371.242612 0,1,13       344.667619 .185896 210222.6 5 .146572 .178882 .84697507
  .1   184.379456 0,13         172.333810 .093497 105111.3 4 .079409 .090906 .78374272
  .05  91.758711  0,13         86.166905  .046981 52555.7  3 .042256 .046081 .72138335
  .01  17.716832  13           17.233381  .009737 10511.1  2 .009037 .009548 .57618412
  .005 8.616690   none         8.616690   .005    5255.6   2 .004751 .004957 .51162769
  .001 1.723338   none         1.723338   .001    1051.1   0 .001    .001    .35453113`,
  resnet18: `
  .5   820.382429 0,1,2,3,4,5,6,7,8,9,10,12,17,20 601.981667 .388625 265817.9 13 .265934 .420582 .95862621
  .3   447.261389 0,1,2,3,4,5,7,12,17,20          -          -       159490.7 -  .189743 -       .92823742
  .2   280.702945 0,1,2,3,4,7,12,17,20            240.792667 .174073 106327.2 9  .138380 .181553 .90403102
  .1   131.961867 0,7,12,20                       120.396333 .091611 53163.6  8  .079395 .093188 .86204095
  .05  64.023762  0,7,20                          60.198167  .047093 26581.8  3  .044204 .047615 .81836651
  .01  12.172725  20                              12.039633  .009896 5316.4   2  .009661 .009952 .69838034
  .005 6.019817   none                            6.019817   .005    2658.2   1  .004917 .004996 .62810475
  .001 1.203963   none                            1.203963   .001    531.6    0  .001    .001    .40355300`,
};

for (const [model, table] of Object.entries(GOLDEN)) {
  Deno.test(`density ${model}: every golden value of the rules`, () => {
    for (const line of table.trim().split("\n")) {
      const [density, epsilon, dense, factor, str, share, full, plain, partial, base] = line.trim().split(/ +/);
      const of = (rule: RuleName) => expectDensities({ ...REST, model, rule, density: Number(density) }, CIFAR10);
      const check = (value: number, expected: string, digits: number, what: string) => {
        if (expected !== "-") assertDigits(value, expected, digits, `${what} at ${density}`);
      };
      const fullLayers = ({ densities }: ExpectedDensities) => densities.flatMap((p, l) => p === 1 ? [l] : []);
      /** Weights kept of the first layer that is not full, and that layer. */
      const free = ({ densities, layers }: ExpectedDensities) => {
        const l = densities.findIndex((p) => p < 1);
        return { kept: densities[l] * layerSize(layers[l]), layer: layers[l] };
      };
      const erkFactor = (found: ExpectedDensities) => free(found).kept / dimensionSum(free(found).layer.shape);
      const erk = of("erk"), erkStr = of("erk-str"), balanced = of("balanced");
      check(erkFactor(erk), epsilon, 6, "epsilon");
      assert.equal(fullLayers(erk).join() || "none", dense);
      check(erkFactor(erkStr), factor, 6, "STR's factor");
      check(erkStr.expectedDensity, str, 6, "STR's density");
      check(free(balanced).kept, share, 1, "balanced share");
      check(fullLayers(balanced).length, full, 0, "full layers");
      check(balanced.expectedDensity, plain, 6, "balanced density");
      check(of("balanced-partial").expectedDensity, partial, 6, "partial density");
      check(of("pyramidal").densities[0], base, 8, "pyramidal base");
      for (const rule of ["uniform", "erk", "balanced-fill", "pyramidal"] as const) {
        assertDigits(of(rule).expectedDensity, density, 12, rule);
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
      assertDigits(report.computeDensity, c, 4, `${rule} at ${p} on ${model}`);
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

Deno.test("density: the table leaves columns out where there is no room, numbers last", () => {
  const report = describe("resnet18", "uniform", 0.01);
  const head = (columns: number) => densityTable(report, columns)[0].trim().split(/ {2,}/);
  assert.deepEqual(head(100), ["layer", "shape", "weights", "density", "kept", "realised", "mult-adds", "dead in/out"]);
  assert.deepEqual(head(80), ["layer", "shape", "weights", "density", "kept", "mult-adds"]);
  assert.deepEqual(head(10), ["layer", "weights", "density", "kept"]);
  assert(densityTable(report, 100).every((line) => line.length <= 100));
});

Deno.test("the command prints the report as JSON, or a table that ends in words", async () => {
  const words = ["density", "vgg16", "--dataset", "cifar10", "--rule", "balanced", "--density", "0.5"];
  const json = await startsparse([...words, "--json"]);
  assert.equal(json.stderr, "");
  const report = JSON.parse(json.stdout) as DensityReport;
  assert.equal(report.expectedDensity.toFixed(6), "0.323756");
  assert.deepEqual(report, JSON.parse(JSON.stringify(describe("vgg16", "balanced", 0.5))));
  const table = await startsparse(words);
  assert.match(table.stdout, /^features\.17 +256×256×3×3 +589,824 +0\.8910 /m);
  assert.match(table.stdout, /0\.5 asked → 0\.3238 by the rule → 0\.3237 drawn/);
  assert(table.stdout.split("\n").every((line) => line.length <= 100));
});

Deno.test("blocks, width, image size and densities by layer are taken from the command line", async () => {
  const ask = async (...words: string[]) =>
    JSON.parse((await startsparse(["density", ...words, "--json"])).stdout) as DensityReport;
  const small = await ask("vgg16", "--width", "0.25", "--block", "8,4", "--draw", "exact", "--density", "0.1");
  assert.deepEqual([small.block, small.layers[1].shape], [[8, 4], [16, 16, 3, 3]]);
  assert.equal(small.layers[1].nnz, 32 * Math.round(0.1 * 16 * 16 * 9 / 32));
  const stem = await ask("resnet18", "--dataset", "cifar100", "--stem", "imagenet", "--size", "64", "--width", "0.25");
  assert.deepEqual([stem.input, stem.classes, stem.layers[0].shape], [[3, 64, 64], 100, [16, 3, 7, 7]]);
  await withFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/layers.yaml`, "fc1.weight: 0.5\nfc2.weight: 1\n");
    const mlp = await ask("mlp", "--dataset", "mnist", "--widths", "20", "--layers", `${folder}/layers.yaml`);
    assert.deepEqual(mlp.layers.map(({ shape, density }) => [shape, density]), [[[20, 784], 0.5], [[10, 20], 1]]);
  });
});

Deno.test("mistakes are named in the words of the command line", async () => {
  const mistakes: [string[], RegExp, number][] = [
    [["vgg61"], /unknown model vgg61\. Did you mean vgg1[16]\?.*resnet18/, 2],
    [["vgg16", "--rule", "balancd"], /--rule balancd: did you mean balanced\?/, 2],
    [["vgg16", "--block", "0,1"], /--block 0,1: expected output and input channels/, 2],
    [["vgg16", "density=0.3"], /density takes options: --density 0\.3/, 2],
    [["vgg16", "--density", "2"], /density 2: expected more than 0 and at most 1/, 1],
    [["vgg16", "--dataset", "cifar1"], /unknown data set "cifar1": did you mean "cifar10"\?/, 1],
    [["vgg16", "--rule", "custom"], /custom needs a density for each layer/, 1],
    [["mlp", "--layers", "fc1.weight=x"], /expected a density for each layer by its name/, 1],
    [["mlp", "--layers", "fc1.weigth=0.1"], /names "fc1\.weigth"/, 1],
    [["lab", "--width", "3"], /model\.width is 3, but lab takes a whole number from 8 to 64/, 1],
  ];
  for (const [words, message, code] of mistakes) {
    assertClearError(await startsparse(["density", ...words]), message, code);
  }
});
