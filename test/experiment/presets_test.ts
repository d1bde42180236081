import { strict as assert } from "node:assert";
import { UserError } from "../../src/errors.ts";
import { parseConfig } from "../../src/experiment/config.ts";
import { isGrid, loadGrid } from "../../src/experiment/grid.ts";
import { differenceLines, presetDifferences, presetForms } from "../../src/experiment/preset_differences.ts";
import { listPresets, loadConfig, loadPreset } from "../../src/experiment/presets.ts";
import { createDenoHost } from "../../src/host/deno.ts";
import { METHOD_NAMES, SCORE_NAMES } from "../../src/methods/names.ts";
import type { Host } from "../../src/host/host.ts";
import { createPageHost } from "../../src/host/page.ts";

async function complaint(act: Promise<unknown>): Promise<string> {
  try {
    await act;
  } catch (error) {
    assert(error instanceof UserError, `not a UserError: ${error}`);
    return [error.message, error.hint].filter(Boolean).join("\n");
  }
  throw new Error("accepted");
}

/** A host with nothing but the given files, in memory. */
async function hostWith(files: Record<string, string>): Promise<Host> {
  const host = createPageHost({ datasets: "http://localhost/datasets/" });
  for (const [path, content] of Object.entries(files)) {
    if (path.includes("/")) await host.makeDirectory(path.replace(/\/[^/]*$/, ""));
    await host.writeFile(path, content);
  }
  return host;
}

Deno.test("every preset of the project has a description and resolves", async () => {
  const host = createDenoHost();
  const presets = await listPresets(host);
  const names = presets.map((preset) => preset.name);
  assert.deepEqual(names, [
    ...["edge-popup", "fixed", "imp", "str"].map((name) => `corrected/${name}`),
    "lab",
    "lenet5",
    ...["base", "dst", "edge-popup", "er-ratios", "er-scores", "flow", "imp", "imp-ratios", "imp-tabular", "init"]
      .concat(["methods", "random-resnet20", "str", "str-ratios"]).map((name) => `mini/${name}`),
    "mlp",
    ...[
      ...["dst-vgg16-cifar10", "edge-popup", "edge-popup-resnet18-cifar10", "er-ratios-resnet18-cifar10"],
      ...["er-ratios-resnet20-cifar10", "er-ratios-resnet50-cifar100", "er-ratios-vgg16-cifar10"],
      ...["er-ratios-vgg19-cifar100", "er-ratios-vgg19-tiny-imagenet"],
      ...[
        "resnet18-cifar10",
        "resnet20-cifar10",
        "resnet50-cifar100",
        "vgg16-cifar10",
        "vgg19-cifar100",
        "vgg19-tiny-imagenet",
      ].map((cell) => `er-scores-${cell}`),
      ...[
        "fixed",
        "flow-vgg16-cifar10",
        "granet",
        "imp-ratios-resnet18-cifar10",
        "imp-resnet18-cifar10",
        "imp-tabular",
      ],
      ...["init-vgg16-cifar10", "random-resnet50-tiny-imagenet"],
      ...["str-ratios-resnet18-cifar10", "str-ratios-resnet50-cifar100"],
      ...["str-resnet18-cifar10", "str-resnet50-cifar100"],
    ].map((name) => `paper/${name}`),
    "quickstart",
    ...["edge-popup", "fixed", "granet", "imp", "str"].map((name) => `released/${name}`),
    "resnet18-cifar10",
    "resnet20",
    "resnet50-tiny-imagenet",
    "tabular",
    "vgg16-cifar10",
    "vgg16-narrow",
  ]);
  for (const { name, kind, description } of presets) {
    assert(description.length > 20 && description.endsWith("."), `${name}: ${description}`);
    if (kind === "run") parseConfig((await loadPreset(host, name)).config, name);
    else assert((await loadGrid(host, name)).cells.length > 0);
  }
  assert.deepEqual((await loadConfig(host, "vgg16-narrow")).model, { name: "vgg16", width: 0.125 });
});

