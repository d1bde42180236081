/**
 * The parameter store: values, gradients, optimizer moments, masks and batch-norm statistics of one network. Programs
 * for training and evaluation share it.
 *
 * All parameters lie in one buffer, each from a multiple of 64 values on, so that the optimizer is one dispatch. A packed
 * layer has only its kept blocks there, in values, gradients and moments alike.
 */
import type { Gpu } from "../gpu/device.ts";
import { align, type Slice, whole } from "../gpu/memory.ts";
import type { Recorder } from "../gpu/recorder.ts";
import { keeps, type Mask } from "../masks/mask.ts";
import { makePattern, NO_WEIGHT, slotIndices } from "../masks/pattern.ts";
import type { ConvWeights } from "../ops/conv.ts";
import { GROUP_VALUES, momentCount, type OptimizerSettings, recordOptimizer } from "../ops/optimizer.ts";
import { type UploadedPattern, uploadPattern } from "../ops/packed_pattern.ts";
import type { Model, Norm, Parameter } from "./model.ts";
import { type KernelPlan, layerPlan } from "./plan.ts";

/** Parameters that share a learning-rate factor and a weight decay. */
export interface ParameterGroup {
  readonly learningRate: number;
  readonly weightDecay: number;
}

/** What a store is made with. */
export interface StoreOptions {
  readonly plan: KernelPlan;
  /** By parameter name; a maskable parameter without one keeps everything. */
  readonly masks: ReadonlyMap<string, Mask>;
  readonly optimizer: OptimizerSettings;
  readonly groups: readonly ParameterGroup[];
  /** Group of a parameter; 0 where it is left out. */
  readonly groupOf?: (parameter: Parameter) => number;
  /** Names of masked parameters whose mask a weight transform applies instead of the optimizer. */
  readonly transformed?: ReadonlySet<string>;
}

interface Place {
  parameter: Parameter;
  offset: number; // in values
  length: number; // stored values
  slots?: Uint32Array; // of packed values: row-major index of the weight, or NO_WEIGHT
  pattern?: UploadedPattern;
}

/** Optimizer ranges start at multiples of this many values, so that every operand's offset is aligned. */
const RANGE_VALUES = 4096;

/** Numbers of one network on the GPU. */
export class ParameterStore {
  readonly #places = new Map<string, Place>();
  readonly #buffers: GPUBuffer[] = [];
  readonly #norms: Slice[] = [];
  readonly #values: GPUBuffer;
  readonly #gradients: GPUBuffer;
  readonly #moments: GPUBuffer[];
  readonly #maskBits: GPUBuffer;
  readonly #groupOf: GPUBuffer;
  readonly #groups: GPUBuffer;
  readonly #constants: Slice;
  /** Stored values, padding included. */
  readonly length: number;

