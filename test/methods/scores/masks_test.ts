/** Masks by every score: counts, source, scopes, redrawn ratios, and that nothing else of a network changes. */
import { strict as assert } from "node:assert";
import fc from "fast-check";
import { degrees } from "../../../src/masks/degrees.ts";
import { UserError } from "../../../src/errors.ts";
import {
  emptyMask,
  fullMask,
  intersect,
  type Mask,
  maskDensity,
  sameMask,
  toIndices,
} from "../../../src/masks/mask.ts";
import { scoreMasks, scoreMemory } from "../../../src/methods/scores/masks.ts";
import { scoreNetwork } from "../../../src/methods/scores/network.ts";
import { SCORE_NAMES } from "../../../src/methods/names.ts";
import { SCORES } from "../../../src/methods/scores/registry.ts";
import { makeMasks } from "../../../src/masks/make.ts";
import { sizeOfShape } from "../../../src/masks/layer.ts";
import { hasWholeBlocks } from "../../masks/whole_blocks.ts";
import { selectBest } from "../../../src/ops/reference/select.ts";
import { initialise } from "../../../src/nn/initialise.ts";
import { maskableLayers } from "../../../src/nn/model.ts";
import { mlp } from "../../../src/nn/models/small.ts";
import { quiet, testGpu } from "../../ops/gpu.ts";
import { expectedScores, layersOf, scoredNetwork, settings, tensor } from "./fixtures.ts";

const total = (masks: Iterable<Mask>) => [...masks].reduce((sum, { nnz }) => sum + nnz, 0);

for (const name of SCORE_NAMES) {
  for (const masked of [false, true]) {
    Deno.test({
      name: `${name} from ${
        masked ? "an ER" : "a dense"
      } source: exact counts, inside it, twice the same, nothing left behind`,
      ...quiet,
      fn: async () => {
        const network = await scoredNetwork("residual", { masked }), { gpu, model, values, source } = network;
        const before = new Map([...values].map(([name, v]) => [name, v.slice()])), bytes = gpu.memory.bytes;
        const layers = layersOf(model), size = layers.reduce((sum, { size }) => sum + size, 0);
        const sources = layers.map(({ name, shape }) => source.get(name) ?? fullMask(name, shape));
        const inRounds = SCORES[name].defaults.rounds > 1;
        const make = (given: Parameters<typeof settings>[0]) =>
          scoreMasks({
            ...network,
            settings: settings({ name, rounds: inRounds ? 3 : undefined, ...given }),
          });
        const { masks, rounds, warnings, densities } = await make({ density: 0.17 });
        assert.deepEqual([...masks.keys()], layers.map(({ name }) => name));
        assert.equal(total(masks.values()), Math.round(0.17 * size));
        assert.deepEqual(warnings, []);
        assert.equal(rounds, inRounds ? 3 : 1);
        assert.deepEqual(densities, [...masks.values()].map(maskDensity));
        [...masks.values()].forEach((mask, i) => assert.ok(sameMask(intersect(mask, sources[i]), mask)));
        const again = await make({ density: 0.17 });
        for (const [name, mask] of masks) assert.ok(sameMask(mask, again.masks.get(name)!));
        // each layer its share of the source
        const apart = await make({ density: 0.17, scope: "layers" }), share = 0.17 * size / total(sources);
        assert.equal(total(apart.masks.values()), Math.round(0.17 * size));
        [...apart.masks.values()].forEach(({ nnz }, i) => assert.ok(Math.abs(nnz - share * sources[i].nnz) < 1));
        // other weights with the same counts
        const redrawn = await make({ density: 0.17, ratios: "exact" });
        [...redrawn.masks.values()].forEach((mask, i) => {
          assert.equal(mask.nnz, masks.get(mask.name)!.nnz);
          assert.ok(sameMask(intersect(mask, sources[i]), mask));
        });
        assert.ok([...redrawn.masks.values()].some((mask) => !sameMask(mask, masks.get(mask.name)!)));
        assert.deepEqual(redrawn.densities, densities);
        assert.deepEqual(values, before);
        assert.equal(gpu.memory.bytes, bytes, "all memory is given back");
      },
    });
  }
}