Deno.test("the quickstart is the dense network and four rules at two densities", async () => {
  const host = createDenoHost();
  assert.equal(await isGrid(host, "quickstart"), true);
  assert.equal(await isGrid(host, "lab"), false);
  const grid = await loadGrid(host, "quickstart", ["train.epochs=2"]);
  assert.deepEqual(grid.cells.map((cell) => cell.name), [
    "dense",
    "uniform-0.2",
    "uniform-0.05",
    "erk-0.2",
    "erk-0.05",
    "balanced-0.2",
    "balanced-0.05",
    "pyramidal-0.2",
    "pyramidal-0.05",
  ]);
  assert.equal(grid.cells[0].config.mask.density, 1);
  assert(grid.cells.every((cell) => cell.config.train.epochs === 2 && cell.config.model.name === "lab"));
});

Deno.test("a grid's cells are run in every variant, or in those that they name, from every seed", async () => {
  const host = await hostWith({
    "grid.yaml": `
seeds: [1, 2]
base: { train: { epochs: 2 }, mask: { rule: uniform, density: 0.2 } }
variants:
  - { name: dense, mask: { rule: dense } }
  - { name: er, mask: { rule: erk, density: 0.3 } }
cells:
  - { name: gmp, method: { name: gmp, density: 0.05 } }
  - { name: only, variants: [er], method: { name: set } }
  - { name: plain, variants: [] }
`,
    "wrong.yaml": "variants: [{name: a}]\ncells: [{variants: [b]}]\n",
  });
  const { cells } = await loadGrid(host, "grid.yaml");
  assert.deepEqual(
    cells.map(({ name, cell, config }) => [name, cell, config.mask.rule, config.mask.density, config.seed]),
    [
      ["gmp-dense-s1", "gmp-dense", "dense", 1, 1],
      ["gmp-dense-s2", "gmp-dense", "dense", 1, 2],
      ["gmp-er-s1", "gmp-er", "erk", 0.3, 1],
      ["gmp-er-s2", "gmp-er", "erk", 0.3, 2],
      ["only-er-s1", "only-er", "erk", 0.3, 1],
      ["only-er-s2", "only-er", "erk", 0.3, 2],
      ["plain-s1", "plain", "uniform", 0.2, 1],
      ["plain-s2", "plain", "uniform", 0.2, 2],
    ],
  );
  const one = await loadGrid(host, "grid.yaml", ["seed=7", "train.epochs=1"]);
  assert.deepEqual(one.cells.map(({ name, config }) => [name, config.seed, config.train.epochs]), [
    ["gmp-dense", 7, 1],
    ["gmp-er", 7, 1],
    ["only-er", 7, 1],
    ["plain", 7, 1],
  ]);
  assert.match(await complaint(loadGrid(host, "wrong.yaml")), /cell 1: there is no variant b\nVariants: a\./);
});

Deno.test("axes: every combination, the dense rule without densities, seeds apart, given ones in place of the file's", async () => {
  const host = await hostWith({
    "grid.yaml": `
seeds: [1, 2]
base: { train: { epochs: 2 } }
grid: { mask.rule: [dense, erk], mask.density: [0.5, 0.1] }
cells:
  - {}
  - { name: plain, mask: { rule: uniform, density: 0.3 }, grid: {} }
`,
  });
  const names = async (...words: string[]) => (await loadGrid(host, "grid.yaml", words)).cells.map(({ name }) => name);
  assert.deepEqual(await names("seed=7"), ["dense", "erk-0.5", "erk-0.1", "plain"]);
  assert.deepEqual(await names(), [
    ...["dense-s1", "dense-s2", "erk-0.5-s1", "erk-0.5-s2", "erk-0.1-s1", "erk-0.1-s2", "plain-s1", "plain-s2"],
  ]);
  assert.deepEqual(await names("grid.density=0.2", "grid.seed=5", "grid.flow=off,paper"), [
    ...["dense-flow-off-s5", "dense-flow-paper-s5", "erk-0.2-flow-off-s5", "erk-0.2-flow-paper-s5", "plain-s5"],
  ]);
  const masks = (await loadGrid(host, "grid.yaml", ["seed=1", "grid.seeds.mask=3,4", "mask.rule=erk"])).cells;
  assert.deepEqual(masks.slice(0, 2).map(({ name, cell, config }) => [name, cell, config.seeds.mask, config.seed]), [
    ["erk-0.5-mask3", "erk-0.5", 3, 1],
    ["erk-0.5-mask4", "erk-0.5", 4, 1],
  ]);
  await host.writeFile("one.yaml", "train: { epochs: 3 }\n");
  const one = (await loadGrid(host, "one.yaml", ["grid.mask.density=0.1,0.2"])).cells;
  assert.deepEqual(one.map(({ name, config }) => [name, config.train.epochs]), [["uniform-0.1", 3], [
    "uniform-0.2",
    3,
  ]]);
  assert.match(await complaint(loadGrid(host, "one.yaml", [])), /one run, not a grid/);
  assert.match(await complaint(loadGrid(host, "one.yaml", ["grid.seed=1,,["])), /not YAML with commas/);
});

