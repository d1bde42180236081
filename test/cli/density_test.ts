/** `startsparse density`: the table, JSON, and mistakes. */
import { strict as assert } from "node:assert";
import { densityTable } from "../../src/cli/density_view.ts";
import { knownDataset } from "../../src/data/registry.ts";
import { type DensityChoice, type DensityReport, describeDensity } from "../../src/experiment/density.ts";
import type { RuleName } from "../../src/masks/rules/registry.ts";
import { assertClearError, startsparse, withFolder } from "./command.ts";

const CIFAR10 = knownDataset("cifar10")!;

const REST = { dataset: "cifar10", draw: "bernoulli", flow: "off", block: [1, 1], seed: 1 } as const;

function describe(model: string, rule: RuleName, density: number, more: Partial<DensityChoice> = {}): DensityReport {
  return describeDensity({ ...REST, model, rule, density, ...more }, CIFAR10);
}

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
