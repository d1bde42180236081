/**
 * The lab: networks that train side by side on one device, for a page. It runs in a worker; all but {@link Lab.networks}
 * can be called across threads by comlink.
 *
 * Two labs may share files, as those of two tabs do, but must not write one run: whoever starts lanes holds a lock for each.
 * To hand a run over, the one that has it calls {@link Lab.stop}, which resolves when its checkpoint is written, and gives
 * the lock; the other one starts it with `resume`. Where a lab is gone without a word, its last checkpoint is there all the
 * same.
 */
import * as comlink from "comlink";
import type { BenchProgress } from "../bench/measure.ts";
import { UserError } from "../errors.ts";
import { parseConfig } from "../experiment/config.ts";
import { checkRunFolder } from "../experiment/run_store.ts";
import { liveSettingsSchema } from "../experiment/live_settings.ts";
import type { Gpu } from "../gpu/device.ts";
import type { Host } from "../host/host.ts";
import type { BenchRequest, BenchResult } from "./bench.ts";
import type { WidthChoice } from "./choose_width.ts";
import { DatasetShelf } from "./dataset_shelf.ts";
import { DeviceDoor, type DeviceOptions } from "./device_door.ts";
import type { DrawnMasks } from "./drawn_masks.ts";
import type { LabEvent, LabStatus, LaneNetworks, LaneRequest } from "./lab_types.ts";
import { Lane, laneFolder } from "./lane.ts";
import { NetworkShelf } from "./lane_networks.ts";
import { LossWatch } from "./loss_watch.ts";
import type { NetworkView } from "./network_view.ts";
import type { Prediction, Predictor } from "./predict.ts";
import { Turns } from "./turns.ts";

/** How long turns and submissions are, in milliseconds. */
export interface BatchLimits {
  /** A turn; and while the page's user drags something. */
  readonly slice: number;
  readonly drawingSlice: number;
  /** Measured work of a submission; and while the page is hidden. */
  readonly submit: number;
  readonly hiddenSubmit: number;
}

const LIMITS: BatchLimits = { slice: 100, drawingSlice: 4, submit: 8, hiddenSubmit: 50 };

/** When lanes of a page write checkpoints, unless their configurations say so; what a lost device costs at most. */
const CHECKPOINTS = { every: 0, seconds: 15, keep: 2, best: false };

/** Settings of a lane that can be changed while it trains. */
export interface LiveChange {
  readonly learningRate?: number;
  readonly weightDecay?: number;
}

/** What a page's worker exposes. */
export class Lab {
  readonly #door: DeviceDoor;
  readonly #shelf: DatasetShelf;
  readonly #networks: NetworkShelf;
  readonly #losses: LossWatch;
  readonly #lanes = new Map<string, Lane>();
  readonly #listeners = new Set<(event: LabEvent) => void>();
  readonly #turns = new Turns();
  #limits = LIMITS;
  #options: DeviceOptions | undefined;
  #visible = true;
  #drawing = false;
  #abort: AbortController | undefined;
  #predictor: Promise<Predictor> | undefined;
  #view: Promise<NetworkView> | undefined;

