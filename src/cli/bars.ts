/** Progress bars at the bottom of a terminal, with lasting lines above them. Elsewhere nothing is drawn. */
import process from "node:process";
import cliProgress from "cli-progress";
import type { Output } from "./output.ts";
import { shorten } from "./text.ts";

/** One bar: what stands before it, how far it is, and what stands behind it. */
export interface BarState {
  label: string;
  /** 0 to 1. */
  fraction: number;
  text: string;
}

const LONGEST_BAR = 40, SHORTEST_BAR = 8;

/** One or more bars, redrawn in place. */
export class Bars {
  readonly #output: Output;
  #multi: cliProgress.MultiBar | undefined;
  #bars: cliProgress.SingleBar[] = [];
  #states: readonly BarState[] = [];
  // The widest text so far: bars that grow and shrink with it would be restless.
  #textWidth = 0;

  constructor(output: Output) {
    this.#output = output;
  }

  /** Draws the bars; the number of them must stay the same. */
  show(states: readonly BarState[]): void {
    this.#states = states;
    this.#textWidth = Math.max(this.#textWidth, ...states.map((state) => state.text.length));
    if (!this.#output.isTerminal) return;
    this.#multi ??= new cliProgress.MultiBar({
      stream: process[this.#output.stream],
      format: (_options, _params, payload: { line: () => string }) => payload.line(),
      fps: 8,
      hideCursor: true,
      clearOnComplete: true,
      gracefulExit: false,
      forceRedraw: true,
      emptyOnZero: true,
    });
    states.forEach((state, i) => {
      this.#bars[i] ??= this.#multi!.create(1, 0, { line: () => this.#line(i) });
      this.#bars[i].update(state.fraction);
    });
  }

  /** A lasting line; above the bars where there are some. */
  log(line: string): void {
    if (!this.#multi) return this.#output.say(line);
    this.#multi.log(`${line}\n`);
    this.#multi.update();
  }

  /** Removes the bars. */
  stop(): void {
    this.#multi?.stop();
    this.#multi = undefined;
    this.#bars = [];
  }

  #line(index: number): string {
    const { columns, colours } = this.#output;
    const { label, fraction, text } = this.#states[index];
    const labels = Math.max(...this.#states.map((state) => state.label.length));
    // One column stays free: a full line would let some terminals begin a new one.
    const room = columns - labels - this.#textWidth - 5;
    const size = Math.min(LONGEST_BAR, room);
    if (size < SHORTEST_BAR) return shorten(`${label.padEnd(labels)}  ${text}`, columns - 1);
    const done = Math.min(size, Math.floor(fraction * size));
    const bar = colours.cyan("━".repeat(done)) + colours.dim("─".repeat(size - done));
    return `${label.padEnd(labels)}  ${bar}  ${text}`;
  }
}
