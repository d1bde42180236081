/**
 * What a network's channels hold for one image, between the planes: the network's own forward pass over the lane's weights,
 * evaluated as predictions are, and of each activation a copy that can be drawn. Nothing is read back for it.
 */
import type { Normalisation } from "../data/normalise.ts";
import { PictureSource } from "../data/picture_source.ts";
import { align, whole } from "../gpu/memory.ts";
import { type DispatchList, Recorder } from "../gpu/recorder.ts";
import type { Runner } from "../gpu/runner.ts";
import type { Model, Size } from "../nn/model.ts";
import { type RecordBatch, recordPass } from "../nn/program.ts";
import type { ParameterStore } from "../nn/store.ts";
import type { WeightTransform } from "../nn/transform.ts";
import { MOST_PICTURES, type NetworkShape } from "./shape.ts";
import copyText from "../../shaders/view3d/copy_activation.wgsl" with { type: "text" };

/** Columns of a batch of one image. */
const CAPACITY = 1;

/** An activation that is shown. */
export interface ShownActivation {
  /** The grid that it stands in. */
  readonly grid: number;
  /** The node that computes it. */
  readonly node: number;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  /** The first of its values, channel by channel and row by row, among those of all. */
  readonly first: number;
}

/** What stands in which grid: what the next layer reads, and behind the last one the logits. */
export function shownActivations({ nodes }: Model, { planes, grids }: NetworkShape): ShownActivation[] {
  let first = 0;
  return grids.flatMap((_, grid): ShownActivation[] => {
    const reader = planes.find(({ shortcut, inputGrid }) => !shortcut && inputGrid === grid);
    const layer = nodes.find((node) => node.op === "conv" && node.weight.name === reader?.parameter);
    let node = layer?.op === "conv" ? nodes[layer.input] : nodes[nodes.length - 1];
    while (node.op === "flatten") node = nodes[node.input];
    const [channels, height, width] = node.size;
    if (channels > MOST_PICTURES) return [];
    const shown = { grid, node: node.index, channels, height, width, first };
    first += channels * height * width;
    return [shown];
  });
}

/** The network that the image goes through. */
export interface ActivationSource {
  readonly model: Model;
  readonly store: ParameterStore;
  /** [channels, height, width] of the stored images. */
  readonly shape: Size;
  readonly normalisation: Normalisation;
  readonly transforms?: ReadonlyMap<string, WeightTransform>;
}

/** The activations of one network for one image at a time. */
export class Activations {
  readonly shown: readonly ShownActivation[];
  /** Values of all that is shown, and (least, largest) of each. */
  readonly pictures: GPUBuffer;
  readonly ranges: GPUBuffer;
  readonly #image: PictureSource;
  #recorded: { readonly version: number; readonly list: DispatchList } | undefined;

  constructor(readonly source: ActivationSource, shape: NetworkShape) {
    const { model, store: { gpu }, shape: stored, normalisation } = source;
    this.shown = shownActivations(model, shape);
    const last = this.shown.at(-1), values = last ? last.first + last.channels * last.height * last.width : 1;
    this.pictures = gpu.memory.create("activations", align(4 * values, 16));
    this.ranges = gpu.memory.create("ranges of activations", align(8 * Math.max(1, this.shown.length), 16));
    this.#image = new PictureSource(gpu, { shape: stored, input: model.input, normalisation, capacity: CAPACITY });
  }

  /**
   * Computes them for an image, with the weights as they are now.
   * @param image bytes as the data set has them
   * @returns false where it is none of this network's size
   */
  update(runner: Runner, image: Uint8Array): boolean {
    if (image.length !== this.#image.images.length) return false;
    const { version } = this.source.store;
    if (this.#recorded?.version !== version) {
      this.#recorded?.list.destroy();
      this.#recorded = { version, list: this.#record() };
    }
    this.#image.provide(image, 1);
    runner.submit(this.#recorded.list, [{ count: 1, start: 0, index: 0, epoch: 0, slot: 0, learningRate: 0 }]);
    return true;
  }

  #record(): DispatchList {
    const { store, transforms } = this.source,
      { memory, kernels } = store.gpu,
      recorder = new Recorder(memory, kernels);
    const batch: RecordBatch = (recorder, columns) => this.#image.record(recorder, columns);
    const options = { capacity: CAPACITY, batch, transforms };
    const { context, forward } = recordPass(recorder, store, options, { training: false });
    this.shown.forEach(({ node, channels, height, width, first }, index) => {
      const operands = {
        activation: forward.outputs[node][0],
        pictures: whole(this.pictures),
        ranges: whole(this.ranges),
      };
      const numbers = { count: channels * height * width, columns: context.capacity, first, index };
      recorder.dispatch("copyActivation", copyText, operands, numbers, [1, 1, 1]);
    });
    return recorder.finish();
  }

  /** Frees what belongs to them. */
  destroy(): void {
    this.#recorded?.list.destroy();
    this.#image.destroy();
    for (const buffer of [this.pictures, this.ranges]) this.source.store.gpu.memory.destroy(buffer);
  }
}
