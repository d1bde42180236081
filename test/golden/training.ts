/**
 * Reads training-<model>.json and .safetensors (see README.md) and makes everything that is not stored in them: initial
 * weights and masks from Philox, batches from the embedded data set. Equal to training.py bit for bit.
 */
import { type Mask, maskFromBits, wordCount } from "../../src/masks/mask.ts";
import { randomU32, STREAM } from "../../src/random/philox.ts";
import { gunzip, isGzip } from "../../src/formats/gzip.ts";
import { readSafetensors } from "../../src/formats/safetensors.ts";

/** Networks that have a training fixture. */
export const TRAINING_MODELS = ["lenet5", "lab", "vgg16n", "resnet20"] as const;
export type TrainingModel = (typeof TRAINING_MODELS)[number];

/** How a parameter is drawn: uniform in ±size (weights, biases), `size` (scales), or −size or +size (shifts). */
export interface ParameterEntry {
  name: string;
  shape: number[];
  kind: "weight" | "bias" | "scale" | "shift";
  size: number;
  /** Of the little-endian bytes of the initial values, after masking. */
  sha256: string;
  /** `index` counts masked tensors; `sha256` is of the packed bits. */
  mask?: { index: number; density: number; nnz: number; sha256: string };
}

/** What a run gave: element t belongs to step t + 1, before its update. A loss of null was not finite. */
export interface TrainingCurve {
  /** Mean cross entropy of each batch, in nats. */
  loss: (number | null)[];
  /** Right answers in each batch. */
  correct: number[];
  /** The first batch in evaluation mode (running statistics) after the last step. */
  evaluation: { loss: number; correct: number };
}

/** A run in float32, with its float64 twin and how far the two are apart. */
export interface TrainingRun extends TrainingCurve {
  /** Learning rate. */
  lr: number;
  float64: TrainingCurve;
  /** Largest relative difference of the losses; the first step (from 1) where it exceeds 1e-4, or null. */
  float32Spread: { largest: number | null; partsAtStep: number | null };
}

/** The JSON part of a fixture. */
export interface TrainingDescription {
  model: TrainingModel;
  seed: number;
  density: number;
  batch: number;
  steps: number;
  /** Channels, height and width of an image. */
  image: [number, number, number];
  /** Bytes v enter as (v/255 − mean)/std. */
  mean: number;
  std: number;
  sgd: { momentum: number; nesterov: boolean; weightDecay: number };
  batchesSha256: string;
  labelsSha256: string;
  /**
   * In registration order. `gradientSpread`: largest error of PyTorch's float32 gradient of step 1, as a share of the
   * largest float64 entry.
   */
  parameters: (ParameterEntry & { gradientSpread: number })[];
  runs: TrainingRun[];
}

/** A batch: bytes (B, C, H, W) and a class for each image. */
export interface TrainingBatch {
  bytes: Uint8Array;
  labels: Uint8Array;
}

/** Everything a test needs to train as PyTorch did. */
export interface TrainingFixture extends TrainingDescription {
  /** Initial values by parameter name, in registration order; masked-out weights are 0. */
  values: Map<string, Float32Array>;
  /** Masks of the 2-D and 4-D parameters, by name. */
  masks: Map<string, Mask>;
  batches: TrainingBatch[];
  /** Gradients of step 1 by parameter name: of masked tensors the kept entries only, in row-major order. */
  gradients: Map<string, Float32Array>;
  /** Running statistics after step 1 of the first batch norm: `<name>.mean` and `<name>.variance`. None in LeNet-5. */
  running: Map<string, Float32Array>;
  /** The run with that learning rate, 0.01 or 0.1. */
  run(lr: number): TrainingRun;
}

/** Reads a file of the repository, by its path from the root. */
export type ReadFile = (path: string) => Promise<Uint8Array<ArrayBuffer>>;

// A name of its own: bundlers take `new URL(…, import.meta.url)` for an asset.
const HERE = import.meta.url;

/** Under Deno, from the disk. Deno is named by a cast because pages bundle this file, and have no types of it. */
const readFromDisk: ReadFile = (path) => {
  const { Deno } = globalThis as unknown as { Deno: { readFile(url: URL): Promise<Uint8Array<ArrayBuffer>> } };
  return Deno.readFile(new URL(`../../${path}`, HERE));
};

