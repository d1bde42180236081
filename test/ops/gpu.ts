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

/** Both adapter classes: what runs on a GPU is tested for its numbers on software adapters too. */
export const CLASSES: AdapterClass[] = Object.values(ADAPTER_CLASSES);

/** A step block with the given fields. */
export function stepBlock(fields: Partial<StepBlock> = {}): StepBlock {
  return { count: 0, start: 0, index: 0, epoch: 0, slot: 0, learningRate: 0, ...fields };
}

/** What a recording sees: buffers filled from arrays, and outputs of so many float32 values. */
export interface Bench {
  recorder: Recorder;
  input(data: Float32Array | Uint32Array | Uint8Array): Slice;
  output(name: string, length: number, start?: Float32Array): Slice;
}

/** Records, runs once and reads every output back. */
export async function runOps(
  record: (bench: Bench) => void,
  step: Partial<StepBlock> = {},
): Promise<Record<string, Float32Array>> {
  const gpu = await testGpu();
  const runner = new Runner(gpu);
  const recorder = new Recorder(gpu.memory, gpu.kernels);
  const outputs = new Map<string, Slice>();
  const buffers: GPUBuffer[] = [];
  const upload = (data: Float32Array | Uint32Array | Uint8Array) => {
    const buffer = gpu.memory.upload("operand", data);
    buffers.push(buffer);
    return whole(buffer);
  };
  record({
    recorder,
    input: upload,
    output: (name, length, start) => {
      const slice = upload(start ?? new Float32Array(length).fill(7));
      outputs.set(name, { ...slice, size: 4 * length });
      return slice;
    },
  });
  const list = recorder.finish();
  runner.submit(list, [stepBlock(step)]);
  const results: Record<string, Float32Array> = {};
  for (const [name, slice] of outputs) results[name] = await runner.readFloats(slice);
  list.destroy();
  runner.destroy();
  buffers.forEach((buffer) => gpu.memory.destroy(buffer));
  return results;
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
