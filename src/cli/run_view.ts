/** Shows one run: what it trains, a row an epoch, bars or now and then a row in between, and what came of it. */
import { hasNominalDensity } from "../experiment/config_schema.ts";
import type { RunEvent } from "../experiment/run_events.ts";
import type { RunResult } from "../experiment/run_result.ts";
import { byteWords } from "../bytes.ts";
import { planWords } from "../experiment/planning.ts";
import {
  fixedSignificant,
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
import { TimeLeft } from "../experiment/time_left.ts";

/** Without a terminal, at most one row in between in so many milliseconds. */
export const PLAIN_INTERVAL = 10_000;

type Start = Extract<RunEvent, { kind: "start" }>;
type Progress = Extract<RunEvent, { kind: "progress" }>;
type Epoch = Extract<RunEvent, { kind: "epoch" }>;

/** "0.100 asked → 0.0996 kept (3,287 of 33.0 k weights), c 0.243". */
function densityWords(totals: Start["report"]["totals"], weights: string, asked: boolean): string {
  const compute = formatDensity(totals.realisedComputeDensity);
  const kept = `${formatDensity(totals.realisedDensity)} kept (${weights}), c ${compute}`;
  return asked ? `${formatDensity(totals.nominalDensity)} asked → ${kept}` : kept;
}

/** "loss 0.523 · 80.1 % · 2,345 images/s", over the epoch so far. */
export function progressWords({ loss, accuracy, imagesDone, milliseconds }: Progress["progress"]): string {
  const rate = milliseconds > 0 ? formatInteger(1000 * imagesDone / milliseconds) : "–";
  return `loss ${formatLoss(loss)} · ${formatPercent(accuracy, 1).padStart(4)}${THIN}% · ${rate} images/s`;
}

/** "masks 0.0512 of the weights, c 0.101; 3.42 dense epochs so far", with the density that was asked for in front. */
function levelWords({ nominal, realised, compute, denseEpochs }: Extract<RunEvent, { kind: "mask" }>["line"]): string {
  const asked = nominal === null ? "" : `${formatDensity(nominal)} asked → `;
  const cost = fixedSignificant(denseEpochs, 3);
  return `masks: ${asked}${formatDensity(realised)} kept, c ${
    formatDensity(compute)
  }; cost so far ${cost} dense epochs`;
}

/** Turns the means since the last report into means over the epoch so far: a last, small batch would make them jump. */
export class EpochMeans {
  #images = 0;
  #loss = 0;
  #accuracy = 0;

  /** The same report with loss and accuracy of the epoch so far. */
  add(progress: Progress["progress"]): Progress["progress"] {
    const { images, imagesDone, loss, accuracy } = progress;
    if (imagesDone <= images) this.#images = this.#loss = this.#accuracy = 0;
    this.#images += images;
    this.#loss += images * loss;
    this.#accuracy += images * accuracy;
    return { ...progress, loss: this.#loss / this.#images, accuracy: this.#accuracy / this.#images };
  }
}

/** Shows the events of one run as they come. */
export class RunView {
  /** Warnings that were shown at the start. */
  readonly warned = new Set<string>();
  readonly #bars: Bars;
  readonly #left = new TimeLeft();
  readonly #means = new EpochMeans();
  #started = 0;
  #lastRow = -Infinity;
  #done = 0;
  #steps = 0;
  #headShown = false;
  #stopping = false;
  #redraw = () => {};

  constructor(
    readonly output: Output,
    readonly config: { rule: RunResult["rule"]; score?: string },
    readonly milliseconds: () => number = () => performance.now(),
  ) {
    this.#bars = new Bars(output);
  }

  /** Takes an event. */
  show(event: RunEvent): void {
    if (event.kind === "start") this.#start(event);
    if (event.kind === "mask" && event.line.reason === "level") this.log(levelWords(event.line));
    if (event.kind === "progress") this.#progress({ ...event, progress: this.#means.add(event.progress) });
    if (event.kind === "epoch") this.#epoch(event);
  }

  /** A line above the bars. */
  log(line: string): void {
    this.#bars.log(line);
  }

  /** From now on the bars say that the run is stopping. */
  stopping(): void {
    this.#stopping = true;
    this.#redraw();
  }

  /** Removes the bars. */
  end(): void {
    this.#bars.stop();
  }

  #start(event: Start): void {
    const { output } = this, { rule, score } = this.config, { totals } = event.report;
    const counted = (count: number, what: string) => `${formatInteger(count)} ${what}${count === 1 ? "" : "s"}`;
    const read = event.loading < 1 ? "" : `, read in ${formatSeconds(event.loading)}`;
    const length = `${counted(event.epochs, "epoch")}, ${counted(event.steps, "step")}`;
    const memory = `${byteWords(event.memory.total)} on the device`;
    output.say(`${event.model} on ${counted(event.images, "image")}${read}; ${length}; ${memory}`);
    if (rule !== "dense" || score !== undefined) {
      const weights = `${formatCount(totals.nnz)} of ${formatCount(totals.size)} weights`;
      const named = score !== undefined || hasNominalDensity(rule);
      const mask = score === undefined ? ruleLabel(rule) : `${score} of ${ruleLabel(rule)}`;
      output.say(`${mask} mask: ${densityWords(totals, weights, named)}`);
    }
    for (const line of wrapText(planWords(event.kernels), output.columns, "  ")) output.say(line);
    if (event.resumed) {
      const { epoch, step, file } = event.resumed;
      const done = `${counted(epoch, "epoch")} and ${counted(step, "step")} done`;
      for (const line of wrapText(`goes on from ${file}: ${done}`, output.columns, "  ")) output.say(line);
    }
    for (const warning of event.warnings) {
      this.warned.add(warning);
      for (const line of wrapText(`warning: ${warning}`, output.columns, "  ")) output.say(output.colours.yellow(line));
    }
    output.say();
    this.#started = this.#lastRow = this.milliseconds();
    const nothing = { step: 0, steps: 0, loss: NaN, accuracy: NaN, images: 0, imagesDone: 0, milliseconds: 0 };
    this.#draw({ kind: "progress", epoch: 1, epochs: event.epochs, progress: nothing, done: 0 }, "compiling kernels");
  }

  #progress(event: Progress): void {
    const left = this.#timeLeft(event);
    this.#steps = event.progress.steps;
    this.#draw(event, left);
    const now = this.milliseconds();
    const { step, steps, loss, accuracy, imagesDone, milliseconds } = event.progress;
    if (this.output.isTerminal || step === steps || now - this.#lastRow < PLAIN_INTERVAL) return;
    this.#row(event, step, loss, [accuracy, null, null], 1000 * imagesDone / milliseconds, left);
  }

  #epoch(event: Epoch): void {
    const { train, validation, test, epoch, epochs } = event;
    const left = epoch === epochs ? "" : this.#left.update(this.#done, this.#seconds(), Infinity);
    const accuracies = [train.accuracy, validation?.accuracy ?? null, test.accuracy];
    this.#row(event, this.#steps, train.loss, accuracies, 1000 * train.images / train.milliseconds, left);
  }

  #seconds(): number {
    return (this.milliseconds() - this.#started) / 1000;
  }

  #timeLeft({ epoch, progress, done }: Progress): string {
    this.#done = done;
    return this.#left.update(done, this.#seconds(), (epoch - 1) * progress.steps + progress.step);
  }

  #draw(event: Progress, left: string): void {
    const { epoch, epochs, progress, done } = event;
    this.#redraw = () => this.#draw(event, left);
    const part = progress.steps > 0 ? progress.step / progress.steps : 0;
    const step = String(progress.step).padStart(String(progress.steps).length);
    const steps = progress.steps > 0 ? `step ${step} of ${progress.steps} · ${progressWords(progress)}` : "";
    this.#bars.show([
      {
        label: "run",
        fraction: done,
        text: `epoch ${epoch} of ${epochs} · ${this.#stopping ? "stopping" : left}`,
      },
      { label: "epoch", fraction: part, text: steps },
    ]);
  }

  /** One row of the table of epochs: a whole one, or as far as it is. */
  #row(
    { epoch, epochs }: { epoch: number; epochs: number },
    step: number,
    loss: number,
    accuracies: readonly (number | null)[],
    rate: number,
    left: string,
  ): void {
    // A terminal has bars for what a plain row says of steps and time.
    const plain = !this.output.isTerminal, { dim } = this.output.colours;
    const name = `${epoch} of ${epochs}`, steps = `${step}/${this.#steps}`;
    const widths = [
      Math.max(5, `${epochs} of ${epochs}`.length),
      plain ? Math.max(5, 2 * `${this.#steps}`.length + 1) : 0,
    ];
    widths.push(6, 5, 10, 5, 8);
    const line = (cells: string[], last: string) => {
      const padded = cells.map((cell, i) => cell.padStart(widths[i])).filter((_, i) => widths[i] > 0);
      return [...padded, ...(plain ? [last] : [])].join("  ").trimEnd();
    };
    if (!this.#headShown) {
      const before = widths.slice(0, 3).reduce((sum, width) => sum + (width > 0 ? width + 2 : 0), 0);
      this.#bars.log(dim(" ".repeat(before) + " accuracy, %".padStart(widths[3] + widths[4] + widths[5] + 4, "─")));
      this.#bars.log(dim(line(["epoch", "step", "loss", "train", "validation", "test", "images/s"], "time left")));
      this.#headShown = true;
    }
    const percents = accuracies.map((value) => value === null ? "" : formatPercent(value, 1));
    const time = left === "estimating" ? "" : left.replace(" left", "");
    this.#bars.log(line([name, steps, formatLoss(loss), ...percents, formatInteger(rate)], time));
    this.#lastRow = this.milliseconds();
  }
}

