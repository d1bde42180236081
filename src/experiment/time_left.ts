/** How long it will still take, said so that nobody is misled: late, rounded, and never creeping upwards. */
import { formatSeconds, THIN } from "./results_numbers.ts";

/** An estimate is made only after so many seconds and steps; of slow steps fewer must do after a while. */
const MIN_SECONDS = 2, MIN_STEPS = 20, LONG_ENOUGH = 30;
/** An estimate that grows by less than this factor, or these seconds, stays; one that grows more says so for 10 s. */
const GROWTH = 1.1, SLACK = 5;

/** Estimates the time left from the part that is done. */
export class TimeLeft {
  #shown = Infinity;
  #slowerUntil = 0;

  /**
   * What to show now: "1 min 20 s left", "estimating" as long as nothing can be said.
   *
   * @param fraction of the work that is done, 0 to 1
   * @param seconds since the work began
   * @param steps done so far
   */
  update(fraction: number, seconds: number, steps: number): string {
    const known = seconds >= MIN_SECONDS && (steps >= MIN_STEPS || seconds >= LONG_ENOUGH);
    if (!known || fraction <= 0) return "estimating";
    const estimate = seconds * (1 - fraction) / fraction;
    if (estimate > this.#shown * GROWTH && estimate > this.#shown + SLACK) this.#slowerUntil = seconds + 10;
    if (estimate <= this.#shown || this.#slowerUntil > seconds) this.#shown = estimate;
    return `${formatLeft(this.#shown)} left${this.#slowerUntil > seconds ? ", slower than before" : ""}`;
  }
}

/** Rounded to 5 s above 30 s and to 1 min above 10 min: "12 s", "1 min 20 s", "14 min", "2 h 05 min". */
export function formatLeft(seconds: number): string {
  const unit = seconds > 600 ? 60 : seconds > 30 ? 5 : 1;
  const rounded = Math.max(1, Math.round(seconds / unit)) * unit;
  if (rounded < 60) return `${rounded}${THIN}s`;
  if (rounded >= 3600) return formatSeconds(rounded);
  const minutes = Math.floor(rounded / 60), rest = rounded % 60;
  return `${minutes}${THIN}min` + (rest > 0 ? ` ${rest}${THIN}s` : "");
}
