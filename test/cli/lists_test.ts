import { strict as assert } from "node:assert";
import type { MethodInfo } from "../../src/experiment/method_list.ts";
import { METHOD_NAMES, SCORE_NAMES } from "../../src/methods/names.ts";
import { startsparse } from "./command.ts";

const names = (text: string) => (JSON.parse(text) as { name: string }[]).map(({ name }) => name);

const COMMANDS = [
  ...[
    "run",
    "quickstart",
    "sweep",
    "plan",
    "density",
    "models",
    "rules",
    "methods",
    "presets",
    "schema",
    "data",
    "doctor",
  ],
  ...["results", "report", "compare", "eval", "export", "theory", "completions", "help"],
];

Deno.test("help shows every command and examples; each command has help of its own", async () => {
  const main = await startsparse(["help"]);
  assert.equal(main.code, 0);
  for (const command of COMMANDS) {
    assert.match(main.stdout, new RegExp(`^  ${command} `, "m"));
  }
  assert.match(main.stdout, /Examples:\n {2}startsparse quickstart/);
  const run = await startsparse(["help", "run"]);
  assert.match(run.stdout, /mask\.rule +dense, uniform, erk/);
  const others = await Promise.all(COMMANDS.slice(0, -1).map((command) => startsparse([command, "--help"])));
  for (const { stdout } of others) assert.match(stdout, /Examples:\n {2}startsparse|for this shell:/);
  const lines = [main, run, ...others].map(({ stdout }) => stdout).join("\n").split("\n");
  assert.deepEqual(lines.filter((line) => line.length > 100), []);
});

Deno.test("lists are JSON where they are asked to be", async () => {
  for (
    const [command, some] of [
      ["presets", ["lab", "quickstart"]],
      ["models", ["mlp", "lab", "resnet20"]],
      ["rules", ["dense", "uniform", "erk", "balanced", "pyramidal", "file"]],
      ["methods", [...METHOD_NAMES, ...SCORE_NAMES]],
    ] as const
  ) {
    const { code, stdout, stderr } = await startsparse([command, "--json"]);
    assert.equal(code, 0);
    assert.equal(stderr, "");
    for (const name of some) assert(names(stdout).includes(name), `${command}: ${name}`);
    assert.match((await startsparse([command])).stdout, new RegExp(`^${some[0]} `, "m"));
  }
});

Deno.test("a method is shown with every setting, its range, default and meaning", async () => {
  const all = JSON.parse((await startsparse(["methods", "--json"])).stdout) as MethodInfo[];
  for (const { name, description, from, settings } of all) {
    assert(description && from, name);
    for (const { key, type, description } of settings) assert(type && description.endsWith("."), `${name}: ${key}`);
  }
  const one = JSON.parse((await startsparse(["methods", "gmp", "--json"])).stdout) as MethodInfo;
  assert.deepEqual(one, all.find(({ name }) => name === "gmp"));
  const { stdout } = await startsparse(["methods", "gmp"]);
  for (const { key, default: value } of one.settings) {
    assert(stdout.includes(`${key}  default ${JSON.stringify(value)}\n`), key);
  }
  const grasp = (await startsparse(["methods", "grasp"])).stdout;
  assert.match(grasp, /needs +training images/);
  assert.match(grasp, /score\.imagesPerClass {2}default 25\n/);
  assert.match(grasp, /score\.temperature {2}default 200\n/);
  assert.doesNotMatch((await startsparse(["methods", "synflow"])).stdout, /imagesPerClass/);
  const wrong = await startsparse(["methods", "gpm"]);
  assert.match(wrong.stderr, /Did you mean gmp\?/);
});

Deno.test("a preset is shown complete, so that it can be run as a file", async () => {
  const shown = JSON.parse((await startsparse(["presets", "show", "lab", "--json"])).stdout);
  assert.equal(shown.config.train.momentum, 0.9);
  const yaml = (await startsparse(["presets", "show", "lab"])).stdout;
  assert.match(yaml, /^# .+\nseed: 1\n/);
  const grid = JSON.parse((await startsparse(["presets", "show", "quickstart", "--json"])).stdout);
  assert(grid.cells.length >= 9);
});

Deno.test("the schema and the version go to stdout", async () => {
  const schema = JSON.parse((await startsparse(["schema"])).stdout);
  assert.deepEqual(schema.properties.mask.properties.rule.enum.slice(0, 2), ["dense", "uniform"]);
  assert.match((await startsparse(["--version"])).stdout, /^\d+\.\d+\.\d+\n$/);
});

Deno.test("theory shows a table of what formulas and random masks say, and the same as JSON", async () => {
  const words = ["theory", "embedding", "--densities", "0.9,0.5", "--trials", "20", "--multiples", "1"];
  const table = await startsparse(words);
  assert.equal(table.code, 0, table.stderr);
  assert.match(table.stdout, /^0\.500 +1\.44 +15, 15, 9 +10-450-300-180-1 +93\.3 /m);
  assert.doesNotMatch(table.stdout, /theorem|NaN|undefined/i);
  const { rows } = JSON.parse((await startsparse([...words, "--json"])).stdout);
  assert.deepEqual(rows.map((row: { copies: number[] }) => row.copies), [[4, 4, 3, 1], [15, 15, 9, 1]]);
  for (const [name, few] of [["inputs", "--inputs=3"], ["subset-sum", "--sizes=8"], ["ticket", "--copies=6"]]) {
    const { code, stdout, stderr } = await startsparse(["theory", name, few, "--densities=0.8", "--trials=2"]);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^0\.800 /m, name);
    assert.doesNotMatch(stdout, /NaN|undefined/, name);
  }
  const wrong = await startsparse(["theory", "inputs", "--densities", "1.5"]);
  assert.equal(wrong.code, 1);
  assert.match(wrong.stderr, /density 1\.5: expected a number above 0 and at most 1/);
});
