/**
 * A lane: one run that goes on beside others. It is `run` of src/experiment with a pace that takes turns; what is here
 * starts it, starts it again after its device was lost, and says how it stands.
 */
import type { Config } from "../experiment/config.ts";
import { NO_SCORE } from "../experiment/config_score.ts";
import { LiveChanges, type LiveSettings } from "../experiment/live_settings.ts";
import type { RunningNetwork } from "../experiment/run_prepare.ts";
import type { RunEvent } from "../experiment/run_events.ts";
import type { RunResult } from "../experiment/run_result.ts";
import type { Gpu } from "../gpu/device.ts";
import type { Host } from "../host/host.ts";
import type { Tuning } from "../tune/tuning_file.ts";
import type { LabEvent, LaneError, LanePhase, LaneRequest, LayerPicture } from "./lab_types.ts";
import type { DatasetShelf } from "./dataset_shelf.ts";
import { divergedError, laneError, type LaneStanding } from "./lane_errors.ts";
import { LaneMeter } from "./lane_meter.ts";
import { LanePicture } from "./lane_picture.ts";
import { LanePace, type Limits } from "./lane_pace.ts";
import { pacedDevice } from "./paced_device.ts";
import { runInFolder } from "./run_folder.ts";
import type { Seat, Turns } from "./turns.ts";

/** What a lane has of its lab. */
export interface LaneContext {
  readonly host: Host;
  readonly turns: Turns;
  readonly limits: Limits;
  readonly shelf: DatasetShelf;
  readonly send: (event: LabEvent) => void;
  readonly gpu: () => Promise<Gpu>;
  readonly tuning: () => Promise<Tuning>;
  /** Whether an error came of the device's loss; and resolves when there is a new one, with false where it is given up. */
  readonly wasLost: (gpu: Gpu, error: unknown) => Promise<boolean>;
  readonly recovered: (gpu: Gpu) => Promise<boolean>;
  /** The lane's network has come, has changed, or has gone. */
  readonly changed: (lane: string, gone: boolean) => void;
}

/** A lane was ended before it was ever played. */
class NeverPlayed extends Error {}

/** The folder of a lane's run. */
export const laneFolder = (id: string): string => `runs/${id}`;

/** One network that trains. */
export class Lane {
  readonly #abort = new AbortController();
  readonly #live = new LiveChanges();
  readonly #meter: LaneMeter;
  readonly #picture: LanePicture;
  #phase: LanePhase = "preparing";
  #seat: Seat | undefined;
  /** What its user wants while it has no seat: to play, or so many steps. */
  #wish: number;
  #waiting: (() => void)[] = [];
  #network: RunningNetwork | undefined;
  #savedStep: number | undefined;
  #diverged = false;
  /** It has had its network and its folder; what goes wrong before that is no matter of a step. */
  #begun = false;
  #ended: Promise<void> | undefined;

