/**
 * Iterative magnitude pruning: train, prune the smallest weights, go back, and train again, level after level. With weight
 * rewinding (Frankle and Carbin 2019, Frankle et al. 2020) weights go back to where they began or to the end of a warm-up;
 * with learning-rate rewinding (Renda et al. 2020) only the schedule does.
 */
import { UserError } from "../errors.ts";
import type { StoreSnapshot } from "../nn/store_snapshot.ts";
import { MaskEditor } from "./mask_editor.ts";
import type { Level, LevelContext, Method } from "./method.ts";
import type { ImpSettings, LrrSettings } from "./method_settings.ts";
import { sourceCounts } from "./schedules.ts";

/** What both kinds of rewinding are made of. */
interface RewindingOptions extends LrrSettings, Pick<ImpSettings, "warmupEpochs" | "resetStatistics"> {
  readonly name: string;
  readonly rewind: "weights" | "rate";
}

/** Iterative magnitude pruning with weight rewinding. Moments go back to what they were where weights are rewound to. */
export function imp(settings: ImpSettings): Method {
  return rewinding({ name: "imp", rewind: "weights", ...settings });
}

/** Learning-rate rewinding: weights go on, and only the schedule begins anew. */
export function lrr(settings: LrrSettings): Method {
  return rewinding({ name: "lrr", rewind: "rate", warmupEpochs: 0, resetStatistics: false, ...settings });
}

/**
 * Densities that are pruned to, one after the other: powers of the factor from the source's realised density on, and the
 * target itself. The released code starts from the nominal density, so that its first prunings may prune nothing.
 * @throws {UserError} where they do not fall, or the source has no more than the last
 */
export function levelDensities(
  name: string,
  { density, densities, factor, exact }: Pick<LrrSettings, "density" | "densities" | "factor" | "exact">,
  source: number,
): readonly number[] {
  const fail = (what: string, hint: string) => new UserError(`method ${name}: ${what}`, { hint });
  if (densities) {
    const wrong = densities.findIndex((value, i) => i > 0 && value >= densities[i - 1]);
    if (wrong < 0) return densities;
    throw fail(
      `method.densities do not fall: ${densities[wrong]} comes after ${densities[wrong - 1]}`,
      "List them from dense to sparse.",
    );
  }
  if (density >= source) {
    throw fail(
      `the source has density ${Number(source.toPrecision(3))}, and method.density is ${density}`,
      "Prune to less, or begin with a denser source (mask.density).",
    );
  }
  // a whole number of levels is not missed for the last bit of a logarithm
  const levels = Math.max(1, Math.floor(Math.log(density / source) / Math.log(factor) + 1e-9));
  const powers = Array.from({ length: levels }, (_, i) => source * factor ** (i + 1));
  if (!exact) return powers;
  const near = (value: number) => value < density * 1.0001;
  return [...powers.filter((value) => !near(value)), density];
}

function rewinding(options: RewindingOptions): Method {
  const { name, rewind, scope, warmupEpochs, keepMomentum, resetStatistics, levelEpochs } = options;
  let editor: MaskEditor | undefined, start: StoreSnapshot | undefined;
  let densities: readonly number[] = [], source = { layers: [] as readonly number[], kept: 0, size: 1 };
  const prepare = (context: Pick<LevelContext, "model" | "source">) => {
    source = sourceCounts(context);
    densities = levelDensities(name, options, source.kept / source.size);
  };
  /** Prunings before a level: none in the warm-up and in the first one. */
  const before = (level: number) => level - Number(warmupEpochs > 0);
  const densityAt = (level: number) => {
    const prunings = Math.min(before(level), densities.length);
    return prunings < 1 ? source.kept / source.size : densities[prunings - 1];
  };
  return {
    name,
    levels(context) {
      prepare(context);
      const levels: Level[] = densities.map((_, i) => ({
        epochs: levelEpochs ?? context.epochs,
        name: `level ${i + 1}`,
        density: i === 0 ? source.kept / source.size : densities[i - 1],
      }));
      if (warmupEpochs > 0) {
        levels.unshift({ epochs: warmupEpochs, name: "warm-up", density: source.kept / source.size });
      }
      return [...levels, { epochs: context.epochs, name: "final", density: densities.at(-1)! }];
    },
    begin(context) {
      prepare(context);
      return { masks: context.source, transforms: new Map() };
    },
    // the moment before the first step: weights are as they were drawn
    wantsStep: ({ step }) => rewind === "weights" && warmupEpochs === 0 && step === 0 && !start,
    beforeStep({ store }) {
      start = store.snapshot();
      return Promise.resolve();
    },
    async endOfLevel({ store, runner, level }) {
      const density = densities[before(level)];
      if (before(level) < 0 && rewind === "weights") start = store.snapshot();
      if (density === undefined || before(level) < 0) return;
      editor ??= new MaskEditor(store, runner);
      const share = density * source.size / source.kept;
      const keep = scope === "layers"
        ? source.layers.map((count) => Math.round(count * share))
        : [Math.floor(density * source.size)];
      await editor.prune({ score: "magnitude", scope, keep });
      await editor.apply();
      if (rewind === "weights") start?.restore(runner, { moments: !keepMomentum, statistics: resetStatistics });
      else if (!keepMomentum) store.clearMoments();
    },
    // what else it knows follows from the level
    state: async ({ runner }) => ({ numbers: {}, tensors: await start?.save(runner) ?? new Map() }),
    restore({ tensors }, { store }) {
      if (tensors.size > 0) start = store.snapshot(tensors);
    },
    nominalDensity: ({ level }) => densityAt(level),
    destroy() {
      editor?.destroy();
      start?.destroy();
    },
  };
}
