/** Running recorded ops in tests: arrays in, arrays out, on one shared device. */
import { type Gpu, openGpu } from "../../src/gpu/device.ts";
import { type Slice, whole } from "../../src/gpu/memory.ts";
import { Recorder } from "../../src/gpu/recorder.ts";
import { Runner, type StepBlock } from "../../src/gpu/runner.ts";
import { ADAPTER_CLASSES, type AdapterClass } from "../../src/ops/emit.ts";

let shared: Promise<Gpu> | undefined;

/** The device of this test process; Deno's leak checks do not see it because it is made once. */
export function testGpu(): Promise<Gpu> {
  return shared ??= openGpu(navigator.gpu);
}

/** For Deno.test: the shared device is no leak. */
export const quiet = { sanitizeResources: false, sanitizeOps: false };

/**
 * Both adapter classes: what runs on a GPU is tested for its numbers on software adapters too, small tests count as large
 * enough for its tiles, and workgroups are as small as any device wants them.
 */
export const CLASSES: AdapterClass[] = [ADAPTER_CLASSES.software, { ...ADAPTER_CLASSES.gpu, threads: 64, rows: 8 }];

/** A step block with the given fields. */
export function stepBlock(fields: Partial<StepBlock> = {}): StepBlock {
  return { count: 0, start: 0, index: 0, epoch: 0, slot: 0, learningRate: 0, ...fields };
}

/** What a recording sees: buffers filled from arrays, and outputs of so many float32 values. */
export interface Bench {
  recorder: Recorder;
  input(data: Float32Array | Uint32Array | Uint8Array): Slice;
  output(name: string, length: number, start?: Float32Array): Slice;
  /** Reads a slice back that was made elsewhere; before each run it is filled with 7. */
  adopt(name: string, slice: Slice, start?: Float32Array): void;
}

/**
 * Records, runs and reads every output back. Then everything runs once more from the same start, and must give the same
 * bits: every op is tested for repeatability wherever it is tested at all.
 */
export async function runOps(
  record: (bench: Bench) => void,
  step: Partial<StepBlock> = {},
): Promise<Record<string, Float32Array>> {
  const gpu = await testGpu();
  const runner = new Runner(gpu);
  const recorder = new Recorder(gpu.memory, gpu.kernels);
  const outputs: { name: string; slice: Slice; start: Float32Array }[] = [];
  const buffers: GPUBuffer[] = [];
  const upload = (data: Float32Array | Uint32Array | Uint8Array) => {
    const buffer = gpu.memory.upload("operand", data);
    buffers.push(buffer);
    return whole(buffer);
  };
  record({
    recorder,
    input: upload,
    output: (name, length, start = new Float32Array(length).fill(7)) => {
      const slice = upload(start);
      outputs.push({ name, slice: { ...slice, size: 4 * length }, start });
      return slice;
    },
    adopt: (name, slice, start = new Float32Array(slice.size / 4).fill(7)) => outputs.push({ name, slice, start }),
  });
  const list = recorder.finish();
  const run = async () => {
    for (const { slice, start } of outputs) gpu.memory.write(slice, start);
    runner.submit(list, [stepBlock(step)]);
    return await readAll(gpu, runner, outputs.map(({ slice }) => slice));
  };
  try {
    const first = await run(), second = await run();
    outputs.forEach(({ name }, i) => {
      const bits = first[i].map((value, k) => Object.is(value, second[i][k]) ? 0 : 1);
      if (bits.includes(1)) throw new Error(`${name}: entry ${bits.indexOf(1)} differs between two runs`);
    });
    return Object.fromEntries(outputs.map(({ name }, i) => [name, first[i]]));
  } finally {
    list.destroy();
    runner.destroy();
    buffers.forEach((buffer) => gpu.memory.destroy(buffer));
  }
}

/** Reads several slices with one readback, because each one waits for the GPU to be idle. */
async function readAll(gpu: Gpu, runner: Runner, slices: readonly Slice[]): Promise<Float32Array[]> {
  const size = slices.reduce((sum, slice) => sum + slice.size, 0);
  const joined = gpu.memory.create("joined outputs", size);
  const encoder = gpu.device.createCommandEncoder();
  let at = 0;
  for (const { buffer, offset, size } of slices) {
    encoder.copyBufferToBuffer(buffer, offset, joined, at, size);
    at += size;
  }
  gpu.device.queue.submit([encoder.finish()]);
  const floats = await runner.readFloats({ buffer: joined, offset: 0, size });
  gpu.memory.destroy(joined);
  at = 0;
  return slices.map(({ size }) => floats.slice(at, at += size / 4));
}

/** Repeatable numbers in [−1, 1). */
export function noise(length: number, seed: number): Float32Array {
  let state = seed * 2654435761 >>> 0 || 1;
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

/** Fails where two arrays differ by more than `tolerance` of the expected one's largest entry. */
export function assertClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: number,
  what: string,
): void {
  if (actual.length < expected.length) throw new Error(`${what}: ${actual.length} values, expected ${expected.length}`);
  let largest = 0, worst = 0, at = 0;
  for (let i = 0; i < expected.length; i++) {
    largest = Math.max(largest, Math.abs(expected[i]));
    const difference = Math.abs(actual[i] - expected[i]);
    if (!(difference <= worst)) [worst, at] = [difference, i];
  }
  if (!(worst <= tolerance * Math.max(largest, 1e-30))) {
    throw new Error(`${what}: entry ${at} is ${actual[at]}, expected ${expected[at]} (largest ${largest})`);
  }
}

/** The columns of (…, N) that hold samples. */
export function real(values: ArrayLike<number>, sizes: { columns: number; count?: number }): number[] {
  return Array.from(values).filter((_, k) => k % sizes.columns < (sizes.count ?? sizes.columns));
}

/** Fails unless every column of (…, N) beyond the batch is zero. */
export function assertPadding(values: Float32Array, sizes: { columns: number; count?: number }, what: string): void {
  const at = values.findIndex((v, k) => k % sizes.columns >= (sizes.count ?? sizes.columns) && v !== 0);
  if (at >= 0) throw new Error(`${what}: entry ${at} lies beyond the batch and is ${values[at]}, expected 0`);
}
