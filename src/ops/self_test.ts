/**
 * Known answers: does this adapter, with this driver and this runtime, compute what it should? Runtimes have come with
 * wrong results and broken pipelines before, and a wrong convolution looks like a network that does not learn.
 *
 * The short test runs at the start of every program that uses a GPU; `startsparse doctor` runs the long one.
 */
import { GpuError } from "../errors.ts";
import type { Gpu } from "../gpu/device.ts";
import { whole } from "../gpu/memory.ts";
import { Recorder } from "../gpu/recorder.ts";
import { Runner, type StepBlock } from "../gpu/runner.ts";
import { COLUMNS, type Expectation, LONG_CHECKS, type SelfTestCheck, SHORT_CHECKS } from "./self_test_checks.ts";

/** What a check found. */
export interface SelfTestResult {
  readonly name: string;
  /** The kernel that was checked. */
  readonly kernel: string;
  readonly passed: boolean;
  /** What was found, in words. */
  readonly detail: string;
  /** From recording to having the results; the first time includes compilation. */
  readonly milliseconds: number;
}

const STEP: StepBlock = { count: COLUMNS, start: 0, index: 0, epoch: 0, slot: 0, learningRate: 0 };

/**
 * Runs the checks one after the other; a failure is a result and not an error.
 * @param options `long` adds packed kernels, batch norm, a matrix product, timestamps, float16 and limits
 */
export async function selfTest(gpu: Gpu, options: { long?: boolean } = {}): Promise<SelfTestResult[]> {
  const results: SelfTestResult[] = [];
  for (const check of options.long ? [...SHORT_CHECKS, ...LONG_CHECKS] : SHORT_CHECKS) {
    if (check.applies?.(gpu) === false) continue;
    const started = performance.now();
    const problem = await runCheck(gpu, check).catch((error: Error) => error.message);
    results.push({
      name: check.name,
      kernel: check.kernel,
      passed: problem === undefined,
      detail: problem ?? "as expected",
      milliseconds: performance.now() - started,
    });
  }
  if (options.long) results.push(await timestamps(gpu));
  return results;
}

/**
 * The short test, for the start of a program.
 * @throws {GpuError} `validation`, naming the first kernel that gives a wrong result
 */
export async function requireSelfTest(gpu: Gpu): Promise<void> {
  const failed = (await selfTest(gpu)).find(({ passed }) => !passed);
  if (!failed) return;
  throw new GpuError(
    "validation",
    `The adapter "${gpu.adapter.description}" computes wrongly: ${failed.name} (kernel ${failed.kernel}): ${failed.detail}.`,
    { hint: "Run `startsparse doctor`; choose another adapter, or update the driver." },
  );
}

/** @returns what is wrong, if anything */
async function runCheck(gpu: Gpu, check: SelfTestCheck): Promise<string | undefined> {
  const buffers: GPUBuffer[] = [];
  const hold = (buffer: GPUBuffer) => {
    buffers.push(buffer);
    return whole(buffer);
  };
  const recorder = new Recorder(gpu.memory, gpu.kernels), runner = new Runner(gpu);
  const dispose: (() => void)[] = [() => runner.destroy()];
  try {
    const expectations = check.record({
      gpu,
      recorder,
      input: (data) => hold(gpu.memory.upload("self-test", data)),
      output: (length) => hold(gpu.memory.upload("self-test", new Float32Array(length).fill(-1))),
    });
    const list = recorder.finish();
    dispose.push(() => list.destroy());
    runner.submit(list, [STEP]);
    for (const expectation of expectations) {
      const problem = compare(await runner.read(expectation.slice), expectation);
      if (problem) return problem;
    }
  } finally {
    for (const act of dispose) act();
    for (const buffer of buffers) gpu.memory.destroy(buffer);
  }
}

function compare(bytes: ArrayBuffer, { expected, words, tolerance = 0 }: Expectation): string | undefined {
  const found = words ? new Uint32Array(bytes) : new Float32Array(bytes);
  const largest = Array.from(expected).reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  for (let i = 0; i < expected.length; i++) {
    const near = Math.abs(found[i] - expected[i]) <= (words ? 0 : tolerance * largest);
    if (!near) return `value ${i} of ${expected.length} is ${found[i]}, expected ${expected[i]}`;
  }
}

/** Whether GPU times can be measured; that they cannot is no failure, but times that run backwards are. */
async function timestamps(gpu: Gpu): Promise<SelfTestResult> {
  const started = performance.now();
  const recorder = new Recorder(gpu.memory, gpu.kernels), runner = new Runner(gpu);
  const buffers: GPUBuffer[] = [];
  const hold = (data: Float32Array | Uint32Array) => {
    const buffer = gpu.memory.upload("self-test", data);
    buffers.push(buffer);
    return whole(buffer);
  };
  SHORT_CHECKS[0].record({ gpu, recorder, input: hold, output: (length) => hold(new Float32Array(length)) });
  const list = recorder.finish();
  const times = await runner.profile(list, STEP).catch((error: Error) => error);
  list.destroy();
  runner.destroy();
  for (const buffer of buffers) gpu.memory.destroy(buffer);
  const wrong = times instanceof Error || times?.some((time) => !(time >= 0));
  return {
    name: "timestamps",
    kernel: SHORT_CHECKS[0].kernel,
    passed: !wrong,
    detail: times instanceof Error
      ? times.message
      : times === undefined
      ? "not offered: DEBUG=2 shows no GPU times"
      : `${times.map((time) => time.toFixed(3)).join(", ")} ms of GPU time`,
    milliseconds: performance.now() - started,
  };
}
