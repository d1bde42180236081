/**
 * GraNet (Liu et al. 2021, "Sparse training via boosting pruning plasticity with neuroregeneration"): gradual magnitude
 * pruning, and after each pruning a share of every layer's weights is dropped and grown again by gradient. The headline
 * method of the authors' dynamic-training code.
 */
import { DropGrow } from "./drop_grow.ts";
import { type GradualPruning, planGradualPruning } from "./gmp.ts";
import { MaskEditor } from "./mask_editor.ts";
import type { Method } from "./method.ts";
import type { GranetSettings } from "./method_settings.ts";
import { cosineShare, isUpdate, lastUpdate, runSteps } from "./schedules.ts";

/** GraNet: {@link planGradualPruning}, then regeneration of ⌈share · nnz⌉ weights a layer, as one change of the masks. */
export function granet(settings: GranetSettings): Method {
  const { interval, drop, dropFinal } = settings;
  let plan: GradualPruning | undefined, growing: DropGrow | undefined, editor: MaskEditor | undefined, steps = 0;
  return {
    name: "granet",
    begin(context) {
      plan = planGradualPruning("granet", settings, context);
      steps = runSteps("granet", context.run);
      growing = new DropGrow(settings, context);
      return { masks: context.source, transforms: new Map(), warnings: plan.warnings };
    },
    wantsGradients: ({ step }) => isUpdate({ ...plan!.updates, interval, last: steps }, step),
    async afterGradients(moment) {
      const { store, runner, step } = moment, { updates, choice } = plan!;
      editor ??= new MaskEditor(store, runner);
      const kept = step <= updates.last
        ? await editor.prune(choice(step))
        : editor.parameters.map((parameter) => store.nnz(parameter));
      const share = cosineShare(drop, dropFinal, step / steps);
      await growing!.edit(editor, moment, kept.map((count) => Math.ceil(share * count)));
      await editor.apply();
    },
    nominalDensity: ({ step }) => plan!.density(lastUpdate(plan!.updates, step)),
    destroy() {
      editor?.destroy();
      growing?.destroy();
    },
  };
}
