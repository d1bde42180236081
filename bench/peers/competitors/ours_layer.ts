/** Convolutions and matrix products by startsparse's dense kernels; of several the fastest here, as its tuner would choose. */
import { adapterClassOf } from "../../../src/ops/adapter_class.ts";
import type { Gpu } from "../../../src/gpu/device.ts";
import { align, type Slice, whole } from "../../../src/gpu/memory.ts";
import { type DispatchList, Recorder } from "../../../src/gpu/recorder.ts";
import { IDLE_STEP, Runner } from "../../../src/gpu/runner.ts";
import { spreadOf, submitTimes, timeInterleaved } from "../../../src/gpu/timing.ts";
import {
  layerVariants,
  recordConvForward,
  recordConvInputGradient,
  recordConvWeightGradient,
} from "../../../src/ops/conv.ts";
import type { ConvPass } from "../../../src/ops/conv_dense.ts";
import { type ConvShape, linearShape } from "../../../src/ops/shape.ts";
import type { PreparedWork } from "../competitor.ts";
import { floats, type Tensors } from "../inputs.ts";
import { batchFirst, batchLast } from "../layouts.ts";
import type { ConvWork, MatmulWork } from "../work.ts";

/** Rounds that a kernel is chosen by. */
const CHOICE_ROUNDS = 3;

/** Gets a layer ready; a matrix product is the linear layer whose weights are `a` and whose batch are the columns of `b`. */
export async function prepareLayer(gpu: Gpu, work: ConvWork | MatmulWork, inputs: Tensors): Promise<PreparedWork> {
  const layer = new Layer(gpu, work, inputs);
  try {
    const how: string[] = [];
    for (const pass of layer.passes) {
      how.push(`${pass}: ${await layer.choose(pass)}`);
    }
    const list = await layer.record(layer.kernels);
    return {
      how: how.join(", "),
      precision: "float32",
      results: async () => {
        await layer.run(list, 1);
        return await layer.results();
      },
      run: (times) => layer.run(list, times),
      free: () => {
        list.destroy();
        layer.destroy();
      },
    };
  } catch (error) {
    layer.destroy();
    throw error;
  }
}

class Layer {
  readonly shape: ConvShape;
  readonly batch: number;
  readonly capacity: number;
  readonly passes: readonly ConvPass[];
  readonly kernels: Partial<Record<ConvPass, string>> = {};
  readonly #runner: Runner;
  readonly #buffers: GPUBuffer[] = [];
  readonly #slices: Record<"x" | "w" | "y" | "dy" | "dx" | "dw", Slice>;

