import { strict as assert } from "node:assert";
import * as fc from "fast-check";
import { type Config, configHash, parseConfig } from "../../src/experiment/config.ts";
import { commandLine } from "../../src/experiment/config_words.ts";
import { formatLink, missingData, parseLink, VIEWS } from "../../src/experiment/link.ts";
import { loadConfig } from "../../src/experiment/presets.ts";
import { createDenoHost } from "../../src/host/deno.ts";
import { METHOD_NAMES, SCORE_NAMES } from "../../src/methods/names.ts";
import { MODEL_NAMES } from "../../src/nn/registry.ts";

const host = createDenoHost();
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const density = fc.constantFrom(0.001, 0.05, 0.1, 0.3, 1 / 3, 1);
const text = fc.oneof(
  fc.constantFrom("cifar10", "true", "12", "null", "a: b", "it's #1", "ü;&=%+ ?", "[x]", "~", "- a", "x,y"),
  fc.string({ minLength: 1, maxLength: 20 }),
);

/** Configurations over all sections; those that contradict themselves are left out. */
const configs: fc.Arbitrary<Config> = fc.record({
  seed: fc.nat(),
  seeds: maybe(fc.record({ mask: maybe(fc.nat()), order: maybe(fc.nat()) })),
  data: maybe(fc.record({
    name: maybe(text),
    validation: maybe(fc.constantFrom(0, 0.1, 0.25)),
    normalise: maybe(fc.constantFrom("paper", { mean: [0.5], std: [0.25] })),
    limit: maybe(fc.integer({ min: 1, max: 9999 })),
    augment: maybe(fc.record({ crop: maybe(fc.constantFrom(0, 4)), flip: maybe(fc.boolean()) })),
  })),
  model: fc.record({ name: fc.constantFrom(...MODEL_NAMES), width: maybe(fc.constantFrom(8, 16, 0.5)) }),
  mask: fc.record({
    rule: fc.constantFrom("dense", "uniform", "erk", "balanced", "pyramidal", "custom"),
    density: maybe(density),
    draw: maybe(fc.constantFrom("bernoulli", "exact")),
    block: maybe(fc.constantFrom([1, 1], [4, 4])),
    layers: maybe(fc.constant({ "conv1.weight": 0.5, fc: 1 })),
  }),
  score: maybe(fc.record({ name: fc.constantFrom("none", ...SCORE_NAMES), density: maybe(density) })),
  method: maybe(fc.record({ name: fc.constantFrom(...METHOD_NAMES), density: maybe(density) })),
  train: maybe(fc.record({
    epochs: maybe(fc.integer({ min: 1, max: 200 })),
    lr: maybe(fc.double({ min: 1e-7, max: 10, noNaN: true })),
    optimizer: maybe(fc.constantFrom("sgd", "adam")),
    schedule: maybe(fc.record({ name: fc.constantFrom("constant", "step", "cosine") })),
  })),
}, { requiredKeys: ["seed", "model", "mask"] }).map((input) => {
  try {
    return parseConfig(JSON.parse(JSON.stringify(input)), "made up");
  } catch {
    return null;
  }
}).filter((config) => config !== null);

/** The words of a POSIX shell's line. */
async function shellWords(line: string): Promise<string[]> {
  const { stdout, success } = await new Deno.Command("sh", {
    args: ["-c", `for word in ${line}; do printf '%s\\0' "$word"; done`],
  }).output();
  assert(success);
  return new TextDecoder().decode(stdout).split("\0").slice(0, -1);
}

Deno.test("a link says its runs and leaves out what is as usual; reading it gives the same configurations", () => {
  const config = (input: object) => parseConfig(input, "test");
  const runs = [config({ model: { width: 32 }, mask: { density: 0.05 } }), config({ mask: { rule: "erk" }, seed: 2 })];
  const link = { view: "train", runs, vs: "dense", x: "gpu" } as const;
  const { hash, tooLong } = formatLink(link);
  assert.equal(hash, "#/train?v=1&width=32&mask.density=0.05&vs=dense&x=gpu;seed=2&mask.rule=erk");
  assert(!tooLong);
  assert.deepEqual(parseLink(hash), { ...link, sha256: undefined, messages: [] });
  // as the brief writes it, defaults and all
  const written = parseLink(
    "#/train?v=1&data=fashion-mnist-10k&model=lab&width=32&mask.rule=uniform&mask.density=0.1&seed=1&vs=dense&x=gpu",
  );
  assert.deepEqual(written.runs, [config({ model: { width: 32 } })]);
  assert.deepEqual([written.vs, written.x, written.messages], ["dense", "gpu", []]);
  assert.deepEqual(parseLink(""), {
    view: "train",
    runs: [config({})],
    vs: undefined,
    x: undefined,
    sha256: undefined,
    messages: [],
  });
});

