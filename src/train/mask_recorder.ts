/**
 * What a method does to the masks, in numbers, and what training has cost so far.
 *
 * Each new mask is compared on the device with the one before, with the source and with all that was ever kept; four
 * integers a layer come back. Nothing of it is computed, or takes memory, unless somebody listens and masks change.
 *
 * Cost is counted in images of a dense training step: an image that the network is trained on counts c, its compute
 * density, since forward pass, input gradient and weight gradient all do their multiply-adds at the kept weights alone. A
 * step's dense gradients, for growing, count a forward pass and input gradients at c and dense weight gradients of the
 * layers asked for, a third of a step each. Evaluation costs all methods the same and is left out.
 */
import type { Gpu } from "../gpu/device.ts";
import { align, ALIGNMENT, type Slice } from "../gpu/memory.ts";
import { type DispatchList, Recorder } from "../gpu/recorder.ts";
import { IDLE_STEP, type Runner } from "../gpu/runner.ts";
import { layerMacs, type LayerShape, layerSize, totalSize } from "../masks/layer.ts";
import { fullMask, intersect, type Mask, maskFromBits, wordCount } from "../masks/mask.ts";
import type { Method, MethodMoment } from "../methods/method.ts";
import { maskableLayers, type Parameter } from "../nn/model.ts";
import type { ParameterStore } from "../nn/store.ts";
import { OVERLAP_WORDS, type OverlapCounts, readOverlap, recordMaskOverlap } from "../ops/mask_overlap.ts";

/** Why masks are recorded: training begins, a method has changed them, an epoch has ended, a level has ended. */
export type RecordReason = "start" | "update" | "epoch" | "level";

/** Masks at one moment of training. Shares and densities are fractions. */
export interface MaskRecord {
  readonly reason: RecordReason;
  /** Optimizer steps taken, and epochs begun. */
  readonly step: number;
  readonly epoch: number;
  /** The method's level, counted from 0. */
  readonly level: number;
  /** Density that the method asks for now; null where it asks for none. */
  readonly nominal: number | null;
  /** Kept weights over all, and kept multiply-adds over all. */
  readonly realised: number;
  readonly compute: number;
  /** Kept weights of each maskable layer, in registration order. */
  readonly nnz: Readonly<Record<string, number>>;
  /** Share of the kept weights that the mask before kept too; null at the start. */
  readonly stayed: number | null;
  /** Share of the kept weights that lie in the source. */
  readonly inSource: number;
  /** Share of all maskable weights that some mask so far has kept (the exploration rate R of ITOP, Liu et al. 2021). */
  readonly explored: number;
  /** Cost of training so far, in images of a dense step. */
  readonly denseImages: number;
}

/** What is recorded, and against what. */
export interface MaskRecorderOptions {
  readonly store: ParameterStore;
  readonly method: Method;
  /** The source, and the masks that training starts with; a layer without a mask keeps everything. */
  readonly source: ReadonlyMap<string, Mask>;
  readonly masks: ReadonlyMap<string, Mask>;
}

/** Bits of all layers' masks, each layer from a binding's alignment on. */
interface History {
  readonly now: GPUBuffer;
  readonly previous: GPUBuffer;
  readonly source: GPUBuffer;
  readonly explored: GPUBuffer;
  readonly counts: GPUBuffer;
}

/** Follows the masks and the cost of one training. */
export class MaskRecorder {
  readonly #gpu: Gpu;
  readonly #layers: LayerShape[];
  readonly #parameters: Parameter[];
  /** First byte of each layer in the history's buffers, and their size. */
  readonly #offsets: number[] = [];
  readonly #bytes: number;
  #history: History | undefined;
  #listener: ((record: MaskRecord) => void) | undefined;
  #denseImages = 0;
  #compute: { version: number; density: number } | undefined;

  constructor(readonly options: MaskRecorderOptions) {
    const { store } = options;
    this.#gpu = store.gpu;
    this.#layers = maskableLayers(store.model);
    this.#parameters = store.model.parameters.filter(({ maskable }) => maskable);
    let bytes = 0;
    for (const layer of this.#layers) {
      this.#offsets.push(bytes);
      bytes += align(Math.ceil(layerSize(layer) / 8), ALIGNMENT);
    }
    this.#bytes = bytes;
  }

  /** Cost of training so far, in images of a dense step. */
  get denseImages(): number {
    return this.#denseImages;
  }

  /** Kept weights of the source over all. */
  get sourceDensity(): number {
    const { source } = this.options;
    const kept = this.#layers.reduce((sum, layer) => sum + (source.get(layer.name)?.nnz ?? layerSize(layer)), 0);
    return kept / totalSize(this.#layers);
  }

  /** Calls back with the masks that training starts with, and from now on with every change. */
  listen(listener: (record: MaskRecord) => void): void {
    this.#listener = listener;
    const { masks, source } = this.options;
    const counts = this.#layers.map(({ name, shape }): OverlapCounts => {
      const mask = masks.get(name) ?? fullMask(name, shape), { nnz } = mask;
      return { nnz, previous: nnz, source: inside(mask, source.get(name)), explored: nnz };
    });
    listener(this.#describe("start", { step: 0, epoch: 0, level: 0 }, counts));
  }

  /** Counts a training step of so many images. */
  stepped(images: number): void {
    this.#denseImages += images * this.#stepDensity();
  }

