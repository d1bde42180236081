/** Masks and cost of a run, as they are written down: a line of the metrics for each record, and a summary in the end. */
import type { MaskRecord } from "../train/mask_recorder.ts";
import type { Training } from "../train/training.ts";
import type { Config } from "./config.ts";
import type { Metric } from "./metrics.ts";
import type { RunResult } from "./run_result.ts";

/** A line about masks. */
export type MaskMetric = Extract<Metric, { kind: "mask" }>;

/** Follows the masks of one training. */
export class RunMasks {
  #first: MaskRecord | undefined;
  #last: MaskRecord | undefined;
  #changes = 0;

  /**
   * Lines count epochs and levels from 1, methods from 0; what comes before the first step belongs to none.
   * @param images images of an epoch
   * @param write takes each line, in order
   * @param seconds since the run began
   */
  constructor(
    readonly training: Training,
    readonly images: number,
    write: (line: MaskMetric) => void,
    seconds: () => number,
  ) {
    training.recorder.listen((record) => {
      if (this.#first) this.#changes++;
      this.#first ??= record;
      this.#last = record;
      const { denseImages, ...numbers } = record, denseEpochs = denseImages / images;
      const time = { seconds: seconds(), training: this.trainingSeconds };
      const begun = record.reason === "start" ? 0 : 1;
      write({ kind: "mask", ...numbers, epoch: record.epoch + begun, level: record.level + begun, denseEpochs, time });
    });
  }

  /** Seconds of training so far. */
  get trainingSeconds(): number {
    return this.training.trainer.milliseconds / 1000;
  }

  /** What the run says of its method in the end. */
  summary(method: Config["method"]): NonNullable<RunResult["method"]> {
    const last = this.#last!;
    return {
      name: method.name,
      target: targetDensity(method),
      realisedDensity: last.realised,
      computeDensity: last.compute,
      kept: Object.values(last.nnz).reduce((sum, count) => sum + count, 0),
      inSource: last.inSource,
      explored: last.explored,
      changes: this.#changes,
      denseEpochs: this.training.recorder.denseImages / this.images,
      trainingSeconds: this.trainingSeconds,
    };
  }
}

/** The density that a method shall end at, where its settings say one. */
export function targetDensity(method: Config["method"]): number | null {
  const settings: Record<string, unknown> = method;
  return typeof settings.density === "number" ? settings.density : null;
}
