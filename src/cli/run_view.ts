/** Shows one run: what it trains, a row an epoch, bars or now and then a row in between, and what came of it. */
import type { RunEvent } from "../experiment/run.ts";
import type { RunResult } from "../experiment/run_result.ts";
import {
  formatCount,
  formatDensity,
  formatInteger,
  formatLoss,
  formatPercent,
  formatSeconds,
  THIN,
} from "../experiment/results_numbers.ts";
import { ruleLabel } from "../experiment/rule_style.ts";
import { Bars } from "./bars.ts";
import type { Output } from "./output.ts";
import { wrapText } from "./text.ts";
import { TimeLeft } from "./time_left.ts";

/** Without a terminal, at most one row in between in so many milliseconds. */
export const PLAIN_INTERVAL = 10_000;

type Start = Extract<RunEvent, { kind: "start" }>;
type Progress = Extract<RunEvent, { kind: "progress" }>;
type Epoch = Extract<RunEvent, { kind: "epoch" }>;

/** "0.1 asked → 0.0996 kept, c 0.243". */
export function densityWords(totals: Start["report"]["totals"], asked = true): string {
  const kept = `${formatDensity(totals.realisedDensity)} kept, c ${formatDensity(totals.realisedComputeDensity)}`;
  return asked ? `${formatDensity(totals.nominalDensity)} asked → ${kept}` : kept;
}

/** "loss 0.523 · 80.1 % · 2,345 images/s", of the steps since the last report. */
export function progressWords({ loss, accuracy, imagesDone, milliseconds }: Progress["progress"]): string {
  const rate = milliseconds > 0 ? formatInteger(1000 * imagesDone / milliseconds) : "–";
  return `loss ${formatLoss(loss)} · ${formatPercent(accuracy, 1).padStart(4)}${THIN}% · ${rate} images/s`;
}

/** Shows the events of one run as they come. */
export class RunView {
  readonly #bars: Bars;
  readonly #left = new TimeLeft();
  #started = 0;
  #lastRow = -Infinity;
  #images = 0;
  #epochsShown = false;
  #stopping = false;

  constructor(
    readonly output: Output,
    readonly config: { rule: RunResult["rule"] },
    readonly milliseconds: () => number = () => performance.now(),
  ) {
    this.#bars = new Bars(output);
  }

  /** Takes an event. */
  show(event: RunEvent): void {
    if (event.kind === "start") this.#start(event);
    if (event.kind === "progress") this.#progress(event);
    if (event.kind === "epoch") this.#epoch(event);
  }

  /** A line above the bars. */
  log(line: string): void {
    this.#bars.log(line);
  }

  /** From now on the bars say that the run is stopping. */
  stopping(): void {
    this.#stopping = true;
  }

  /** Removes the bars. */
  end(): void {
    this.#bars.stop();
  }

