import { strict as assert } from "node:assert";
import * as fc from "fast-check";
import { UserError } from "../../src/errors.ts";
import {
  canonicalJson,
  configHash,
  type ConfigInput,
  configJsonSchema,
  configKeys,
  parseConfig,
  streamSeeds,
} from "../../src/experiment/config.ts";

function complaint(input: unknown): string {
  try {
    parseConfig(input, "test.yaml");
  } catch (error) {
    assert(error instanceof UserError, `not a UserError: ${error}`);
    return error.message;
  }
  throw new Error("accepted: " + JSON.stringify(input));
}

Deno.test("nothing given resolves to the paper's fixed-mask training at the embedded data's size", () => {
  const config = parseConfig({}, "nothing");
  assert.deepEqual(parseConfig(null, "empty file"), config);
  assert.deepEqual(config.train.schedule, { name: "step", milestones: [0.5, 0.75], gamma: 0.1, final: 0, warmup: 0 });
  const { optimizer, lr, momentum, nesterov, weightDecay, labelSmoothing } = config.train;
  assert.deepEqual(
    { optimizer, lr, momentum, nesterov, weightDecay, labelSmoothing },
    { optimizer: "sgd", lr: 0.1, momentum: 0.9, nesterov: true, weightDecay: 5e-4, labelSmoothing: 0 },
  );
  assert.equal(config.data.validation, 0.1);
  assert.equal(config.mask.apply, "after-step");
});

Deno.test("a resolved configuration resolves to itself", () => {
  for (
    const input of [{}, { model: { name: "mlp" } }, { mask: { rule: "dense" } }, { mask: { apply: "in-forward" } }]
  ) {
    const once = parseConfig(input, "once");
    assert.deepEqual(parseConfig(JSON.parse(JSON.stringify(once)), "twice"), once);
  }
});

Deno.test("defaults that hang on another key are written out", () => {
  assert.equal(parseConfig({}, "t").model.width, 16);
  assert.deepEqual(parseConfig({ model: { name: "mlp" } }, "t").model.widths, [300, 100]);
  assert.equal(parseConfig({ model: { name: "vgg16" } }, "t").model.width, 1);
  assert.equal(parseConfig({ model: { name: "lenet5" } }, "t").model.width, undefined);
  assert.equal(parseConfig({ mask: { rule: "dense" } }, "t").mask.density, 1);
  assert.equal(parseConfig({ mask: { apply: "in-forward" } }, "t").kernels.storage, "dense");
});

Deno.test("unknown keys name the nearest known one", () => {
  assert.match(complaint({ mask: { denisty: 0.1 } }), /unknown key mask\.denisty; did you mean mask\.density\?/);
  assert.match(complaint({ density: 0.1 }), /unknown key density; did you mean mask\.density\?/);
  assert.match(complaint({ train: { learningrate: 1 } }), /unknown key train\.learningrate$/);
  assert.match(complaint({ train: { schedule: { gama: 1 } } }), /did you mean train\.schedule\.gamma\?/);
  assert.match(complaint({ data: { normalise: { mean: [0], std: [1], avg: 1 } } }), /unknown key data\.normalise\.avg/);
});

