/** When a run writes checkpoints, what goes into them, and which are kept. */
import type { Host } from "../host/host.ts";
import { captureTraining } from "../train/training_state.ts";
import type { Tensor } from "../formats/safetensors.ts";
import type { Training } from "../train/training.ts";
import { type CheckpointState, encodeCheckpoint, type RunPlace } from "./checkpoint.ts";
import { pruneCheckpoints } from "./checkpoint_files.ts";
import type { Config } from "./config.ts";
import type { LiveChanges } from "./live_settings.ts";
import type { RunMasks } from "./run_masks.ts";
import type { RunStore } from "./run_store.ts";

/** What a checkpointer works with. */
export interface CheckpointerInput {
  readonly host: Pick<Host, "milliseconds">;
  readonly settings: Config["checkpoint"];
  readonly folder: RunStore;
  readonly training: Training;
  readonly masks: RunMasks;
  /** What stays the same over the run. */
  readonly run: Pick<CheckpointState, "adapter" | "kernels" | "data" | "plan" | "loading" | "scored">;
  /** The masks that a score has left, where there is one: `scored/…`. */
  readonly tensors: ReadonlyMap<string, Tensor>;
  /** Seconds since the run began. */
  readonly seconds: () => number;
  /** Settings that are changed on the way. */
  readonly live?: LiveChanges;
  /** Told of every checkpoint that is written. */
  readonly written?: (step: number) => void;
  /** Where the run goes on: steps that its folder has checkpoints of, and the best one's. */
  readonly from?: { readonly steps: readonly number[]; readonly bestStep: number | null };
}

/** Writes the checkpoints of one run. */
export class Checkpointer {
  /** Steps of the checkpoints that there are, the latest first. */
  #steps: readonly number[];
  #bestStep: number | null;
  #last: number;

  constructor(readonly input: CheckpointerInput) {
    this.#steps = input.from?.steps ?? [];
    this.#bestStep = input.from?.bestStep ?? null;
    this.#last = input.host.milliseconds();
  }

  /** The step of the checkpoint that a run that ends here would go on from; undefined where there is none. */
  get lastStep(): number | undefined {
    return this.#steps[0];
  }

  /**
   * Writes a checkpoint where one is due: between two epochs by their number and their accuracy, anywhere by the clock, and
   * where the run is being ended.
   * @throws UserError when the disk refuses
   */
  async offer(place: RunPlace, stopping: boolean): Promise<void> {
    const { every, seconds, best } = this.input.settings;
    const isEpoch = place.inside === null, isBest = isEpoch && place.best?.epoch === place.epoch;
    const late = seconds > 0 && this.input.host.milliseconds() - this.#last >= 1000 * seconds;
    const asked = isEpoch && (every > 0 && place.epoch % every === 0 || best && isBest);
    if (every === 0 && seconds === 0 || !(stopping || late || asked)) return;
    if (isBest) this.#bestStep = this.input.training.trainer.steps;
    else if (place.best === null) this.#bestStep = null;
    await this.#write(place);
    this.#last = this.input.host.milliseconds();
  }

  async #write(place: RunPlace): Promise<void> {
    const { folder, training, masks, run, seconds, live } = this.input, { steps } = training.trainer;
    const { facts, tensors } = await captureTraining(training, place.epoch);
    const state: CheckpointState = {
      ...run,
      configHash: folder.configHash,
      seconds: seconds(),
      metrics: await folder.syncMetrics(),
      place,
      bestStep: this.#bestStep,
      masks: masks.state,
      live: live?.now,
      training: facts,
    };
    await folder.writeCheckpoint(steps, await encodeCheckpoint(state, new Map([...tensors, ...this.input.tensors])));
    this.input.written?.(steps);
    this.#steps = [steps, ...this.#steps.filter((step) => step !== steps)].sort((a, b) => b - a);
    await this.#prune(this.#steps.slice(0, this.input.settings.keep));
  }

  /** The run is over: of its checkpoints the best epoch's is worth keeping. */
  async finish(): Promise<void> {
    await this.#prune([]);
  }

  async #prune(keep: readonly number[]): Promise<void> {
    const { host, folder: path } = this.input.folder;
    const best = this.input.settings.best && this.#bestStep !== null ? [this.#bestStep] : [];
    const kept = new Set([...keep, ...best]);
    this.#steps = this.#steps.filter((step) => kept.has(step));
    await pruneCheckpoints(host, path, this.#steps);
  }
}
