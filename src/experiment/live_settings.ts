/** Settings that are changed while a run goes on: each change holds from a step on, and is made again when steps are repeated. */
import * as z from "zod";

/** The settings that can be changed, by their values. */
export const liveSettingsSchema = z.object({
  lr: z.number().gt(0).optional().describe("In place of train.lr: the base that the schedule is applied to."),
  weightDecay: z.number().min(0).optional().describe("In place of train.weightDecay."),
});

/** See {@link liveSettingsSchema}. */
export type LiveSettings = z.output<typeof liveSettingsSchema>;

/** The changes of one run, for as long as somebody watches it. */
export class LiveChanges {
  #made: { readonly step: number; readonly change: LiveSettings }[] = [];
  #wanted: LiveSettings | undefined;
  #now: LiveSettings = {};

  /** What holds now; empty where nothing was changed. */
  get now(): LiveSettings {
    return this.#now;
  }

  /** Asks for a change from the next step on. */
  change(change: LiveSettings): void {
    this.#wanted = { ...this.#wanted, ...liveSettingsSchema.parse(change) };
  }

  /** The run goes on from a step, with what held there. Changes that were made after it will be made again. */
  goOn(step: number, now: LiveSettings = {}): void {
    this.#made = this.#made.filter((made) => made.step >= step);
    this.#now = now;
  }

  /** Steps that can be taken from a step on before a change of old is to be made again. */
  stepsUntilNext(step: number): number {
    return Math.min(...this.#made.filter((made) => made.step > step).map((made) => made.step - step));
  }

  /** What changes before a step, if anything. */
  take(step: number): LiveSettings | undefined {
    const repeated = this.#made.filter((made) => made.step === step).map(({ change }) => change);
    const wanted = this.#wanted;
    if (wanted) this.#made.push({ step, change: wanted });
    this.#wanted = undefined;
    if (!wanted && repeated.length === 0) return undefined;
    const change = Object.assign({}, ...repeated, wanted) as LiveSettings;
    this.#now = { ...this.#now, ...change };
    return change;
  }
}