/** Loads the fixture of a model and makes its weights, masks and batches. */
export async function loadTraining(model: TrainingModel, read: ReadFile = readFromDisk): Promise<TrainingFixture> {
  const file = (end: string) => read(`test/golden/training-${model}.${end}`);
  const description: TrainingDescription = JSON.parse(new TextDecoder().decode(await file("json")));
  const { tensors } = readSafetensors(await file("safetensors"), `training-${model}.safetensors`);
  const group = (prefix: string) => {
    const found = [...tensors].filter(([name]) => name.startsWith(prefix));
    return new Map(found.map(([name, { data }]) => [name.slice(prefix.length), data as Float32Array]));
  };
  const masks = new Map<string, Mask>();
  const values = new Map<string, Float32Array>();
  description.parameters.forEach((entry, layer) => {
    const mask = entry.mask && drawMask(description.seed, entry, entry.mask);
    if (mask) masks.set(entry.name, mask);
    values.set(entry.name, drawValues(description.seed, entry, layer, mask));
  });
  return {
    ...description,
    masks,
    values,
    batches: await loadBatches(description, read),
    gradients: group("gradient/"),
    running: group("running/"),
    run(lr) {
      const found = description.runs.find((run) => run.lr === lr);
      if (!found) throw new Error(`${model} has no run with learning rate ${lr}`);
      return found;
    },
  };
}

/** The kept entries of a tensor in row-major order. */
export function keptEntries(values: Float32Array, mask: Mask): Float32Array {
  return values.filter((_, k) => (mask.bits[k >>> 5] >>> (k & 31) & 1) === 1);
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, extent) => product * extent, 1);
}

/** The mask of an entry. */
export function drawMask(
  seed: number,
  { name, shape }: ParameterEntry,
  { index, density }: { index: number; density: number },
): Mask {
  const count = sizeOf(shape);
  const bits = new Uint32Array(wordCount(count));
  randomU32(seed, STREAM.mask, index, 0, count).forEach((u, k) => {
    if (u < density * 2 ** 32) bits[k >>> 5] |= 1 << (k & 31);
  });
  return maskFromBits(name, shape, bits);
}

/** The initial values of the parameter that is number `layer` in registration order, after masking. */
export function drawValues(seed: number, { shape, kind, size }: ParameterEntry, layer: number, mask?: Mask): Float32Array {
  const random = randomU32(seed, STREAM.init, layer, 0, sizeOf(shape));
  const value = {
    weight: (u: number) => (u / 2 ** 32 - 0.5) * 2 * size,
    bias: (u: number) => (u / 2 ** 32 - 0.5) * 2 * size,
    scale: () => size,
    shift: (u: number) => u < 2 ** 31 ? -size : size,
  }[kind];
  return Float32Array.from(random, (u, k) => mask && !(mask.bits[k >>> 5] >>> (k & 31) & 1) ? 0 : value(u));
}

/** Contents of a gzipped IDX file of the embedded data set behind its header. */
async function readIdx(name: string, header: number, read: ReadFile): Promise<Uint8Array> {
  const bytes = await read(`datasets/fashion-mnist-10k/${name}`);
  // Vite sends a .gz file with "content-encoding: gzip", and then the browser has unpacked it already.
  return (isGzip(bytes) ? await gunzip(bytes, name) : bytes).subarray(header);
}

async function loadBatches(
  { batch, steps, image: [channels, height, width] }: TrainingDescription,
  read: ReadFile,
): Promise<TrainingBatch[]> {
  const images = await readIdx("train-images-idx3-ubyte.gz", 16, read);
  const labels = await readIdx("train-labels-idx1-ubyte.gz", 8, read);
  const bytesOf = channels === 3 ? threeChannels : (bytes: Uint8Array) => bytes;
  return Array.from({ length: steps }, (_, t): TrainingBatch => {
    const bytes = new Uint8Array(batch * channels * height * width);
    for (let b = 0; b < batch; b++) {
      const k = t * batch + b;
      bytes.set(bytesOf(images.subarray(k * 784, (k + 1) * 784)), b * channels * height * width);
    }
    return { bytes, labels: labels.slice(t * batch, (t + 1) * batch) };
  });
}

/** A 28×28 image as 3×32×32: padded with zeros, its negative, and its mirror image. */
function threeChannels(image: Uint8Array): Uint8Array {
  const result = new Uint8Array(3 * 1024);
  for (let y = 0; y < 32; y++) {
    for (let x = 0; x < 32; x++) {
      const inside = y >= 2 && y < 30 && x >= 2 && x < 30;
      const value = inside ? image[(y - 2) * 28 + x - 2] : 0;
      result[y * 32 + x] = value;
      result[1024 + y * 32 + x] = 255 - value;
      result[2048 + y * 32 + 31 - x] = value;
    }
  }
  return result;
}
