/**
 * Continuous sparsification (Savarese, Silva and Maire 2020) inside a source: w_eff = M ⊙ w · σ(βs) / σ(s_0), with a trained
 * score s a weight. β grows from 1 over a round until the mask is as good as hard; after a round, scores that grew return to
 * s_0 and those that fell keep their fall, multiplied by β. The ticket in the end is s > 0.
 */
import { UserError } from "../errors.ts";
import { type Memory, whole } from "../gpu/memory.ts";
import { type Operand, Recorder } from "../gpu/recorder.ts";
import { IDLE_STEP } from "../gpu/runner.ts";
import { wordCount } from "../masks/mask.ts";
import type { AddedParameter, Parameter } from "../nn/model.ts";
import type { ParameterStore } from "../nn/store.ts";
import type { StoreSnapshot } from "../nn/store_snapshot.ts";
import type { WeightTransform } from "../nn/transform.ts";
import { recordChosenBits } from "../ops/chosen_bits.ts";
import { logistic } from "../ops/reference/soft_threshold.ts";
import { recordEndRound, recordSoftMask, recordSoftMaskBackward, softMaskSettings } from "../ops/soft_mask.ts";
import { MaskEditor } from "./mask_editor.ts";
import type { Level, Method, MethodMoment, MethodState } from "./method.ts";
import type { ContinuousSettings } from "./method_settings.ts";

/** The score parameter of a layer's weight, by the name that it has in the authors' code. */
export function maskScoreName(weight: string): string {
  return `${weight.replace(/\.weight$/, "")}.mask_weight`;
}

/** β in an epoch of a round: it grows by the same factor each time, from 1 to `finalTemperature` in the last one. */
export function temperature(finalTemperature: number, epoch: number, epochs: number): number {
  return epochs === 1 ? finalTemperature : finalTemperature ** Math.min(1, epoch / (epochs - 1));
}

/** Continuous sparsification inside a source. All layers of the source have scores, shortcuts and classifier too. */
export function continuousSparsification(settings: ContinuousSettings): Method {
  return new ContinuousSparsification(settings);
}

class ContinuousSparsification implements Method {
  readonly name = "continuous";
  /** What kernels read: β and the rest of {@link softMaskSettings}. */
  #buffer: GPUBuffer | undefined;
  #memory: Memory | undefined;
  #start: StoreSnapshot | undefined;
  /** Epochs of a level. */
  #epochs = 1;
  #epoch = -1;
  #temperature = 1;
  #hard = false;

  constructor(readonly settings: ContinuousSettings) {}

  levels({ model, source, epochs }: Parameters<NonNullable<Method["levels"]>>[0]): readonly Level[] {
    const { rounds, ticket, rewind, levelEpochs = epochs } = this.settings;
    if (ticket && rewind >= levelEpochs) {
      throw new UserError(
        `method continuous rewinds to epoch ${rewind} of a round, but a round has ${levelEpochs} epochs`,
        { hint: "Set method.rewind to less; 0 rewinds to the initial weights." },
      );
    }
    this.#epochs = levelEpochs;
    const maskable = model.parameters.filter(({ maskable }) => maskable);
    const size = maskable.reduce((sum, { size }) => sum + size, 0);
    const density = maskable.reduce((sum, { name, size }) => sum + (source.get(name)?.nnz ?? size), 0) / size;
    const names = [...Array.from({ length: rounds }, (_, i) => `round ${i + 1}`), ...ticket ? ["ticket"] : []];
    return names.map((name) => ({ epochs: levelEpochs, name, density }));
  }