  #start(event: Start): void {
    const { output } = this, { rule } = this.config;
    const named = rule !== "custom" && rule !== "file" && rule !== "dense";
    const mask = rule === "dense" ? "dense" : `${ruleLabel(rule)} ${densityWords(event.report.totals, named)}`;
    const weights = `${formatCount(event.report.totals.nnz)} of ${formatCount(event.report.totals.size)} weights`;
    output.say(`${event.model}, ${mask} (${weights}), ${formatInteger(event.images)} images`);
    for (const warning of event.warnings) {
      for (const line of wrapText(`warning: ${warning}`, output.columns, "  ")) output.say(output.colours.yellow(line));
    }
    output.say();
    this.#started = this.#lastRow = this.milliseconds();
    this.#images = event.images;
    const nothing = { step: 0, steps: 0, loss: NaN, accuracy: NaN, images: 0, imagesDone: 0, milliseconds: 0 };
    this.#draw({ kind: "progress", epoch: 1, epochs: event.epochs, progress: nothing }, "compiling kernels");
  }

  #progress(event: Progress): void {
    const left = this.#timeLeft(event);
    this.#draw(event, left);
    const now = this.milliseconds();
    const { step, steps, loss, accuracy, imagesDone, milliseconds } = event.progress;
    if (this.output.isTerminal || step === steps || now - this.#lastRow < PLAIN_INTERVAL) return;
    this.#row(event, `${step}/${steps}`, loss, [accuracy, null, null], 1000 * imagesDone / milliseconds, left);
  }

  #epoch(event: Epoch): void {
    const { train, validation, test, epoch, epochs } = event;
    const left = epoch === epochs ? "" : this.#left.update(epoch / epochs, this.#seconds(), Infinity);
    const accuracies = [train.accuracy, validation?.accuracy ?? null, test.accuracy];
    this.#row(event, "all", train.loss, accuracies, 1000 * train.images / train.milliseconds, left);
  }

  #seconds(): number {
    return (this.milliseconds() - this.#started) / 1000;
  }

  #timeLeft({ epoch, epochs, progress }: Progress): string {
    const fraction = (epoch - 1 + progress.imagesDone / this.#images) / epochs;
    return this.#left.update(fraction, this.#seconds(), (epoch - 1) * progress.steps + progress.step);
  }

  #draw({ epoch, epochs, progress }: Progress, left: string): void {
    const part = this.#images > 0 ? progress.imagesDone / this.#images : 0;
    const steps = progress.steps > 0 ? `step ${progress.step} of ${progress.steps} · ${progressWords(progress)}` : "";
    this.#bars.show([
      {
        label: "run",
        fraction: (epoch - 1 + part) / epochs,
        text: `epoch ${epoch} of ${epochs} · ${this.#stopping ? "stopping" : left}`,
      },
      { label: "epoch", fraction: part, text: steps },
    ]);
  }

  /** One row of the table of epochs: a whole one, or as far as it is. */
  #row(
    { epoch, epochs }: { epoch: number; epochs: number },
    step: string,
    loss: number,
    accuracies: readonly (number | null)[],
    rate: number,
    left: string,
  ): void {
    const { colours, isTerminal } = this.output;
    const cells = (texts: string[]) => {
      const [epoch, step, loss, train, validation, test, rate, left] = texts;
      const row = [epoch.padStart(9), ...(isTerminal ? [] : [step.padStart(9)]), loss.padStart(6), train.padStart(6)];
      row.push(validation.padStart(10), test.padStart(6), rate.padStart(8));
      return [...row, ...(isTerminal ? [] : [left])].join("  ").trimEnd();
    };
    if (!this.#epochsShown) {
      const before = cells(["", "", "", "", "", "", "", ""]).length;
      const width = isTerminal ? 9 + 6 + 4 : 9 + 9 + 6 + 6;
      this.#bars.log(colours.dim(" ".repeat(Math.max(before, width)) + " accuracy, %".padStart(26, "─")));
      this.#bars.log(
        colours.dim(cells(["epoch", "step", "loss", "train", "validation", "test", "images/s", "time left"])),
      );
      this.#epochsShown = true;
    }
    const percents = accuracies.map((value) => value === null ? "" : formatPercent(value, 1));
    this.#bars.log(
      cells([
        `${epoch} of ${epochs}`,
        step,
        formatLoss(loss),
        ...percents,
        formatInteger(rate),
        left.replace(" left", ""),
      ]),
    );
    this.#lastRow = this.milliseconds();
  }
}

/** What came of a run, in a few aligned lines. */
export function resultWords(result: RunResult, folder: string): string[][] {
  const { last, best, mask } = result;
  const percent = (accuracy: number) => `${formatPercent(accuracy)}${THIN}%`;
  const rows: string[][] = [];
  if (last) {
    rows.push(["test accuracy", `${percent(last.testAccuracy)} after the last epoch (${last.epoch})`]);
    if (best) rows.push(["", `${percent(best.testAccuracy)} at the best epoch by validation (${best.epoch})`]);
  } else rows.push(["test accuracy", "none: it ended before the first evaluation"]);
  const asked = mask.nominalDensity === null ? "" : `${formatDensity(mask.nominalDensity)} asked → `;
  rows.push([
    "density",
    `${asked}${formatDensity(mask.realisedDensity)} kept; compute density ${formatDensity(mask.computeDensity)}`,
  ]);
  rows.push(["speed", `${formatInteger(result.imagesPerSecond)} images/s; ${formatSeconds(result.seconds)} in all`]);
  rows.push(["saved in", folder]);
  return rows;
}
