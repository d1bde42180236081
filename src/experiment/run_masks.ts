/** Masks and cost of a run, as they are written down: a line of the metrics for each record, and a summary in the end. */
import type { MaskRecord } from "../train/mask_recorder.ts";
import type { Training } from "../train/training.ts";
import type { Config } from "./config.ts";
import { NO_SCORE } from "./config_score.ts";
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
  summary(config: Pick<Config, "method" | "score">, scoringSeconds: number): NonNullable<RunResult["method"]> {
    const last = this.#last!;
    return {
      name: config.method.name,
      target: targetDensity(config),
      sourceDensity: this.training.recorder.sourceDensity,
      realisedDensity: last.realised,
      computeDensity: last.compute,
      kept: Object.values(last.nnz).reduce((sum, count) => sum + count, 0),
      inSource: last.inSource,
      explored: last.explored,
      changes: this.#changes,
      denseEpochs: this.training.recorder.denseImages / this.images,
      scoringSeconds,
      trainingSeconds: this.trainingSeconds,
    };
  }
}

/** The density that a run shall end at, where the settings of its method, or else of its score, say one. */
export function targetDensity({ method, score }: Pick<Config, "method" | "score">): number | null {
  const settings: Record<string, unknown> = method;
  if (typeof settings.density === "number") return settings.density;
  return score.name === NO_SCORE ? null : score.density;
}
