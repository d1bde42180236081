/** The epochs of a run: training, evaluation, what is written of them, and when they end. */
import { learningRate } from "../train/schedule.ts";
import type { Level } from "../methods/method.ts";
import { addSums, means, NO_SUMS, type Sums } from "../train/metrics_ring.ts";
import type { Outcome, Progress, Trainer } from "../train/trainer.ts";
import type { RunPlace } from "./checkpoint.ts";
import type { Config } from "./config.ts";
import type { LiveChanges, LiveSettings } from "./live_settings.ts";
import type { Metric } from "./metrics.ts";
import type { RunImages } from "./run_data.ts";
import type { RunEvent } from "./run_events.ts";
import type { RunResult } from "./run_result.ts";
import type { RunStore } from "./run_store.ts";

/** What the epochs are walked with. */
export interface EpochsInput {
  readonly config: Config;
  readonly trainer: Trainer;
  readonly levels: readonly Level[];
  readonly images: RunImages;
  readonly folder: RunStore;
  readonly onEvent: (event: RunEvent) => void;
  /** Ends the run cleanly after the steps that are on the GPU. */
  readonly signal?: AbortSignal;
  /** Seconds since the run began. */
  readonly seconds: () => number;
  /** Settings that are changed on the way; `changed` is told of what changes before the next step. */
  readonly live?: LiveChanges;
  readonly changed?: (change: LiveSettings) => void;
  /** Told of every place that the run could go on from, and whether the run ends there. */
  readonly offer?: (place: RunPlace, stopping: boolean) => Promise<void>;
  /** Where the run goes on, in place of its beginning. */
  readonly from?: RunPlace;
}

/** What came of the epochs. */
export interface EpochsOutcome {
  best: RunResult["best"];
  last: RunResult["last"];
  /** Images trained on and the time of it, compilation left out. */
  images: number;
  milliseconds: number;
  interrupted: boolean;
  /** Why it was ended early, where the loss became no number, and the step that it did at. */
  diverged?: string;
  brokenAt?: number;
}

/** Sums towards the next line, and the steps that they are over. */
type LinePart = NonNullable<RunPlace["inside"]>["line"];

/** Collects the steps of an epoch into lines of so many, whatever went together to the GPU. */
class StepLines {
  #sums: Sums = NO_SUMS;
  #steps = 0;

  constructor(readonly every: number, readonly epoch: number, readonly lr: () => number, from?: LinePart) {
    this.#sums = from?.sums ?? NO_SUMS;
    this.#steps = from?.steps ?? 0;
  }

