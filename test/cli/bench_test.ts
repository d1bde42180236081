/** `startsparse bench`: the shape of its JSON, its tables, its charts, and mistakes. */
import { strict as assert } from "node:assert";
import type { ConvBench } from "../../src/bench/conv.ts";
import type { StepBench } from "../../src/bench/step.ts";
import type { BenchOrigin } from "../../src/worker/bench.ts";
import { assertClearError, start, startsparse, withFolder } from "./command.ts";

const LAYER = ["--channels", "8,8", "--image", "4", "--batch", "8", "--rounds", "1", "--passes", "forward"];
const NETWORK = ["--model", "lenet-300-100", "--input", "1,8,8", "--classes", "4", "--batch", "8", "--rounds", "1"];

const parseConv = (text: string) => JSON.parse(text) as BenchOrigin & ConvBench;
const parseStep = (text: string) => JSON.parse(text) as BenchOrigin & StepBench;

Deno.test("bench conv: JSON says what, where, with what and when; people read a table", async () => {
  const { code, stdout, stderr } = await startsparse(["bench", "conv", ...LAYER, "--densities", "0.5", "--json"]);
  assert.equal(code, 0, stderr);
  const result = parseConv(stdout);
  assert.deepEqual([result.format, result.kind, result.batch, result.interrupted], [1, "conv", 8, false]);
  assert.equal(typeof result.adapter.name, "string");
  assert.equal(typeof result.backend, "string");
  assert.match(result.versions.runtime, /^Deno /);
  assert.match(result.command!, /^startsparse bench conv --channels 8,8/);
  assert.match(result.date, /^\d{4}-\d\d-\d\dT.*Z$/);
  assert.deepEqual(Object.keys(result.peak), ["gflops", "gigaloads", "loadGBs", "copyGBs"]);
  assert.deepEqual(new Set(result.cells.map(({ pass }) => pass)), new Set(["forward"]));
  const packed = result.cells.at(-1)!;
  assert.deepEqual([packed.storage, packed.density, packed.block, packed.activations], ["packed", 0.5, [1, 1], "f32"]);
  assert.match(stderr, /^packed 0\.5 +0\.\d+ +[\d.]+.(ms|s) .*×/m);
  assert.match(stderr, /measured peak: .* GFLOP\/s/);
});

Deno.test("bench matmul and bench step print tables whose columns stand under each other", async () => {
  const matmul = await startsparse(["bench", "matmul", "--features", "16,16", ...LAYER.slice(4)]);
  assert.match(matmul.stdout, /^linear 16→16, N = 8; by /m);
  const step = await startsparse(["bench", "step", ...NETWORK, "--densities", "0.1", "--storage", "packed"]);
  assert.equal(step.code, 0, step.stderr);
  const lines = step.stdout.split("\n"), head = lines.findIndex((line) => line.startsWith("density "));
  assert.match(lines[head], /^density +kept +c +packed +step +middle half +over dense +off GPU +layers +in all$/);
  const end = lines[head].indexOf("packed") + "packed".length;
  assert.deepEqual([lines[head + 1].slice(end - 1, end), lines[head + 2].slice(end - 3, end)], ["–", "3/3"]);
  assert.match(lines[head + 1], /^dense +1\.00 +1\.00 +– .*1\.00×/);
  assert.match(lines[head + 2], /^0\.1 .* 3\/3 /);
  assert(lines.every((line) => line.length <= 100), step.stdout);
});