Deno.test({
  name:
    "a mask redrawn from a dense source is preserved from dead channels where that is wanted, inside a source never",
  ...quiet,
  fn: async () => {
    for (const masked of [false, true]) {
      const network = await scoredNetwork("residual", { masked }),
        given = settings({ name: "snip", density: 0.04, ratios: "exact" });
      const plain = await scoreMasks({ ...network, settings: given });
      const flowing = await scoreMasks({ ...network, settings: given, flow: "paper" });
      for (const [name, mask] of flowing.masks) {
        const before = plain.masks.get(name)!;
        assert.ok(sameMask(intersect(mask, before), before), "weights are only added");
        if (masked) assert.equal(mask.nnz, before.nnz);
        else assert.ok(degrees(mask).outputs.every((count) => count > 0));
      }
      assert.equal(total(flowing.masks.values()) > total(plain.masks.values()), !masked);
    }
  },
});

Deno.test({
  name: "layers by themselves keep the best of PyTorch's scores",
  ...quiet,
  fn: async () => {
    const network = await scoredNetwork("residual"),
      given = settings({ name: "snip", batch: 8, scope: "layers", density: 0.25 });
    const { masks } = await scoreMasks({ ...network, settings: given });
    for (const { name, size } of layersOf(network.model)) {
      const mask = masks.get(name)!, scores = tensor(`residual/snip/${name}`);
      const best = selectBest(scores, scores.keys(), mask.nnz, { direction: "largest" });
      assert.ok(Math.abs(mask.nnz - size / 4) < 1);
      assert.deepEqual([...toIndices(mask)], best, name);
    }
    assert.ok(expectedScores("residual", "snip").length > 0);
  },
});

Deno.test({
  name: "magnitude keeps the largest weights, ties by their index",
  ...quiet,
  fn: async () => {
    const network = await scoredNetwork("chain"), layers = layersOf(network.model);
    const values = new Map([...network.values].map(([name, v]) => [name, v.map((x) => Math.round(4 * x) / 4)])); // many ties
    const { masks } = await scoreMasks({ ...network, values, settings: settings({ name: "magnitude", density: 0.3 }) });
    const all = layers.flatMap(({ name }) => [...values.get(name)!]);
    const best = selectBest(all, all.keys(), Math.round(0.3 * all.length), { direction: "largest", absolute: true });
    let from = 0;
    const found = layers.flatMap(({ name, size }) => {
      const own = [...toIndices(masks.get(name)!)].map((i) => from + i);
      from += size;
      return own;
    });
    assert.deepEqual(found, best);
  },
});

Deno.test({
  name: "whole blocks are kept where masks are drawn in blocks, as many as come nearest",
  ...quiet,
  fn: async () => {
    const network = await scoredNetwork("residual"), { model } = network, block = [4, 2] as const;
    const layers = layersOf(model).map(({ name, shape }) => ({ name, shape: [...shape], positions: 1 }));
    const drawn = makeMasks(layers, { rule: "uniform", density: 0.6, block, flow: "off" }, 1).masks;
    for (const source of [new Map(), new Map(drawn.map((mask) => [mask.name, mask]))]) {
      for (const scope of ["global", "layers"] as const) {
        for (const ratios of ["none", "exact"] as const) {
          const given = settings({ name: "snip", density: 0.3, scope, ratios });
          const { masks } = await scoreMasks({ ...network, source, block, settings: given });
          const size = layers.reduce((sum, { shape }) => sum + sizeOfShape(shape), 0);
          // blocks at the edge of the first layer are smaller than the others
          assert.ok(Math.abs(total(masks.values()) / size - 0.3) < 0.02, `${total(masks.values()) / size}`);
          for (const mask of masks.values()) {
            assert.ok(hasWholeBlocks(mask, block), mask.name);
            const own = source.get(mask.name);
            if (own) assert.ok(sameMask(intersect(mask, own), mask));
          }
        }
      }
    }
  },
});

