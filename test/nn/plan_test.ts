/** What the kernel plan decides, from made-up times: no number here was measured. */
import { strict as assert } from "node:assert";
import { UserError } from "../../src/errors.ts";
import { emptyMask, fromDense, type Mask, setKept } from "../../src/masks/mask.ts";
import { ModelBuilder } from "../../src/nn/builder.ts";
import { breakEven, denseCost, packedCost, trainingPasses } from "../../src/nn/cost.ts";
import { fastest, layerCosts, type MeasuredCosts, type MeasuredPass, priorLine } from "../../src/nn/layer_costs.ts";
import { layerWorks, workKey, workWords } from "../../src/nn/layer_kinds.ts";
import type { Model } from "../../src/nn/model.ts";
import { type KernelPlan, planKernels, storageFor } from "../../src/nn/plan.ts";
import { fitPlan, parsePlan } from "../../src/nn/plan_file.ts";
import { CONV_PASSES, denseVariants } from "../../src/ops/conv_dense.ts";
import { ADAPTER_CLASSES } from "../../src/ops/emit.ts";
import { convShape } from "../../src/ops/shape.ts";

const PLAIN = { block: [1, 1], activations: "f32" } as const;
const work = {
  shape: convShape({ inChannels: 8, inHeight: 4, inWidth: 4, outChannels: 8, kernelHeight: 3, pad: 1 }),
  capacity: 8,
};

/** Two convolutions and a linear layer. */
function network(width = 8): Model {
  const b = new ModelBuilder("t", [2, 4, 4]);
  const first = b.relu(b.conv(b.input, "first", { channels: width, kernel: 3, pad: 1 }));
  b.linear(b.globalPool(b.conv(first, "second", { channels: 8, kernel: 3, pad: 1 })), "fc", 4);
  return b.finish();
}

/** A mask of every maskable tensor that keeps one weight in `n`. */
function masks(model: Model, n: number): Map<string, Mask> {
  return new Map(
    model.parameters.filter(({ maskable }) => maskable).map(({ name, shape, size }) => [
      name,
      fromDense(name, shape, Float32Array.from({ length: size }, (_, i) => Number(i % n === 0))),
    ]),
  );
}

/** Times for layers by key; the dense kernels are all named and equally fast but for those given. */
function measured(times: Record<string, Partial<MeasuredPass> & { ms: number }>): MeasuredCosts {
  const pass: MeasuredCosts["pass"] = (pass, work, form) => {
    const found = times[workKey(work)];
    if (!found || form.activations !== "f32" || form.block.join() !== "1,1") return undefined;
    const names = denseVariants(pass, { ...work, adapter: ADAPTER_CLASSES.software });
    const dense = found.dense ?? Object.fromEntries(names.map((name) => [name, found.ms]));
    return { dense, fixed: found.fixed ?? 0, slope: found.slope ?? 0 };
  };
  return { source: "made up", pass, dense: (name, work) => pass(name, work, PLAIN)?.dense };
}

const storages = (plan: KernelPlan) => plan.layers.map(({ storage }) => storage);

Deno.test("measured times decide each layer over the passes of a training step; what was not measured goes by the prior", () => {
  const model = network(), [first, second] = layerWorks(model, 8);
  const keys = [first, second].map(({ work }) => workKey(work));
  const times = measured({
    // two passes: dense 4 ms, packed 2·(1 + 0.25·2)
    [keys[0]]: { ms: 2, fixed: 1, slope: 2 },
    // three: dense 6 ms, packed 3·(1 + 0.25·5)
    [keys[1]]: { ms: 2, fixed: 1, slope: 5 },
  });
  const plan = planKernels(model, masks(model, 4), "software", "auto", { capacity: 8, measured: times });
  assert.deepEqual(storages(plan).slice(0, 2), ["packed", "dense"]);
  const [a, b, c] = plan.layers;
  assert.deepEqual([a.expected, b.expected], [
    { source: "measured", dense: 4, packed: 3 },
    { source: "measured", dense: 6, packed: 6.75 },
  ]);
  assert.equal(a.reason, "measured: dense 4 ms, packed 3 ms at density 0.25");
  assert.equal(c.expected!.source, "prior");
  assert.match(c.reason, /^prior: dense [\d.e-]+ ms, packed [\d.e-]+ ms at density 0\.25$/);
  assert.deepEqual(plan.origin, { capacity: 8, priors: plan.origin!.priors, measurements: "made up" });
  // sparser, the second one pays as well
  assert.deepEqual(
    storages(planKernels(model, masks(model, 20), "software", "auto", { capacity: 8, measured: times })).slice(0, 2),
    ["packed", "packed"],
  );
  assert.deepEqual(planKernels(model, masks(model, 4), "software", "auto", { capacity: 8, measured: times }), plan);
  // of another batch, other blocks: not measured
  for (const other of [{ capacity: 12 }, { capacity: 8, block: [2, 2] as const }]) {
    const { layers } = planKernels(model, masks(model, 4), "software", "auto", { ...other, measured: times });
    assert(layers.every(({ expected }) => expected!.source === "prior"));
  }
});

