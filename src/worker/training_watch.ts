/** Which lanes train: those that have taken a step within the last moments. */

/** A lane that has taken no step for so long does not train, in milliseconds. */
const IDLE = 2000;

/** Watches lanes' steps. */
export class TrainingWatch {
  /** The last step that was seen of each lane, and when it was new. */
  readonly #steps = new Map<string, { step: number; at: number }>();

  /** Whether a lane trains. @param now milliseconds of any clock that does not stand still */
  trains({ lane, steps }: { readonly lane: string; steps(): number }, now: number): boolean {
    const step = steps(), last = this.#steps.get(lane);
    if (last?.step === step) return now - last.at < IDLE;
    // of a lane that is seen for the first time nothing is known
    this.#steps.set(lane, { step, at: last ? now : -Infinity });
    return last !== undefined;
  }
}
