/**
 * Learning-rate schedules. All of them step once an epoch, as in the authors' code: `step` multiplies by gamma at
 * ⌊fraction · epochs⌋ but not before the second epoch, `cosine` goes to `final`, and a linear warm-up may come first.
 */

/** How the learning rate changes. */
export interface ScheduleSettings {
  readonly name: "constant" | "step" | "cosine";
  /** Fractions of the epochs (step). */
  readonly milestones: readonly number[];
  readonly gamma: number;
  /** Learning rate at the end (cosine). */
  readonly final: number;
  /** Epochs of linear warm-up: epoch e of them has lr · (e + 1) / warmup. */
  readonly warmup: number;
}

/**
 * The learning rate of an epoch.
 * @param epoch counted from 0
 */
export function learningRate(schedule: ScheduleSettings, base: number, epoch: number, epochs: number): number {
  const { name, milestones, gamma, final, warmup } = schedule;
  if (epoch < warmup) return base * (epoch + 1) / warmup;
  if (name === "step") {
    const passed = milestones.filter((fraction) => epoch >= Math.max(1, Math.floor(fraction * epochs))).length;
    return base * gamma ** passed;
  }
  if (name === "cosine") {
    const progress = (epoch - warmup) / Math.max(1, epochs - warmup);
    return final + (base - final) * 0.5 * (1 + Math.cos(Math.PI * progress));
  }
  return base;
}
