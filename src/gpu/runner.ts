/**
 * Running a dispatch list: step blocks, encoding in one pass, the profiled pass for each dispatch, and readback.
 */
import type { Gpu } from "./device.ts";
import { align, ALIGNMENT, type Slice } from "./memory.ts";
import type { DispatchList } from "./recorder.ts";
import { packConstants, parseKernel } from "./kernel.ts";
import stepCode from "../../shaders/common/step.wgsl" with { type: "text" };

/** What changes from step to step; the fields and their order are those of shaders/common/step.wgsl. */
export interface StepBlock {
  /** Images of this batch, at most the capacity that the program was made for. */
  readonly count: number;
  /** Where the batch starts in the order buffer. */
  readonly start: number;
  /** Steps taken before this one (Adam's bias correction). */
  readonly index: number;
  readonly epoch: number;
  /** Slot of the metrics ring. */
  readonly slot: number;
  readonly learningRate: number;
}

/** The step block for lists that read none. */
export const IDLE_STEP: StepBlock = { count: 0, start: 0, index: 0, epoch: 0, slot: 0, learningRate: 0 };

/** How many step blocks one submission can hold. */
export const STEPS_PER_SUBMIT = 32;

/** Slices are read back together up to so many bytes. */
const GATHERED_BYTES = 64 * 2 ** 20;

const fields = parseKernel(stepCode.replace("struct Step", "struct S")).constants;

/** Encodes lists of one device again and again, with a step block for each run. */
export class Runner {
  readonly #blocks: GPUBuffer;
  readonly #group: GPUBindGroup;

  constructor(readonly gpu: Gpu) {
    this.#blocks = gpu.memory.create(
      "step blocks",
      STEPS_PER_SUBMIT * ALIGNMENT,
      GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST,
    );
    this.#group = gpu.device.createBindGroup({
      label: "step",
      layout: gpu.kernels.stepLayout,
      entries: [{ binding: 0, resource: { buffer: this.#blocks, offset: 0, size: ALIGNMENT } }],
    });
  }

  #write(steps: readonly StepBlock[]): void {
    if (steps.length > STEPS_PER_SUBMIT) throw new RangeError(`at most ${STEPS_PER_SUBMIT} steps a submission`);
    const bytes = new Uint8Array(steps.length * ALIGNMENT);
    const shape = { label: "step", constants: fields };
    steps.forEach((step, i) => bytes.set(packConstants(shape, { ...step }), i * ALIGNMENT));
    this.gpu.device.queue.writeBuffer(this.#blocks, 0, bytes);
  }

