/**
 * Edge-popup (Ramanujan et al. 2020) inside an ER source, as Gadhikar et al. 2023 look for strong lottery tickets: weights
 * never change, a score a weight is trained, and each layer computes with the weights of its best |scores|.
 *
 * Their batch norms have no scale and shift; here those stay 1 and 0, which is the same. Their convolutions have biases of
 * 0, which take part in the choice without any effect; here a layer has the biases that the model gives it. Their scores
 * start equal in convolutions, so that a choice among them, which goes by index then, would keep the first channels and
 * leave the others dead: it is made of uniform scores instead, as Ramanujan et al. draw them, unless `scores` says so.
 */
import { align, type Memory, type Slice, whole } from "../gpu/memory.ts";
import type { Operand, Recorder } from "../gpu/recorder.ts";
import { type Mask, toIndices, wordCount } from "../masks/mask.ts";
import type { AddedParameter, Init, Model, Parameter } from "../nn/model.ts";
import type { ParameterStore } from "../nn/store.ts";
import type { WeightTransform } from "../nn/transform.ts";
import { recordSelect } from "../ops/select.ts";
import { recordReleasedMask, recordSupermask, recordSupermaskBackward } from "../ops/supermask.ts";
import { fans } from "../random/init.ts";
import { recordActiveMask } from "./active_mask.ts";
import type { Level, LevelContext, Method, MethodContext, MethodMoment, MethodStart, MethodState } from "./method.ts";
import type { EdgePopupSettings } from "./method_settings.ts";
import { sourceCounts } from "./schedules.ts";

/** The score parameter of a weight or a bias, by the name that it has in the authors' code. */
export function edgeScoreName(parameter: string): string {
  return parameter.replace(/weight$/, "scoresWeights").replace(/bias$/, "scoresBias");
}

/**
 * Density at a level, counted from 0: start · (k / start)^((level + 1) / levels), never below k, nor above what the source
 * keeps unless k is.
 */
export function annealedDensity({ density, start, levels }: EdgePopupSettings, source: number, level: number): number {
  if (levels === 1) return density;
  const annealed = start * (density / start) ** ((level + 1) / levels);
  return Math.max(density, Math.min(annealed, source));
}

/** Edge-popup inside a source; the released mode computes with all weights, see {@link edgePopupSettings}. */
export function edgePopup(settings: EdgePopupSettings): Method {
  return new EdgePopup(settings);
}

/** A layer's weight and, where it has one, its bias. */
interface Layer {
  readonly weight: Parameter;
  readonly bias?: Parameter;
}

class EdgePopup implements Method {
  readonly name = "edge-popup";
  #memory: Memory | undefined;
  #layers: readonly Layer[] = [];
  /** Weights and biases to keep, a u32 a layer; in released mode also the source's kept weights by output channel. */
  #keep: GPUBuffer | undefined;
  #kept: GPUBuffer | undefined;
  readonly #firstChannel: number[] = [];
  /** What is chosen, a bit for each of the store's values; one for all programs, each of which chooses anew. */
  #chosen: { readonly store: ParameterStore; readonly buffer: GPUBuffer } | undefined;
  #recorded = new WeakSet<Recorder>();
  #source = 1;
  #level = 0;

  constructor(readonly settings: EdgePopupSettings) {}

  levels(context: LevelContext): readonly Level[] {
    const { levels, levelEpochs: epochs = context.epochs } = this.settings, { kept, size } = sourceCounts(context);
    return Array.from({ length: levels }, (_, level) => {
      const density = Math.min(annealedDensity(this.settings, kept / size, level), kept / size);
      return { epochs, name: `density ${Number(density.toPrecision(3))}`, density };
    });
  }

