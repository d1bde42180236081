/** How far a benchmark is: a bar on a terminal, a line now and then elsewhere. */
import type { BenchProgress } from "../bench/measure.ts";
import { Bars } from "./bars.ts";
import type { Output } from "./output.ts";
import { TimeLeft } from "../experiment/time_left.ts";

/** Without a terminal, at most one line in so many milliseconds. */
const PLAIN_INTERVAL = 10_000;

/** Shows the progress of a benchmark. */
export class BenchView {
  readonly #bars: Bars;
  readonly #left = new TimeLeft();
  #begun: number | undefined;
  #lastLine = 0;
  #stopping = false;
  #last: BenchProgress | undefined;

  /** @param label what stands before the bar */
  constructor(
    readonly output: Output,
    readonly label = "bench",
    readonly milliseconds: () => number = () => performance.now(),
  ) {
    this.#bars = new Bars(output);
  }

  /** Takes what has been done. */
  show(progress: BenchProgress): void {
    const now = this.milliseconds();
    this.#begun ??= this.#lastLine = now;
    this.#last = progress;
    const { what } = progress, text = this.#words(progress, now - this.#begun);
    this.#bars.show([{ label: this.label, fraction: fractionOf(progress), text: `${text} · ${what}` }]);
    if (this.output.isTerminal || now - this.#lastLine < PLAIN_INTERVAL) return;
    this.#lastLine = now;
    this.output.say(this.output.colours.dim(`  ${text} · ${what}`));
  }

  log(line: string): void {
    this.#bars.log(line);
  }

  stopping(): void {
    this.#stopping = true;
    if (this.#last) this.show(this.#last);
  }

  /** Removes the bar. */
  end(): void {
    this.#bars.stop();
  }

  /** "12 of 40 · 1.3 a second · 20 s left": units are rounds and warm-ups. */
  #words(progress: BenchProgress, elapsed: number): string {
    const { done, total } = progress;
    const parts = [`${String(done).padStart(String(total).length)} of ${total}`];
    if (elapsed > 1000 && done > 0) parts.push(`${(1000 * done / elapsed).toPrecision(2)} a second`);
    if (this.#stopping) parts.push("stopping");
    else if (done < total) parts.push(this.#left.update(fractionOf(progress), elapsed / 1000, Infinity));
    return parts.join(" · ");
  }
}

function fractionOf({ done, total, fraction = total === 0 ? 1 : done / total }: BenchProgress): number {
  return fraction;
}
