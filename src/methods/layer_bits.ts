/** A bit for each weight of some layers, in row-major order, on the device: masks in the making, sources, what may grow. */
import { align, type Memory, type Slice } from "../gpu/memory.ts";
import { fullMask, type Mask, wordCount } from "../masks/mask.ts";
import type { Parameter } from "../nn/model.ts";

/** Bits of layers in one buffer. They stay in place, so that what is recorded over them can be used again. */
export class LayerBits {
  readonly #places = new Map<string, Slice>();
  readonly #buffer: GPUBuffer;

  constructor(readonly memory: Memory, label: string, readonly parameters: readonly Parameter[]) {
    let offset = 0;
    const sizes = parameters.map(({ size }) => 4 * wordCount(size));
    const offsets = sizes.map((size) => {
      const own = offset;
      offset += align(size);
      return own;
    });
    this.#buffer = memory.create(label, offset);
    parameters.forEach(({ name }, i) =>
      this.#places.set(name, { buffer: this.#buffer, offset: offsets[i], size: sizes[i] })
    );
  }

  /** A layer's bits. */
  of({ name }: Parameter): Slice {
    return this.#places.get(name)!;
  }

  /** Fills all of them: from a mask where there is one by the layer's name, with ones elsewhere. */
  write(masks: ReadonlyMap<string, Mask>): void {
    for (const parameter of this.parameters) {
      const { name, shape } = parameter;
      this.memory.write(this.of(parameter), (masks.get(name) ?? fullMask(name, shape)).bits);
    }
  }

  /** Frees the buffer. */
  destroy(): void {
    this.memory.destroy(this.#buffer);
  }
}
