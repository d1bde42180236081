/**
 * What a cell will take before anything starts: work, memory and, from the kernel plan, time. Cost is counted as runs count
 * it (src/train/mask_recorder.ts): an image trained on counts c, its compute density.
 */
import { datasetInfo } from "../data/info.ts";
import type { AdapterInfo } from "../gpu/adapter.ts";
import { UNKNOWN_ADAPTER } from "../gpu/dry.ts";
import type { Host } from "../host/host.ts";
import { levelsOf } from "../methods/levels.ts";
import { createMethod } from "../methods/registry.ts";
import type { Tuning } from "../tune/tuning_file.ts";
import type { Config } from "./config.ts";
import { methodSettings } from "./config_method.ts";
import { NO_SCORE } from "./config_score.ts";
import { estimateRun } from "./memory.ts";
import { buildNetwork } from "./network.ts";
import { loadPlanning } from "./planning.ts";
import { countImages, networkInput } from "./run_data.ts";

/** A multiply-add is two operations; a training step does three passes over each layer. */
const FLOPS_PER_MAC = 2, PASSES = 3;

/** What one run of a cell takes. */
export interface CellPlan {
  /** Epochs of all levels, and steps. */
  readonly epochs: number;
  readonly steps: number;
  /** Realised density and compute density of the source. */
  readonly density: number;
  readonly compute: number;
  /** Density that it ends at, where the configuration says so. */
  readonly target: number | undefined;
  /** Floating-point operations of training, and what they are in epochs of dense training. */
  readonly flops: number;
  readonly denseEpochs: number;
  /** `exact`: of the drawn mask. `about`: a score or levels change it as planned. `most`: a method lowers it as it goes. */
  readonly bound: "exact" | "about" | "most";
  /** Bytes on the device. */
  readonly memory: number;
  /** Expected seconds of convolutions and linear layers, in training and evaluation; by what. */
  readonly seconds: number;
  readonly by: "measured" | "prior" | "mixed";
  /** Whether the data set is here. */
  readonly present: boolean;
}

/** What plans of several cells share. */
export interface PlanContext {
  readonly host: Host;
  readonly adapter?: AdapterInfo;
  /** The adapter's measurements, where they have been read. */
  readonly tuning?: Tuning;
}

/** Plans a cell. @throws {UserError} as its run would */
export async function planCell(config: Config, { host, adapter, tuning }: PlanContext): Promise<CellPlan> {
  const info = await datasetInfo(config.data.name, host);
  const network = await buildNetwork(host, config, networkInput(config, info.shape), info.classes);
  const used = countImages(config, info.train, info.test), { totals } = network.report;
  const sizes = { shape: info.shape, kind: info.sampleKind, train: info.train, test: info.test, used };
  const planning = await loadPlanning(host, config, adapter ?? UNKNOWN_ADAPTER, tuning);
  const { memory, plan } = await estimateRun(config, network, sizes, adapter, planning);
  const method = await createMethod(config.method.name, methodSettings(config.method), { apply: config.mask.apply });
  const levels = levelsOf(method, { model: network.model, source: network.masks, epochs: config.train.epochs });
  method.destroy();
  const inEpoch = Math.ceil(used.train / Math.min(config.train.batch, used.train));
  const all = levels.reduce((sum, { epochs }) => sum + epochs, 0) * inEpoch;
  const steps = Math.min(all, config.train.steps ?? Infinity), part = steps / all;
  const epochs = part * all / inEpoch;
  const { density, share, bound } = densities(config, totals.realisedDensity, levels);
  const compute = totals.realisedComputeDensity, denseEpochs = epochs * compute * share;
  const milliseconds = plan.layers.reduce((sum, { storage, expected }) => sum + (expected?.[storage] ?? 0), 0);
  const evaluated = (used.validation + used.test) / used.train;
  const sources = new Set(plan.layers.flatMap(({ expected }) => expected?.source ?? []));
  return {
    epochs,
    steps,
    density: totals.realisedDensity,
    compute,
    target: density,
    flops: FLOPS_PER_MAC * PASSES * totals.macs * used.train * denseEpochs,
    denseEpochs,
    bound,
    memory: memory.total,
    // evaluation is the forward pass alone
    seconds: steps * milliseconds / 1000 * (1 + evaluated / PASSES),
    by: sources.size > 1 ? "mixed" : sources.has("measured") ? "measured" : "prior",
    present: info.present,
  };
}

/** Mean density in training as a share of the source's, as far as the configuration says it. */
function densities(
  { method, score }: Config,
  source: number,
  levels: readonly { epochs: number; density: number }[],
): { density: number | undefined; share: number; bound: CellPlan["bound"] } {
  const scored = score.name === NO_SCORE ? source : Math.min(source, (score as { density: number }).density);
  const density = "density" in method ? method.density : score.name === NO_SCORE ? undefined : scored;
  if (levels.length > 1 && method.name !== "edge-popup") {
    const epochs = levels.reduce((sum, level) => sum + level.epochs, 0);
    const sum = levels.reduce((sum, level) => sum + level.epochs * Math.min(scored, level.density), 0);
    return { density, share: sum / epochs / source, bound: "about" };
  }
  if (method.name !== "fixed") return { density, share: scored / source, bound: "most" };
  return { density, share: scored / source, bound: score.name === NO_SCORE ? "exact" : "about" };
}
