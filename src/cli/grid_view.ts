/** Shows several runs: a row for each that is finished, and how far the whole is. */
import type { RunEvent } from "../experiment/run_events.ts";
import { formatDensity, formatInteger, formatPercent, formatSeconds } from "../experiment/results_numbers.ts";
import { Bars } from "./bars.ts";
import type { Output } from "./output.ts";
import { EpochMeans, PLAIN_INTERVAL, progressWords } from "./run_view.ts";
import { TimeLeft } from "../experiment/time_left.ts";

/** A run of the grid, as the view knows it before it starts. */
export interface CellInfo {
  name: string;
  epochs: number;
}

/** Shows the events of the runs of a grid. */
export class GridView {
  readonly #bars: Bars;
  readonly #left = new TimeLeft();
  readonly #means = new EpochMeans();
  readonly #begun: number;
  readonly #width: number;
  #lastLine: number;
  #steps = 0;
  #stepOfEpoch = 0;
  #stopping = false;
  #headShown = false;
  #redraw = () => {};

  constructor(
    readonly output: Output,
    readonly title: string,
    readonly cells: readonly CellInfo[],
    readonly milliseconds: () => number = () => performance.now(),
  ) {
    this.#bars = new Bars(output);
    this.#begun = this.#lastLine = milliseconds();
    this.#width = Math.max(...cells.map((cell) => cell.name.length));
  }

  /** Takes an event of one cell. */
  show(index: number, event: RunEvent): void {
    const { cells } = this, { name } = cells[index];
    if (event.kind === "start") {
      if (index === 0) this.#bars.log(`kernel plans: ${event.kernels.source}`);
      this.#stepOfEpoch = 0;
      this.#draw(index, 0, "compiling kernels", this.#timeLeft(index, 0, this.#steps));
    } else if (event.kind === "progress") {
      const { epoch, epochs, progress, done: part } = event;
      this.#steps += progress.step - this.#stepOfEpoch;
      this.#stepOfEpoch = progress.step === progress.steps ? 0 : progress.step;
      const left = this.#timeLeft(index, part, this.#steps);
      const words = `epoch ${epoch} of ${epochs} · ${progressWords(this.#means.add(progress))}`;
      this.#draw(index, part, words, left);
      const now = this.milliseconds();
      if (this.output.isTerminal || now - this.#lastLine < PLAIN_INTERVAL) return;
      this.#lastLine = now;
      this.output.say(this.output.colours.dim(`  ${name}: ${words} · ${this.#doneWords(index, left)}`));
    } else if (event.kind === "end" && !event.result.interrupted) {
      this.#finished(index, event.result);
    }
  }

  log(line: string): void {
    this.#bars.log(line);
  }

  stopping(): void {
    this.#stopping = true;
    this.#redraw();
  }

  end(): void {
    this.#bars.stop();
  }

  #doneWords(index: number, left: string): string {
    return `${index} of ${this.cells.length} done · ${this.#stopping ? "stopping" : left}`;
  }

  #timeLeft(index: number, part: number, steps: number): string {
    const epochs = (cells: readonly CellInfo[]) => cells.reduce((sum, cell) => sum + cell.epochs, 0);
    const done = epochs(this.cells.slice(0, index)) + part * this.cells[index].epochs;
    return this.#left.update(done / epochs(this.cells), (this.milliseconds() - this.#begun) / 1000, steps);
  }

  #draw(index: number, part: number, words: string, left: string): void {
    this.#redraw = () => this.#draw(index, part, words, left);
    this.#bars.show([
      {
        label: this.title.padEnd(this.#width),
        fraction: (index + part) / this.cells.length,
        text: this.#doneWords(index, left),
      },
      { label: this.cells[index].name, fraction: part, text: words },
    ]);
  }

  #finished(
    index: number,
    { mask, method, last, imagesPerSecond, seconds }: Extract<RunEvent, { kind: "end" }>["result"],
  ): void {
    const row = (cells: readonly string[]) => {
      const [name, kept, test, rate, time] = cells;
      return [name.padEnd(this.#width), kept.padStart(7), test.padStart(7), rate.padStart(8), time.padStart(12)].join(
        "  ",
      );
    };
    if (!this.#headShown) {
      this.#bars.log(this.output.colours.dim(row(["", "density", "test, %", "images/s", "time"])));
      this.#headShown = true;
    }
    this.#bars.log(row([
      this.cells[index].name,
      formatDensity((method ?? mask).realisedDensity),
      formatPercent(last?.testAccuracy ?? null, 1),
      formatInteger(imagesPerSecond),
      formatSeconds(seconds),
    ]));
    this.#lastLine = this.milliseconds();
  }
}