Deno.test("values out of range say what was given and what is expected", () => {
  assert.match(complaint({ mask: { density: 0 } }), /^test\.yaml: mask\.density is 0; density must be in \(0, 1\];/);
  assert.match(complaint({ mask: { density: 1.5 } }), /density must be in \(0, 1\]/);
  assert.match(complaint({ mask: { density: "a" } }), /mask\.density is "a"; expected a number in \(0, 1\]/);
  assert.match(complaint({ mask: { density: NaN } }), /mask\.density is NaN; density must be/);
  assert.match(complaint({ mask: { rule: "erkk" } }), /mask\.rule is "erkk"; expected one of .*did you mean erk\?/);
  assert.match(complaint({ mask: { rule: "pyramid" } }), /did you mean pyramidal\?/);
  assert.match(complaint({ train: { epochs: 0 } }), /train\.epochs is 0; expected a whole number in \[1, 100000\]/);
  assert.match(complaint({ train: { batch: 1.5 } }), /train\.batch is 1\.5; expected a whole number/);
  assert.match(complaint({ seed: -1 }), /seed is -1; expected a whole number ≥ 0/);
  assert.match(
    complaint({ train: { schedule: { milestones: [0.5, 1] } } }),
    /milestones\.1 is 1; expected a number in \(0, 1\)/,
  );
  assert.match(
    complaint({ data: { normalise: "test" } }),
    /data\.normalise is "test"; expected one of train, paper or \{mean, std\}/,
  );
  assert.match(
    complaint({ data: { normalise: { mean: 1, std: [1] } } }),
    /data\.normalise\.mean is 1; expected a list/,
  );
  assert.match(complaint({ train: 3 }), /train is 3; expected keys/);
  assert.match(complaint([1]), /the configuration is \[1\]; expected keys/);
});

Deno.test("all problems come in one message, a line each", () => {
  const message = complaint({ mask: { density: 2, rul: "erk" }, train: { epochs: "many" } });
  assert.match(message, /^test\.yaml: 3 problems\n/);
  assert.equal(message.split("\n").length, 4);
});

Deno.test("keys that contradict each other are refused", () => {
  const cases: [unknown, RegExp][] = [
    [{ mask: { rule: "custom" } }, /mask\.rule custom needs mask\.layers/],
    [{ mask: { layers: { conv1: 0.5 } } }, /mask\.layers is only read by mask\.rule custom/],
    [{ mask: { rule: "file" } }, /mask\.rule file needs mask\.path/],
    [{ mask: { rule: "file-ratios" } }, /mask\.rule file-ratios needs mask\.path/],
    [{ mask: { path: "m.safetensors" } }, /mask\.path is only read by mask\.rule file/],
    [{ mask: { rule: "dense", density: 0.1 } }, /mask\.rule dense keeps all/],
    [{ mask: { apply: "in-forward" }, kernels: { storage: "packed" } }, /in-forward needs kernels\.storage dense/],
    [{ mask: { apply: "in-forward" }, kernels: { storage: "auto" } }, /in-forward needs kernels\.storage dense/],
    [{ train: { momentum: 0 } }, /nesterov is true but train\.momentum is 0/],
    [{ train: { epochs: 3, schedule: { warmup: 5 } } }, /warmup is 5 epochs, longer than train\.epochs 3/],
    [{ train: { schedule: { milestones: [0.75, 0.5] } } }, /expected fractions that increase/],
    [{ train: { lr: 0.1, schedule: { name: "cosine", final: 0.2 } } }, /final is 0\.2, above train\.lr/],
    [{ data: { normalise: { mean: [0, 0], std: [1] } } }, /2 means and 1 deviations/],
    [{ device: { index: 0, name: "x" } }, /give one/],
    [{ device: { boundsChecks: false } }, /boundsChecks false needs device\.backend dawn/],
  ];
  for (const [input, expected] of cases) assert.match(complaint(input), expected);
  parseConfig({ train: { momentum: 0, optimizer: "adam" } }, "nesterov belongs to sgd");
});

Deno.test("a method takes its own settings with its own defaults, and no other's", () => {
  const gmp = parseConfig({ method: { name: "gmp", density: 0.05 } }, "t").method;
  assert.equal(gmp.name, "gmp");
  assert(gmp.name === "gmp" && gmp.density === 0.05 && gmp.scope === "global");
  assert.deepEqual(parseConfig({ method: {} }, "t").method, { name: "fixed" });
  assert.match(
    complaint({ method: { interval: 5 } }),
    /method\.interval is not read by method fixed, but by gmp, rigl, set, granet; leave it out or choose one/,
  );
  assert.match(complaint({ method: { name: "gmp", growth: "random" } }), /growth is not read by method gmp, but by /);
  assert.match(
    complaint({ method: { name: "gmp", dop: 0.1 } }),
    /unknown key method\.dop; did you mean method\.drop\?/,
  );
  assert.match(complaint({ method: { name: "gpm" } }), /method\.name is "gpm"; expected one of .*; did you mean gmp\?/);
  assert.match(complaint({ method: { name: 7 } }), /method\.name is 7; expected one of fixed, /);
  assert.match(complaint({ method: "gmp" }), /method is "gmp"; expected keys/);
  assert.match(complaint({ method: { name: "gmp", density: 2 } }), /method\.density is 2; density must be in \(0, 1\]/);
  assert.match(
    complaint({ method: { name: "gmp", interval: 0 } }),
    /method\.interval is 0; expected a whole number ≥ 1/,
  );
  assert.match(complaint({ target: { density: 0.1 } }), /unknown key target/);
  const inForward = { mask: { apply: "in-forward" }, method: { name: "gmp" } };
  assert.match(complaint(inForward), /in-forward is only read by method fixed, not by gmp/);
});

