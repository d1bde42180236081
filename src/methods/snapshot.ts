/** The values of a network at one moment of training, kept on the device, to go back to. */
import { type Slice, whole } from "../gpu/memory.ts";
import { Recorder } from "../gpu/recorder.ts";
import { IDLE_STEP, type Runner } from "../gpu/runner.ts";
import type { Parameter } from "../nn/model.ts";
import type { ParameterStore } from "../nn/store.ts";
import { recordCopyWords } from "../ops/pattern_slots.ts";

/**
 * The stored values of some parameters and the running statistics of all norms. Masks must be the same when it is restored
 * as when it was taken.
 */
export class Snapshot {
  readonly #buffers: GPUBuffer[] = [];
  readonly #copies: { readonly source: Slice; readonly copy: Slice }[] = [];

  constructor(readonly store: ParameterStore, runner: Runner, parameters: readonly Parameter[]) {
    const statistics = store.model.norms.flatMap((norm) => {
      const { runningMean, runningVariance } = store.norm(norm);
      return [runningMean, runningVariance];
    });
    for (const source of [...parameters.map((parameter) => store.values(parameter)), ...statistics]) {
      const buffer = store.gpu.memory.create("snapshot", source.size);
      this.#buffers.push(buffer);
      this.#copies.push({ source, copy: whole(buffer) });
    }
    this.#run(runner, (source, copy) => ({ source, copy }));
  }

  /** Puts everything back. */
  restore(runner: Runner): void {
    this.#run(runner, (source, copy) => ({ source: copy, copy: source }));
  }

  #run(runner: Runner, direction: (source: Slice, copy: Slice) => { source: Slice; copy: Slice }): void {
    const { memory, kernels } = this.store.gpu, recorder = new Recorder(memory, kernels);
    for (const { source, copy } of this.#copies) {
      recordCopyWords(recorder, direction(source, copy), source.size / 4);
    }
    const list = recorder.finish();
    runner.submit(list, [IDLE_STEP]);
    list.destroy();
  }

  destroy(): void {
    for (const buffer of this.#buffers) this.store.gpu.memory.destroy(buffer);
  }
}
