/**
 * Gradual magnitude pruning (Zhu and Gupta 2017): the smallest weights are pruned at intervals, along a cubic schedule from
 * the source's density to the target's. As in the authors' dynamic-training code (ER_DST/sparselearning/core.py), globally
 * or in each layer.
 */
import { UserError } from "../errors.ts";
import { MaskEditor, type PruneChoice } from "./mask_editor.ts";
import type { Method, MethodContext } from "./method.ts";
import type { GmpSettings } from "./method_settings.ts";
import { cubicDensity, isUpdate, lastUpdate, runSteps, sourceCounts, type Updates } from "./schedules.ts";

/** What gradual pruning does at which step; GraNet shares it. */
export interface GradualPruning {
  readonly warnings: readonly string[];
  readonly updates: Updates;
  /** Density of all maskable weights that is asked for after a step's update. */
  density(step: number): number;
  /** What stays at a step's update. */
  choice(step: number): PruneChoice;
}

/**
 * Plans gradual pruning over a run: update k of n goes to the density d + (d₀ − d)(1 − k/n)³, so that the last one reaches d.
 * The released code ends one update before (0.010004 instead of 0.01 over 49 updates).
 * @throws {UserError} where not a single update fits
 */
export function planGradualPruning(
  name: string,
  settings: GmpSettings,
  context: Pick<MethodContext, "model" | "source" | "run">,
): GradualPruning {
  const { density: target, scope, from, until, interval, classifierDensity } = settings;
  const steps = runSteps(name, context.run), source = sourceCounts(context);
  const first = Math.ceil(from * steps / interval) * interval;
  const last = Math.floor(Math.min(until * steps, steps - 1) / interval) * interval;
  if (last < Math.max(interval, first)) {
    throw new UserError(
      `method ${name}: no pruning fits into the first ${Math.round(until * steps)} of ${steps} steps`,
      {
        hint: `Set method.interval (now ${interval}) to less, or train for more epochs.`,
      },
    );
  }
  const begin = Math.min(first, last - interval), initial = source.kept / source.size;
  const density = (step: number) =>
    initial <= target ? initial : cubicDensity(initial, target, (step - begin) / (last - begin));
  const layers = (step: number) => {
    const share = density(step) * source.size / source.kept;
    const even = source.layers.map((count) => Math.round(count * share));
    const final = source.layers.length - 1, most = source.layers[final];
    const least = Math.min(most, Math.round(classifierDensity * context.model.parameters.filter(maskable)[final].size));
    if (even[final] >= least || final === 0) return even;
    // the classifier keeps more than its part, the other layers pay for it in proportion
    const others = (density(step) * source.size - least) / (source.kept - most);
    return source.layers.map((count, i) => i === final ? least : Math.max(0, Math.round(count * others)));
  };
  const sparse = `${name}: the source has density ${Number(initial.toPrecision(3))}, not more than method.density: ` +
    "nothing will be pruned";
  return {
    warnings: initial > target ? [] : [sparse],
    updates: { interval, first: Math.max(interval, first), last },
    density,
    choice: (step) => ({
      score: "magnitude",
      scope,
      keep: scope === "layers" ? layers(step) : [Math.floor(density(step) * source.size)],
    }),
  };
}

const maskable = ({ maskable }: { maskable: boolean }) => maskable;

/** Gradual magnitude pruning. It prunes inside its source and never grows. */
export function gmp(settings: GmpSettings): Method {
  let plan: GradualPruning | undefined, editor: MaskEditor | undefined;
  return {
    name: "gmp",
    begin(context) {
      plan = planGradualPruning("gmp", settings, context);
      return { masks: context.source, transforms: new Map(), warnings: plan.warnings };
    },
    wantsStep: ({ step }) => isUpdate(plan!.updates, step),
    async beforeStep({ store, runner, step }) {
      editor ??= new MaskEditor(store, runner);
      await editor.prune(plan!.choice(step));
      await editor.apply();
    },
    nominalDensity: ({ step }) => plan!.density(lastUpdate(plan!.updates, step)),
    destroy: () => editor?.destroy(),
  };
}
