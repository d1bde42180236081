/** A network that a score has pruned before training; apart from the scores, which load when a run has one. */
import type { BlockSize } from "../masks/blocks.ts";
import { traceConnections } from "../masks/connections.ts";
import type { Mask } from "../masks/mask.ts";
import { reportMasks } from "../masks/report.ts";
import { liveNodes, maskableLayers } from "../nn/model.ts";
import type { Config } from "./config.ts";
import { NO_SCORE } from "./config_score.ts";
import type { Network } from "./network.ts";

/** What a score has left. */
export interface ScoredNetwork {
  readonly network: Network;
  /** What scoring cost, in images of a dense step. */
  readonly denseImages: number;
  /** Wall-clock time of it, compilation of its kernels included. */
  readonly seconds: number;
  /** The score's density of each layer, where there is a score. */
  readonly densities?: readonly number[];
  readonly warnings: readonly string[];
}

/** The network of a run without a score. */
export function unscored(network: Network): ScoredNetwork {
  return { network, denseImages: 0, seconds: 0, warnings: [] };
}

/** A network with the masks and layer densities that a score has left. */
export function scoredNetwork(
  { score, mask }: Config,
  network: Network,
  masks: ReadonlyMap<string, Mask>,
  densities: readonly number[],
): Network {
  const { model, masks: drawn } = network, block: BlockSize = mask.block;
  const nominal = score.name === NO_SCORE ? 1 : score.density;
  const report = reportMasks(maskableLayers(model), densities, [...masks.values()], nominal, block);
  return { ...network, masks, drawn, report, connections: traceConnections(liveNodes(model, masks)) };
}