  /** What is not yet a line. */
  get rest(): LinePart {
    return { sums: this.#sums, steps: this.#steps };
  }

  /** Takes the sums of steps in order; `step` is the number of the first of them in the run, from 1. */
  add(step: number, sums: readonly Sums[], seconds: number): Metric[] {
    if (this.every === 0) return [];
    const lines: Metric[] = [];
    sums.forEach((sum, i) => {
      this.#sums = addSums(this.#sums, sum);
      if (++this.#steps < this.every) return;
      const { loss, accuracy, images } = means(this.#sums), { epoch } = this, lr = this.lr();
      lines.push({ kind: "step", epoch, step: step + i, images, loss, accuracy, lr, time: { seconds } });
      this.#sums = NO_SUMS;
      this.#steps = 0;
    });
    return lines;
  }
}

/** Epochs that a run begins over all its levels, and its steps: `train.steps` may end it before its epochs do. */
export function runLength(
  { train }: Config,
  images: number,
  levels: readonly Pick<Level, "epochs">[],
): { epochs: number; steps: number } {
  const inEpoch = Math.ceil(images / Math.min(train.batch, images));
  const all = levels.reduce((sum, { epochs }) => sum + epochs, 0);
  const steps = Math.min(all * inEpoch, train.steps ?? Infinity);
  return { epochs: Math.ceil(steps / inEpoch), steps };
}

/**
 * Trains and evaluates epoch after epoch, level after level, writing a run's metrics as it goes. Each level has the
 * learning-rate schedule from its beginning and a best epoch of its own; the outcome's is the last one's.
 */
export async function walkEpochs(input: EpochsInput): Promise<EpochsOutcome> {
  const { config, levels, trainer, folder, seconds, from } = input;
  const { best = null, last = null, images = 0, milliseconds = 0 } = from ?? {};
  const outcome: EpochsOutcome = { best, last, images, milliseconds, interrupted: false };
  const { epochs } = runLength(config, input.images.train.length, levels);
  let epoch = from?.epoch ?? 0, goesOn = true;
  for (const [index, level] of levels.entries()) {
    if (from && index < from.level) continue;
    // where the run goes on, its level has begun before
    const begun = index === from?.level ? from : undefined;
    trainer.level = index;
    if (!begun) outcome.best = null;
    if (levels.length > 1 && !begun) {
      const message = `level ${index + 1} of ${levels.length} (${level.name}), density ${level.density.toPrecision(3)}`;
      const at = { epoch: epoch + 1, step: trainer.steps, time: { seconds: seconds() } };
      await folder.append({ kind: "event", event: "level", message, ...at });
    }
    let own = begun?.own ?? 0, inside = begun?.inside ?? undefined;
    for (; goesOn && own < level.epochs && epoch < epochs; own++) {
      goesOn = await walkEpoch(input, { epoch: ++epoch, own, level, index, inside }, outcome);
      inside = undefined;
      if (!goesOn) continue;
      const stopping = (input.signal?.aborted ?? false) && epoch < epochs;
      await input.offer?.(placeOf(outcome, { level: index, own: own + 1, epoch }), stopping);
      if (stopping) {
        outcome.interrupted = true;
        goesOn = false;
      }
    }
    // a run that is cut short ends its method all the same, but does not prune for a level that will not come
    const isLast = index === levels.length - 1;
    if (isLast || (goesOn && own === level.epochs)) {
      await trainer.ask("level", Math.max(0, epoch - 1), (moment) => trainer.options.method.endOfLevel?.(moment));
    }
    if (!goesOn || epoch === epochs) break;
  }
  return outcome;
}

/** A place to go on from, between two epochs unless it is `inside` one. */
function placeOf(
  { best, last, images, milliseconds }: EpochsOutcome,
  { inside = null, ...place }: Pick<RunPlace, "level" | "own" | "epoch"> & { inside?: RunPlace["inside"] },
): RunPlace {
  return { ...place, best, last, images, milliseconds, inside };
}

/** An epoch's number in the run, from 1, and in its level, from 0. */
interface EpochPlace {
  readonly epoch: number;
  readonly own: number;
  readonly level: Level;
  /** The level's number. */
  readonly index: number;
  /** Where the epoch goes on in its middle. */
  readonly inside?: RunPlace["inside"];
}

/** One epoch. @returns false where the run ends with it */
async function walkEpoch(
  input: EpochsInput,
  { epoch, own, level, index, inside }: EpochPlace,
  state: EpochsOutcome,
): Promise<boolean> {
  const { config, trainer, levels, images, folder, onEvent, signal, seconds } = input;
  const { schedule, logEvery } = config.train;
  const { epochs, steps } = runLength(config, images.train.length, levels);
  const base = () => input.live?.now.lr ?? config.train.lr;
  const rate = () => learningRate(schedule, base(), own, level.epochs);
  const lines: Metric[] = [...inside?.lines ?? []];
  const stepLines = new StepLines(logEvery, epoch, rate, inside?.line);
  const nextRate = () => {
    const change = input.live?.take(trainer.steps);
    if (change) {
      input.changed?.(change);
      const message = Object.entries(change).map(([key, value]) => `train.${key}=${value}`).join(" ");
      lines.push({
        kind: "event",
        event: "changed",
        message,
        epoch,
        step: trainer.steps,
        time: { seconds: seconds() },
      });
    }
    return rate();
  };
  const report = (progress: Progress, sums: readonly Sums[]) => {
    const first = trainer.steps - sums.length + 1;
    lines.push(...stepLines.add(first, sums, seconds()));
    const broken = sums.findIndex(({ loss }) => !Number.isFinite(loss));
    if (broken >= 0 && !state.brokenAt) {
      state.brokenAt = first + broken;
      onEvent({ kind: "diverged", step: state.brokenAt, loss: sums[broken].loss });
    }
    onEvent({ kind: "progress", epoch, epochs, progress, done: trainer.steps / steps });
  };
  const from = inside ?? undefined, most = steps - trainer.steps + (from?.step ?? 0);
  const between = async ({ step, sums }: { step: number; sums: Sums }, stopping: boolean) => {
    const inside = { step, sums, line: stepLines.rest, lines: [...lines] };
    await input.offer?.(placeOf(state, { level: index, own, epoch: epoch - 1, inside }), stopping);
  };
  const train = await trainer.epoch(epoch - 1, images.train, nextRate, { report, signal, steps: most, from, between });
  const lr = rate();
  state.images += train.timed.images;
  state.milliseconds += train.timed.milliseconds;
  const step = trainer.steps;
  const time = (ms: number) => ({ seconds: seconds(), milliseconds: ms });
  if (train.images > 0) {
    const { loss, accuracy } = train;
    lines.push({
      kind: "epoch",
      epoch,
      step,
      images: train.images,
      loss,
      accuracy,
      lr,
      time: time(train.milliseconds),
    });
  }
  if (!train.complete) {
    state.interrupted = true;
    await folder.append(...lines);
    return false;
  }
  const evaluate = async (split: "validation" | "test", indices: Uint32Array): Promise<Outcome> => {
    const outcome = await trainer.evaluate(indices);
    const { loss, accuracy, top5, milliseconds } = outcome;
    lines.push({
      kind: "evaluate",
      epoch,
      step,
      split,
      images: outcome.images,
      loss,
      accuracy,
      top5,
      time: time(milliseconds),
    });
    return outcome;
  };
  const validation = images.validation.length > 0 ? await evaluate("validation", images.validation) : undefined;
  const test = await evaluate("test", images.test);
  await folder.append(...lines);
  const validationAccuracy = validation?.accuracy ?? null;
  state.last = { epoch, validationAccuracy, testAccuracy: test.accuracy, testLoss: test.loss, testTop5: test.top5 };
  if (validation && (!state.best || validation.accuracy > state.best.validationAccuracy)) {
    state.best = { epoch, validationAccuracy: validation.accuracy, testAccuracy: test.accuracy };
  }
  onEvent({ kind: "epoch", epoch, epochs, lr, train, validation, test });
  // an epoch's last step can break what its training loss was measured before
  const broken = [train, validation, test].find((outcome) => outcome && !Number.isFinite(outcome.loss));
  if (!broken) return true;
  const third = (base() / 3).toPrecision(2);
  state.diverged = `diverged in epoch ${epoch}: the loss became ${broken.loss}; ` +
    `try a third of the learning rate (train.lr=${third})`;
  return false;
}
