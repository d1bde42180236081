import { strict as assert } from "node:assert";
import { UserError } from "../../src/errors.ts";
import { parseConfig } from "../../src/experiment/config.ts";
import { applyOverrides, mergeConfig, parseOverrides } from "../../src/experiment/overrides.ts";

function complaint(...overrides: string[]): string {
  try {
    parseOverrides(overrides);
  } catch (error) {
    assert(error instanceof UserError, `not a UserError: ${error}`);
    return error.message;
  }
  throw new Error("accepted: " + overrides.join(" "));
}

Deno.test("dotted keys take YAML values", () => {
  assert.deepEqual(
    parseOverrides([
      "mask.rule=erk",
      "mask.density=0.05",
      "train.epochs=5",
      "train.weightDecay=5e-4",
      "data.augment.flip=false",
      "model.widths=[300,100]",
      "data.normalise={mean: [0.5], std: [0.25]}",
      "seed = 3",
    ]),
    {
      mask: { rule: "erk", density: 0.05 },
      train: { epochs: 5, weightDecay: 5e-4 },
      data: { augment: { flip: false }, normalise: { mean: [0.5], std: [0.25] } },
      model: { widths: [300, 100] },
      seed: 3,
    },
  );
});

Deno.test("short names stand for the one key that ends so", () => {
  assert.deepEqual(parseOverrides(["width=32", "seed=1", "epochs=2", "density=0.1"]), {
    model: { width: 32 },
    seed: 1,
    train: { epochs: 2 },
    mask: { density: 0.1 },
  });
  assert.deepEqual(parseOverrides(["model=lenet5", "data=mnist", "schedule=cosine", "train.schedule=step"]), {
    model: { name: "lenet5" },
    data: { name: "mnist" },
    train: { schedule: { name: "step" } },
  });
  assert.match(complaint("name=x"), /unknown key name/);
  assert.match(complaint("mask=erk"), /mask is a section; give one of its keys, for example mask\.rule=erk/);
});

Deno.test("layer names keep their dots", () => {
  assert.deepEqual(parseOverrides(["mask.layers.stage1.0.conv1=0.5", "mask.rule=custom"]), {
    mask: { layers: { "stage1.0.conv1": 0.5 }, rule: "custom" },
  });
});

Deno.test("what is no override is named, all of it at once", () => {
  assert.match(complaint("mask.density"), /"mask\.density" is no override; expected key=value/);
  assert.match(complaint("=3"), /is no override/);
  assert.match(complaint("mask.density="), /has no value; to go back to the default give mask\.density=null/);
  assert.match(complaint("mask.denisty=0.1"), /unknown key mask\.denisty; did you mean mask\.density\?/);
  assert.match(complaint("model.widths=[300,"), /model\.widths=\[300,: the value is not YAML/);
  const both = complaint("mask.denisty=0.1", "epochs");
  assert.match(both, /2 problems/);
  assert.match(both, /did you mean/);
});

Deno.test("overrides merge deeply, replace lists, and null goes back to the default", () => {
  const base = { data: { augment: { crop: 2, flip: true }, limit: 100 }, train: { schedule: { milestones: [0.3] } } };
  const merged = applyOverrides(base, ["data.augment.crop=4", "data.limit=null", "train.schedule.milestones=[0.5]"]);
  assert.deepEqual(merged, { data: { augment: { crop: 4, flip: true } }, train: { schedule: { milestones: [0.5] } } });
  assert.deepEqual(base.data.limit, 100, "the base is not changed");
  assert.deepEqual(applyOverrides({}, ["epochs=3", "epochs=4"]), { train: { epochs: 4 } });
});

Deno.test("another model or rule does not inherit what belonged to the old one", () => {
  const base = { model: { name: "vgg16", width: 0.125 }, mask: { rule: "uniform", density: 0.1 } };
  assert.deepEqual(applyOverrides(base, ["model=lenet5"]).model, { name: "lenet5" });
  assert.deepEqual(applyOverrides(base, ["model=vgg11"]).model, { name: "vgg11" });
  assert.deepEqual(applyOverrides(base, ["model=vgg16"]).model, { name: "vgg16", width: 0.125 });
  assert.deepEqual(applyOverrides(base, ["mask.rule=erk"]).mask, { rule: "erk", density: 0.1 });
  assert.equal(parseConfig(applyOverrides(base, ["mask.rule=dense"]), "t").mask.density, 1);
  const custom = { mask: { rule: "custom", layers: { fc: 0.5 } } };
  assert.deepEqual(mergeConfig(custom, { mask: { rule: "erk" } }).mask, { rule: "erk" });
});

Deno.test("source is another word for mask, wherever it is written", () => {
  assert.deepEqual(parseOverrides(["source.density=1", "source.rule=erk"]), { mask: { density: 1, rule: "erk" } });
  const base = { source: { rule: "erk", density: 0.3 } };
  assert.deepEqual(mergeConfig(base, { mask: { density: 0.2 } }), { mask: { rule: "erk", density: 0.2 } });
  assert.equal(parseConfig(base, "t").mask.density, 0.3);
  assert.throws(
    () => parseConfig({ ...base, mask: {} }, "t"),
    (error) => error instanceof UserError && /source is another word for mask/.test(error.message),
  );
});

Deno.test("another method keeps the target density, where it reads one, and nothing else of the old one", () => {
  const base = { method: { name: "gmp", density: 0.05, interval: 10, scope: "layers" } };
  assert.deepEqual(applyOverrides(base, ["method=granet"]).method, { name: "granet", density: 0.05 });
  assert.deepEqual(applyOverrides(base, ["method=fixed"]).method, { name: "fixed" });
  assert.deepEqual(applyOverrides(base, ["interval=20"]).method, { ...base.method, interval: 20 });
  assert.deepEqual(applyOverrides(base, ["method.density=0.02", "density=0.3"]), {
    method: { ...base.method, density: 0.02 },
    mask: { density: 0.3 },
  });
});