Deno.test("bench step: JSON has a cell for each density; charts come from it, at once or later", async () => {
  await withFolder(async (folder) => {
    const words = ["bench", "step", ...NETWORK, "--densities", "1,0.2", "--json", "--figures", `${folder}/at-once`];
    const { code, stdout, stderr } = await startsparse(words);
    assert.equal(code, 0, stderr);
    const result = parseStep(stdout);
    assert.deepEqual([result.kind, result.model, result.dataset, result.batch], ["step", "lenet-300-100", "random", 8]);
    assert.deepEqual(result.cells.map(({ density }) => density), [1, 0.2]);
    for (const cell of result.cells) {
      for (const key of ["computeDensity", "medianMs", "ratioToDense", "realisedDensity", "packedLayers"] as const) {
        assert.equal(typeof cell[key], "number", key);
      }
      assert.deepEqual(Object.keys(cell.spread), ["low", "high", "min", "max"]);
      assert.equal(typeof cell.bytes.maskable.total, "number");
      assert.equal(typeof cell.bytes.total, "number");
    }
    assert.equal(result.cells[1].plan.length, 3);
    await Deno.writeTextFile(`${folder}/step.json`, stdout);
    const later = await startsparse(["bench", "figures", "step.json", "--out", "later"], folder);
    assert.equal(later.stdout, "chart  later/step-time.svg\nchart  later/memory.svg\n");
    for (const chart of ["step-time.svg", "memory.svg"]) {
      const svg = await Deno.readTextFile(`${folder}/later/${chart}`);
      assert.equal(svg, await Deno.readTextFile(`${folder}/at-once/${chart}`));
      assert.match(svg, />lenet-300-100/);
    }
  });
});

Deno.test("mistakes are named in the words of the command line", async () => {
  const mistakes: [string[], RegExp, number][] = [
    [["step", "--model", "vgg61"], /--model vgg61: did you mean vgg1[16]\?/, 2],
    [["step", "--densities", "0.1,x"], /--densities 0\.1,x: expected numbers with commas/, 2],
    [["step", "--densities", "2"], /density 2: expected more than 0 and at most 1/, 1],
    [["step", "--rule", "dense"], /--rule dense: did you mean/, 2],
    [["step", "--dataset", "cifar10", "--input", "3,8,8"], /--input is for random images/, 1],
    [["step", "--dataset", "cifar1"], /unknown data set "cifar1": did you mean "cifar10"\?/, 1],
    [["step", "--input", "32,32"], /expected channels, height and width/, 2],
    [["step", "--model", "vgg16", "--input", "3,8,8"], /vgg16 cannot take images of 3×8×8/, 1],
    [["step", "--rounds", "0"], /--rounds 0: expected a whole number from 1 on/, 2],
    [["conv", "--passes", "forward,dz"], /"dz" is none of forward, dx, dw/, 2],
    [["conv", "--blocks", "8"], /--blocks 8: expected blocks with commas/, 2],
    [["conv", "--image", "2", "--kernel", "5", "--pad", "0"], /cannot be: a window of 5 does not fit/, 1],
    [["figures", "nothing.json"], /nothing\.json/, 1],
  ];
  const ended = await Promise.all(mistakes.map(([words]) => startsparse(["bench", ...words])));
  ended.forEach((one, i) => assertClearError(one, mistakes[i][1], mistakes[i][2]));
  await withFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/other.json`, "{}");
    assertClearError(
      await startsparse(["bench", "figures", "other.json"], folder),
      /no result of `startsparse bench step/,
    );
  });
});

Deno.test("Ctrl-C ends a benchmark after the round in hand, with what there is", async () => {
  const process = start(["bench", "step", ...NETWORK.slice(0, -2), "--rounds", "100000", "--densities", "0.5"]);
  const reader = process.stdout.getReader(), decoder = new TextDecoder();
  let text = "";
  const read = async (until: RegExp) => {
    for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
      if (until.test(text += decoder.decode(chunk.value))) return;
    }
  };
  await read(/software adapter|\n/);
  await new Promise((resolve) => setTimeout(resolve, 2500));
  process.kill("SIGINT");
  await read(/this cannot be found/);
  const { code } = await process.status;
  await process.stderr.cancel();
  assert.equal(code, 130, text);
  assert.match(text, /interrupted: this is what there is/);
});
