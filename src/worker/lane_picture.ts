/** The picture of one layer's mask while a run changes it. */
import type { RunningNetwork } from "../experiment/run_prepare.ts";
import type { LayerPicture } from "./lab_types.ts";

/**
 * Of a network's layers the second one, for a picture (the first one where there is no other): rules that look at the
 * layers' sizes keep nearly all of a first layer, which shows nothing.
 */
export function picturedLayer<Layer>(layers: readonly Layer[]): Layer {
  return layers[1] ?? layers[0];
}

/** Takes pictures of a lane's mask, one at a time: of changes that come meanwhile the last one is taken. */
export class LanePicture {
  #taking = false;
  #again = false;

  /** @param network the lane's, while it has one */
  constructor(
    readonly network: () => RunningNetwork | undefined,
    readonly taken: (picture: LayerPicture) => void,
  ) {}

  /** Takes one of the mask as it is now. */
  async take(): Promise<void> {
    this.#again = true;
    if (this.#taking) return;
    this.#taking = true;
    try {
      // most runs never change their masks
      const { readMasks } = await import("../nn/read_masks.ts");
      while (this.#again) {
        this.#again = false;
        const training = this.network()?.training;
        if (!training) break;
        const { store, trainer } = training, { method } = trainer.options, step = trainer.steps;
        const { name, shape } = picturedLayer(store.model.parameters.filter(({ maskable }) => maskable));
        const masks = await readMasks(store, [name], trainer.runner, method.recordMask?.bind(method));
        const { bits, nnz: kept } = masks.get(name)!;
        if (this.network()?.training === training) this.taken({ layer: name, shape, bits, kept, step });
      }
    } catch {
      // a device that was lost meanwhile has nothing to read; its lane says so
    } finally {
      this.#taking = false;
    }
  }
}