Deno.test("mini/methods has every method and every score, from a dense source and from an ER one", async () => {
  const { cells } = await loadGrid(createDenoHost(), "mini/methods", ["seed=1"]);
  for (const name of METHOD_NAMES) {
    const rules = cells.filter(({ config }) => config.method.name === name).map(({ config }) => config.mask.rule);
    assert(rules.includes("dense") && rules.includes("erk"), name);
  }
  for (const name of SCORE_NAMES) {
    const scored = cells.filter(({ config }) => config.score.name === name).map(({ config }) => config.mask.rule);
    assert(scored.includes("dense") && scored.includes("erk"), name);
  }
  assert(cells.every(({ name }) => /^[\w.-]+$/.test(name)), "names fit for folders");
  for (const { config: { method, score, mask }, name } of cells) {
    const target = "density" in method ? method.density : "density" in score ? score.density : undefined;
    if (target !== undefined) assert.equal(target, 0.05, name);
    if (mask.rule !== "dense") assert.equal(mask.density, name === "random-mask" ? 0.05 : 0.3, name);
  }
});

Deno.test("every difference between the forms of an experiment is listed and explained, and nothing else", async () => {
  const host = createDenoHost();
  const names = (await listPresets(host)).map(({ name }) => name);
  for (const family of new Set(names.flatMap((name) => /^released\/(.*)$/.exec(name)?.slice(1) ?? []))) {
    const forms = [...(await presetForms(host, family)).values()];
    assert(forms.length > 1, family);
    const text = (form: Map<string, unknown>, key: string) => JSON.stringify(form.get(key));
    const differing = [...new Set(forms.flatMap((form) => [...form.keys()]))].filter((key) =>
      new Set(forms.map((form) => text(form, key))).size > 1
    );
    const listed = (await presetDifferences(host, `released/${family}`)).flatMap(({ keys }) => keys);
    assert.deepEqual(listed.map(({ key }) => key).sort(), differing.sort(), family);
    for (const { key, values } of listed) {
      assert(new Set(Object.values(values).map((value) => JSON.stringify(value))).size > 1, `${family}: ${key}`);
    }
  }
  const [first] = await presetDifferences(host, "paper/granet");
  assert.deepEqual(first.keys, [{ key: "method.confineToSource", values: { paper: true, released: false } }]);
  assert.deepEqual(await presetDifferences(host, "lab"), []);
  assert.match(
    differenceLines([first]).join("\n"),
    /^method\.confineToSource: paper true, released false\n {2}The rel/,
  );
});

Deno.test("overrides apply over a preset", async () => {
  const config = await loadConfig(createDenoHost(), "lab", ["mask.rule=erk", "density=0.02", "width=32", "seed=5"]);
  assert.equal(config.mask.rule, "erk");
  assert.equal(config.mask.density, 0.02);
  assert.equal(config.model.width, 32);
  assert.equal(config.seed, 5);
});

Deno.test("an unknown preset names the nearest and all there are", async () => {
  const host = createDenoHost();
  assert.match(
    await complaint(loadPreset(host, "lenet")),
    /unknown preset lenet; did you mean lenet5\?\nPresets are corrected\/edge-popup,/,
  );
  assert.match(await complaint(loadPreset(host, "quikstart")), /did you mean quickstart\?/);
  assert.match(await complaint(loadPreset(host, "../package")), /unknown preset \.\.\/package/);
  assert.match(await complaint(loadPreset(host, "nowhere.yaml")), /nowhere\.yaml/);
  assert.match(await complaint(loadPreset(host, "quickstart")), /is a grid of runs/);
  assert.match(await complaint(loadGrid(host, "lab")), /is one run, not a grid/);
});

