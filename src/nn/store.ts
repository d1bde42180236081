/**
 * The parameter store: values, gradients, optimizer moments, masks and batch-norm statistics of one network. Programs
 * for training and evaluation share it.
 *
 * All parameters lie in one buffer, each from a multiple of 64 values on, so that the optimizer is one dispatch. A packed
 * layer has only its kept blocks there, in values, gradients and moments alike.
 */
import type { Gpu } from "../gpu/device.ts";
import { align, type Slice, whole } from "../gpu/memory.ts";
import type { Operand, Recorder } from "../gpu/recorder.ts";
import type { BlockSize } from "../masks/blocks.ts";
import { keeps, type Mask } from "../masks/mask.ts";
import { makePattern, NO_WEIGHT, slotIndices } from "../masks/pattern.ts";
import type { ConvWeights } from "../ops/conv.ts";
import { GROUP_VALUES, momentCount, recordOptimizer } from "../ops/optimizer.ts";
import type { Model, Norm, Parameter } from "./model.ts";
import { layerPlan, type Storage } from "./plan.ts";
import type { KeptCount, MaskChange, ParameterGroup, StoreOptions } from "./store_options.ts";
import {
  blockArea,
  groupTable,
  keptBits,
  layOut,
  type Place,
  type SelectionTensors,
  storedCount,
  usedRanges,
} from "./store_layout.ts";
import type { MaskUpdater } from "./store_masks.ts";
import { recordMask, recordPack, recordUnpack } from "./store_slots.ts";
import { type SavedSnapshot, StoreSnapshot } from "./store_snapshot.ts";

export type { KeptCount, MaskChange, ParameterGroup, StoreOptions } from "./store_options.ts";

/** Optimizer ranges start at multiples of this many values, so that every operand's offset is aligned. */
const RANGE_VALUES = 4096;

/** What the optimizer's kernels read of groups: pairs of a learning-rate factor and a weight decay. */
function groupNumbers(groups: readonly ParameterGroup[]): Float32Array {
  return Float32Array.from(groups.flatMap(({ learningRate, weightDecay }) => [learningRate, weightDecay]));
}

/** Numbers of one network on the GPU. */
export class ParameterStore {
  readonly #places: Map<string, Place>;
  readonly #buffers: GPUBuffer[] = [];
  readonly #norms: Slice[] = [];
  readonly #values: GPUBuffer;
  readonly #gradients: GPUBuffer;
  readonly #moments: GPUBuffer[];
  readonly #maskBits: GPUBuffer;
  readonly #groupOf: GPUBuffer;
  readonly #groups: GPUBuffer;
  readonly #constants: Slice;
  #updater: MaskUpdater | undefined;
  #version = 0;
  /** Values that there is room for, padding included, and how many of them are trained: those before the frozen ones. */
  readonly length: number;
  readonly trainedLength: number;
  /** The model's parameters, then a method's. */
  readonly parameters: readonly Parameter[];

  constructor(readonly gpu: Gpu, readonly model: Model, readonly options: StoreOptions) {
    const { memory } = gpu;
    this.#places = layOut(memory, model, options);
    const places = [...this.#places.values()];
    this.parameters = places.map(({ parameter }) => parameter);
    const endOf = (places: readonly Place[]) =>
      places.reduce((end, { offset, room }) => Math.max(end, offset + room), 0);
    this.length = endOf(places);
    this.trainedLength = endOf(places.filter(({ trained }) => trained));
    const make = (label: string, bytes: number) => this.#own(memory.create(label, bytes));
    this.#values = make("values", 4 * this.length);
    this.#gradients = make("gradients", 4 * this.trainedLength);
    this.#moments = Array.from(
      { length: momentCount(options.optimizer) },
      (_, i) => make(`moment ${i + 1}`, 4 * this.trainedLength),
    );
    this.#maskBits = this.#own(memory.upload("mask bits", keptBits(places, this.length, options)));
    const groups = groupTable(places, this.trainedLength, (parameter) => options.groupOf?.(parameter) ?? 0);
    this.#groupOf = this.#own(memory.upload("group of values", groups));
    this.#groups = this.#own(memory.upload("groups", groupNumbers(options.groups)));
    // running mean and variance of each norm, and one shared (1, …) and (0, …) for norms without trained scale and shift
    const widest = Math.max(1, ...model.norms.map(({ channels }) => channels));
    for (const { name, channels } of model.norms) {
      const size = 4 * align(channels, GROUP_VALUES);
      const buffer = make(`${name} statistics`, 2 * size);
      memory.write({ buffer, offset: size, size }, new Float32Array(channels).fill(1));
      this.#norms.push({ buffer, offset: 0, size });
    }
    const size = 4 * align(widest, GROUP_VALUES);
    this.#constants = { buffer: make("unit scale and shift", 2 * size), offset: 0, size };
    memory.write(this.#constants, new Float32Array(widest).fill(1));
  }

  #own(buffer: GPUBuffer): GPUBuffer {
    this.#buffers.push(buffer);
    return buffer;
  }

