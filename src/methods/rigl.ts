/**
 * Dropping small weights and growing others at a constant density: RigL (Evci et al. 2020), with growth by gradient, and its
 * flavour of Liu et al. 2021 (in-time over-parameterisation) that the authors' code calls DST.
 */
import { UserError } from "../errors.ts";
import { layerSize } from "../masks/layer.ts";
import { fullMask, type Mask } from "../masks/mask.ts";
import { ruleDensities } from "../masks/rules/registry.ts";
import { thinMask } from "../masks/thin.ts";
import { maskableLayers } from "../nn/model.ts";
import { DropGrow, type GrowthOptions } from "./drop_grow.ts";
import { MaskEditor } from "./mask_editor.ts";
import type { Method, MethodContext } from "./method.ts";
import type { RiglSettings, START_RULES } from "./method_settings.ts";
import { cosineShare, isUpdate, runSteps, sourceCounts } from "./schedules.ts";

/** What {@link dropGrow} needs to know. */
export interface DropGrowOptions extends GrowthOptions {
  readonly name: string;
  readonly density?: number;
  readonly rule: (typeof START_RULES)[number];
  readonly interval: number;
  readonly until: number;
  readonly drop: number;
  readonly dropSchedule: "cosine" | "constant";
  readonly dropFinal: number;
  readonly replaceStep: boolean;
}

/** RigL. */
export function rigl(settings: RiglSettings): Method {
  return dropGrow({ name: "rigl", ...settings });
}

/**
 * A method of constant density: every `interval` steps ⌈share · nnz⌉ weights of each layer are dropped and grown. Weights and
 * gradients are those before the step; the released code takes gradients of the step that it has just made, so that they
 * are of the weights before it.
 */
export function dropGrow(options: DropGrowOptions): Method {
  const { name, interval, until, drop, dropSchedule, dropFinal, replaceStep } = options;
  let editor: MaskEditor | undefined, growing: DropGrow | undefined, end = 0, nominal = 1;
  return {
    name,
    begin(context) {
      end = until * runSteps(name, context.run);
      growing = new DropGrow(options, context);
      const { kept, size } = sourceCounts(context);
      nominal = options.density ?? kept / size;
      const never = `${name}: no change of the mask fits into the first ${
        Math.round(end)
      } steps (method.interval ${interval})`;
      return {
        masks: startMasks(name, context, options),
        transforms: new Map(),
        warnings: end < interval ? [never] : [],
      };
    },
    wantsGradients: ({ step }) => isUpdate({ interval, first: interval, last: end }, step),
    async afterGradients(moment) {
      const { store, runner, step } = moment;
      editor ??= new MaskEditor(store, runner);
      const share = dropSchedule === "constant" ? drop : cosineShare(drop, dropFinal, step / end);
      const counts = editor.parameters.map((parameter) => Math.ceil(share * store.nnz(parameter)));
      await growing!.edit(editor, moment, counts);
      await editor.apply();
      if (replaceStep) return "skip update";
    },
    nominalDensity: () => nominal,
    destroy() {
      editor?.destroy();
      growing?.destroy();
    },
  };
}

/**
 * The masks that training starts with: the source, or a random part of it that has the density. Its layers have the source's
 * proportions, or the densities of a rule; a layer of which the source has fewer weights keeps all that it has.
 * @throws {UserError} where the source is sparser than that
 */
function startMasks(
  name: string,
  { model, source, seed = 1, block }: MethodContext,
  { density, rule }: Pick<DropGrowOptions, "density" | "rule">,
): ReadonlyMap<string, Mask> {
  const counts = sourceCounts({ model, source });
  const share = (density ?? 1) * counts.size / counts.kept;
  if (density === undefined || share === 1) return source;
  if (share > 1) {
    throw new UserError(
      `method ${name}: the source has density ${short(counts.kept / counts.size)}, less than method.density`,
      { hint: `Set method.density to less than ${density}, or mask.density to more.` },
    );
  }
  const layers = maskableLayers(model);
  const wanted = rule === "source"
    ? counts.layers.map((count) => Math.round(share * count))
    : ruleDensities(rule, layers, density).map((p, i) => Math.round(p * layerSize(layers[i])));
  return new Map(layers.map(({ name, shape }, i) => {
    return [name, thinMask(source.get(name) ?? fullMask(name, shape), wanted[i], seed, i, block)];
  }));
}

const short = (value: number) => Number(value.toPrecision(3));
