/**
 * The pace of a lane: it takes turns with the others, and within its turn sends short submissions, few at a time, so that
 * the page's own drawing never waits long for the GPU.
 */
import type { Pace, PacedWork, PaceMode } from "../train/pace.ts";
import { type Cut, SubmitCuts } from "./submit_cuts.ts";
import type { Seat } from "./turns.ts";

/** Submissions that may wait on the GPU at a time. */
const DEPTH = 2;

/** How long turns and submissions may be, in milliseconds; read before each. */
export interface Limits {
  readonly slice: number;
  readonly submit: number;
}

/** The device as a pace needs it. */
export interface PacedDevice {
  submit(cut: Cut, runner: PacedWork["runner"]): void;
  /** Resolves when everything that was submitted so far has run; also where that will never be. */
  done(): Promise<void>;
  now(): number;
}

/** A turn that is over. */
export interface Slice {
  readonly mode: PaceMode;
  readonly steps: number;
  /** From its first submission until its results were there. */
  readonly milliseconds: number;
  /** False for the first of its mode and for a profiled one: its time is not that of the steps alone. */
  readonly isTimed: boolean;
}

/** What a lane adds. */
export interface LanePaceOptions {
  readonly seat: Seat;
  readonly device: PacedDevice;
  readonly limits: Limits;
  /** Most training steps before something changes. */
  readonly most?: () => number;
  readonly onSlice?: (slice: Slice) => void;
  /** Takes a step over and resolves with true where it is to be run apart, dispatch by dispatch. */
  readonly profile?: (work: PacedWork) => Promise<boolean>;
}

/** Paces one training. */
export class LanePace implements Pace {
  readonly #cuts = new SubmitCuts();
  readonly #milliseconds = { train: Infinity, evaluate: Infinity };
  readonly #warm = { train: false, evaluate: false };
  readonly #queue: Promise<void>[] = [];
  #begun: number | undefined;
  #lastDone = 0;
  #profiled = false;

  constructor(readonly options: LanePaceOptions) {}

  async begin(mode: PaceMode, most: number): Promise<number> {
    const { seat, limits, most: until = () => Infinity } = this.options;
    const allowed = await seat.take(mode);
    if (mode === "train" && allowed === 0) return 0;
    this.#begun = undefined;
    this.#profiled = false;
    const fits = Math.floor(limits.slice / this.#milliseconds[mode]);
    const may = mode === "train" ? Math.min(allowed, until()) : Infinity;
    return Math.max(1, Math.min(most, fits, may));
  }

  async submit(mode: PaceMode, work: PacedWork): Promise<void> {
    const { device, limits, profile } = this.options;
    this.#begun ??= device.now();
    let { steps } = work;
    const whole = work.start === undefined && work.end === undefined;
    if (mode === "train" && whole && profile && this.#warm.train && !this.#profiled) {
      const [first] = steps;
      await this.#queue.at(-1);
      this.#profiled = await profile({ ...work, steps: [first] });
      if (this.#profiled) steps = steps.slice(1);
    }
    for (const cut of this.#cuts.cut({ ...work, steps }, limits.submit)) {
      while (this.#queue.length >= DEPTH) await this.#queue[0];
      const sent = device.now();
      device.submit(cut, work.runner);
      const done: Promise<void> = device.done().catch(() => {}).then(() => {
        this.#queue.splice(this.#queue.indexOf(done), 1);
        const now = device.now();
        this.#cuts.learn(cut, now - Math.max(sent, this.#lastDone));
        this.#lastDone = now;
      });
      this.#queue.push(done);
    }
  }

  alone<T>(act: () => Promise<T>): Promise<T> {
    return this.options.seat.turns.alone(act);
  }

  end(mode: PaceMode, steps: number): void {
    const { seat, device, onSlice } = this.options;
    const milliseconds = device.now() - (this.#begun ?? device.now());
    const isTimed = this.#warm[mode] && !this.#profiled;
    // the first waits for kernels to be compiled, and says little of the next
    if (isTimed) this.#milliseconds[mode] = Math.max(0.01, milliseconds / steps);
    else if (!this.#warm[mode]) this.#milliseconds[mode] = Infinity;
    this.#warm[mode] = true;
    onSlice?.({ mode, steps, milliseconds, isTimed });
    seat.give(milliseconds, mode === "train" ? steps : 0);
  }
}
