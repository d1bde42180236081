/** What comes before a run's training: its data, its network, and whether both will fit. */
import type { Dataset } from "../data/dataset.ts";
import { loadDataset, type LoadOptions } from "../data/load.ts";
import type { Normalisation } from "../data/normalise.ts";
import { GpuError } from "../errors.ts";
import type { Gpu } from "../gpu/device.ts";
import type { Host } from "../host/host.ts";
import type { Model, Size } from "../nn/model.ts";
import type { Pace } from "../train/pace.ts";
import { buildTraining, type Training } from "../train/training.ts";
import type { Tuning } from "../tune/tuning_file.ts";
import type { FoundCheckpoint } from "./checkpoint_files.ts";
import type { Config } from "./config.ts";
import { NO_SCORE } from "./config_score.ts";
import { checkMemory, estimateRun, type MemoryEstimate, memoryRefused } from "./memory.ts";
import { buildNetwork, type Network } from "./network.ts";
import { loadPlanning, type PlanSummary, summarisePlan } from "./planning.ts";
import { chooseImages, networkInput, normalisationOf, type RunImages } from "./run_data.ts";
import type { RunEvent } from "./run_events.ts";
import { resumedPlanning, resumedScore, resumeTraining } from "./run_resume.ts";
import { trainingOptions } from "./run_training.ts";
import { type ScoredNetwork, unscored } from "./scored_network.ts";

/** What a network is made from and where it goes. */
export interface PrepareInput {
  readonly host: Host;
  readonly gpu: Gpu;
  readonly config: Config;
  readonly onEvent?: (event: RunEvent) => void;
  /** Measurements of the adapter, read once for several runs; read here where they are left out. */
  readonly tuning?: Tuning;
  /** The checkpoint that a run goes on from; its store then goes on in its folder. */
  readonly from?: FoundCheckpoint;
  /** When work goes to the GPU; at once where it is left out. */
  readonly pace?: Pace;
  /** Where the data set comes from, for runs that share it; read for this run alone where it is left out. */
  readonly data?: (name: string, options: LoadOptions) => Promise<Dataset>;
}

/** A network on the device, and what its images are. */
export interface RunningNetwork {
  readonly training: Training;
  readonly model: Model;
  /** [channels, height, width] of the stored images. */
  readonly shape: Size;
  readonly normalisation: Normalisation;
  readonly classes: readonly string[];
}

/** What is known once the data set has been read. */
export interface Prepared {
  readonly dataset: Dataset;
  readonly network: Network;
  readonly scored: Omit<ScoredNetwork, "network">;
  readonly images: RunImages;
  readonly memory: MemoryEstimate;
  readonly kernels: PlanSummary;
  /** Seconds that reading the data took. */
  readonly loading: number;
  readonly normalisation: Normalisation;
  /** Puts the network and its data on the device. */
  build(): Promise<Training>;
}

/** Reads the data, builds the network and makes sure that both will fit. */
export async function prepare(
  {
    host,
    gpu,
    config,
    tuning,
    from,
    pace,
    onEvent = () => {},
    data = (name, options) => loadDataset(name, host, options),
  }: PrepareInput,
): Promise<Prepared> {
  const checkpoint = from?.checkpoint;
  const planning = checkpoint ? resumedPlanning(checkpoint) : await loadPlanning(host, config, gpu.adapter, tuning);
  const begun = host.milliseconds();
  onEvent({ kind: "loading", data: config.data.name });
  const dataset = await data(config.data.name, {
    onProgress: ({ done, total }) => onEvent({ kind: "reading", done, total }),
  });
  try {
    const loading = (host.milliseconds() - begun) / 1000;
    const { shape, classes, train, test } = dataset;
    const drawn = await buildNetwork(host, config, networkInput(config, shape), classes.length);
    const images = chooseImages(config, train, test);
    const normalisation = normalisationOf(config, dataset, images);
    const used = { train: images.train.length, validation: images.validation.length, test: images.test.length };
    const kind = train.images instanceof Float32Array ? "f32" : "u8";
    const sizes = { shape, kind, train: train.count, test: test.count, used } as const;
    const { size } = config.data, splits = [train, test];
    // the plan of a run that goes on is for what its score has left
    if (!checkpoint) {
      checkMemory(host, gpu.adapter, (await estimateRun(config, drawn, sizes, gpu.adapter, planning)).memory);
    }
    const score = async () => {
      if (config.score.name === NO_SCORE) return unscored(drawn);
      const { pruneByScore } = await import("./run_score.ts");
      const parts = {
        gpu,
        network: drawn,
        data: { shape, splits, normalisation, size, images: images.train },
        measured: planning.measured,
        host,
        onRound: (round: number, rounds: number) => onEvent({ kind: "scoring", round, rounds }),
      };
      return await (pace ? pace.alone(() => pruneByScore(config, parts)) : pruneByScore(config, parts));
    };
    const scored = checkpoint ? resumedScore(config, drawn, checkpoint) : await score();
    const { network } = scored;
    const estimate = await estimateRun(config, network, sizes, gpu.adapter, planning, gpu), { memory, plan } = estimate;
    if (checkpoint) checkMemory(host, gpu.adapter, memory);
    const options = await trainingOptions(config, {
      gpu,
      network,
      shape,
      splits,
      normalisation,
      images: used.train,
      evaluated: Math.max(used.validation, used.test),
      milliseconds: () => host.milliseconds(),
      planning,
      pace,
    });
    const build = async () => {
      await gpu.kernels.prepare(estimate.kernels, (done, total) => onEvent({ kind: "compiling", done, total }));
      try {
        return await gpu.allocate(() => buildTraining(options));
      } catch (error) {
        if (error instanceof GpuError && error.kind === "out-of-memory") {
          throw memoryRefused(memory, error.message, error.missing);
        }
        throw error;
      }
    };
    const kernels = summarisePlan(plan, planning);
    return { dataset, network, scored, images, memory, kernels, loading, normalisation, build };
  } catch (error) {
    dataset.close();
    throw error;
  }
}

/** Puts the network of an unfinished run on the device as its checkpoint has it: to be looked at, not to be trained. */
export async function openCheckpoint(input: PrepareInput & { from: FoundCheckpoint }): Promise<RunningNetwork> {
  const { dataset, network: { model }, normalisation, build } = await prepare(input);
  try {
    const training = await build();
    try {
      await resumeTraining(training, input.from.checkpoint);
    } catch (error) {
      training.destroy();
      throw error;
    }
    training.endTraining();
    return { training, model, shape: dataset.shape, normalisation, classes: dataset.classes };
  } finally {
    dataset.close();
  }
}
