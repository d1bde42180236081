/** Networks of lanes for views: those in training, those that have trained, and those of earlier runs from their folders. */
import type { Dataset } from "../data/dataset.ts";
import { findCheckpoint } from "../experiment/checkpoint_files.ts";
import { openCheckpoint, type RunningNetwork } from "../experiment/run_prepare.ts";
import { readRun } from "../experiment/run_reader.ts";
import type { Gpu } from "../gpu/device.ts";
import type { Host } from "../host/host.ts";
import { laneFolder } from "./lane.ts";
import type { LaneNetwork, LaneNetworks } from "./lab_types.ts";

/** Between two calls for one lane that is training. */
const CHANGE_MILLISECONDS = 250;

/** What the networks are found with. */
export interface LaneNetworksOptions {
  readonly host: Host;
  readonly gpu: () => Promise<Gpu>;
  /** Where data sets come from. */
  readonly data: (name: string) => Promise<Dataset>;
  /** The network of a lane that is on the device. */
  readonly live: (lane: string) => RunningNetwork | undefined;
  /** Whether a lane will have its network on the device of itself. */
  readonly isComing: (lane: string) => boolean;
}

interface Opened {
  readonly network: Promise<RunningNetwork | undefined>;
  /** Steps that a finished run has taken. */
  steps: number;
}

/** Finds networks, and keeps those that it has opened itself. */
export class NetworkShelf implements LaneNetworks {
  readonly #opened = new Map<string, Opened>();
  readonly #handlers = new Set<(lane: string, gone: boolean) => void>();
  readonly #due = new Map<string, ReturnType<typeof setTimeout>>();

  constructor(readonly options: LaneNetworksOptions) {}

  async find(lane: string): Promise<LaneNetwork | undefined> {
    const live = this.options.live(lane);
    if (live) return asLaneNetwork(lane, live, () => live.training.trainer.steps);
    if (this.options.isComing(lane)) return undefined;
    const opened = this.#opened.get(lane) ?? this.#open(lane);
    const network = await opened.network;
    return network && asLaneNetwork(lane, network, () => opened.steps);
  }

  onChange(handler: (lane: string, gone: boolean) => void): () => void {
    this.#handlers.add(handler);
    return () => void this.#handlers.delete(handler);
  }

  /** A lane's network has come or has changed; or it has gone. */
  changed(lane: string, gone: boolean): void {
    if (gone) {
      clearTimeout(this.#due.get(lane));
      this.#due.delete(lane);
      return this.#tell(lane, true);
    }
    if (this.#due.has(lane) || this.#handlers.size === 0) return;
    const tell = () => {
      this.#due.delete(lane);
      this.#tell(lane, false);
    };
    this.#due.set(lane, setTimeout(tell, CHANGE_MILLISECONDS));
  }

  #tell(lane: string, gone: boolean): void {
    for (const handler of this.#handlers) handler(lane, gone);
  }

  #open(lane: string): Opened {
    const opened: Opened = { steps: 0, network: this.#read(lane, (steps) => opened.steps = steps) };
    this.#opened.set(lane, opened);
    opened.network.then(
      (network) => network || this.#forget(lane, opened),
      () => this.#forget(lane, opened),
    );
    return opened;
  }

  #forget(lane: string, opened: Opened): void {
    if (this.#opened.get(lane) === opened) this.#opened.delete(lane);
  }

  /** From a run's result, or from its last checkpoint where it has none. */
  async #read(lane: string, tellSteps: (steps: number) => void): Promise<RunningNetwork | undefined> {
    const { host, data } = this.options, folder = laneFolder(lane);
    if (!await host.exists(`${folder}/config.yaml`)) return undefined;
    const { config, result, metrics } = await readRun(host, folder), gpu = await this.options.gpu();
    const from = result ? undefined : await findCheckpoint(host, folder);
    if (from) {
      tellSteps(from.checkpoint.state.training.steps);
      return await openCheckpoint({ host, gpu, config, from, data });
    }
    if (!result) return undefined;
    const { openTrainedNetwork } = await import("../experiment/trained_network.ts");
    const { buildTrained } = await import("../experiment/trained_training.ts");
    const trained = await openTrainedNetwork(host, folder, data), { dataset, model, normalisation } = trained;
    try {
      const training = await buildTrained(trained, { host, gpu, evaluated: 1 });
      training.endTraining();
      tellSteps(metrics.findLast((line) => "step" in line && line.step !== undefined)?.step ?? 0);
      return { training, model, shape: dataset.shape, normalisation, classes: dataset.classes };
    } finally {
      dataset.close();
    }
  }

  /** Frees a lane's network, where it was opened here. */
  async close(lane: string): Promise<void> {
    const opened = this.#opened.get(lane);
    if (!opened) return;
    this.#opened.delete(lane);
    const network = await opened.network.catch(() => undefined);
    this.changed(lane, true);
    network?.training.destroy();
  }

  /** Frees all that were opened here. */
  async closeAll(): Promise<void> {
    await Promise.all([...this.#opened.keys()].map((lane) => this.close(lane)));
  }
}

function asLaneNetwork(lane: string, network: RunningNetwork, steps: () => number): LaneNetwork {
  const { training, model, shape, normalisation, classes } = network;
  const { store, trainer: { runner, options: { method, transforms } } } = training;
  const recordMask = method.recordMask?.bind(method);
  return { lane, model, store, runner, shape, normalisation, classes, transforms, recordMask, steps };
}
