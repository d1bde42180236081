/**
 * The programs of a training over one store: compiled when they are made, and again when masks have changed, since the
 * numbers of kept weights are part of a dispatch list.
 */
import { compileDenseGradients, type DenseGradients } from "../nn/dense_gradient.ts";
import type { Parameter } from "../nn/model.ts";
import { compile, type Program, type ProgramOptions } from "../nn/program.ts";
import type { ParameterStore } from "../nn/store.ts";

/** Programs for training, evaluation and dense gradients that fit the store's masks whenever they are asked for. */
export class Programs {
  #training: Program;
  #evaluation: Program;
  #dense: DenseGradients | undefined;

  constructor(
    readonly store: ParameterStore,
    readonly options: { readonly training: ProgramOptions; readonly evaluation: ProgramOptions },
  ) {
    this.#training = compile(store, options.training);
    this.#evaluation = compile(store, options.evaluation);
  }

  get training(): Program {
    if (this.#training.version !== this.store.version) {
      this.#forgetDense(); // it borrows buffers of the program that goes
      this.#training = compile(this.store, this.options.training, this.#training);
    }
    return this.#training;
  }

  get evaluation(): Program {
    if (this.#evaluation.version !== this.store.version) {
      this.#evaluation = compile(this.store, this.options.evaluation, this.#evaluation);
    }
    return this.#evaluation;
  }

  /** The program for the dense gradients of these layers; one is kept, for the layers that were asked for last. */
  denseGradients(parameters: readonly Parameter[]): DenseGradients {
    const training = this.training, wanted = new Set(parameters), known = this.#dense;
    const same = known && known.parameters.length === wanted.size && known.parameters.every((p) => wanted.has(p));
    if (same && known.version === this.store.version) return known;
    this.#forgetDense();
    return this.#dense = compileDenseGradients(this.store, this.options.training, [...wanted], training);
  }

  #forgetDense(): void {
    this.#dense?.destroy();
    this.#dense = undefined;
  }

  destroy(): void {
    this.#forgetDense();
    this.#training.destroy();
    this.#evaluation.destroy();
  }
}