Deno.test("links round trip, and commands lead to the same configuration", async () => {
  const lines: { line: string; hash: string }[] = [];
  await fc.assert(
    fc.asyncProperty(
      fc.array(configs, { minLength: 1, maxLength: 2 }),
      fc.constantFrom(...VIEWS),
      async (runs, view) => {
        const read = parseLink(formatLink({ view, runs }).hash);
        assert.deepEqual(read.messages, []);
        assert.equal(read.view, view);
        assert.deepEqual(read.runs, runs);
        lines.push({ line: commandLine(runs[0]), hash: await configHash(runs[0]) });
      },
    ),
    { numRuns: 40 },
  );
  for (const { line, hash } of lines.slice(0, 25)) {
    const [npx, program, run, preset, ...overrides] = await shellWords(line);
    assert.deepEqual([npx, program, run, preset], ["npx", "startsparse", "run", "lab"]);
    assert(!line.includes("\n") || line.includes("'"), line);
    assert.equal(await configHash(await loadConfig(host, preset, overrides)), hash, line);
  }
});

Deno.test("the command of the first run names what the run is about", () => {
  const config = parseConfig({ model: { width: 32 } }, "test");
  assert.equal(
    commandLine(config),
    "npx startsparse run lab mask.rule=uniform mask.density=0.1 model.width=32 seed=1",
  );
  const dense = parseConfig({ mask: { rule: "dense" } }, "test");
  assert.equal(commandLine(dense), "npx startsparse run lab mask.rule=dense model.width=16 seed=1");
});

Deno.test("what cannot be followed in a link names itself, and the rest is followed", () => {
  const cases: [string, string, (config: Config) => boolean][] = [
    [
      "mask.denisty=0.2",
      "Ignored in this link: `mask.denisty` (did you mean `mask.density`?)",
      (c) => c.mask.density === 0.1,
    ],
    ["mask.density=1.4", "density 1.4 is outside 0–1; using 0.1", (c) => c.mask.density === 0.1],
    ["density=0", "density 0 is outside 0–1; using 0.1", (c) => c.mask.density === 0.1],
    ["nothing=1", "Ignored in this link: `nothing`", () => true],
    ["mask.rule=ekr", 'mask.rule is "ekr"; expected one of ', (c) => c.mask.rule === "uniform"],
    ["device.power=low", "Ignored in this link: `device.power`", (c) => c.device.power === "high"],
    ["train.epochs=", "Ignored in this link: `train.epochs=`", (c) => c.train.epochs === 10],
    ["mask.rule=custom", "mask.rule custom needs mask.layers", (c) => c.mask.rule === "uniform"],
    ["x=%3Cscript", "Ignored in this link: `x=<script`", () => true],
  ];
  for (const [query, message, holds] of cases) {
    const { runs: [config], messages } = parseLink(`#/density?v=1&${query}&seed=7`);
    assert.equal(messages.length, 1, messages.join(" | "));
    assert(messages[0].startsWith(message), messages[0]);
    assert(holds(config), query);
    assert.equal(config.seed, 7);
  }
  assert.deepEqual(parseLink("#/nowhere").messages, ["This link names a view that is not there: `nowhere`."]);
  fc.assert(
    fc.property(fc.string(), (text) => {
      for (const hash of [text, `#/train?${text}`, `#/train?mask.density=${text};${text}`]) parseLink(hash);
    }),
    { numRuns: 60 },
  );
});

Deno.test("data of one's own go by name and sum, and the receiver is told what to drop", () => {
  const runs = [parseConfig({ data: { name: "my-photos" } }, "test")], sha256 = "ab".repeat(32);
  const { hash } = formatLink({ view: "train", runs, sha256 });
  assert.equal(hash, `#/train?v=1&data=my-photos&sha256=${sha256}`);
  const link = parseLink(hash);
  assert.equal(
    missingData(link, [{ name: "my-photos", fingerprint: "cd".repeat(32) }]),
    "This link needs my-photos, which stays on the sender's machine. Drop the same file to repeat the run.",
  );
  assert.equal(missingData(link, [{ name: "their-photos", fingerprint: sha256 }]), undefined);
  const many = Array.from({ length: 120 }, (_, seed) => parseConfig({ seed, mask: { rule: "erk" } }, "test"));
  assert(formatLink({ view: "train", runs: many }).tooLong);
});