Deno.test({
  name: "a target above the source keeps it and says so; mistakes are told",
  ...quiet,
  fn: async () => {
    const network = await scoredNetwork("residual", { masked: true });
    const { masks, warnings } = await scoreMasks({ ...network, settings: settings({ name: "snip", density: 0.9 }) });
    for (const [name, mask] of masks) assert.ok(sameMask(mask, network.source.get(name)!));
    assert.match(warnings.join(), /keeps the whole source: its density 0\.\d+ is below the target 0.9/);
    const without = { ...network, data: undefined };
    await assert.rejects(scoreMasks({ ...without, settings: settings({ name: "grasp" }) }), UserError);
    await scoreMasks({ ...without, settings: settings({ name: "synflow", rounds: 1 }) });
    const wrong = { ...settings({}), name: "snap" as never };
    await assert.rejects(scoreMasks({ ...network, settings: wrong }), /no score "snap"/);
  },
});

Deno.test({
  name: "any shapes, sources and densities: exact counts inside the source",
  ...quiet,
  fn: async () => {
    const gpu = await testGpu();
    const cases = fc.record({
      widths: fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 3 }),
      inputs: fc.integer({ min: 1, max: 9 }),
      classes: fc.integer({ min: 1, max: 7 }),
      source: fc.double({ min: 0.02, max: 1, noNaN: true }),
      density: fc.double({ min: 1e-4, max: 1, noNaN: true }),
      name: fc.constantFrom("random", "magnitude", "synflow" as const),
      scope: fc.constantFrom("global", "layers" as const),
      storage: fc.constantFrom("dense", "packed" as const),
      seed: fc.nat(1000),
    });
    await fc.assert(
      fc.asyncProperty(cases, async ({ widths, inputs, classes, source: p, density, name, scope, storage, seed }) => {
        const model = mlp([inputs, 1, 1], classes, widths), layers = maskableLayers(model);
        const drawn = makeMasks(layers, { rule: "uniform", density: p, flow: "off" }, seed).masks;
        const source = new Map(drawn.map((mask) => [mask.name, mask]));
        const request = {
          gpu,
          model,
          values: initialise(model, seed),
          source,
          storage,
          seeds: { mask: seed, order: seed },
        };
        const { masks } = await scoreMasks({ ...request, settings: settings({ name, density, scope, rounds: 3 }) });
        const size = layers.reduce((sum, { shape }) => sum + sizeOfShape(shape), 0);
        assert.equal(total(masks.values()), Math.min(Math.floor(density * size + 0.5), total(drawn)));
        for (const [name, mask] of masks) assert.ok(sameMask(intersect(mask, source.get(name)!), mask));
      }),
      { numRuns: 25 },
    );
  },
});

Deno.test({
  name: "a source with an empty layer is scored on data all the same, and nothing may be kept",
  ...quiet,
  fn: async () => {
    const network = await scoredNetwork("residual", { masked: true }), name = "conv2.weight";
    const source = new Map([...network.source, [name, emptyMask(name, network.source.get(name)!.shape)]]);
    for (const storage of ["dense", "packed"] as const) {
      for (const score of ["snip", "grasp", "synflow"] as const) {
        const make = (density: number) =>
          scoreMasks({ ...network, source, storage, settings: settings({ name: score, density, rounds: 2 }) });
        const { masks } = await make(0.1);
        assert.equal(total(masks.values()), 311);
        assert.equal(masks.get(name)!.nnz, 0);
        assert.equal(total((await make(1e-5)).masks.values()), 0);
      }
    }
  },
});

Deno.test({
  name: "what a score needs on the device is known before",
  ...quiet,
  fn: async () => {
    for (const masked of [false, true]) {
      const network = await scoredNetwork("residual", { masked }), { gpu } = network;
      for (const name of SCORE_NAMES) {
        const request = { ...network, settings: settings({ name }) }, entry = SCORES[name];
        const expected = scoreMemory(request, gpu.adapter), before = gpu.memory.bytes;
        const { context, destroy } = scoreNetwork(request, entry, request.settings), scorer = entry.create(context);
        const made = gpu.memory.bytes - before;
        assert.ok(made <= expected && expected - made < 4096, `${name}: ${made} bytes, expected ${expected}`);
        scorer.destroy();
        destroy();
      }
    }
  },
});