  begin({ gpu: { memory }, model, source }: MethodContext): MethodStart {
    this.#memory = memory;
    this.#layers = layersOf(model);
    const { kept, size } = sourceCounts({ model, source });
    this.#source = kept / size;
    this.#keep = memory.create("weights to keep", align(4 * this.#layers.length, 16));
    this.#write(0);
    if (this.#released) this.#kept = memory.upload("kept by channel", this.#channelCounts(source));
    const all = this.#layers.flatMap(({ weight, bias }) => bias ? [weight, bias] : [weight]);
    return {
      // without masks all layers are dense, and the first entries of a layer's scores are those of its first weights
      masks: this.#released ? new Map() : source,
      transforms: new Map(this.#layers.flatMap((layer, i) => this.#transforms(layer, i))),
      parameters: all.map((parameter, i) => this.#scores(parameter, model.parameters.length + i)),
      frozen: new Set(model.parameters.map(({ name }) => name)),
      inits: frozenInits(model, this.#layers, this.settings),
      warnings: this.#warnings(),
    };
  }

  get #released(): boolean {
    return this.settings.mode === "released";
  }

  #warnings(): string[] {
    const { density } = this.settings, source = this.#source;
    if (this.#released) {
      return ["edge-popup as released multiplies nearly all weights by their scores: the network is dense, no ticket"];
    }
    if (density <= source) return [];
    return [`edge-popup asks for density ${density}, but the source keeps ${source.toPrecision(3)} and bounds it`];
  }

  #scores({ name, shape, size }: Parameter, index: number): AddedParameter {
    const layer = this.#layers.find(({ weight, bias }) => weight.name === name || bias?.name === name)!;
    const convolution = layer.weight.shape.length > 2, { fanIn } = fans(layer.weight.shape);
    // kaiming_uniform_ with a = √5 is U(±1/√fan); the biases' bound is √(6 / fan)
    const uniform: Init = layer.bias?.name === name
      ? { name: "uniform-bias", fanIn: fanIn / 6 }
      : { name: "kaiming-uniform" };
    const { mode, scores = mode === "released" ? "released" : "uniform" } = this.settings;
    const init: Init = scores === "released" && convolution ? { name: "constant", value: 0.5 } : uniform;
    return { index, name: edgeScoreName(name), shape, size, init, maskable: false, like: name };
  }

  /** Kept weights of the source in each output channel, layer after layer. */
  #channelCounts(source: ReadonlyMap<string, Mask>): Uint32Array {
    const counts: number[] = [];
    for (const { weight: { name, shape, size } } of this.#layers) {
      this.#firstChannel.push(counts.length);
      const mask = source.get(name), channel = size / shape[0];
      const own = new Array<number>(shape[0]).fill(mask ? 0 : channel);
      if (mask) { for (const index of toIndices(mask)) own[Math.floor(index / channel)]++; }
      counts.push(...own);
    }
    return Uint32Array.from(counts);
  }

  #write(level: number): void {
    const density = annealedDensity(this.settings, this.#source, level);
    const counts = this.#layers.map(({ weight, bias }) => Math.floor(density * (weight.size + (bias?.size ?? 0))));
    this.#memory!.write(whole(this.#keep!), Uint32Array.from(counts));
    this.#level = level;
  }

  wantsStep({ level }: MethodMoment): boolean {
    return level !== this.#level;
  }

  /** A level begins. */
  beforeStep({ level }: MethodMoment): Promise<void> {
    this.#write(level);
    return Promise.resolve();
  }