/** What came of a run, in a few aligned lines. */
export function resultWords(result: RunResult, folder: string): string[][] {
  const { last, best, mask } = result;
  const percent = (accuracy: number) => `${formatPercent(accuracy)}${THIN}%`;
  const rows: string[][] = [];
  if (last) {
    rows.push([
      "test accuracy",
      `${percent(last.testAccuracy)} after epoch ${last.epoch}${result.interrupted ? "" : ", the last"}`,
    ]);
    if (best) rows.push(["", `${percent(best.testAccuracy)} after epoch ${best.epoch}, the best by validation`]);
  } else rows.push(["test accuracy", "none: it ended before the first evaluation"]);
  const asked = mask.nominalDensity === null ? "" : `${formatDensity(mask.nominalDensity)} asked → `;
  rows.push([
    "density",
    `${asked}${formatDensity(mask.realisedDensity)} kept; compute density ${formatDensity(mask.computeDensity)}`,
  ]);
  if (result.method) rows.push(...methodWords(result.method));
  const rate = result.imagesPerSecond > 0 ? formatInteger(result.imagesPerSecond) : "–"; // all of it waited for kernels
  rows.push(["speed", `${rate} images/s; ${formatSeconds(result.seconds)} in all`]);
  rows.push(["saved in", folder]);
  return rows;
}

/** What became of the masks, where they changed, and what training cost. */
function methodWords(method: NonNullable<RunResult["method"]>): string[][] {
  const { name, target, realisedDensity, computeDensity, inSource, explored, changes } = method;
  const rows: string[][] = [];
  if (changes > 0) {
    const asked = target === null ? "" : `${formatDensity(target)} asked → `;
    const times = changes === 1 ? "once" : `${formatInteger(changes)} times`;
    rows.push([
      "in the end",
      `${asked}${formatDensity(realisedDensity)} kept; compute density ${formatDensity(computeDensity)}`,
    ]);
    const inside = inSource === 1 ? "all in the source" : `${formatPercent(inSource, 1)}${THIN}% of it in the source`;
    rows.push([
      "masks",
      `${name} changed them ${times}; ${inside}; ${formatDensity(explored)} of all weights explored`,
    ]);
  }
  const cost = fixedSignificant(method.denseEpochs, 3);
  const scoring = method.scoringSeconds > 0 ? `${formatSeconds(method.scoringSeconds)} of scoring, ` : "";
  rows.push([
    "cost",
    `as much as ${cost} dense epochs; ${scoring}${formatSeconds(method.trainingSeconds)} of training`,
  ]);
  return rows;
}
