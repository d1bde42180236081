/**
 * When a training's steps go to the GPU, and how many together. That is a matter of time alone: whatever a pace decides, no
 * number changes.
 */
import type { DispatchList } from "../gpu/recorder.ts";
import type { Runner, StepBlock } from "../gpu/runner.ts";

/** What steps are for. */
export type PaceMode = "train" | "evaluate";

/** Consecutive steps over one dispatch list, or one step's part of it. */
export interface PacedWork {
  readonly runner: Runner;
  readonly list: DispatchList;
  /** At most as many as there are step blocks in a submission. */
  readonly steps: readonly StepBlock[];
  /** The list's dispatches from `start` to before `end`; all of them where these are left out. */
  readonly start?: number;
  readonly end?: number;
}

/** Decides it for one training. Its calls come in turn: `begin`, some `submit`, `end`, and again. */
export interface Pace {
  /**
   * Resolves when steps may go, with how many before their results are read back: at least 1 and at most `most`, or 0 where
   * the training is being ended.
   */
  begin(mode: PaceMode, most: number): Promise<number>;
  /** Sends work to the GPU, in as many submissions as it sees fit. */
  submit(mode: PaceMode, work: PacedWork): Promise<void>;
  /** Runs work that is no step, such as scoring, between the steps of others. */
  alone<T>(act: () => Promise<T>): Promise<T>;
  /** So many steps have run since `begin` and their results are here, after so many milliseconds. */
  end(mode: PaceMode, steps: number, milliseconds: number): void;
}

/** Time between two readbacks. */
const READBACK_MILLISECONDS = 500;

/** The pace of a training that has the GPU to itself: steps are queued far ahead, and read back about twice a second. */
export class ReadbackPace implements Pace {
  #millisecondsPerStep = { train: READBACK_MILLISECONDS, evaluate: READBACK_MILLISECONDS };

  begin(mode: PaceMode, most: number): Promise<number> {
    const wanted = Math.round(READBACK_MILLISECONDS / this.#millisecondsPerStep[mode]);
    return Promise.resolve(Math.max(1, Math.min(most, wanted)));
  }

  submit(_mode: PaceMode, { runner, list, steps, start, end }: PacedWork): Promise<void> {
    runner.submit(list, steps, { start, end });
    return Promise.resolve();
  }

  alone<T>(act: () => Promise<T>): Promise<T> {
    return act();
  }

  end(mode: PaceMode, steps: number, milliseconds: number): void {
    this.#millisecondsPerStep[mode] = Math.max(0.1, milliseconds / steps);
  }
}