  state(): Promise<MethodState> {
    return Promise.resolve({ numbers: { level: this.#level }, tensors: new Map() });
  }

  restore({ numbers }: MethodState): void {
    this.#write(numbers.level);
  }

  #transforms({ weight, bias }: Layer, layer: number): [string, WeightTransform][] {
    return [weight, ...bias ? [bias] : []].map((parameter) => [parameter.name, {
      name: "supermask",
      recordForward: (recorder, size, operands, store) => {
        const scores = this.#scoresOf(store, parameter);
        if (!this.#released) {
          const chosen = this.#recordChoice(recorder, store);
          return recordSupermask(recorder, size, { ...operands, chosen }, store.first(scores));
        }
        const channels = parameter === weight ? weight.shape[0] : 0;
        const place = { channels, first: this.#firstChannel[layer], layer };
        const bound = { ...operands, scores: store.values(scores), kept: whole(this.#kept!), keep: whole(this.#keep!) };
        recordReleasedMask(recorder, size, place, bound);
      },
      recordBackward: (recorder, size, { values, effectiveGradient }, accumulate, store) => {
        const scores = this.#scoresOf(store, parameter);
        const bound = {
          values,
          effectiveGradient,
          scores: store.values(scores),
          scoreGradient: store.gradient(scores),
        };
        recordSupermaskBackward(recorder, size, bound, accumulate);
      },
      destroy() {},
    }]);
  }

  #scoresOf(store: ParameterStore, { name }: Parameter): Parameter {
    return store.parameter(edgeScoreName(name));
  }

  /** Records the choice of all layers, once in a recording: each keeps the best of its weights and biases together. */
  #recordChoice(recorder: Recorder, store: ParameterStore): Slice {
    if (this.#chosen?.store !== store) {
      if (this.#chosen) this.#memory!.destroy(this.#chosen.buffer);
      this.#chosen = { store, buffer: this.#memory!.create("chosen weights", 4 * wordCount(store.length)) };
    }
    const selected = whole(this.#chosen.buffer);
    if (this.#recorded.has(recorder)) return selected;
    this.#recorded.add(recorder);
    const ranges = this.#layers.flatMap(({ weight, bias }, segment) =>
      [weight, ...bias ? [bias] : []].map((parameter) => {
        const scores = this.#scoresOf(store, parameter);
        return { first: store.first(scores), size: store.stored(scores), segment };
      })
    );
    const { values: scores, kept: candidates } = store.all;
    const options = { ranges, direction: "largest", absolute: true } as const;
    recordSelect(recorder, options, { scores, candidates, keep: whole(this.#keep!), selected });
    return selected;
  }

  nominalDensity({ level }: Pick<MethodMoment, "level">): number {
    const last = this.settings.levels - 1;
    return Math.min(annealedDensity(this.settings, this.#source, Math.min(level, last)), this.#source);
  }

  recordMask(recorder: Recorder, store: ParameterStore, parameter: Parameter, bits: Operand): void {
    if (this.#released) {
      const layer = this.#layers.findIndex(({ weight }) => weight.name === parameter.name);
      const [[, transform]] = this.#transforms(this.#layers[layer], layer);
      return recordActiveMask(recorder, store, transform, parameter, bits);
    }
    store.recordMask(recorder, this.#scoresOf(store, parameter), bits, this.#recordChoice(recorder, store));
  }

  destroy(): void {
    for (const buffer of [this.#keep, this.#kept, this.#chosen?.buffer]) if (buffer) this.#memory?.destroy(buffer);
    this.#keep = this.#kept = this.#chosen = undefined;
  }
}

function layersOf({ nodes }: Model): Layer[] {
  return nodes.flatMap((node) => node.op === "conv" ? [{ weight: node.weight, bias: node.bias }] : []);
}

/** How everything that is frozen starts. */
function frozenInits(model: Model, layers: readonly Layer[], settings: EdgePopupSettings): Map<string, Init> {
  const { weights, biases, scaleFan, density } = settings, inits = new Map<string, Init>();
  const shrink = scaleFan ? 1 / Math.sqrt(density) : 1;
  for (const { scale, shift } of model.norms) {
    if (scale) inits.set(scale.name, { name: "constant", value: 1 });
    if (shift) inits.set(shift.name, { name: "constant", value: 0 });
  }
  let biasStd = 0.05;
  layers.forEach(({ weight, bias }, i) => {
    const std = shrink * Math.sqrt(2 / fans(weight.shape).fanIn);
    biasStd *= std;
    inits.set(
      weight.name,
      weights === "kaiming-normal"
        ? { name: "normal", std }
        : weights === "signed-constant"
        ? { name: "signed-constant", value: std }
        : { name: "looks-linear", first: i === 0, scale: shrink },
    );
    const scaled: Init = { name: weights === "looks-linear" ? "paired-normal" : "normal", std: biasStd };
    if (bias) inits.set(bias.name, biases === "zero" ? { name: "constant", value: 0 } : scaled);
  });
  return inits;
}
