/** Tuning a very small layer in earnest: what is measured, kept, gone on with, and left. */
import { strict as assert } from "node:assert";
import { missingUnits, TUNE_DENSITIES, tuneKernels, type TuneLayer } from "../../src/bench/tune.ts";
import { createDenoHost } from "../../src/host/deno.ts";
import { layerWorks } from "../../src/nn/layer_kinds.ts";
import { planKernels } from "../../src/nn/plan.ts";
import { mlp } from "../../src/nn/models/small.ts";
import { denseVariants } from "../../src/ops/conv_dense.ts";
import { adapterClassOf } from "../../src/ops/adapter_class.ts";
import { tunedAdapter } from "../../src/tune/tuning_file.ts";
import { emptyTable, measuredCosts, type TuningTable } from "../../src/tune/tuning_table.ts";
import { quiet, testGpu } from "../ops/gpu.ts";

const model = mlp([1, 4, 4], 3, [12, 12, 12]);
const form = { block: [1, 1], activations: "f32" } as const;
const layers: TuneLayer[] = layerWorks(model, 8).map(({ work, inputGradient }) => ({ work, inputGradient, form }));
const REQUEST = { layers, budget: 60_000, rounds: 1, seed: 1 };

async function setting() {
  const gpu = await testGpu(), kept: TuningTable[] = [];
  const table = emptyTable(tunedAdapter(createDenoHost(), gpu.adapter), "made up", "before");
  const watch = {
    milliseconds: () => performance.now(),
    date: () => "now",
    keep: (table: TuningTable) => Promise.resolve(void kept.push(table)),
  };
  return { gpu, table, kept, watch };
}

Deno.test({
  name: "every pass of every kind of layer is measured once, kept at once, and planned by",
  ...quiet,
  fn: async () => {
    const { gpu, table, kept, watch } = await setting(), before = gpu.memory.bytes;
    const fractions: number[] = [], adapter = adapterClassOf(gpu);
    const progress = ({ fraction }: { fraction?: number }) => void fractions.push(fraction!);
    const outcome = await tuneKernels(gpu, REQUEST, table, { ...watch, progress });
    // 16→12 without a gradient of the images, 12→12 twice, 12→3
    assert.deepEqual([outcome.measured, outcome.left, outcome.interrupted], [2 + 3 + 3, [], false]);
    assert.equal(kept.length, 8);
    assert.deepEqual(kept.at(-1), outcome.table);
    assert.equal(gpu.memory.bytes, before, "nothing stays on the device");
    assert(
      fractions.every((fraction, i) =>
        fraction >= 0 && fraction <= 1 && (i === 0 || fraction >= fractions[i - 1] - 0.2)
      ),
    );
    for (const { shape, capacity, passes } of Object.values(outcome.table.layers)) {
      for (const [pass, [tuned]] of Object.entries(passes)) {
        const names = denseVariants(pass as "forward", { shape, capacity, adapter });
        assert.deepEqual(Object.keys(tuned.dense), names);
        assert(names.every((name) => tuned.dense[name] > 0));
        assert.equal(tuned.points.length, TUNE_DENSITIES.length);
      }
    }
    const masks = new Map();
    const plan = planKernels(model, masks, adapter.name, "auto", {
      capacity: 8,
      measured: measuredCosts(outcome.table),
    });
    assert(plan.layers.every(({ expected }) => expected!.source === "measured"));
    // a second call finds nothing to do, and other blocks are another matter
    const again = await tuneKernels(gpu, REQUEST, outcome.table, watch);
    assert.deepEqual([again.measured, again.left, again.table], [0, [], outcome.table]);
    const blocks = layers.map((layer) => ({ ...layer, form: { ...form, block: [4, 4] as const } }));
    assert.equal(missingUnits(adapter, blocks, outcome.table, 1).length, 8);
  },
});

Deno.test({
  name:
    "a budget of nothing measures nothing; an interruption keeps the passes before it, and the next call goes on there",
  ...quiet,
  fn: async () => {
    const { gpu, table, watch } = await setting();
    const none = await tuneKernels(gpu, { ...REQUEST, budget: 0 }, table, watch);
    assert.deepEqual([none.measured, none.left.length, none.interrupted, none.table], [0, 8, false, table]);
    const abort = new AbortController();
    const keep = () => Promise.resolve(abort.abort());
    const first = await tuneKernels(gpu, REQUEST, table, { ...watch, keep, signal: abort.signal });
    assert.deepEqual([first.measured, first.left.length, first.interrupted], [1, 7, true]);
    // time that is up after the pass in hand
    let time = 0;
    const milliseconds = () => time;
    const late = () => Promise.resolve(void (time += 50_000));
    const second = await tuneKernels(gpu, REQUEST, first.table, { ...watch, keep: late, milliseconds });
    assert.deepEqual([second.measured, second.left.length, second.interrupted], [2, 5, false]);
  },
});

Deno.test("the layers that cost most come first, kind by kind, counted as often as they are there", async () => {
  const { gpu, table } = await setting();
  const units = missingUnits(adapterClassOf(gpu), layers, table, 3);
  assert.deepEqual(units.map(({ layers }) => layers), [2, 2, 2, 1, 1, 1, 1, 1]);
  const kinds = units.map(({ work }) => `${work.shape.inChannels}→${work.shape.outChannels}`);
  assert.equal(new Set(kinds.filter((kind, i) => kind !== kinds[i - 1])).size, 3);
  assert(units.every(({ cost, value }) => cost > 0 && value > 0));
});