  constructor(readonly request: LaneRequest, readonly config: Config, readonly context: LaneContext) {
    this.#wish = request.paused ? 0 : Infinity;
    this.#meter = new LaneMeter(request.id, {
      send: (event) => this.#send(event),
      now: () => context.host.milliseconds(),
      lanes: () => context.turns.playing,
    });
    const taken = (mask: LayerPicture) => this.#send({ kind: "picture", lane: this.id, mask });
    this.#picture = new LanePicture(() => this.#network, taken);
  }

  get id(): string {
    return this.request.id;
  }

  get phase(): LanePhase {
    return this.#phase;
  }

  /** Its network, where it is on the device. */
  get network(): RunningNetwork | undefined {
    return this.#network;
  }

  /** Whether it has settled: finished, stopped or failed. */
  get isOver(): boolean {
    return ["finished", "stopped", "failed"].includes(this.#phase);
  }

  /** Begins. Resolves when the lane has settled; never rejects. */
  start(): Promise<void> {
    return this.#ended ??= this.#drive();
  }

  play(): void {
    this.#want(Infinity);
  }

  pause(): void {
    this.#wish = 0;
    this.#seat?.pause();
  }

  /** Takes so many steps, then pauses. Resolves when it has, or has ended. */
  step(steps: number): Promise<void> {
    if (this.isOver) return Promise.resolve();
    const done = new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#want(steps);
    return done;
  }

  #want(steps: number): void {
    this.#wish = steps;
    if (!this.#seat) return;
    this.#wish = 0;
    if (steps === Infinity) this.#seat.play();
    else if (steps > 0) this.#seat.stepOn(steps);
  }

  /** Changes settings from the next step on. */
  change(settings: LiveSettings): void {
    this.#live.change(settings);
  }

  /** Ends the run cleanly; it can go on from where it is. Resolves when all is written. */
  async stop(): Promise<void> {
    this.#abort.abort();
    this.#seat?.end();
    await this.#ended;
  }

  /** Frees its network. */
  free(): void {
    if (!this.#network) return;
    this.#network.training.destroy();
    this.#network = undefined;
    this.context.changed(this.id, true);
  }

  #send(event: LabEvent): void {
    this.context.send(event);
  }

  #enter(phase: LanePhase, error?: LaneError): void {
    if (phase === this.#phase && phase !== "preparing") return;
    this.#phase = phase;
    this.#meter.flush();
    this.#send({ kind: "phase", lane: this.id, phase, ...(error && { error }) });
    if (phase !== "running") this.#waiting.splice(0).forEach((resolve) => resolve());
  }

  async #drive(): Promise<void> {
    const { context, request } = this;
    this.#enter("preparing");
    for (let resume = request.resume ?? false;; resume = true) {
      let gpu: Gpu | undefined;
      try {
        gpu = await context.gpu();
        return this.#finish(await this.#run(gpu, resume));
      } catch (error) {
        this.#leave();
        if (error instanceof NeverPlayed) {
          this.free();
          return this.#enter("stopped");
        }
        if (!gpu || !await context.wasLost(gpu, error)) {
          this.free();
          return this.#fail(laneError(error, this.#standing()));
        }
        if (!this.#diverged) this.#enter("recovering");
        this.free();
        try {
          if (!await context.recovered(gpu)) return this.#enter("stopped");
        } catch (error) {
          return this.#fail(laneError(error, this.#standing()));
        }
      }
    }
  }

  #standing(): LaneStanding {
    return { ...(this.#begun && { step: this.#meter.step }), savedStep: this.#savedStep };
  }

  #fail(error: LaneError): void {
    this.#enter("failed", error);
  }

  #finish(result: RunResult): void {
    this.#leave();
    if (this.#diverged) return;
    if (this.#network) this.context.changed(this.id, false);
    this.#enter(result.interrupted ? "stopped" : "finished");
  }

  #leave(): void {
    const seat = this.#seat;
    // what a lane that goes on after a loss was about to do
    if (seat) this.#wish = seat.plays ? seat.allowed : 0;
    this.#seat = undefined;
    seat?.leave();
  }

  async #run(gpu: Gpu, resume: boolean): Promise<RunResult> {
    const { host, limits, shelf, tuning, turns } = this.context, { id, name, preset } = this.request;
    const lost = this.#phase === "recovering", reached = this.#meter.step;
    let trained = 0, atDoor = false;
    const seat = turns.join((resting) => {
      if (this.#diverged) return;
      if (!resting) this.#enter("running");
      else this.#enter(atDoor || (trained === 0 && this.#phase === "preparing") ? "ready" : "paused");
    });
    this.#seat = seat;
    this.#want(this.#wish);
    const pace = new LanePace({
      seat,
      device: pacedDevice(gpu, () => host.milliseconds()),
      limits,
      most: () => this.#live.stepsUntilNext(this.#meter.step),
      onSlice: (slice) => {
        trained += slice.steps;
        this.#meter.slice(slice);
        if (slice.mode === "train") this.context.changed(id, false);
      },
      profile: async ({ runner, list, steps: [step] }) => {
        if (!this.#meter.wantsProfile) return false;
        const times = await runner.profile(list, step);
        this.#meter.profiled(list, this.#network!.training.plan, times);
        return times !== undefined;
      },
    });
    const onEvent = (event: RunEvent) => {
      this.#hear(event, lost);
      if (event.kind !== "start") return;
      // a lane that was at rest when its device was lost comes back to the step that it had
      const behind = lost ? reached - this.#meter.step : 0;
      if (behind > 0 && seat.allowed !== Infinity) seat.stepOn(behind);
    };
    if (this.#abort.signal.aborted) seat.end();
    // found when the run begins: it takes a YAML parser, which writing the folder takes too
    const command = async () =>
      this.request.command ?? (await import("../experiment/config_words.ts")).commandLine(this.config);
    const run = { folder: laneFolder(id), name, preset, command, resume };
    return await runInFolder(run, {
      host,
      gpu,
      config: this.config,
      tuning,
      pace,
      onEvent,
      signal: this.#abort.signal,
      // nothing is written of a lane that waits for its first step
      mayBegin: async () => {
        if (lost && reached > 0) return;
        atDoor = true;
        if (lost && !seat.plays) this.#send({ kind: "recovered", lane: id, step: 0, repeated: 0 });
        if (!await seat.open()) throw new NeverPlayed();
        atDoor = false;
      },
      live: this.#live,
      data: (name, options) => shelf.take(name, options),
      adopt: (network) => {
        this.#network = network;
        this.context.changed(id, false);
      },
    });
  }

  #hear(event: RunEvent, lost: boolean): void {
    const lane = this.id, { config } = this;
    switch (event.kind) {
      case "progress":
        return this.#meter.progress(event.progress);
      case "reading":
        return this.#send({ kind: "preparing", lane, what: "images", done: event.done, total: event.total });
      case "compiling":
        return this.#send({ kind: "preparing", lane, what: "kernels", done: event.done, total: event.total });
      case "checkpoint":
        this.#savedStep = event.step;
        return this.#send({ kind: "saved", lane, step: event.step });
      case "start": {
        const { images, steps, resumed } = event, step = resumed?.step ?? 0, reached = this.#meter.step;
        const length = { images, steps, batch: Math.min(config.train.batch, images) };
        this.#begun = true;
        this.#meter.start(length, step, resumed?.trainingSeconds ?? 0);
        if (resumed) this.#savedStep = step;
        if (lost) this.#send({ kind: "recovered", lane, step, repeated: Math.max(0, reached - step) });
        // else the masks are those that were drawn
        if (config.method.name !== "fixed" || config.score.name !== NO_SCORE) void this.#picture.take();
        break;
      }
      case "mask":
        if (event.line.reason !== "start") void this.#picture.take();
        break;
      case "diverged": {
        const lr = this.#live.now.lr ?? config.train.lr;
        this.#enter("failed", divergedError(event.step, event.loss, lr, this.#savedStep));
        this.#diverged = true;
        break;
      }
    }
    this.#send({ kind: "run", lane, event });
  }
}