Deno.test("a later mask is packed below the density at which packed is as fast as dense, and then for good", () => {
  const model = network(), [first, second] = layerWorks(model, 8);
  const times = measured({
    [workKey(first.work)]: { ms: 2, fixed: 1, slope: 5 }, // 2·2 = 2·(1 + 0.2·5)
    [workKey(second.work)]: { ms: 2, fixed: 3, slope: 5 },
  });
  const at = (wish: "auto" | "dense" | "packed") =>
    planKernels(model, new Map(), "software", wish, { capacity: 8, measured: times });
  const auto = at("auto"), [one, two] = [first.weight, second.weight];
  assert.deepEqual(storages(auto), ["dense", "dense", "dense"]);
  assert.deepEqual(auto.layers.slice(0, 2).map(({ packedBelow }) => packedBelow), [0.2, 0]);
  assert.deepEqual(auto.layers[0].block, [1, 1], "a dense start knows its blocks");
  const kept = (share: number) => Math.round(share * one.size);
  assert.equal(storageFor(auto, one, "dense", kept(0.3)), "dense");
  assert.equal(storageFor(auto, one, "dense", kept(0.1)), "packed");
  assert.equal(storageFor(auto, one, "packed", kept(0.3)), "packed");
  assert.equal(storageFor(auto, two, "dense", 0), "dense");
  assert.equal(storageFor(at("dense"), one, "dense", 0), "dense");
  assert.equal(storageFor(at("packed"), one, "dense", one.size - 1), "packed");
  assert.equal(storageFor(at("packed"), one, "dense", one.size), "dense");
  assert.equal(storageFor(parsePlan(JSON.stringify(auto), "plan.json"), one, "dense", kept(0.1)), "packed");
});

Deno.test("kernels.storage overrides the times; a layer without a mask is dense, and has its fastest kernels all the same", () => {
  const model = network(), all = masks(model, 4), one = new Map([...all].slice(1));
  assert.deepEqual(storages(planKernels(model, all, "software", "packed")), ["packed", "packed", "packed"]);
  assert.deepEqual(storages(planKernels(model, all, "software", "dense")), ["dense", "dense", "dense"]);
  const plan = planKernels(model, one, "gpu", "packed", { block: [4, 2], activations: "f16" });
  assert.deepEqual(storages(plan), ["dense", "packed", "packed"]);
  assert.deepEqual([plan.layers[0].reason, plan.layers[0].density], ["not masked", 1]);
  assert.deepEqual(Object.keys(plan.layers[0].kernels!), [...CONV_PASSES]);
  assert.deepEqual([plan.layers[1].block, plan.layers[1].activations], [[4, 2], "f16"]);
  assert.equal(plan.layers[1].reason, "kernels.storage is packed");
});

Deno.test("of several dense kernels the fastest one that suits the sizes is taken, of equal ones the expected one", () => {
  assert.deepEqual(fastest({ a: 3, b: 2, c: 1 }, ["a", "b"]), { variant: "b", ms: 2 });
  assert.deepEqual(fastest({ b: 2, a: 2 }, ["a", "b"]), { variant: "a", ms: 2 });
  assert.equal(fastest({ c: 1 }, ["a", "b"]), undefined);
  assert.equal(fastest(undefined, ["a"]), undefined);
  for (const pass of CONV_PASSES) {
    const names = denseVariants(pass, { ...work, adapter: ADAPTER_CLASSES.gpu }), last = names.at(-1)!;
    const times = Object.fromEntries(names.map((name, i) => [name, names.length - i]));
    const costs = layerCosts(
      "gpu",
      work,
      true,
      PLAIN,
      measured({ [workKey(work)]: { ms: 0, dense: times, slope: 9 } }),
    );
    assert.equal(costs.kernels[pass], last, pass);
  }
});

Deno.test("a prior grows with work and with what is stored; blocks and 16 bits are cheaper, a break-even is in its range", () => {
  const larger = { ...work, capacity: 4 * work.capacity };
  for (const adapter of ["software", "gpu"] as const) {
    for (const pass of CONV_PASSES) {
      assert(denseCost(adapter, pass, work) < denseCost(adapter, pass, larger));
      const cost = (stored: number, form: Parameters<typeof packedCost>[3] = PLAIN) =>
        packedCost(adapter, pass, work, form, stored);
      const line = priorLine(adapter, pass, work, PLAIN), size = 8 * 8 * 9;
      assert(line.fixed > 0 && line.slope > 0);
      assert(Math.abs(cost(0.3 * size) - (line.fixed + 0.3 * line.slope)) < 1e-9 * cost(size), "linear");
      assert(cost(size, { ...PLAIN, block: [8, 8] }) < cost(size));
      const narrow = priorLine(adapter, pass, work, { ...PLAIN, activations: "f16" });
      assert(narrow.slope < line.slope && narrow.fixed > line.fixed);
    }
  }
  assert.deepEqual(trainingPasses(false), ["forward", "weightGradient"]);
  assert.equal(breakEven(3, 1, 10), 0.2);
  assert.deepEqual([breakEven(1, 2, 10), breakEven(3, 1, 0), breakEven(9, 1, 2)], [0, 1, 1]);
});