  constructor(readonly gpu: Gpu, readonly model: Model, readonly options: StoreOptions) {
    const { memory } = gpu;
    let offset = 0;
    for (const parameter of model.parameters) {
      const mask = options.masks.get(parameter.name);
      const layer = layerPlan(options.plan, parameter);
      const found = mask && layer?.storage === "packed" ? makePattern(mask, layer.block) : undefined;
      const slots = found && slotIndices(found);
      const length = slots ? slots.length : parameter.size;
      const pattern = found && uploadPattern(memory, parameter.name, found);
      this.#places.set(parameter.name, { parameter, offset, length, slots, pattern });
      offset += align(Math.max(length, 1), GROUP_VALUES);
    }
    this.length = offset;
    const make = (label: string, bytes: number) => this.#own(memory.create(label, bytes));
    this.#values = make("values", 4 * offset);
    this.#gradients = make("gradients", 4 * offset);
    this.#moments = Array.from(
      { length: momentCount(options.optimizer) },
      (_, i) => make(`moment ${i + 1}`, 4 * offset),
    );
    this.#maskBits = this.#own(memory.upload("mask bits", this.#bits()));
    this.#groupOf = this.#own(memory.upload("group of values", this.#groupTable()));
    this.#groups = this.#own(
      memory.upload(
        "groups",
        Float32Array.from(options.groups.flatMap(({ learningRate, weightDecay }) => [learningRate, weightDecay])),
      ),
    );
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

  /**
   * One bit a stored value: 1 is kept. Unmasked and transformed parameters keep all. Packed ones keep all where blocks are
   * single weights; otherwise their blocks may hold pruned weights, and clipped ones values that are none.
   */
  #bits(): Uint32Array {
    const bits = new Uint32Array(Math.ceil(this.length / 32)).fill(0xffffffff);
    for (const { parameter, offset, slots, pattern } of this.#places.values()) {
      const mask = this.options.masks.get(parameter.name);
      if (!mask || this.options.transformed?.has(parameter.name)) continue;
      // the padding behind may be anything: it has no gradient and starts at zero
      if (!slots) bits.set(mask.bits, offset / 32);
      else if (pattern && pattern.block[0] * pattern.block[1] > 1) {
        slots.forEach((index, i) => {
          if (index === NO_WEIGHT || !keeps(mask, index)) bits[(offset + i) >>> 5] &= ~(1 << (i & 31));
        });
      }
    }
    return bits;
  }

  #groupTable(): Uint32Array {
    const table = new Uint32Array(this.length / GROUP_VALUES);
    for (const { parameter, offset, length } of this.#places.values()) {
      const group = this.options.groupOf?.(parameter) ?? 0;
      table.fill(group, offset / GROUP_VALUES, Math.ceil((offset + Math.max(length, 1)) / GROUP_VALUES));
    }
    return table;
  }

  #slice(buffer: GPUBuffer, parameter: Parameter): Slice {
    const { offset, length } = this.#place(parameter);
    return { buffer, offset: 4 * offset, size: 4 * align(Math.max(length, 1), 4) };
  }

  /** The stored values of a parameter. */
  values(parameter: Parameter): Slice {
    return this.#slice(this.#values, parameter);
  }

  /** Where a parameter's gradient goes. */
  gradient(parameter: Parameter): Slice {
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

  /** Sets a parameter from all its values in row-major order; pruned ones are dropped or stored as zero. */
  write(parameter: Parameter, dense: Float32Array): void {
    const { slots, length } = this.#place(parameter);
    if (dense.length !== parameter.size) {
      throw new RangeError(`${parameter.name} has ${parameter.size} values, got ${dense.length}`);
    }
    const mask = this.options.masks.get(parameter.name);
    const masked = mask && !this.options.transformed?.has(parameter.name);
    const value = (i: number) => i !== NO_WEIGHT && (!masked || keeps(mask, i)) ? dense[i] : 0;
    const stored = slots ? Float32Array.from(slots, value) : masked ? dense.map((_, i) => value(i)) : dense;
    if (length > 0) this.gpu.memory.write(this.values(parameter), stored);
  }

  /** A parameter's tensors as read back, in row-major order with zeros where nothing is stored. */
  async read(
    parameter: Parameter,
    read: (slice: Slice) => Promise<Float32Array>,
    what: "values" | "gradient" = "values",
  ): Promise<Float32Array> {
    const { slots, length } = this.#place(parameter);
    const stored = await read(what === "values" ? this.values(parameter) : this.gradient(parameter));
    if (!slots) return stored.slice(0, length);
    const dense = new Float32Array(parameter.size), mask = this.options.masks.get(parameter.name)!;
    slots.forEach((index, i) => {
      if (index !== NO_WEIGHT && keeps(mask, index)) dense[index] = stored[i];
    });
    return dense;
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

  /** Records one optimizer step over everything; the dispatch is cut where the adapter's bindings are too small. */
  recordStep(recorder: Recorder): void {
    const limit = Math.floor(this.gpu.device.limits.maxStorageBufferBindingSize / (4 * RANGE_VALUES)) * RANGE_VALUES;
    for (let from = 0; from < this.length; from += limit) {
      const count = Math.min(limit, this.length - from);
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

  /** Bytes of values, gradients, moments, masks and patterns. */
  bytes(): { values: number; gradients: number; moments: number; masks: number; patterns: number } {
    const patterns = [...this.#places.values()].reduce((sum, { pattern }) => sum + (pattern?.bytes ?? 0), 0);
    const moments = this.#moments.reduce((sum, buffer) => sum + buffer.size, 0);
    const { size: values } = this.#values;
    return { values, gradients: this.#gradients.size, moments, masks: this.#maskBits.size, patterns };
  }

  /** Frees every buffer. */
  destroy(): void {
    for (const { pattern } of this.#places.values()) pattern?.destroy();
    for (const buffer of this.#buffers) this.gpu.memory.destroy(buffer);
  }
}
