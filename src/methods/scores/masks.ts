/** From a source and a score to masks: what a run does before training where its configuration names a score. */
import { UserError } from "../../errors.ts";
import { type Mask, maskDensity } from "../../masks/mask.ts";
import { fullMask } from "../../masks/mask.ts";
import { redrawMasks } from "../../masks/redraw.ts";
import { keepCounts } from "./keep_counts.ts";
import { type ScoredNetwork, scoreNetwork } from "./network.ts";
import { pruneRounds, readMasks } from "./prune.ts";
import { SCORE_NAMES, type ScoreName, SCORES } from "./registry.ts";
import type { ScoreEntry } from "./score.ts";
import type { ScoreSettings } from "./settings.ts";

/** What {@link scoreMasks} is asked for. */
export interface ScoreRequest extends ScoredNetwork {
  readonly settings: ScoreSettings;
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
  const { model, source, settings, onRound } = request, { name, density, scope, ratios } = settings;
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
  const { context, destroy } = scoreNetwork(request, entry, settings);
  let masks: Mask[];
  try {
    const { store, runner, kept } = context, scorer = entry.create(context);
    try {
      const rounds = { store, runner, scorer, kept, parameters, scope, counts };
      await pruneRounds({ ...rounds, onRound: (round) => onRound?.(round, counts.length) });
      masks = await readMasks(store, runner, parameters, kept);
    } finally {
      scorer.destroy();
    }
  } finally {
    destroy();
  }
  const densities = masks.map(maskDensity);
  if (ratios !== "none") masks = redrawMasks(masks, sources, request.seeds.mask, ratios);
  return { masks: new Map(masks.map((mask) => [mask.name, mask])), densities, rounds, warnings };
}

/** The score of a name. */
export function scoreEntry(name: string | undefined): ScoreEntry {
  if (name !== undefined && Object.hasOwn(SCORES, name)) return SCORES[name as ScoreName];
  throw new UserError(`There is no score "${name}".`, { hint: `Scores: ${SCORE_NAMES.join(", ")}.` });
}
