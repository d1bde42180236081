/** How far a download or import is: a bar on a terminal, a line now and then elsewhere. */
import type { Progress } from "../data/importers/session.ts";
import { byteWords } from "../bytes.ts";
import { formatInteger, formatSeconds } from "../experiment/results_numbers.ts";
import { Bars } from "./bars.ts";
import type { Output } from "./output.ts";
import { TimeLeft } from "../experiment/time_left.ts";

/** What each phase does, for people. */
const PHASES: Readonly<Record<string, string>> = {
  download: "downloading",
  check: "checking sums",
  list: "looking through",
  read: "reading",
  sort: "sorting",
};

/** Without a terminal, at most one line in so many milliseconds. */
const PLAIN_INTERVAL = 10_000;

/** Shows the progress of one piece of work after the other. */
export class DataView {
  readonly #bars: Bars;
  #left = new TimeLeft();
  #phase = "";
  #last: Progress | undefined;
  /** When the phase began, and what was done already: a download that goes on did not bring that now. */
  #started = 0;
  #before = 0;
  #lastLine = 0;

  constructor(readonly output: Output, readonly milliseconds: () => number = () => performance.now()) {
    this.#bars = new Bars(output);
  }

  /** Takes what has been done; a phase that differs, or that begins again, is a new piece of work. */
  show(progress: Progress): void {
    const now = this.milliseconds();
    if (progress.phase !== this.#phase || progress.done < (this.#last?.done ?? 0)) this.#begin(progress, now);
    this.#last = progress;
    const { done, total } = progress;
    const label = PHASES[progress.phase] ?? progress.phase;
    this.#bars.show([{ label, fraction: total ? Math.min(1, done / total) : 0, text: this.#words(progress, now) }]);
    if (this.output.isTerminal || now - this.#lastLine < PLAIN_INTERVAL) return;
    this.#lastLine = now;
    this.output.say(`${label}: ${this.#words(progress, now)}`);
  }

  /** Removes the bar. */
  end(): void {
    const { done, total } = this.#last ?? { done: 0 };
    if (done === total) this.#conclude(this.milliseconds());
    this.#bars.stop();
    this.#phase = "";
    this.#last = undefined;
  }

  #begin(progress: Progress, now: number): void {
    this.#conclude(now);
    this.#phase = progress.phase;
    this.#left = new TimeLeft();
    this.#started = this.#lastLine = now;
    this.#before = progress.done;
  }

  /** A lasting line for work that took a while and is done; that something else begins says so too. */
  #conclude(now: number): void {
    const seconds = (now - this.#started) / 1000;
    if (!this.#last || seconds < 1) return;
    const { done, total, unit, phase } = this.#last;
    this.#bars.log(`${PHASES[phase] ?? phase}: ${amount(total ?? done, unit)} in ${formatSeconds(seconds)}`);
  }

  /** "12.3 MiB of 163 MiB · 5.20 MiB/s · 30 s left". */
  #words({ done, total, unit }: Progress, now: number): string {
    const seconds = (now - this.#started) / 1000, brought = done - this.#before;
    const parts = [total === undefined ? amount(done, unit) : share(amount(done, unit), amount(total, unit))];
    if (seconds >= 0.5 && brought > 0) parts.push(`${amount(brought / seconds, unit)}/s`);
    if (total !== undefined && total > this.#before) {
      parts.push(this.#left.update(brought / (total - this.#before), seconds, Infinity));
    }
    return parts.join(" · ");
  }
}

/** "12.3 of 163 MiB": a unit that both have is said once. */
function share(done: string, total: string): string {
  const unit = total.slice(total.indexOf(" "));
  return `${done.endsWith(unit) ? done.slice(0, -unit.length) : done} of ${total}`;
}

function amount(count: number, unit: Progress["unit"]): string {
  return unit === "bytes" ? byteWords(count) : `${formatInteger(count)} ${unit}`;
}
