/**
 * What a score is computed on: a copy of the network in a store of its own, so that whatever is trained afterwards is as it
 * was. Layers are packed over the source where that is expected to be faster.
 */
import { recordBatch } from "../../data/batch.ts";
import { type BatchSourceOptions, createBatchSource } from "../../data/batch_source.ts";
import type { Split } from "../../data/dataset.ts";
import { takeSamples } from "../../data/take_samples.ts";
import type { Gpu } from "../../gpu/device.ts";
import { whole } from "../../gpu/memory.ts";
import { Recorder } from "../../gpu/recorder.ts";
import { IDLE_STEP, Runner } from "../../gpu/runner.ts";
import type { BlockSize } from "../../masks/blocks.ts";
import { type Mask, wordCount } from "../../masks/mask.ts";
import { type Model, sizeOf } from "../../nn/model.ts";
import type { MeasuredCosts } from "../../nn/layer_costs.ts";
import { planKernels, type Storage } from "../../nn/plan.ts";
import { adapterClassOf } from "../../ops/adapter_class.ts";
import { keptWeights } from "../../nn/score_transform.ts";
import { ParameterStore } from "../../nn/store.ts";
import { recordCopyWords } from "../../ops/pattern_slots.ts";
import { sampleClasses } from "../../random/order.ts";
import type { ScoreContext, ScoreEntry, ScoreImages } from "./score.ts";
import type { ScoreSettings } from "./settings.ts";

/** Images that scores may be computed on. */
export interface ScoreData extends Omit<BatchSourceOptions, "largestBatch" | "placement"> {
  /** Training images by their index among the samples of all splits. */
  readonly images: Uint32Array;
}

/** A network that is scored. */
export interface ScoredNetwork {
  readonly gpu: Gpu;
  readonly model: Model;
  /** Values by parameter name. */
  readonly values: ReadonlyMap<string, Float32Array>;
  /** Masks by parameter name; a layer without one keeps everything. */
  readonly source: ReadonlyMap<string, Mask>;
  readonly data?: ScoreData;
  readonly seeds: { readonly mask: number; readonly order: number };
  /** Blocks that are kept or pruned as a whole, by the sum of their weights' scores; single weights where left out. */
  readonly block?: BlockSize;
  /** How masked layers are stored while scores are computed; "auto" where it is left out. */
  readonly storage?: "auto" | Storage;
  /** Kernel times of this adapter; priors of its class where there are none. */
  readonly measured?: MeasuredCosts;
}

/** Images of one pass where nothing else is said: those of Synaptic-Flow. */
const BATCH = 256;

/** The network on the device. */
export interface ScoreNetwork {
  readonly context: ScoreContext;
  destroy(): void;
}

/** Puts a copy of a network on the device, ready for a score. */
export function scoreNetwork(network: ScoredNetwork, entry: ScoreEntry, settings: ScoreSettings): ScoreNetwork {
  const { gpu, model, values, source, data, seeds, block, storage = "auto", measured } = network,
    { memory, kernels } = gpu;
  const { defaults, absolute = false } = entry;
  const perClass = settings.imagesPerClass ?? defaults.imagesPerClass;
  const chosen = defaults.imagesPerClass > 0 && data ? chooseImages(data, perClass, seeds.order) : undefined;
  const halves = entry.batches === "halves" ? Math.ceil((chosen?.count ?? 0) / 2) : Infinity;
  const batch = Math.max(1, Math.min(settings.batch ?? Math.min(BATCH, halves), chosen?.count ?? 1));
  const wish = entry.dense ? "dense" : storage;
  const plan = planKernels(model, source, adapterClassOf(gpu).name, wish, { capacity: batch, block, measured });
  const store = new ParameterStore(gpu, model, {
    plan,
    masks: source,
    optimizer: { name: "sgd", momentum: 0, nesterov: false },
    groups: [{ learningRate: 1, weightDecay: 0 }],
  });
  for (const parameter of model.parameters) {
    const own = values.get(parameter.name)!;
    store.write(parameter, absolute && !parameter.maskable ? own.map(Math.abs) : own);
  }
  const runner = new Runner(gpu), kept = memory.create("weights in competition", store.all.kept.size);
  const copying = new Recorder(memory, kernels), words = wordCount(store.length);
  recordCopyWords(copying, { source: store.all.kept, copy: whole(kept) }, words);
  const list = copying.finish();
  runner.submit(list, [IDLE_STEP]);
  list.destroy();
  const images = chosen && data && imagesOnDevice(gpu, data, chosen, batch);
  return {
    context: {
      store,
      runner,
      kept,
      transforms: (absolute) =>
        new Map(
          model.parameters.filter(({ maskable }) => maskable).map((parameter) => {
            const offset = store.first(parameter);
            return [parameter.name, keptWeights(whole(kept), { offset, absolute })];
          }),
        ),
      images() {
        if (!images) throw new Error("this score was given no images");
        return images;
      },
      statistics: settings.statistics ?? "batch",
      temperature: settings.temperature ?? defaults.temperature,
      seed: seeds.mask,
    },
    destroy() {
      images?.dataset.destroy();
      memory.destroy(kept);
      runner.destroy();
      store.destroy();
    },
  };
}

/** So many training images of each class, as samples of their own. */
function chooseImages({ splits, images, shape }: ScoreData, perClass: number, seed: number): Split {
  const labels = Uint16Array.from(images, (index) => {
    let s = 0;
    while (index >= splits[s].count) index -= splits[s++].count;
    return splits[s].labels[index];
  });
  const chosen = sampleClasses(labels, perClass, seed).map((i) => images[i]);
  return takeSamples(splits, chosen, sizeOf(shape));
}

function imagesOnDevice(gpu: Gpu, data: ScoreData, split: Split, batch: number): ScoreImages {
  const dataset = createBatchSource(gpu, { ...data, splits: [split], placement: "device", largestBatch: batch });
  const { count } = split;
  dataset.setOrder(Uint32Array.from({ length: count }, (_, i) => i));
  const steps = Array.from({ length: Math.ceil(count / batch) }, (_, slot) => {
    const start = slot * batch;
    return { ...IDLE_STEP, start, count: Math.min(batch, count - start), slot };
  });
  const record: ScoreImages["record"] = (recorder, columns) =>
    recordBatch(recorder, dataset, { ...columns, crop: 0, flip: false, seed: 0, augment: false });
  return { dataset, count, batch, record, steps };
}