  constructor(readonly gpu: Gpu, readonly work: ConvWork | MatmulWork, inputs: Tensors) {
    const product = work.kind === "matmul";
    this.shape = product ? linearShape(work.k, work.m) : work.shape;
    this.batch = product ? work.n : work.batch;
    this.capacity = align(this.batch, this.batch > 32 ? 32 : 4);
    this.passes = product ? ["forward"] : passesOf(work);
    this.#runner = new Runner(gpu);
    const { inChannels, inHeight, inWidth, outChannels, outHeight, outWidth } = this.shape;
    const data = (name: string) => inputs.get(name)!.data as Float32Array;
    const lanes = (name: string) => batchLast(data(name), this.batch, this.capacity);
    const x = product ? padRows(data("b"), this.batch, this.capacity) : lanes("x"), w = data(product ? "a" : "w");
    const create = (name: string, values: number) => this.#own(gpu.memory.create(name, 4 * values));
    const upload = (name: string, values: Float32Array) => this.#own(gpu.memory.upload(name, values));
    const inputs_ = inChannels * inHeight * inWidth * this.capacity;
    this.#slices = {
      x: upload("x", x),
      w: upload("w", w),
      dy: product ? create("dy", 4) : upload("dy", lanes("dy")),
      y: create("y", outChannels * outHeight * outWidth * this.capacity),
      dx: create("dx", inputs_),
      dw: create("dw", w.length),
    };
  }

  #own(buffer: GPUBuffer): Slice {
    this.#buffers.push(buffer);
    return whole(buffer);
  }

  /** Times a pass's kernels against each other where there are several. @returns the chosen one's name */
  async choose(pass: ConvPass): Promise<string> {
    const names = layerVariants(pass, this.shape, { capacity: this.capacity, adapter: adapterClassOf(this.gpu) });
    this.kernels[pass] = names[0];
    if (names.length > 1) {
      const lists: DispatchList[] = [];
      try {
        for (const name of names) {
          lists.push(await this.record({ [pass]: name }));
        }
        const works = lists.map((list, i) => ({ label: names[i], list }));
        const timings = await timeInterleaved(this.#runner, works, { rounds: CHOICE_ROUNDS, warmup: 2 });
        const times = timings.map(({ gpuMs, wallMs }) => spreadOf(gpuMs.length > 0 ? gpuMs : wallMs).median);
        this.kernels[pass] = names[times.indexOf(Math.min(...times))];
      } finally {
        for (const list of lists) list.destroy();
      }
    }
    return this.kernels[pass]!;
  }

  /** Records the passes that kernels are given for. */
  async record(kernels: Partial<Record<ConvPass, string>>): Promise<DispatchList> {
    const recorder = new Recorder(this.gpu.memory, this.gpu.kernels);
    const context = { recorder, capacity: this.capacity, adapter: adapterClassOf(this.gpu) };
    const { x, w, y, dy, dx, dw } = this.#slices, { shape } = this;
    const weights = { storage: "dense", values: w, kernels } as const;
    if (kernels.forward) recordConvForward(context, shape, { x, y }, weights);
    if (kernels.inputGradient) {
      recordConvInputGradient(context, shape, { dy, dx }, weights, false);
    }
    if (kernels.weightGradient) {
      recordConvWeightGradient(context, shape, { x, dy, dw }, weights, false);
    }
    return await this.gpu.allocate(() => recorder.finish());
  }

  async run(list: DispatchList, times: number): Promise<void> {
    submitTimes(this.#runner, list, IDLE_STEP, times);
    await this.#runner.read({ ...this.#slices.y, size: 16 });
  }

  async results(): Promise<Tensors> {
    const { work, batch, capacity, shape } = this, tensors: Tensors = new Map();
    const read = (slice: Slice, size: number) => this.#runner.readFloats({ ...slice, size: 4 * size });
    const image = async (slice: Slice, size: readonly number[]) => {
      const count = size.reduce((a, b) => a * b, 1);
      return floats([batch, ...size], batchFirst(await read(slice, count * capacity), batch, capacity));
    };
    const { inChannels, inHeight, inWidth, outChannels, outHeight, outWidth, kernelHeight, kernelWidth } = shape;
    if (work.kind === "matmul") {
      const { m, n } = work, rows = await read(this.#slices.y, m * capacity);
      const y = new Float32Array(m * n);
      for (let i = 0; i < m; i++) {
        y.set(rows.subarray(i * capacity, i * capacity + n), i * n);
      }
      return tensors.set("y", floats([m, n], y));
    }
    tensors.set("y", await image(this.#slices.y, [outChannels, outHeight, outWidth]));
    if (this.passes.includes("inputGradient")) {
      tensors.set(
        "dx",
        await image(this.#slices.dx, [inChannels, inHeight, inWidth]),
      );
    }
    if (this.passes.includes("weightGradient")) {
      const size = [outChannels, inChannels, kernelHeight, kernelWidth],
        count = size.reduce((a, b) => a * b, 1);
      tensors.set("dw", floats(size, await read(this.#slices.dw, count)));
    }
    return tensors;
  }

  destroy(): void {
    for (const buffer of this.#buffers) this.gpu.memory.destroy(buffer);
    this.#runner.destroy();
  }
}

function passesOf({ pass }: ConvWork): ConvPass[] {
  if (pass === "forward") return ["forward"];
  return ["forward", pass === "forward+dW" ? "weightGradient" : "inputGradient"];
}

/** Rows of `from` values as rows of `to`, zeros behind. */
function padRows(values: Float32Array, from: number, to: number): Float32Array {
  if (from === to) return values;
  const rows = values.length / from, padded = new Float32Array(rows * to);
  for (let row = 0; row < rows; row++) padded.set(values.subarray(row * from, (row + 1) * from), row * to);
  return padded;
}