  /** Counts dense gradients of some layers on so many images. */
  grew(parameters: readonly Parameter[], images: number): void {
    const wanted = new Set(parameters.map(({ name }) => name));
    const of = (layers: readonly LayerShape[]) => layers.reduce((sum, layer) => sum + layerMacs(layer), 0);
    const dense = of(this.#layers.filter(({ name }) => wanted.has(name))) / of(this.#layers);
    this.spent(images * (2 * this.#stepDensity() + dense) / 3);
  }

  /** Counts other work that a method does, such as scoring: in images of a dense step. */
  spent(denseImages: number): void {
    this.#denseImages += denseImages;
  }

  /** Records the masks as they are now, where somebody listens; waits for the device. */
  async record(reason: RecordReason, moment: MethodMoment): Promise<void> {
    if (!this.#listener) return;
    const counts = await this.#compare(moment.runner);
    this.#listener(this.#describe(reason, moment, counts));
  }

  /** The masks as they were last recorded, read back from the device; those at the start before anything changed. */
  async masks(runner: Runner): Promise<ReadonlyMap<string, Mask>> {
    if (!this.#history) return this.options.masks;
    const words = new Uint32Array(await runner.read({ buffer: this.#history.now, offset: 0, size: this.#bytes }));
    return new Map(this.#layers.map((layer, i) => {
      const { name, shape } = layer, first = this.#offsets[i] / 4;
      const bits = words.slice(first, first + wordCount(layerSize(layer)));
      return [name, maskFromBits(name, shape, bits)];
    }));
  }

  /** Compute density of what a step computes with: of stored weights, of which a transform may use fewer. */
  #stepDensity(): number {
    const { store } = this.options, { version } = store;
    if (this.#compute?.version !== version) {
      const counts = this.#parameters.map((parameter) => store.nnz(parameter));
      this.#compute = { version, density: computeDensity(this.#layers, counts) };
    }
    return this.#compute.density;
  }

  #describe(
    reason: RecordReason,
    { step, epoch, level }: Pick<MethodMoment, "step" | "epoch" | "level">,
    counts: readonly OverlapCounts[],
  ): MaskRecord {
    const total = (key: keyof OverlapCounts) => counts.reduce((sum, layer) => sum + layer[key], 0);
    const size = totalSize(this.#layers), nnz = total("nnz");
    const share = (part: number) => nnz === 0 ? 1 : part / nnz;
    return {
      reason,
      step,
      epoch,
      level,
      // a level ends with the mask of the next one
      nominal: this.options.method.nominalDensity?.({ step, level: reason === "level" ? level + 1 : level }) ?? null,
      realised: nnz / size,
      compute: computeDensity(this.#layers, counts.map(({ nnz }) => nnz)),
      nnz: Object.fromEntries(this.#layers.map(({ name }, i) => [name, counts[i].nnz])),
      stayed: reason === "start" ? null : share(total("previous")),
      inSource: share(total("source")),
      explored: total("explored") / size,
      denseImages: this.#denseImages,
    };
  }

  /** Counts on the device, and moves the history on. */
  async #compare(runner: Runner): Promise<OverlapCounts[]> {
    const { memory } = this.#gpu, { now, previous, source, explored, counts } = this.#history ??= this.#begin();
    memory.write({ buffer: counts, offset: 0, size: counts.size }, new Uint32Array(counts.size / 4));
    const recorder = new Recorder(memory, this.#gpu.kernels);
    this.#parameters.forEach((parameter, i) => {
      recorder.scope = parameter.name;
      const bits = this.#slice(now, i);
      this.#recordMask(recorder, parameter, bits);
      recordMaskOverlap(recorder, parameter.size, {
        now: bits,
        previous: this.#slice(previous, i),
        source: this.#slice(source, i),
        explored: this.#slice(explored, i),
        counts: { buffer: counts, offset: 0, size: counts.size },
      }, i);
    });
    const list: DispatchList = recorder.finish();
    try {
      runner.submit(list, [IDLE_STEP]);
      const words = new Uint32Array(await runner.read({ buffer: counts, offset: 0, size: counts.size }));
      return this.#parameters.map((_, i) => readOverlap(words, i));
    } finally {
      list.destroy();
    }
  }

  /** A layer's mask now, from whoever decides it: the method's transforms, a transform that is the mask, or the store. */
  #recordMask(recorder: Recorder, parameter: Parameter, bits: Slice): void {
    const { store, method } = this.options;
    if (method.recordMask) method.recordMask(recorder, store, parameter, bits);
    else store.recordMask(recorder, parameter, bits);
  }

  #slice(buffer: GPUBuffer, layer: number): Slice {
    return { buffer, offset: this.#offsets[layer], size: align(Math.ceil(layerSize(this.#layers[layer]) / 8), 4) };
  }

  #begin(): History {
    const { masks, source } = this.options, { memory } = this.#gpu;
    const bits = (label: string, from: ReadonlyMap<string, Mask>) => {
      const buffer = memory.create(label, this.#bytes);
      this.#layers.forEach(({ name, shape }, i) => {
        memory.write(this.#slice(buffer, i), (from.get(name) ?? fullMask(name, shape)).bits);
      });
      return buffer;
    };
    return {
      now: memory.create("mask to record", this.#bytes),
      previous: bits("mask before", masks),
      source: bits("source's mask", source),
      explored: bits("explored weights", masks),
      counts: memory.create("mask overlaps", 4 * OVERLAP_WORDS * this.#layers.length),
    };
  }

  /** Frees the buffers. */
  destroy(): void {
    for (const buffer of Object.values(this.#history ?? {})) this.#gpu.memory.destroy(buffer);
    this.#history = undefined;
  }
}

/** Kept weights of a mask that another one keeps; all of them where there is no other. */
function inside(mask: Mask, other: Mask | undefined): number {
  return other ? intersect(mask, other).nnz : mask.nnz;
}

function computeDensity(layers: readonly LayerShape[], counts: readonly number[]): number {
  const kept = layers.reduce((sum, { positions }, i) => sum + counts[i] * positions, 0);
  return kept / layers.reduce((sum, layer) => sum + layerMacs(layer), 0);
}
