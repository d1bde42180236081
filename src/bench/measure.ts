/**
 * Measuring dispatch lists against each other: each is compiled by a first run, which is timed apart, run again to learn
 * how often it must run for the clock to see it, and then timed in interleaved rounds (src/gpu/timing.ts).
 */
import { IDLE_STEP, type Runner, type StepBlock } from "../gpu/runner.ts";
import { spreadOf, timeInterleaved } from "../gpu/timing.ts";
import type { DispatchList } from "../gpu/recorder.ts";

/** A list under a name, ready to be timed. */
export interface WarmWork {
  readonly label: string;
  readonly list: DispatchList;
  /** Milliseconds of its first run: compilation by the driver, where that has not seen the kernels before, and one run. */
  readonly firstMs: number;
  /** Runs of one sample. */
  readonly times: number;
}

/** Samples of one work, milliseconds a run, in the order of the rounds. */
export interface Samples {
  readonly label: string;
  /** By the GPU's timestamps; empty where the adapter has none. */
  readonly gpuMs: number[];
  /** By the host's clock, from submission until the device is idle. */
  readonly wallMs: number[];
}

/** How far a benchmark is. */
export interface BenchProgress {
  /** What is being done: "peaks", "compiling dense forward", "timing density 0.1". */
  readonly what: string;
  /** Units of work done, of all. A unit is a round, or the warm-up of a work. */
  readonly done: number;
  readonly total: number;
  /** Share of the time that is over, where units take unequally long; that of the units where it is left out. */
  readonly fraction?: number;
}

/** What every benchmark is given besides its request. */
export interface BenchWatch {
  /** The host's clock in milliseconds. */
  readonly milliseconds: () => number;
  readonly progress?: (progress: BenchProgress) => void;
  /** Ends the benchmark after the round in hand. */
  readonly signal?: AbortSignal;
}

/** Counts units of work and tells of them. */
export class Units {
  #done = 0;
  constructor(readonly total: number, readonly watch: BenchWatch) {}

  /** Whether it is to be ended. */
  get stopped(): boolean {
    return this.watch.signal?.aborted ?? false;
  }

  /** Says what comes next. */
  begin(what: string): void {
    this.watch.progress?.({ what, done: this.#done, total: this.total });
  }

  /** One unit is done. */
  end(what: string): void {
    this.#done++;
    this.begin(what);
  }
}

/** How a work is warmed up and timed. */
export interface MeasureOptions {
  readonly now: () => number;
  /** A sample takes at least about so long, milliseconds: more than the clock's grain and a readback's cost. */
  readonly leastMs: number;
  readonly step?: StepBlock;
}

/** Runs a list for the first time, and a second time to learn how long it takes. */
export async function warmUp(
  runner: Runner,
  work: { readonly label: string; readonly list: DispatchList },
  { now, leastMs, step = IDLE_STEP }: MeasureOptions,
): Promise<WarmWork> {
  const once = async () => (await timeInterleaved(runner, [work], { rounds: 1, warmup: 0, step, now }))[0];
  const before = now();
  await once();
  const firstMs = now() - before;
  const { gpuMs, wallMs } = await once();
  return { ...work, firstMs, times: runsFor(gpuMs[0] ?? wallMs[0], leastMs) };
}

/** Runs of one sample at most. */
const MOST_RUNS = 2048;

/** Runs that fill so many milliseconds. */
export function runsFor(ms: number, leastMs: number): number {
  return Math.max(1, Math.min(MOST_RUNS, Math.round(leastMs / Math.max(ms, 1e-3))));
}

/**
 * Times works in interleaved rounds; a stop leaves the rounds that were done.
 * @returns samples by work, each of equally many rounds
 */
export async function timeRounds(
  runner: Runner,
  works: readonly WarmWork[],
  rounds: number,
  { now, step = IDLE_STEP }: Pick<MeasureOptions, "now" | "step">,
  units: Units,
  what: string,
): Promise<Samples[]> {
  const samples = works.map(({ label }): Samples => ({ label, gpuMs: [], wallMs: [] }));
  units.begin(what);
  for (let round = 0; round < rounds && !units.stopped; round++) {
    const timings = await timeInterleaved(runner, works, { rounds: 1, warmup: 0, step, now });
    timings.forEach(({ gpuMs, wallMs }, i) => {
      samples[i].gpuMs.push(...gpuMs);
      samples[i].wallMs.push(...wallMs);
    });
    units.end(what);
  }
  return samples;
}

/** Spread of a list of times as JSON has it: quartiles and extremes, milliseconds. */
export interface TimeSpread {
  readonly low: number;
  readonly high: number;
  readonly min: number;
  readonly max: number;
}

/** Median and spread; null where there are no values, as for timestamps that an adapter does not have. */
export function summarise(values: readonly number[]): { medianMs: number; spread: TimeSpread } | null {
  if (values.length === 0) return null;
  const { median, ...spread } = spreadOf(values);
  return { medianMs: median, spread };
}

/** Median over the rounds of one work's time over another's: a machine that slows down for a while does not show in it. */
export function medianRatio(times: readonly number[], reference: readonly number[]): number {
  return spreadOf(times.map((time, round) => time / reference[round])).median;
}