  #place(parameter: Parameter): Place {
    return this.#places.get(parameter.name)!;
  }

  #slice(buffer: GPUBuffer, parameter: Parameter): Slice {
    const place = this.#place(parameter);
    return { buffer, offset: 4 * place.offset, size: 4 * align(Math.max(storedCount(place), 1), 4) };
  }

  /** All stored values, the gradients of those that are trained, and a bit for each value that says whether it is kept. */
  get all(): { readonly values: Slice; readonly gradients: Slice; readonly kept: Slice } {
    return { values: whole(this.#values), gradients: whole(this.#gradients), kept: whole(this.#maskBits) };
  }

  /** The first of a parameter's values among {@link all}; a multiple of 64. */
  first(parameter: Parameter): number {
    return this.#place(parameter).offset;
  }

  /** The stored values of a parameter. */
  values(parameter: Parameter): Slice {
    return this.#slice(this.#values, parameter);
  }

  /** Whether a parameter is trained; a frozen one has no gradient. */
  trained(parameter: Parameter): boolean {
    return this.#place(parameter).trained;
  }

  /** Stored values of a parameter: all of them, or those of a packed layer's kept blocks. */
  stored(parameter: Parameter): number {
    return storedCount(this.#place(parameter));
  }

  /** A parameter by its name: the model's, or one that a method added. */
  parameter(name: string): Parameter {
    const place = this.#places.get(name);
    if (!place) throw new RangeError(`there is no parameter ${name}`);
    return place.parameter;
  }

  /**
   * Where a parameter's gradient goes.
   * @throws {RangeError} where it is frozen
   */
  gradient(parameter: Parameter): Slice {
    if (!this.trained(parameter)) throw new RangeError(`${parameter.name} is frozen and has no gradient`);
    return this.#slice(this.#gradients, parameter);
  }

  /** A layer's weights as convolutions bind them. */
  weights(parameter: Parameter): ConvWeights {
    const { pattern } = this.#place(parameter);
    const values = this.values(parameter), layer = layerPlan(this.options.plan, parameter);
    return pattern
      ? { storage: "packed", values, pattern, activations: layer?.activations }
      : { storage: "dense", values, kernels: layer?.kernels };
  }

  /** Running mean and variance of a norm, and its scale and shift. */
  norm(norm: Norm): { runningMean: Slice; runningVariance: Slice; scale: Slice; shift: Slice } {
    const mean = this.#norms[norm.index], unit = this.#constants;
    return {
      runningMean: mean,
      runningVariance: { ...mean, offset: mean.size },
      scale: norm.scale ? this.values(norm.scale) : unit,
      shift: norm.shift ? this.values(norm.shift) : { ...unit, offset: unit.size },
    };
  }

  /**
   * Sets a parameter from all its values in row-major order; pruned ones are dropped or stored as zero.
   * @throws {RangeError} for another number of values, or where the mask was changed on the device and {@link mask} has
   * not read it back
   */
  write(parameter: Parameter, dense: Float32Array): void {
    const place = this.#place(parameter), { pattern, slots, mask, onDevice } = place;
    if (dense.length !== parameter.size) {
      throw new RangeError(`${parameter.name} has ${parameter.size} values, got ${dense.length}`);
    }
    if (onDevice) throw new RangeError(`${parameter.name}: read its mask back before its values are written`);
    const masked = mask && !this.options.transformed?.has((place.host?.parameter ?? parameter).name);
    const value = (i: number) => i !== NO_WEIGHT && (!masked || keeps(mask, i)) ? dense[i] : 0;
    const stored = pattern ? Float32Array.from(slots!, value) : masked ? dense.map((_, i) => value(i)) : dense;
    if (stored.length > 0) this.gpu.memory.write(this.values(parameter), stored);
  }

  /** A parameter's tensors as read back, in row-major order with zeros where nothing is stored. */
  async read(
    parameter: Parameter,
    read: (slice: Slice) => Promise<Float32Array>,
    what: "values" | "gradient" = "values",
  ): Promise<Float32Array> {
    const place = this.#place(parameter);
    if (place.pattern) await this.mask(parameter);
    const stored = await read(what === "values" ? this.values(parameter) : this.gradient(parameter));
    if (!place.pattern) return stored.slice(0, parameter.size);
    const dense = new Float32Array(parameter.size), mask = place.mask!;
    place.slots!.forEach((index, i) => {
      if (index !== NO_WEIGHT && keeps(mask, index)) dense[index] = stored[i];
    });
    return dense;
  }

  /** How a parameter is stored now. */
  storage(parameter: Parameter): Storage {
    return this.#place(parameter).pattern ? "packed" : "dense";
  }

  /** Blocks that a packed layer has room for; 0 where it is dense. */
  capacity(parameter: Parameter): number {
    return this.#place(parameter).pattern?.capacity ?? 0;
  }

  /** Kept weights of a parameter. */
  nnz(parameter: Parameter): number {
    return this.#place(parameter).nnz;
  }

  /** A parameter's mask, read back where only the device knows it; undefined where nothing is masked. */
  async mask(parameter: Parameter): Promise<Mask | undefined> {
    const found = this.#place(parameter), place = found.host ?? found;
    if (place.onDevice) {
      const mask = await (await this.#masks()).mask(place);
      place.slots = place.pattern && slotIndices(makePattern(mask, place.block));
      place.mask = mask;
      place.onDevice = false;
    }
    return place.mask;
  }

  /** Changes with every call of {@link setMasks}: programs compiled before it no longer fit. */
  get version(): number {
    return this.#version;
  }

  /**
   * Gives layers new masks, on the device. A weight that was kept and still is keeps its value, its gradient and its
   * moments; one that was not gets its `fresh` value or 0, and a gradient and moments of 0; one that is dropped is gone, or
   * zero where it still has a place. Layers may change their storage with it. All change, or none.
   *
   * It waits for the device once, for a few integers a layer; layers that go packed without a `capacity` cost another wait.
   * @throws {RangeError} where a mask keeps more than there is room for, or a weight transform owns it
   */
  async setMasks(changes: readonly MaskChange[]): Promise<KeptCount[]> {
    const { memory } = this.gpu, uploaded: GPUBuffer[] = [];
    try {
      const placed = changes.map((change) => {
        const { parameter, mask, storage = this.storage(parameter), fresh } = change;
        const capacity = change.capacity ?? this.options.capacity?.get(parameter.name);
        if (!parameter.maskable || this.options.transformed?.has(parameter.name)) {
          throw new RangeError(`${parameter.name} has no mask that could be changed here`);
        }
        if ("buffer" in mask) return { place: this.#place(parameter), bits: mask, to: storage, capacity, fresh };
        const buffer = memory.upload(`${parameter.name} new mask`, mask.bits);
        uploaded.push(buffer);
        return { place: this.#place(parameter), bits: whole(buffer), to: storage, capacity, fresh };
      });
      if (placed.length > 0) await (await this.#masks()).update(placed);
    } finally {
      for (const buffer of uploaded) memory.destroy(buffer);
    }
    this.#version++;
    return changes.map(({ parameter }) => {
      const nnz = this.nnz(parameter);
      return { parameter, nnz, density: nnz / parameter.size };
    });
  }

  async #masks(): Promise<MaskUpdater> {
    const { MaskUpdater } = await import("./store_masks.ts");
    const others = [this.#gradients, ...this.#moments];
    return this.#updater ??= new MaskUpdater(this.gpu, { values: this.#values, others, kept: this.#maskBits });
  }

  /**
   * Records a layer's mask into `bits`: one bit for each weight in row-major order.
   * @param selected of the kept weights those of `recordSelection`; all of them where it is left out
   */
  recordMask(recorder: Recorder, parameter: Parameter, bits: Operand, selected?: Operand): void {
    recordMask(recorder, this.#place(parameter), selected ?? whole(this.#maskBits), bits);
  }

  /** What `recordSelection` reads of some layers. */
  selectionTensors(parameters: readonly Parameter[]): SelectionTensors {
    const places = parameters.map((parameter) => this.#place(parameter));
    return { places, values: this.#values, gradients: this.#gradients, kept: this.#maskBits };
  }

  /** The blocks that a layer's mask is made of. */
  block(parameter: Parameter): BlockSize {
    return this.#place(parameter).block;
  }

  /** Weights that are kept or pruned together in a layer: those of a block, 1 where single weights are masked. */
  blockArea(parameter: Parameter): number {
    return blockArea(this.#place(parameter));
  }

  /** Records all of a layer's values, or gradients, in row-major order into `dense`: 0 where nothing is kept. */
  recordDense(recorder: Recorder, parameter: Parameter, what: "values" | "gradient", dense: Operand): void {
    const values = what === "values" ? this.values(parameter) : this.gradient(parameter);
    recordUnpack(recorder, this.#place(parameter), whole(this.#maskBits), { values, dense });
  }

  /** Records a layer's kept values out of all of them in row-major order, for rewinding to what was. */
  recordLoad(recorder: Recorder, parameter: Parameter, dense: Operand): void {
    recordPack(recorder, this.#place(parameter), whole(this.#maskBits), { dense, values: this.values(parameter) });
  }

  /**
   * Keeps the store's numbers as they are now, on the device; the snapshot is the caller's to destroy.
   * @param saved a snapshot of an equal store, as a checkpoint holds it, instead
   */
  snapshot(saved?: SavedSnapshot): StoreSnapshot {
    const statistics = this.#norms.map(({ buffer }) => buffer), places = [...this.#places.values()];
    const tensors = { places, values: this.#values, moments: this.#moments, kept: this.#maskBits, statistics };
    return new StoreSnapshot(this.gpu, tensors, saved);
  }

  /** The optimizer's moments, each in the layout of the values. */
  get moments(): readonly GPUBuffer[] {
    return this.#moments;
  }

  /** Sets the optimizer's moments to 0. */
  clearMoments(): void {
    const encoder = this.gpu.device.createCommandEncoder();
    for (const buffer of this.#moments) encoder.clearBuffer(buffer);
    this.gpu.device.queue.submit([encoder.finish()]);
  }

  /** Running mean and variance of every norm as read back, by PyTorch's names (`bn.running_mean`, `bn.running_var`). */
  async readStatistics(read: (slice: Slice) => Promise<Float32Array>): Promise<Map<string, Float32Array>> {
    const tensors = new Map<string, Float32Array>();
    for (const norm of this.model.norms) {
      const { runningMean, runningVariance } = this.norm(norm);
      tensors.set(`${norm.name}.running_mean`, (await read(runningMean)).slice(0, norm.channels));
      tensors.set(`${norm.name}.running_var`, (await read(runningVariance)).slice(0, norm.channels));
    }
    return tensors;
  }

  /** Changes the weight decay from the next step on, of all groups that had that of the first. */
  setWeightDecay(weightDecay: number): void {
    const { groups } = this.options, first = groups[0].weightDecay;
    const changed = groups.map((group) => group.weightDecay === first ? { ...group, weightDecay } : group);
    this.gpu.memory.write(whole(this.#groups), groupNumbers(changed));
  }

  /**
   * Records one optimizer step over everything that is in use; the dispatch is cut where the adapter's bindings are too
   * small, or where much room is empty.
   */
  recordStep(recorder: Recorder): void {
    const limit = Math.floor(this.gpu.device.limits.maxStorageBufferBindingSize / (4 * RANGE_VALUES)) * RANGE_VALUES;
    for (const [first, end] of usedRanges(this.#places.values(), this.trainedLength, RANGE_VALUES)) {
      for (let from = first; from < end; from += limit) {
        const count = Math.min(limit, end - from);
        const part = (buffer: GPUBuffer): Slice => ({ buffer, offset: 4 * from, size: 4 * count });
        recordOptimizer(recorder, this.options.optimizer, count, {
          values: part(this.#values),
          gradients: part(this.#gradients),
          moments: this.#moments.map(part),
          mask: { buffer: this.#maskBits, offset: from / 8, size: align(count / 8, 4) },
          groupOf: { buffer: this.#groupOf, offset: from / 16, size: count / 16 },
          groups: whole(this.#groups),
        });
      }
    }
  }

  /** Bytes of values, gradients, moments, masks and patterns; with the latter what is kept for changing masks. */
  bytes(): { values: number; gradients: number; moments: number; masks: number; patterns: number } {
    const changing = this.#updater?.bytes ?? 0;
    const own = [...this.#places.values()].filter(({ host }) => !host);
    const patterns = own.reduce((sum, { pattern }) => sum + (pattern?.bytes ?? 0), changing);
    const moments = this.#moments.reduce((sum, buffer) => sum + buffer.size, 0);
    const { size: values } = this.#values;
    return { values, gradients: this.#gradients.size, moments, masks: this.#maskBits.size, patterns };
  }

  /** Frees every buffer. */
  destroy(): void {
    this.#updater?.destroy();
    for (const { pattern, host } of this.#places.values()) if (!host) pattern?.destroy();
    for (const buffer of this.#buffers) this.gpu.memory.destroy(buffer);
  }
}
