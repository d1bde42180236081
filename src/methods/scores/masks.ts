/** From a source and a score to masks: what a run does before training where its configuration names a score. */
import { GpuError, UserError } from "../../errors.ts";
import type { AdapterInfo } from "../../gpu/adapter.ts";
import { dryGpu } from "../../gpu/dry.ts";
import { type FlowMode, preserveFlow } from "../../masks/flow.ts";
import { fullMask, type Mask, maskDensity } from "../../masks/mask.ts";
import { redrawMasks } from "../../masks/redraw.ts";
import type { Parameter } from "../../nn/model.ts";
import type { ParameterStore } from "../../nn/store.ts";
import { unitCount } from "../../ops/select_scores.ts";
import { keepCounts } from "./keep_counts.ts";
import { type ScoredNetwork, scoreNetwork } from "./network.ts";
import { pruneRounds, readMasks } from "./prune.ts";
import { SCORE_NAMES, type ScoreName } from "../names.ts";
import { SCORES } from "./registry.ts";
import type { ScoreEntry } from "./score.ts";
import type { ScoreSettings } from "./settings.ts";

/** What to do where a score on images does not fit. */
export const SMALLER_SCORE =
  "Score on fewer images at a time (score.batch), or on fewer in all (score.imagesPerClass).";

/** What {@link scoreMasks} is asked for. */
export interface ScoreRequest extends ScoredNetwork {
  readonly settings: ScoreSettings;
  /**
   * Flow preservation of masks that are redrawn from a dense source, as of any drawn mask; "off" where it is left out.
   * Inside a source nothing is added, since it might lie outside.
   */
  readonly flow?: FlowMode;
  /** Called after each round that is submitted. */
  readonly onRound?: (round: number, rounds: number) => void;
}

/** Masks by a score. */
export interface ScoredMasks {
  /** By parameter name, in the model's order: the score's own, or redrawn with its ratios. */
  readonly masks: ReadonlyMap<string, Mask>;
  /** The score's density of each layer. */
  readonly densities: readonly number[];
  readonly rounds: number;
  /** What a reader should know, a sentence each. */
  readonly warnings: readonly string[];
}

/**
 * Prunes a network's source by a score, on a copy of the network.
 * @throws {UserError} for a score that is not known, or that needs images where there are none
 */
export async function scoreMasks(request: ScoreRequest): Promise<ScoredMasks> {
  const { model, source, settings } = request, { name, density, scope, ratios } = settings;
  const entry = scoreEntry(name);
  if (entry.defaults.imagesPerClass > 0 && !request.data) {
    throw new UserError(`The score ${name} is computed on images, but there are none.`);
  }
  const parameters = model.parameters.filter(({ maskable }) => maskable);
  const sources = parameters.map(({ name, shape }) => source.get(name) ?? fullMask(name, shape));
  const size = parameters.reduce((sum, { size }) => sum + size, 0), nnz = sources.map(({ nnz }) => nnz);
  const rounds = settings.rounds ?? entry.defaults.rounds;
  const counts = keepCounts({ size, source: nnz, density, rounds, scope });
  const kept = nnz.reduce((a, b) => a + b, 0);
  const warnings = density * size >= kept + 0.5
    ? [`the score keeps the whole source: its density ${(kept / size).toPrecision(3)} is below the target ${density}`]
    : [];
  let masks = await prune(request, entry, counts);
  const densities = masks.map(maskDensity);
  if (ratios !== "none") {
    const { seeds: { mask: seed }, block, flow = "off" } = request;
    masks = redrawMasks(masks, sources, seed, ratios, block);
    if (source.size === 0) masks = preserveFlow(masks, flow, seed, block).masks;
  }
  return { masks: new Map(masks.map((mask) => [mask.name, mask])), densities, rounds, warnings };
}

/** Bytes that a score will hold on an adapter at most, found by building everything on a device that only counts. */
export function scoreMemory(request: Omit<ScoreRequest, "gpu">, adapter?: AdapterInfo): number {
  const gpu = dryGpu(adapter), entry = scoreEntry(request.settings.name);
  entry.create(scoreNetwork({ ...request, gpu }, entry, request.settings).context);
  return gpu.memory.peak;
}

/** The masks that remain after rounds of pruning to so many weights. */
async function prune(request: ScoreRequest, entry: ScoreEntry, counts: readonly number[][]): Promise<Mask[]> {
  const { gpu, model, settings, onRound } = request;
  const parameters = model.parameters.filter(({ maskable }) => maskable);
  const made: { destroy(): void }[] = [];
  const keep = <T extends { destroy(): void }>(thing: T): T => (made.unshift(thing), thing);
  try {
    const { context, scorer } = await gpu.allocate(() => {
      const { context } = keep(scoreNetwork(request, entry, settings));
      return { context, scorer: keep(entry.create(context)) };
    });
    const { store, runner, kept } = context, units = counts.map((round) => blockCounts(store, parameters, round));
    const rounds = { store, runner, scorer, kept, parameters, scope: settings.scope, counts: units };
    await pruneRounds({ ...rounds, onRound: (round) => onRound?.(round, counts.length) });
    return await readMasks(store, runner, parameters, kept);
  } catch (error) {
    if (!(error instanceof GpuError) || error.kind !== "out-of-memory" || entry.defaults.imagesPerClass === 0) {
      throw error;
    }
    throw new GpuError(error.kind, `The score ${settings.name}: ${error.message}`, {
      hint: SMALLER_SCORE,
      cause: error,
    });
  } finally {
    for (const thing of made) thing.destroy();
  }
}

/** Numbers of weights as numbers of blocks, where whole blocks are kept: those that come nearest. */
function blockCounts(store: ParameterStore, parameters: readonly Parameter[], weights: readonly number[]): number[] {
  const blocks = parameters.map((parameter) => unitCount({ shape: parameter.shape, block: store.block(parameter) }));
  const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0);
  const sizes = parameters.map(({ size }) => size);
  if (weights.length !== parameters.length) return [Math.round(weights[0] * sum(blocks) / sum(sizes))];
  return weights.map((count, l) => Math.round(count * blocks[l] / sizes[l]));
}

/** The score of a name. */
export function scoreEntry(name: string | undefined): ScoreEntry {
  if (name !== undefined && Object.hasOwn(SCORES, name)) return SCORES[name as ScoreName];
  throw new UserError(`There is no score "${name}".`, { hint: `Scores: ${SCORE_NAMES.join(", ")}.` });
}