Deno.test("files extend presets and files beside them", async () => {
  const host = await hostWith({
    "p/small.yaml": "# Small.\n# And quick.\ntrain: {epochs: 2}\nmodel: {name: lab, width: 8}\n",
    "mine/base.yml": "extends: small\nseed: 4\ndata:\n",
    "mine/run.yaml": "extends: base.yml\nmodel: {name: lenet5}\n",
  });
  const options = { folder: "p" };
  assert.deepEqual((await loadPreset(host, "mine/run.yaml", options)).config, {
    train: { epochs: 2 },
    model: { name: "lenet5" },
    seed: 4,
  });
  assert.equal((await listPresets(host, options))[0].description, "Small. And quick.");
});

Deno.test("faulty files are named with line and column, and circles are found", async () => {
  const host = await hostWith({
    "p/a.yaml": "extends: b\n",
    "p/b.yaml": "extends: a\n",
    "p/g.yaml": "cells: [{mask: {rule: erk}}]\n",
    "broken.yaml": "train:\n  epochs: [1,\n",
    "twice.yaml": "seed: 1\nseed: 2\n",
    "list.yaml": "- 1\n- 2\n",
    "key.yaml": "mask: {denisty: 0.1}\n",
    "grid.yaml": "cells: [{mask: {density: 0}}]\n",
    "nocells.yaml": "cells: 3\nbases: 1\n",
    "ofgrid.yaml": "extends: g\n",
    "empty.yaml": "# Nothing.\n",
  });
  const options = { folder: "p" };
  const load = (name: string) => complaint(loadConfig(host, name, [], options));
  assert.match(await load("a"), /presets extend each other: a > b > a/);
  assert.match(await load("broken.yaml"), /^broken\.yaml:\d+:\d+: not valid YAML: /);
  assert.match(await load("twice.yaml"), /^twice\.yaml:2:1: not valid YAML: Map keys must be unique/);
  assert.match(await load("list.yaml"), /expected keys with values/);
  assert.match(await load("key.yaml"), /^key\.yaml: unknown key mask\.denisty; did you mean mask\.density\?/);
  assert.match(await load("ofgrid.yaml"), /extends g, which is a grid/);
  assert.match(
    await complaint(loadGrid(host, "grid.yaml", [], options)),
    /^grid\.yaml, cell 1: mask\.density is 0; density/,
  );
  assert.match(await complaint(loadGrid(host, "nocells.yaml", [], options)), /^nocells\.yaml: 2 problems/);
  assert.deepEqual(await loadConfig(host, "empty.yaml", [], options), parseConfig({}, "defaults"));
});

Deno.test("masks of files make cells without densities, named by the runs that they are of", async () => {
  const host = createDenoHost(), path = "imp/runs/imp-0.2-s1-1a2b3c4d/masks.safetensors";
  const { cells } = await loadGrid(host, "mini/imp-ratios", [
    "seed=1",
    `grid.mask.path=${path},other/my masks.safetensors,`,
    "grid.mask.density=0.5,0.1",
  ]);
  assert.deepEqual(cells.map(({ name, config }) => [name, config.mask.path]), [
    ["dense", undefined],
    ["file-ratios-imp-0.2-s1-1a2b3c4d", path],
    ["file-ratios-my_masks", "other/my masks.safetensors"],
    ["file-imp-0.2-s1-1a2b3c4d", path],
    ["file-my_masks", "other/my masks.safetensors"],
  ]);
  const inits = (await loadGrid(host, "mini/init", ["seed=1", "mask.rule=erk"])).cells;
  assert.deepEqual(inits.map(({ name, config }) => [name, config.model.init]), [
    ["erk-0.05-init-default", undefined],
    ...["scaled", "normal", "uniform", "bimodal", "looks-linear"].map((init) => [`erk-0.05-init-${init}`, init]),
  ]);
});