  /**
   * Submits the list, or its dispatches from `start` to before `end`, once for each step block, all in one pass. Returns
   * at once. With `timestamps` the pass writes when it began and ended.
   */
  submit(
    list: DispatchList,
    steps: readonly StepBlock[],
    part: { start?: number; end?: number; timestamps?: GPUComputePassTimestampWrites } = {},
  ): void {
    const dispatches = list.dispatches.slice(part.start ?? 0, part.end);
    this.#write(steps);
    const encoder = this.gpu.device.createCommandEncoder();
    const pass = encoder.beginComputePass(part.timestamps && { timestampWrites: part.timestamps });
    steps.forEach((_, i) => {
      for (const { kernel, group, grid } of dispatches) {
        pass.setPipeline(kernel.pipeline);
        pass.setBindGroup(0, group);
        if (kernel.usesStep) pass.setBindGroup(1, this.#group, [i * ALIGNMENT]);
        pass.dispatchWorkgroups(...grid);
      }
    });
    pass.end();
    this.gpu.device.queue.submit([encoder.finish()]);
  }

  /**
   * Runs one step with a pass and two timestamps for each dispatch.
   * @returns milliseconds of GPU time by dispatch, in order; undefined where the adapter has no timestamps
   */
  async profile(list: DispatchList, step: StepBlock): Promise<number[] | undefined> {
    const { device } = this.gpu;
    if (!device.features.has("timestamp-query")) return undefined;
    const count = list.dispatches.length, chunk = 1024;
    const times: number[] = [];
    this.#write([step]);
    for (let from = 0; from < count; from += chunk) {
      const part = list.dispatches.slice(from, from + chunk);
      const querySet = device.createQuerySet({ type: "timestamp", count: 2 * part.length });
      const usage = GPUBufferUsage.QUERY_RESOLVE | GPUBufferUsage.COPY_SRC;
      const resolved = this.gpu.memory.create("timestamps", 16 * part.length, usage);
      const encoder = device.createCommandEncoder();
      part.forEach(({ kernel, group, grid }, i) => {
        const pass = encoder.beginComputePass({
          timestampWrites: { querySet, beginningOfPassWriteIndex: 2 * i, endOfPassWriteIndex: 2 * i + 1 },
        });
        pass.setPipeline(kernel.pipeline);
        pass.setBindGroup(0, group);
        if (kernel.usesStep) pass.setBindGroup(1, this.#group, [0]);
        pass.dispatchWorkgroups(...grid);
        pass.end();
      });
      encoder.resolveQuerySet(querySet, 0, 2 * part.length, resolved, 0);
      device.queue.submit([encoder.finish()]);
      const bytes = await this.read({ buffer: resolved, offset: 0, size: 16 * part.length });
      const stamps = new BigUint64Array(bytes);
      part.forEach((_, i) => times.push(Number(stamps[2 * i + 1] - stamps[2 * i]) / 1e6));
      querySet.destroy();
      this.gpu.memory.destroy(resolved);
    }
    return times;
  }

  /** Copies a slice back; waits for everything submitted so far. */
  async read(slice: Slice): Promise<ArrayBuffer> {
    const { device, memory } = this.gpu;
    const size = Math.ceil(slice.size / 4) * 4;
    if (size === 0) return new ArrayBuffer(0);
    const staging = memory.create("readback", size, GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST);
    try {
      const encoder = device.createCommandEncoder();
      encoder.copyBufferToBuffer(slice.buffer, slice.offset, staging, 0, size);
      device.queue.submit([encoder.finish()]);
      try {
        await staging.mapAsync(GPUMapMode.READ, 0, size);
      } catch (error) {
        await Promise.resolve();
        this.gpu.check();
        throw error;
      }
      this.gpu.check();
      return staging.getMappedRange(0, size).slice(0, size);
    } finally {
      memory.destroy(staging);
    }
  }

  /**
   * Copies many slices back, with one wait for each {@link GATHERED_BYTES} of them.
   * @returns the bytes of each, in order
   */
  async readAll(slices: readonly Slice[]): Promise<ArrayBuffer[]> {
    const { device, memory } = this.gpu, read: ArrayBuffer[] = [];
    for (let first = 0; first < slices.length;) {
      let bytes = 0, end = first;
      while (end < slices.length && (end === first || bytes + slices[end].size <= GATHERED_BYTES)) {
        bytes += align(slices[end++].size, 4);
      }
      const group = slices.slice(first, end);
      first = end;
      if (group.length === 1) {
        read.push(await this.read(group[0]));
        continue;
      }
      const gathered = memory.create("gathered for readback", bytes);
      try {
        const encoder = device.createCommandEncoder();
        let at = 0;
        for (const { buffer, offset, size } of group) {
          if (size > 0) encoder.copyBufferToBuffer(buffer, offset, gathered, at, align(size, 4));
          at += align(size, 4);
        }
        device.queue.submit([encoder.finish()]);
        const all = await this.read({ buffer: gathered, offset: 0, size: bytes });
        at = 0;
        for (const { size } of group) {
          read.push(all.slice(at, at + size));
          at += align(size, 4);
        }
      } finally {
        memory.destroy(gathered);
      }
    }
    return read;
  }

  /** {@link read}, as float32 values. */
  async readFloats(slice: Slice): Promise<Float32Array> {
    return new Float32Array(await this.read(slice));
  }

  /** Frees the step blocks. */
  destroy(): void {
    this.gpu.memory.destroy(this.#blocks);
  }
}