  begin({ gpu: { memory }, model, source }: Parameters<Method["begin"]>[0]): ReturnType<Method["begin"]> {
    this.#memory = memory;
    this.#buffer = memory.create("soft mask settings", 4 * 8);
    this.#write(1);
    const weights = model.parameters.filter(({ maskable }) => maskable);
    const parameters = weights.map(({ name, shape, size }, i): AddedParameter => ({
      index: model.parameters.length + i,
      name: maskScoreName(name),
      shape,
      size,
      init: { name: "constant", value: this.settings.initial },
      maskable: false,
      like: name,
    }));
    const scores = new Set(parameters.map(({ name }) => name));
    return {
      masks: source,
      transforms: new Map(weights.map(({ name }) => [name, this.#transform(maskScoreName(name))])),
      parameters,
      group: ({ name }) => scores.has(name) ? { weightDecay: 0 } : undefined,
    };
  }

  #transform(name: string): WeightTransform {
    const bind = (store: ParameterStore) => {
      const parameter = store.parameter(name), scores = store.values(parameter), settings = whole(this.#buffer!);
      return { parameter, bound: { scores, settings } };
    };
    return {
      name: "soft mask",
      recordForward: (recorder, size, operands, store) =>
        recordSoftMask(recorder, size, { ...operands, ...bind(store).bound }),
      recordBackward(recorder, size, { gradient, ...operands }, accumulate, store) {
        const { parameter, bound } = bind(store), scoreGradient = store.gradient(parameter);
        const given = gradient ?? recorder.tensor("unused gradient", 4 * size);
        const all = { ...operands, ...bound, gradient: given, scoreGradient };
        recordSoftMaskBackward(recorder, size, all, accumulate);
      },
      destroy() {},
    };
  }

  #write(temperature: number): void {
    this.#temperature = temperature;
    const { initial, penalty } = this.settings, scale = 1 / logistic(initial).value;
    const mask = { temperature, scale, penalty, hard: this.#hard };
    this.#memory!.write(whole(this.#buffer!), softMaskSettings(mask, initial));
  }

  wantsStep({ epoch }: MethodMoment): boolean {
    return epoch !== this.#epoch;
  }

  /** An epoch begins. */
  beforeStep({ store, level, epoch }: MethodMoment): Promise<void> {
    const { finalTemperature, rewind, ticket } = this.settings;
    this.#epoch = epoch;
    this.#hard ||= level >= this.settings.rounds;
    if (ticket && epoch === rewind && level === 0) {
      this.#start?.destroy();
      this.#start = store.snapshot();
    }
    this.#write(this.#hard ? 1 : temperature(finalTemperature, epoch - level * this.#epochs, this.#epochs));
    return Promise.resolve();
  }

  /** A round ends: the scores of the next one, or the ticket. */
  async endOfLevel(moment: MethodMoment): Promise<void> {
    if (this.#hard) return;
    if (moment.level < this.settings.rounds - 1) this.#endRound(moment);
    else await this.#chooseTicket(moment);
  }

  #endRound({ store, runner }: MethodMoment): void {
    const recorder = new Recorder(store.gpu.memory, store.gpu.kernels);
    for (const weight of weightsOf(store)) {
      const parameter = store.parameter(maskScoreName(weight.name)), scores = store.values(parameter);
      const bound = { settings: whole(this.#buffer!), kept: store.all.kept, scores };
      recordEndRound(recorder, store.stored(weight), bound, store.first(parameter));
    }
    const list = recorder.finish();
    runner.submit(list, [IDLE_STEP]);
    list.destroy();
    this.#write(1);
  }

  async #chooseTicket({ store, runner }: MethodMoment): Promise<void> {
    const editor = new MaskEditor(store, runner);
    try {
      await editor.choose((recorder, selected) => {
        for (const weight of weightsOf(store)) recordTicket(recorder, store, weight, selected);
      });
      await editor.apply();
    } finally {
      editor.destroy();
    }
    // moments go on, as in the authors' code
    this.#start?.restore(runner, { moments: false, statistics: true });
    this.#hard = true;
    this.#write(1);
  }

  async state({ runner }: MethodMoment): Promise<MethodState> {
    const numbers = { epoch: this.#epoch, temperature: this.#temperature, hard: Number(this.#hard) };
    return { numbers, tensors: await this.#start?.save(runner) ?? new Map() };
  }

  restore({ numbers: { epoch, temperature, hard }, tensors }: MethodState, { store }: MethodMoment): void {
    this.#epoch = epoch;
    this.#hard = hard === 1;
    if (tensors.size > 0) this.#start = store.snapshot(tensors);
    this.#write(temperature);
  }

  /** The ticket as it would be now: the weights whose score is above 0. */
  recordMask(recorder: Recorder, store: ParameterStore, parameter: Parameter, bits: Operand): void {
    if (this.#hard) return store.recordMask(recorder, parameter, bits);
    const selected = recorder.tensor("ticket", 4 * wordCount(store.length));
    recordTicket(recorder, store, parameter, selected);
    store.recordMask(recorder, parameter, bits, selected);
  }

  destroy(): void {
    this.#start?.destroy();
    if (this.#buffer) this.#memory?.destroy(this.#buffer);
    this.#buffer = this.#start = undefined;
  }
}

function weightsOf({ model }: ParameterStore): Parameter[] {
  return model.parameters.filter(({ maskable }) => maskable);
}

/** Records a bit for each of a weight's stored values: whether it is kept and its score is above 0. */
function recordTicket(recorder: Recorder, store: ParameterStore, weight: Parameter, bits: Operand): void {
  const scores = store.values(store.parameter(maskScoreName(weight.name)));
  const bound = { values: scores, kept: store.all.kept, bits };
  recordChosenBits(recorder, store.stored(weight), "positive", bound, store.first(weight));
}
