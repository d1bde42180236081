/** Shows a sweep while it goes on: bars on a terminal, and elsewhere a line for each cell that ends and now and then one of all. */
import type { SweepEvent } from "../experiment/sweep_local.ts";
import { fixedSignificant, formatInteger, formatPercent, formatSeconds } from "../experiment/results_numbers.ts";
import { Bars } from "./bars.ts";
import type { Output } from "./output.ts";
import { PLAIN_INTERVAL } from "./run_view.ts";
import { TimeLeft } from "../experiment/time_left.ts";

/** Shows the events of the local engine. */
export class SweepView {
  readonly #bars: Bars;
  readonly #left = new TimeLeft();
  readonly #begun: number;
  readonly #width: number;
  /** Share of the cell that each slot is at, and what there is to say of it. */
  readonly #slots: { label: string; fraction: number; text: string }[];
  #done = 0;
  #failed = 0;
  #passed = 0;
  #lastLine: number;
  #stopping = false;

  constructor(
    readonly output: Output,
    readonly title: string,
    readonly names: readonly string[],
    jobs: number,
    readonly milliseconds: () => number = () => performance.now(),
  ) {
    this.#bars = new Bars(output);
    this.#begun = this.#lastLine = milliseconds();
    this.#width = Math.max(...names.map((name) => name.length));
    this.#slots = Array.from({ length: jobs }, () => ({ label: "", fraction: 0, text: "starting" }));
  }

  /** Takes an event. */
  show(event: SweepEvent): void {
    const slot = this.#slots[event.slot];
    if (event.kind === "start") {
      Object.assign(slot, { label: event.run.name, fraction: 0, text: "starting" });
    } else if (event.kind === "progress") {
      Object.assign(slot, { fraction: event.done, text: event.words });
    } else {
      Object.assign(slot, { label: "", fraction: 0, text: "" });
      this.#ended(event);
    }
    this.#draw();
  }

  log(line: string): void {
    this.#bars.log(line);
  }

  stopping(): void {
    this.#stopping = true;
    this.#draw();
  }

  end(): void {
    this.#bars.stop();
  }

  #ended({ run, outcome }: Extract<SweepEvent, { kind: "end" }>): void {
    const { green, red, yellow } = this.output.colours, name = run.name.padEnd(this.#width);
    if (outcome.state === "done") {
      this.#done++;
      const accuracy = outcome.testAccuracy === undefined ? "–" : formatPercent(outcome.testAccuracy, 1);
      this.log(`${green("done")}    ${name}  test ${accuracy.padStart(5)} %  ${formatSeconds(outcome.seconds)}`);
    } else if (outcome.state === "failed") {
      this.#failed++;
      this.log(`${red("failed")}  ${name}  ${outcome.error}`);
    } else {
      this.#passed++;
      const why = outcome.state === "elsewhere" ? "another process is at it" : "will be begun again";
      this.log(`${yellow(outcome.state === "elsewhere" ? "left" : "stopped")}  ${name}  ${why}`);
    }
  }

  #draw(): void {
    const now = this.milliseconds(), all = this.names.length;
    const ended = this.#done + this.#failed + this.#passed;
    const fraction = (ended + this.#slots.reduce((sum, slot) => sum + slot.fraction, 0)) / all;
    const seconds = (now - this.#begun) / 1000;
    const running = Math.min(this.#slots.length, all - ended);
    const rate = this.#done > 0 && seconds > 0 ? ` · ${rateWords(3600 * this.#done / seconds)} an hour` : "";
    const failed = this.#failed > 0 ? `, ${this.#failed} failed` : "";
    // every cell counts as many steps as it takes for an estimate: the first ones are waited for
    const left = this.#stopping ? "stopping" : this.#left.update(fraction, seconds, ended * 20);
    const text = `${this.#done} of ${all} done, ${running} running${failed}${rate} · ${left}`;
    this.#bars.show([{ label: this.title, fraction, text }, ...this.#slots]);
    if (this.output.isTerminal || now - this.#lastLine < PLAIN_INTERVAL) return;
    this.#lastLine = now;
    this.output.say(this.output.colours.dim(`  ${text}`));
  }
}

function rateWords(rate: number): string {
  return rate < 100 ? fixedSignificant(rate, 2) : formatInteger(rate);
}
