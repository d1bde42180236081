/** A convolution's numbers for a benchmark: random activations and weights, masked and packed, on the device. */
import type { Gpu } from "../gpu/device.ts";
import { align, type Slice, whole } from "../gpu/memory.ts";
import type { BlockSize } from "../masks/blocks.ts";
import { drawMask } from "../masks/draw.ts";
import { keeps, type Mask, maskDensity } from "../masks/mask.ts";
import { makePattern, NO_WEIGHT, slotIndices, storedValues } from "../masks/pattern.ts";
import { type UploadedPattern, uploadPattern } from "../ops/packed_pattern.ts";
import { convInputSize, convOutputSize, type ConvShape, convWeightCount } from "../ops/shape.ts";
import { randomU32, STREAM } from "../random/philox.ts";

/** What is computed: a convolution, or a linear layer as the 1×1 case, over a batch. */
export interface ConvProblem {
  readonly shape: ConvShape;
  readonly batch: number;
  /** Columns of the activations: the batch, rounded up as programs do it. */
  readonly capacity: number;
}

/** A problem for a batch; columns come in vec4, above 32 in whole tiles of linear layers. */
export function convProblem(shape: ConvShape, batch: number): ConvProblem {
  return { shape, batch, capacity: align(batch, batch > 32 ? 32 : 4) };
}

/** Multiply-adds of one dense pass over the batch, positions in the padding counted as well. */
export function convMacs({ shape, batch }: ConvProblem): number {
  return convWeightCount(shape) * shape.outHeight * shape.outWidth * batch;
}

/** The kept weights of a layer, packed. */
export interface PackedWeights {
  readonly mask: Mask;
  readonly density: number;
  readonly pattern: UploadedPattern;
  /** Row-major index of the weight of each stored value; NO_WEIGHT where a clipped block has none. */
  readonly slots: Uint32Array;
  readonly values: Slice;
  /** Room for the gradient of the stored values. */
  readonly gradient: Slice;
}

/** Operands of all passes on the device, and their values here. */
export class ConvData {
  readonly #buffers: GPUBuffer[] = [];
  readonly #packed = new Map<string, PackedWeights>();
  readonly x: Float32Array;
  readonly dy: Float32Array;
  readonly weights: Float32Array;
  /** Inputs x, dy and w; outputs y, dx and dw, which every candidate of a pass writes in turn. */
  readonly slices: Readonly<Record<"x" | "dy" | "w" | "y" | "dx" | "dw", Slice>>;

  constructor(readonly gpu: Gpu, readonly problem: ConvProblem, readonly seed: number) {
    const { shape, capacity } = problem;
    const sizes = {
      x: convInputSize(shape) * capacity,
      y: convOutputSize(shape) * capacity,
      w: convWeightCount(shape),
    };
    this.x = noise(seed, 0, sizes.x);
    this.dy = noise(seed, 1, sizes.y);
    this.weights = noise(seed, 2, sizes.w);
    const upload = (label: string, data: Float32Array) => this.#own(gpu.memory.upload(label, data));
    const create = (label: string, size: number) => this.#own(gpu.memory.create(label, 4 * size));
    this.slices = {
      x: upload("x", this.x),
      dy: upload("dy", this.dy),
      w: upload("w", this.weights),
      y: create("y", sizes.y),
      dx: create("dx", sizes.x),
      dw: create("dw", sizes.w),
    };
  }

  /** The weights of a density in blocks, drawn and packed at the first call. */
  packed(density: number, block: BlockSize): PackedWeights {
    const key = `${density} ${block}`;
    let packed = this.#packed.get(key);
    if (!packed) this.#packed.set(key, packed = this.#pack(key, density, block));
    return packed;
  }

  #pack(name: string, density: number, block: BlockSize): PackedWeights {
    const { memory } = this.gpu, { outChannels, inChannels, kernelHeight, kernelWidth } = this.problem.shape;
    const shape = [outChannels, inChannels, kernelHeight, kernelWidth];
    const mask = drawMask({ name, shape }, density, this.seed, 0, "bernoulli", block);
    const pattern = makePattern(mask, block), slots = slotIndices(pattern);
    const values = Float32Array.from(slots, (i) => i !== NO_WEIGHT && keeps(mask, i) ? this.weights[i] : 0);
    const bytes = Math.max(16, 4 * storedValues(pattern));
    return {
      mask,
      density: maskDensity(mask),
      pattern: uploadPattern(memory, name, pattern),
      slots,
      values: this.#own(memory.upload("packed values", values.length > 0 ? values : new Float32Array(4))),
      gradient: this.#own(memory.create("packed gradient", bytes)),
    };
  }

  #own(buffer: GPUBuffer): Slice {
    this.#buffers.push(buffer);
    return whole(buffer);
  }

  destroy(): void {
    for (const { pattern } of this.#packed.values()) pattern.destroy();
    for (const buffer of this.#buffers) this.gpu.memory.destroy(buffer);
  }
}

/** Numbers evenly between −1 and 1. */
function noise(seed: number, layer: number, count: number): Float32Array {
  return Float32Array.from(randomU32(seed, STREAM.init, layer, 0, count), (word) => word / 2 ** 31 - 1);
}
