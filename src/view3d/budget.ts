/** How much drawing may cost beside training, and what is given up where it costs more. */

/** What has been given up, in this order. */
export const RELIEF = ["none", "refresh", "edges", "resolution", "paused"] as const;
/** One of {@link RELIEF}. */
export type Relief = (typeof RELIEF)[number];

/** Most of the GPU's time in any second. */
export const MOST_SHARE = 0.1;
const WINDOW = 1000;
/** After a change, what it brings is waited for; and relief is taken back after this long at less than half. */
const SETTLE = 1000, RECOVER = 6000;

/** Adds up what drawing took over the last second. Times are milliseconds of any clock that does not stand still. */
export class DrawBudget {
  readonly #spent: { at: number; milliseconds: number }[] = [];
  #level = 0;
  #changed = -Infinity;
  #modestSince = -Infinity;

  /** What is given up now. */
  get relief(): Relief {
    return RELIEF[this.#level];
  }

  /** Whether a relief is in force: they add up. */
  gaveUp(relief: Relief): boolean {
    return this.#level >= RELIEF.indexOf(relief);
  }

  /** Share of the last second that drawing took of the GPU. */
  share(now: number): number {
    while (this.#spent.length > 0 && this.#spent[0].at <= now - WINDOW) this.#spent.shift();
    return this.#spent.reduce((sum, { milliseconds }) => sum + milliseconds, 0) / WINDOW;
  }

  /**
   * Notes what a picture took, and decides.
   * @param training whether there is anything that drawing could slow down; where nothing trains, nothing is given up
   * @returns whether something has changed
   */
  record(now: number, milliseconds: number, training: boolean): boolean {
    this.#spent.push({ at: now, milliseconds });
    const share = this.share(now);
    if (share >= MOST_SHARE / 2 || !Number.isFinite(this.#modestSince)) this.#modestSince = now;
    if (training && share > MOST_SHARE && now - this.#changed >= SETTLE && this.#level < RELIEF.length - 1) {
      this.#level++;
      this.#changed = now;
      return true;
    }
    const modest = now - this.#modestSince >= RECOVER && now - this.#changed >= RECOVER;
    if (this.#level > 0 && this.relief !== "paused" && modest) {
      this.#level--;
      this.#changed = now;
      return true;
    }
    return false;
  }

  /** Draws again, with everything else still given up. */
  resume(now: number): void {
    if (this.relief !== "paused") return;
    this.#level--;
    this.#spent.length = 0;
    this.#changed = now;
    this.#modestSince = now;
  }
}
