/** What a lane tells of its training: points of the curve, times of steps and of layers, at most twice a second. */
import type { DispatchList } from "../gpu/recorder.ts";
import type { KernelPlan } from "../nn/plan.ts";
import { addSums, means, NO_SUMS, type Sums } from "../train/metrics_ring.ts";
import type { Progress } from "../train/trainer.ts";
import type { LabEvent, LayerTime } from "./lab_types.ts";
import type { Slice } from "./lane_pace.ts";
import { StepTimes } from "./step_times.ts";

/** Between two points, and between two profiled steps. */
const POINT_MILLISECONDS = 500, PROFILE_MILLISECONDS = 5000;

/** No time left is told before so many steps and seconds of the lane's own. */
const FIRST_STEPS = 20, FIRST_SECONDS = 2;

/** Profiled steps that layer times are means over. */
const PROFILES = 32;

/** What of a run's length is known at its start. */
export interface LaneLength {
  readonly steps: number;
  readonly images: number;
  readonly batch: number;
}

/** What a meter works with. */
export interface LaneMeterOptions {
  readonly send: (event: LabEvent) => void;
  readonly now: () => number;
  /** Lanes that share the GPU now. */
  readonly lanes: () => number;
}

/** Measures one lane. */
export class LaneMeter {
  #length: LaneLength = { steps: 0, images: 1, batch: 1 };
  #step = 0;
  #stepsOfTurn = 0;
  /** Steps before which everything has been told, by a training that was lost since. */
  #known = 0;
  #sums: Sums = NO_SUMS;
  #gpuSeconds = 0;
  #timedSteps = 0;
  #lastPoint = -Infinity;
  #lastProfile = -Infinity;
  readonly #times = new StepTimes();
  readonly #profiles: number[][] = [];

  constructor(readonly lane: string, readonly options: LaneMeterOptions) {}

  /** Optimizer steps of the lane. */
  get step(): number {
    return this.#step;
  }

  /** The run begins or goes on at a step, after so many seconds of training. */
  start(length: LaneLength, step: number, trainingSeconds: number): void {
    this.#length = length;
    this.#known = Math.max(this.#known, this.#step);
    if (this.#gpuSeconds === 0) this.#gpuSeconds = trainingSeconds;
    this.#step = step;
    this.#sums = NO_SUMS;
    this.#profiles.length = 0;
  }

  /** A turn is over. */
  slice({ mode, steps, milliseconds, isTimed }: Slice): void {
    if (mode !== "train") return;
    this.#stepsOfTurn = steps;
    // steps that are repeated after a loss have been counted
    if (this.#step + steps <= this.#known) return;
    this.#gpuSeconds += isTimed ? milliseconds / 1000 : steps * (this.#times.estimate()?.median ?? 0) / 1000;
    if (!isTimed) return;
    this.#timedSteps += steps;
    this.#times.add(milliseconds / steps);
  }

  /** Results of the turn's steps have come. */
  progress({ loss, accuracy, images }: Progress): void {
    this.#step += this.#stepsOfTurn;
    if (this.#step <= this.#known) return;
    this.#sums = addSums(this.#sums, { loss: loss * images, correct: accuracy * images, correct5: 0, images });
    if (this.options.now() - this.#lastPoint >= POINT_MILLISECONDS) this.flush();
  }

  /** Images trained on so far. */
  get #images(): number {
    const { images, batch } = this.#length, inEpoch = Math.ceil(images / batch);
    return Math.floor(this.#step / inEpoch) * images + Math.min(images, (this.#step % inEpoch) * batch);
  }

  /** Tells what has not been told. */
  flush(): void {
    const { lane } = this;
    if (this.#sums.images === 0) return;
    this.#lastPoint = this.options.now();
    const { loss, accuracy } = means(this.#sums), images = this.#images, gpuSeconds = this.#gpuSeconds;
    this.#sums = NO_SUMS;
    const rows = Float32Array.of(this.#step, images, gpuSeconds, loss, accuracy);
    this.options.send({ kind: "curve", lane, rows });
    const step = this.#times.estimate();
    if (!step) return;
    const left = this.#length.steps - this.#step;
    const known = this.#timedSteps >= FIRST_STEPS || gpuSeconds >= FIRST_SECONDS;
    const secondsLeft = known ? Math.max(1, this.options.lanes()) * left * step.median / 1000 : undefined;
    this.options.send({
      kind: "time",
      lane,
      step,
      images,
      gpuSeconds,
      done: this.#step / this.#length.steps,
      secondsLeft,
    });
  }

  /** Whether it is time to look at the layers. */
  get wantsProfile(): boolean {
    return this.options.now() - this.#lastProfile >= PROFILE_MILLISECONDS;
  }

  /** A step was profiled: milliseconds of each dispatch, undefined where the adapter cannot tell. */
  profiled(list: DispatchList, plan: KernelPlan, milliseconds: number[] | undefined): void {
    this.#lastProfile = milliseconds ? this.options.now() : Infinity;
    if (!milliseconds) return;
    if (this.#profiles[0] && this.#profiles[0].length !== milliseconds.length) this.#profiles.length = 0;
    this.#profiles.push(milliseconds);
    if (this.#profiles.length > PROFILES) this.#profiles.shift();
    const mean = milliseconds.map((_, i) =>
      this.#profiles.reduce((sum, one) => sum + one[i], 0) / this.#profiles.length
    );
    this.options.send({ kind: "layers", lane: this.lane, by: "timestamps", layers: layerTimes(list, plan, mean) });
  }
}

/** Times of the plan's layers from those of a step's dispatches, which begin with their layer's name. */
export function layerTimes(list: DispatchList, plan: KernelPlan, milliseconds: readonly number[]): LayerTime[] {
  const labels = list.dispatches.map(({ label }) => label);
  const loss = labels.findIndex((label) => label.startsWith("loss "));
  return plan.layers.map(({ name, storage }) => {
    const layer = name.replace(/\.weight$/, "");
    const time = (isForward: boolean) =>
      labels.reduce((sum, label, i) => {
        const own = label.startsWith(`${layer} `) && i < loss === isForward;
        return own ? sum + milliseconds[i] : sum;
      }, 0);
    return { layer, storage, forward: time(true), backward: time(false) };
  });
}