Deno.test("a score takes what it has a use for, with its published defaults", () => {
  assert.deepEqual(parseConfig({}, "t").score, { name: "none" });
  const score = (name: string) => parseConfig({ score: { name, density: 0.05 } } as ConfigInput, "t").score;
  const shared = { density: 0.05, scope: "global", ratios: "none" };
  assert.deepEqual(score("magnitude"), { name: "magnitude", ...shared });
  assert.deepEqual(score("synflow"), { name: "synflow", ...shared, rounds: 100 });
  assert.deepEqual(score("grasp"), { name: "grasp", ...shared, rounds: 1, imagesPerClass: 25, temperature: 200 });
  assert.match(complaint({ score: { density: 0.1 } }), /score\.density is not read by score none, but by random, /);
  assert.match(
    complaint({ score: { name: "synflow", imagesPerClass: 3 } }),
    /score\.imagesPerClass is not read by score synflow, but by snip, iter-snip, grasp; .* with score\.name/,
  );
});

Deno.test("whatever is given, the answer is a configuration or a UserError", () => {
  const keys = configKeys().map((key) => key.path);
  fc.assert(fc.property(fc.constantFrom(...keys), fc.jsonValue(), (path, value) => {
    const input = path.split(".").reduceRight<unknown>((inner, part) => ({ [part]: inner }), value);
    try {
      parseConfig(input, "fuzz");
    } catch (error) {
      assert(error instanceof UserError, String(error));
      assert(!error.message.includes("[object"), error.message);
    }
  }));
});

Deno.test("the hash ignores key order and the device, and nothing else", async () => {
  const hash = (input: unknown) => configHash(parseConfig(input, "hash"));
  const plain = await hash({});
  assert.match(plain, /^[0-9a-f]{64}$/);
  assert.equal(await hash({ device: { requireGpu: true, index: 1 } }), plain);
  assert.equal(await hash({ train: { batch: 128, epochs: 10 }, mask: { density: 0.1 } }), plain);
  assert.notEqual(await hash({ seed: 2 }), plain);
  assert.notEqual(await hash({ kernels: { storage: "packed" } }), plain);
  assert.equal(canonicalJson({ b: [1, { d: 1, c: undefined }], a: "x" }), '{"a":"x","b":[1,{"d":1}]}');
});

Deno.test("every key is described, and the JSON Schema is plain and strict", () => {
  for (const key of configKeys()) assert(key.description.endsWith("."), `${key.path} has no description`);
  assert.equal(configKeys().find((key) => key.path === "mask.density")?.type, "a number in (0, 1]");
  assert.deepEqual(configKeys().find((key) => key.path === "mask.draw")?.values, ["bernoulli", "exact"]);
  const schema = configJsonSchema();
  assert.equal(schema.additionalProperties, false);
  assert.equal(schema.properties?.seed.maximum, undefined);
  assert.doesNotMatch(JSON.stringify(schema), /9007199254740991/);
});

Deno.test("streams take the run's seed unless given apart", () => {
  assert.deepEqual(streamSeeds(parseConfig({ seed: 7, seeds: { mask: 9 } }, "t")), {
    init: 7,
    mask: 9,
    order: 7,
    augment: 7,
  });
});
