/** The score of a run: what it leaves of the source, before there is anything to train. */
import { GpuError } from "../errors.ts";
import type { Gpu } from "../gpu/device.ts";
import type { Host } from "../host/host.ts";
import type { BlockSize } from "../masks/blocks.ts";
import { scoreMasks, scoreMemory, SMALLER_SCORE } from "../methods/scores/masks.ts";
import type { ScoreData } from "../methods/scores/network.ts";
import type { ScoreName } from "../methods/names.ts";
import { SCORES } from "../methods/scores/registry.ts";
import type { ScoreEntry } from "../methods/scores/score.ts";
import { initialise } from "../nn/initialise.ts";
import type { MeasuredCosts } from "../nn/layer_costs.ts";
import { type Config, streamSeeds } from "./config.ts";
import { NO_SCORE } from "./config_score.ts";
import { byteWords } from "../bytes.ts";
import type { Network } from "./network.ts";
import { type ScoredNetwork, scoredNetwork, unscored } from "./scored_network.ts";

/** What is scored, on what. */
export interface ScoreParts {
  readonly gpu: Gpu;
  readonly network: Network;
  readonly data: ScoreData;
  readonly host: Pick<Host, "memory" | "milliseconds">;
  /** Kernel times of the adapter; priors where it is left out. */
  readonly measured?: MeasuredCosts;
  /** Called after each round that is submitted. */
  readonly onRound?: (round: number, rounds: number) => void;
}

/**
 * Prunes a network's source by the configuration's score, if it names one.
 *
 * It is computed on the weights that training will start from, on a copy of the network.
 */
export async function pruneByScore(config: Config, parts: ScoreParts): Promise<ScoredNetwork> {
  const { score } = config, { gpu, network, data, onRound } = parts, { model, masks: drawn } = network;
  if (score.name === NO_SCORE) return unscored(network);
  const begun = parts.host.milliseconds();
  const seeds = streamSeeds(config), values = initialise(model, seeds.init, network.inits);
  const settings = { ...score, name: score.name }, block: BlockSize = config.mask.block;
  const request = {
    model,
    values,
    source: drawn,
    data,
    seeds,
    settings,
    block,
    storage: config.kernels.storage,
    measured: parts.measured,
    flow: config.mask.flow,
  };
  const bytes = scoreMemory(request, gpu.adapter), available = parts.host.memory()?.available;
  if (gpu.adapter.software && available !== undefined && bytes > available) {
    const needed = `scoring by ${score.name} needs ${byteWords(bytes)} on the device`;
    const hint = SCORES[score.name].defaults.imagesPerClass > 0 ? SMALLER_SCORE : "Use a smaller model.width.";
    throw new GpuError("out-of-memory", `${needed}, but ${byteWords(available)} of memory are available`, { hint });
  }
  const { masks, densities, rounds, warnings } = await scoreMasks({ ...request, gpu, onRound });
  const scored = scoredNetwork(config, network, masks, densities);
  const images = Math.min((score.imagesPerClass ?? 0) * model.classes, data.images.length);
  const cost = rounds * scoreCost(score.name, images) * network.report.totals.realisedComputeDensity;
  return {
    network: scored,
    denseImages: cost,
    seconds: (parts.host.milliseconds() - begun) / 1000,
    densities,
    warnings,
  };
}

/** Convolutions of GraSP in a round over the three of a training step: a gradient's, and eight of a Hessian-vector product. */
const GRASP_STEPS = 11 / 3;

/** Columns of the batch of ones that SynFlow's gradient is taken on. */
const SYNFLOW_IMAGES = 4;

/** Cost of a round on so many images, in images of a training step. */
function scoreCost(name: ScoreName, images: number): number {
  const { defaults: { imagesPerClass } }: ScoreEntry = SCORES[name];
  if (name === "grasp") return GRASP_STEPS * images;
  if (name === "synflow") return SYNFLOW_IMAGES;
  return imagesPerClass > 0 ? images : 0;
}
