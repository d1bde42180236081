/** The numbers that every competitor is given: a function of the work and its seed. */
import { maskableLayers } from "../../src/nn/model.ts";
import { initialise } from "../../src/nn/initialise.ts";
import { keeps } from "../../src/masks/mask.ts";
import { makeMasks } from "../../src/masks/make.ts";
import { randomU32, STREAM } from "../../src/random/philox.ts";
import type { Tensor } from "../../src/formats/safetensors.ts";
import { peerModel } from "./models.ts";
import type { StepWork, Work } from "./work.ts";

/** Tensors by name. */
export type Tensors = Map<string, Tensor>;

/** Pixels on the scale 0 to 1 are normalised by these. */
export const PIXEL_MEAN = 0.5, PIXEL_STD = 0.25;

const SEED = 1;

/** A float32 tensor. */
export function floats(shape: readonly number[], data: Float32Array): Tensor {
  return { dtype: "F32", shape: [...shape], data: data as Float32Array<ArrayBuffer> };
}

/** The inputs of a work, as {@link Work} names them. */
export function makeInputs(work: Work): Tensors {
  if (work.kind === "step") return stepInputs(work);
  if (work.kind === "matmul") {
    const { m, k, n } = work;
    return new Map([["a", noise(0, [m, k], 1)], ["b", noise(1, [k, n], 1)]]);
  }
  const { batch, shape } = work,
    { inChannels, outChannels, kernelHeight, kernelWidth } = shape;
  return new Map([
    ["x", noise(0, [batch, inChannels, shape.inHeight, shape.inWidth], 1)],
    ["w", noise(1, [outChannels, inChannels, kernelHeight, kernelWidth], 0.1)],
    ["dy", noise(2, [batch, outChannels, shape.outHeight, shape.outWidth], 1)],
  ]);
}

/** Numbers evenly between −most and most. */
function noise(layer: number, shape: readonly number[], most: number): Tensor {
  const count = shape.reduce((a, b) => a * b, 1);
  return floats(
    shape,
    Float32Array.from(
      randomU32(SEED, STREAM.init, layer, 0, count),
      (word) => most * (word / 2 ** 31 - 1),
    ),
  );
}

/** Images are bytes, as the own loader takes them, and the same as normalised numbers, as the others do. */
function stepInputs(
  { model: name, input, classes, batch, mask }: StepWork,
): Tensors {
  const model = peerModel(name, input, classes),
    size = input[0] * input[1] * input[2];
  const words = randomU32(SEED, STREAM.init, 1000, 0, Math.ceil(batch * size / 4));
  const bytes = new Uint8Array(words.buffer as ArrayBuffer).slice(0, batch * size);
  const labels = Int32Array.from(randomU32(SEED, STREAM.init, 1001, 0, batch), (word) => word % classes);
  const tensors: Tensors = new Map();
  tensors.set("bytes", { dtype: "U8", shape: [batch, ...input], data: bytes });
  tensors.set(
    "images",
    floats(
      [batch, ...input],
      Float32Array.from(bytes, (byte) => (byte / 255 - PIXEL_MEAN) / PIXEL_STD),
    ),
  );
  tensors.set("labels", { dtype: "I32", shape: [batch], data: labels });
  const values = initialise(model, SEED);
  for (const { name, shape } of model.parameters) {
    tensors.set(name, floats(shape, values.get(name)!));
  }
  if (mask === null) return tensors;
  for (const drawn of makeMasks(maskableLayers(model), mask, SEED).masks) {
    const data = new Uint8Array(drawn.shape.reduce((a, b) => a * b, 1));
    const kept = tensors.get(drawn.name)!.data as Float32Array;
    data.forEach((_, i) => {
      if (keeps(drawn, i)) data[i] = 1;
      else kept[i] = 0;
    });
    tensors.set(`mask:${drawn.name}`, { dtype: "U8", shape: drawn.shape, data });
  }
  return tensors;
}