Deno.test("layers are known by what their kernels see: a linear layer's batch is a row of positions", () => {
  const b = new ModelBuilder("t", [3, 1, 1]);
  b.linear(b.flatten(b.input), "fc", 10);
  const [small] = layerWorks(b.finish(), 8), [large] = layerWorks(b.finish(), 128);
  assert.deepEqual([small.work.capacity, large.work.capacity, large.work.shape.inWidth], [8, 32, 4]);
  assert.equal(small.inputGradient, false, "the gradient of the images is not needed behind a view either");
  assert.equal(workWords(large.work), "linear 3→10, N = 128");
  assert.equal(workWords(work), "8→8, 3×3, 4×4, N = 8");
  assert.notEqual(workKey(small.work), workKey(large.work));
});

Deno.test("a plan is read back and fits its own network as it stands", () => {
  const model = network(), use = { model, masks: masks(model, 4), adapterClass: "software", capacity: 8 } as const;
  const plan = planKernels(model, use.masks, "software", "packed", { capacity: 8, block: [2, 1] });
  const read = parsePlan(JSON.stringify(plan), "a/plan.json");
  assert.deepEqual(read, JSON.parse(JSON.stringify(plan)));
  const fitted = fitPlan(read, "a/plan.json", use);
  assert.deepEqual(fitted, { ...read, origin: { ...read.origin, file: "a/plan.json" } });
  // of a version that wrote less
  const old = {
    version: 1,
    adapterClass: "software",
    layers: plan.layers.map(({ name }) => ({ name, storage: "dense", density: 1, reason: "" })),
  };
  assert.equal(fitPlan(parsePlan(JSON.stringify(old), "old"), "old", use).origin!.measurements, null);
});

Deno.test("a plan that is none, or of another network, is refused with all that does not match", () => {
  const refuses = (act: () => unknown, ...patterns: RegExp[]) =>
    assert.throws(act, (error: unknown) => {
      assert(error instanceof UserError, String(error));
      for (const pattern of patterns) assert.match(error.message, pattern);
      assert.match(error.hint ?? "", /plan\.json/);
      return true;
    });
  refuses(() => parsePlan("{", "x.json"), /^x\.json is no kernel plan: /);
  refuses(() => parsePlan("{}", "x.json"), /^x\.json is no kernel plan: version/);
  const model = network(), all = masks(model, 4);
  const plan = planKernels(model, all, "software", "packed"), dense = planKernels(model, all, "software", "dense");
  const use = { model, masks: all, adapterClass: "software", capacity: 8 } as const;
  refuses(() => fitPlan(plan, "p", { ...use, adapterClass: "gpu" }), /for software adapters, .* for gpu adapters/);
  const wide = network(12);
  refuses(
    () => fitPlan(plan, "p", { ...use, model: wide, masks: masks(wide, 4) }),
    /p does not fit this run/,
    /first\.weight has the shape 8×2×3×3 there and 12×2×3×3 here\n.*second\.weight/,
  );
  refuses(() => fitPlan(plan, "p", { ...use, masks: new Map() }), /fc\.weight is packed there and has no mask here/);
  const strange = dense.layers.map((layer, i) => i > 0 ? layer : { ...layer, kernels: { forward: "abacus" } });
  refuses(
    () => fitPlan({ ...dense, layers: strange }, "p", use),
    /first\.weight, forward: there is no dense kernel "abacus" for it; there is \w+/,
  );
  const other = [{ ...plan.layers[0], name: "third.weight" }, plan.layers[1]];
  refuses(
    () => fitPlan({ ...plan, layers: other }, "p", use),
    /t has no layer third\.weight/,
    /says nothing of the layer first\.weight/,
    /says nothing of the layer fc\.weight/,
  );
});

Deno.test("a block that keeps one weight is stored whole, and costs as much", () => {
  const model = network(), name = "second.weight", mask = emptyMask(name, [8, 8, 3, 3]);
  setKept(mask, 0, true);
  mask.nnz = 1;
  const at = (block: readonly [number, number]) =>
    planKernels(model, new Map([[name, mask]]), "software", "packed", { block }).layers[1].expected!.packed;
  const form = { block: [8, 8], activations: "f32" } as const, [, second] = layerWorks(model, 32);
  const expected = CONV_PASSES.reduce((sum, pass) => sum + packedCost("software", pass, second.work, form, 64), 0);
  assert(Math.abs(at([8, 8]) / expected - 1) < 1e-9);
});
