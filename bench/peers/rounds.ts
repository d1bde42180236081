/** Interleaved rounds: in each one every competitor runs once, one after the other, and the one that begins changes. */

/** What takes a sample of a competitor: so many runs in a row, then one wait. */
export type Sampler = (times: number) => Promise<{ readonly wallMs: number; readonly deviceMs?: number }>;

/** A competitor to be timed. */
export interface Runner {
  readonly name: string;
  readonly sample: Sampler;
}

/** How it is timed. */
export interface RoundOptions {
  readonly rounds: number;
  /** A sample takes about so long: what a wait costs is the same small share of everyone's. */
  readonly sampleMs: number;
  readonly report?: (what: string) => void;
}

/** Samples of one competitor. */
export interface Samples {
  readonly name: string;
  /** Runs of one sample. */
  readonly times: number;
  /** Milliseconds a run by round; null where it sat the round out or had fallen away. */
  readonly ms: readonly (number | null)[];
  /** By the device's clock, where it has one. */
  readonly deviceMs: readonly number[];
  /** Why it fell away. */
  readonly failure: string | null;
}

/** More runs than this are not queued at once: memory that runs hold is freed when they are done. */
const MOST_TIMES = 512;
/** A competitor whose single run takes longer runs in so many rounds only: its figure needs no more, its user no more time. */
const SLOW_MS = 3000, SLOW_ROUNDS = 2;

/** Runs of a sample. */
export function timesFor(ms: number, sampleMs: number): number {
  return Math.max(
    1,
    Math.min(MOST_TIMES, Math.round(sampleMs / Math.max(ms, 1e-3))),
  );
}

/** Times competitors against each other; one that fails falls away, and the others go on. */
export async function timeRounds(
  runners: readonly Runner[],
  { rounds, sampleMs, report = () => {} }: RoundOptions,
): Promise<Samples[]> {
  const all = runners.map((runner) => {
    return {
      runner,
      times: 1,
      slow: false,
      ms: [] as (number | null)[],
      deviceMs: [] as number[],
      failure: null as string | null,
    };
  });
  const attempt = async (one: typeof all[number], act: () => Promise<void>) => {
    try {
      await act();
    } catch (error) {
      one.failure = error instanceof Error ? error.message : String(error);
    }
  };
  for (const one of all) {
    report(`warming up ${one.runner.name}`);
    await attempt(one, async () => {
      const { wallMs: first } = await one.runner.sample(1);
      // The first may still compile; where it was quick, the second is what counts.
      const ms = first > SLOW_MS ? first : (await one.runner.sample(1)).wallMs;
      // A wait is in this time: runs that are short beside it are counted again over several.
      const guess = timesFor(ms, sampleMs);
      const refined = guess > 1 ? (await one.runner.sample(guess)).wallMs / guess : ms;
      one.times = timesFor(refined, sampleMs);
      one.slow = refined > SLOW_MS;
    });
  }
  for (let round = 0; round < rounds; round++) {
    report(`round ${round + 1} of ${rounds}`);
    for (let i = 0; i < all.length; i++) {
      const one = all[(i + round) % all.length];
      if (one.failure !== null || (one.slow && round >= SLOW_ROUNDS)) {
        one.ms.push(null);
        continue;
      }
      await attempt(one, async () => {
        const { wallMs, deviceMs } = await one.runner.sample(one.times);
        one.ms.push(wallMs / one.times);
        if (deviceMs !== undefined) one.deviceMs.push(deviceMs / one.times);
      });
      if (one.failure !== null) one.ms.push(null);
    }
  }
  return all.map(({ runner: { name }, times, ms, deviceMs, failure }) => ({ name, times, ms, deviceMs, failure }));
}
