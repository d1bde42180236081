/**
 * Dropping a layer's smallest weights and growing as many others: what RigL, SET and GraNet share. Among what may grow are
 * the weights dropped just now, as in the authors' code and in RigL's.
 */
import { LayerBits } from "./layer_bits.ts";
import type { MaskEditor } from "./mask_editor.ts";
import type { BatchMoment, MethodContext } from "./method.ts";

/** How weights are grown. */
export interface GrowthOptions {
  readonly growth: "gradient" | "random";
  readonly confineToSource: boolean;
}

/** Drops and grows in the masks of an editor. */
export class DropGrow {
  #allowed: LayerBits | undefined;

  constructor(readonly options: GrowthOptions, readonly context: Pick<MethodContext, "source" | "seed">) {}

  /**
   * Edits the masks; the caller applies them. Gradients are those of the step's batch, of dense layers as they are in the
   * store, of packed ones computed for it.
   * @param counts weights to drop and grow, of each layer in the editor's order
   */
  async edit(editor: MaskEditor, moment: BatchMoment, counts: readonly number[]): Promise<void> {
    const { store, step } = moment, { growth } = this.options;
    const allowed = this.#allowed ??= this.#makeAllowed(editor);
    editor.drop(counts);
    if (growth === "random") return editor.growAtRandom(counts, allowed, this.context.seed ?? 1, step);
    const countOf = new Map(editor.parameters.map((parameter, i) => [parameter.name, counts[i]]));
    const growing = editor.parameters.filter(({ name }) => countOf.get(name)! > 0);
    for (const parameter of growing) {
      if (store.storage(parameter) === "packed") continue;
      editor.grow(parameter, countOf.get(parameter.name)!, allowed, store.gradient(parameter));
    }
    const packed = growing.filter((parameter) => store.storage(parameter) === "packed");
    if (packed.length === 0) return;
    await moment.denseGradients(packed, (parameter, gradient) => {
      editor.grow(parameter, countOf.get(parameter.name)!, allowed, gradient);
    });
  }

  /** The source's weights, or all. */
  #makeAllowed({ store, parameters }: MaskEditor): LayerBits {
    const bits = new LayerBits(store.gpu.memory, "weights that may grow", parameters);
    bits.write(this.options.confineToSource ? this.context.source : new Map());
    return bits;
  }

  /** Frees its buffers. */
  destroy(): void {
    this.#allowed?.destroy();
  }
}
