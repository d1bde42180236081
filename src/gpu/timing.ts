/**
 * Timing dispatch lists against each other: rounds in which each list runs once, one after the other, so that a machine
 * that slows down for a while slows all of them down. Medians of such rounds can be compared; times of separate runs cannot.
 */
import type { Gpu } from "./device.ts";
import type { DispatchList } from "./recorder.ts";
import { IDLE_STEP, type Runner, type StepBlock, STEPS_PER_SUBMIT } from "./runner.ts";

/** A list to be timed under a name. */
export interface TimedWork {
  readonly label: string;
  readonly list: DispatchList;
  /** How often the list runs for one time, which is divided by it. Short lists need it on coarse clocks. */
  readonly times?: number;
}

/** What a work took, in milliseconds a run, by round. */
export interface Timing {
  readonly label: string;
  /** By the GPU's timestamps; empty where the adapter has none. */
  readonly gpuMs: readonly number[];
  /** From submission until the device is idle, as the host's clock sees it. */
  readonly wallMs: readonly number[];
}

/** Median, quartiles and extremes of some values. */
export interface Spread {
  readonly median: number;
  readonly low: number;
  readonly high: number;
  readonly min: number;
  readonly max: number;
}

/** The value below which a share of the sorted values lies, interpolated. */
function quantile(sorted: readonly number[], share: number): number {
  const at = (sorted.length - 1) * share, below = Math.floor(at);
  const next = sorted[Math.min(below + 1, sorted.length - 1)];
  return sorted[below] + (next - sorted[below]) * (at - below);
}

/** Median, quartiles and extremes. NaN in every field where there are no values. */
export function spreadOf(values: readonly number[]): Spread {
  if (values.length === 0) return { median: NaN, low: NaN, high: NaN, min: NaN, max: NaN };
  const sorted = values.toSorted((a, b) => a - b);
  return {
    median: quantile(sorted, 0.5),
    low: quantile(sorted, 0.25),
    high: quantile(sorted, 0.75),
    min: sorted[0],
    max: sorted[sorted.length - 1],
  };
}

/**
 * Runs every work once a round, `warmup` rounds untimed (kernels are compiled at their first run) and `rounds` timed.
 *
 * A GPU clocks itself down while it waits, and waits while the host reads a time: kernels of 0.1 ms took 0.5 ms on an
 * H100 for that. There, as many untimed runs of the same list come before the timed ones, and before the first of a
 * device so many that they take {@link AWAKE_MS}.
 *
 * @param step the step block that all lists run with
 * @param now the host's clock in milliseconds
 */
export async function timeInterleaved(
  runner: Runner,
  works: readonly TimedWork[],
  { rounds, warmup = 1, step = IDLE_STEP, now = () => performance.now() }: {
    rounds: number;
    warmup?: number;
    step?: StepBlock;
    now?: () => number;
  },
): Promise<Timing[]> {
  const timings = works.map(({ label }) => ({ label, gpuMs: [] as number[], wallMs: [] as number[] }));
  const idles = !runner.gpu.adapter.software;
  const stopwatch = new Stopwatch(runner.gpu);
  try {
    for (let round = -warmup; round < rounds; round++) {
      for (const [i, { list, times = 1 }] of works.entries()) {
        if (idles) {
          const until = now() + (awake.has(runner.gpu) ? 0 : AWAKE_MS);
          awake.add(runner.gpu);
          do {
            submitTimes(runner, list, step, times);
            await runner.gpu.idle();
          } while (now() < until);
        }
        const before = now();
        const gpuMs = await stopwatch.run(runner, list, step, times);
        const wallMs = now() - before;
        if (round < 0) continue;
        timings[i].wallMs.push(wallMs / times);
        if (gpuMs !== undefined) timings[i].gpuMs.push(gpuMs / times);
      }
    }
  } finally {
    stopwatch.destroy();
  }
  return timings;
}

/** What an H100 took to clock up from 345 to 1980 MHz, with room; and the devices that have been kept busy so long. */
const AWAKE_MS = 1000, awake = new WeakSet<Gpu>();

/** Submits a list so many times, in as few passes as can be; a query set gets the first one's begin and the last one's end. */
export function submitTimes(
  runner: Runner,
  list: DispatchList,
  step: StepBlock,
  times: number,
  querySet?: GPUQuerySet,
): void {
  for (let left = times; left > 0; left -= STEPS_PER_SUBMIT) {
    const begin = left === times && { beginningOfPassWriteIndex: 0 };
    const end = left <= STEPS_PER_SUBMIT && { endOfPassWriteIndex: 1 };
    runner.submit(list, Array.from({ length: Math.min(left, STEPS_PER_SUBMIT) }, () => step), {
      timestamps: querySet && (begin || end) ? { querySet, ...begin, ...end } : undefined,
    });
  }
}

/** Two timestamps around some passes. */
class Stopwatch {
  readonly #querySet: GPUQuerySet | undefined;
  readonly #resolved: GPUBuffer | undefined;

  constructor(readonly gpu: Gpu) {
    if (!gpu.device.features.has("timestamp-query")) return;
    this.#querySet = gpu.device.createQuerySet({ type: "timestamp", count: 2 });
    this.#resolved = gpu.memory.create("timestamps", 16, GPUBufferUsage.QUERY_RESOLVE | GPUBufferUsage.COPY_SRC);
  }

  /** Runs a list some times and waits; the milliseconds between its first pass and its last, by timestamps if there are. */
  async run(runner: Runner, list: DispatchList, step: StepBlock, times: number): Promise<number | undefined> {
    const querySet = this.#querySet, resolved = this.#resolved;
    submitTimes(runner, list, step, times, querySet);
    if (!querySet || !resolved) {
      await this.gpu.idle();
      return undefined;
    }
    const encoder = this.gpu.device.createCommandEncoder();
    encoder.resolveQuerySet(querySet, 0, 2, resolved, 0);
    this.gpu.device.queue.submit([encoder.finish()]);
    const stamps = new BigUint64Array(await runner.read({ buffer: resolved, offset: 0, size: 16 }));
    return Number(stamps[1] - stamps[0]) / 1e6;
  }

  destroy(): void {
    this.#querySet?.destroy();
    if (this.#resolved) this.gpu.memory.destroy(this.#resolved);
  }
}