  constructor(readonly host: Host) {
    this.#door = new DeviceDoor(host);
    this.#shelf = new DatasetShelf(host);
    const gpu = () => this.#opened();
    this.#networks = new NetworkShelf({
      host,
      gpu,
      data: (name) => this.#shelf.take(name),
      live: (id) => this.#lanes.get(id)?.network,
      isComing: (id) => this.#lanes.get(id)?.isOver === false,
    });
    this.#losses = new LossWatch({
      now: () => host.milliseconds(),
      lost: (error, losses, givenUp) => {
        this.#turns.fail(error);
        // whoever begins anew gets a new one
        if (givenUp) void this.#door.close();
        this.#send({ kind: "lost", losses, givenUp });
      },
      reopen: async () => {
        await this.#networks.closeAll();
        await this.#door.close();
        return await this.#door.open(this.#options);
      },
    });
  }

  /** Opens the device and checks it with known answers, once. */
  async open(options?: DeviceOptions): Promise<LabStatus> {
    this.#options = options ?? this.#options;
    return { adapter: (await this.#opened()).adapter };
  }

  async #opened(): Promise<Gpu> {
    const gpu = await this.#door.open(this.#options);
    this.#losses.watch(gpu);
    return gpu;
  }

  /** Tells what happens from now on. */
  listen(onEvent: (event: LabEvent) => void): void {
    this.#listeners.add(onEvent);
  }

  #send(event: LabEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  /**
   * Checks a configuration and draws its masks, for a page that has no other worker yet.
   * @throws {UserError} that says all that is wrong with it
   */
  async masks(config: unknown): Promise<DrawnMasks> {
    return await (await import("./drawn_masks.ts")).drawMasks(this.host, config);
  }

  /**
   * Begins a lane, or goes on with its run; what becomes of it comes as events. A lane that has settled may be started
   * again under its name.
   * @throws {UserError} for a request that cannot be followed: its configuration, its name, or its folder
   */
  async start(request: LaneRequest): Promise<void> {
    const { id, resume } = request,
      config = parseConfig(withCheckpoints(request.config), request.preset ?? request.name);
    if (!/^[\w-][\w.-]*$/.test(id)) {
      throw new UserError(`"${id}" is no name for a lane: expected letters, digits, - . _`);
    }
    if (this.#lanes.get(id)?.isOver === false) throw new UserError(`the lane ${id} is in training already`);
    if (!resume) await checkRunFolder(this.host, laneFolder(id), config);
    await this.#release(id);
    const { host } = this;
    const lane = new Lane(request, config, {
      host,
      turns: this.#turns,
      limits: this.#now(),
      shelf: this.#shelf,
      send: (event) => this.#send(event),
      gpu: () => this.#opened(),
      tuning: () => this.#door.tuning(),
      wasLost: (gpu, error) => this.#losses.wasLost(gpu, error),
      recovered: (gpu) => this.#losses.recovered(gpu),
      changed: (lane, gone) => this.#networks.changed(lane, gone),
    });
    this.#lanes.set(id, lane);
    void lane.start();
  }

  /** The limits, as they are whenever they are read. */
  #now() {
    const limits = () => this.#limits, drawing = () => this.#drawing, visible = () => this.#visible;
    return {
      get slice() {
        return drawing() ? limits().drawingSlice : limits().slice;
      },
      get submit() {
        return visible() ? limits().submit : limits().hiddenSubmit;
      },
    };
  }

  #lane(id: string): Lane {
    const lane = this.#lanes.get(id);
    if (!lane) throw new UserError(`there is no lane ${id}`);
    return lane;
  }

  /** Lets a lane take turns. */
  play(id: string): void {
    this.#lane(id).play();
  }

  /** Lets a lane wait when its turn is over. */
  pause(id: string): void {
    this.#lane(id).pause();
  }

  /** Lets a lane take exactly so many training steps, and then pause. Resolves when it has. */
  async step(id: string, steps = 1): Promise<void> {
    if (!(Number.isInteger(steps) && steps > 0)) throw new UserError(`${steps} steps cannot be taken`);
    await this.#lane(id).step(steps);
  }

  /** Ends a lane with a checkpoint, from which it can go on. Its network stays. Resolves when all is written. */
  async stop(id: string): Promise<void> {
    await this.#lane(id).stop();
  }

  /** Ends a lane where it goes on, and frees its network. The run's folder stays. */
  async remove(id: string): Promise<void> {
    await this.#release(id);
  }

  async #release(id: string): Promise<void> {
    const lane = this.#lanes.get(id);
    // one whose loss became no number goes on to the end of its epoch
    await lane?.stop();
    lane?.free();
    this.#lanes.delete(id);
    await this.#networks.close(id);
  }

  /** Changes settings of a lane from its next step on. */
  setLive(id: string, { learningRate: lr, weightDecay }: LiveChange): void {
    const parsed = liveSettingsSchema.safeParse({
      ...(lr !== undefined && { lr }),
      ...(weightDecay !== undefined && { weightDecay }),
    });
    if (!parsed.success) throw new UserError(`a learning rate is above 0 and a weight decay at least 0`);
    this.#lane(id).change(parsed.data);
  }

  /** Whether the page can be seen: short submissions, or longer ones. */
  setVisible(visible: boolean): void {
    this.#visible = visible;
    this.#losses.setVisible(visible);
  }

  /** Whether the user drags something that is drawn by the GPU: short turns. */
  setDrawing(drawing: boolean): void {
    this.#drawing = drawing;
  }

  /** Other lengths of turns and submissions. */
  setBatchLimits(limits: Partial<BatchLimits>): void {
    this.#limits = { ...this.#limits, ...limits };
  }

  /** Where views of this worker find networks. */
  get networks(): LaneNetworks {
    return this.#networks;
  }

  /**
   * What a lane's network says of pictures, as it is now; undefined where it has none yet.
   * @param images bytes as the lane's data set has them, one picture after the other
   */
  async predict(lane: string, images: Uint8Array<ArrayBuffer>): Promise<Prediction | undefined> {
    this.#predictor ??= import("./predict.ts").then(({ Predictor }) => new Predictor(this.#networks));
    return await (await this.#predictor).predict(lane, images);
  }

  /** The canvases that show networks. Its code is loaded when it is first asked for. */
  async networkView(): Promise<NetworkView & comlink.ProxyMarked> {
    this.#view ??= import("./network_view.ts").then(({ NetworkView }) =>
      new NetworkView(this.#networks, {
        format: navigator.gpu.getPreferredCanvasFormat(),
        onDragging: (dragging) => this.setDrawing(dragging),
      })
    );
    return comlink.proxy(await this.#view);
  }

  /** What a page trains on this adapter, by timed steps; lanes wait meanwhile. */
  async chooseWidth(): Promise<WidthChoice> {
    const { chooseWidth } = await import("./choose_width.ts");
    const gpu = await this.#opened();
    return await this.#turns.alone(() => chooseWidth(gpu, () => this.host.milliseconds()));
  }

  /** Times kernels or training steps; lanes wait meanwhile. */
  async bench(request: BenchRequest, onProgress: (progress: BenchProgress) => void = () => {}): Promise<BenchResult> {
    const { runBench } = await import("./bench.ts");
    const gpu = await this.#opened(), { host } = this;
    this.#abort = new AbortController();
    try {
      const { signal } = this.#abort;
      return await this.#turns.alone(() => runBench(request, { host, gpu, progress: onProgress, signal }));
    } finally {
      this.#abort = undefined;
    }
  }

  /** Ends a benchmark in progress. */
  stopBench(): void {
    this.#abort?.abort();
  }

  /** Ends all lanes with checkpoints and destroys the device. */
  async close(): Promise<void> {
    this.stopBench();
    await Promise.all([...this.#lanes.keys()].map((id) => this.#release(id)));
    await (await this.#predictor)?.destroy();
    this.#predictor = undefined;
    await this.#networks.closeAll();
    this.#shelf.close();
    this.#losses.forget();
    await this.#door.close();
  }
}

/** A page's lanes keep few checkpoints, unless they are asked for others. */
function withCheckpoints(config: unknown): unknown {
  const isObject = typeof config === "object" && config !== null && !("checkpoint" in config);
  return isObject ? { ...config, checkpoint: CHECKPOINTS } : config;
}
