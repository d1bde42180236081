/**
 * Which kernels were timed: a measurement of kernels that have changed since says nothing about those of today. Some
 * layers are recorded on a device that only counts, by the code that records them in earnest, so that a change of a
 * kernel's text as well as of the choice of its tiles and splits shows by itself.
 */
import { sha256 } from "../formats/sha256.ts";
import { bareText } from "../gpu/bare_text.ts";
import { dryGpu, UNKNOWN_ADAPTER } from "../gpu/dry.ts";
import { Recorder } from "../gpu/recorder.ts";
import type { BlockSize } from "../masks/blocks.ts";
import { drawMask } from "../masks/draw.ts";
import { makePattern, storedValues } from "../masks/pattern.ts";
import {
  type ConvWeights,
  layerVariants,
  recordConvForward,
  recordConvInputGradient,
  recordConvWeightGradient,
} from "../ops/conv.ts";
import { CONV_PASSES, type ConvPass } from "../ops/conv_dense.ts";
import { ADAPTER_CLASSES, type AdapterClass } from "../ops/emit.ts";
import { uploadPattern } from "../ops/packed_pattern.ts";
import {
  convInputSize,
  convOutputSize,
  type ConvShape,
  convShape,
  convWeightCount,
  linearShape,
} from "../ops/shape.ts";

/** Layers of the usual kinds: filters, strides, images and linear layers, small ones as their recording costs time. */
const LAYERS: readonly { readonly shape: ConvShape; readonly capacity: number }[] = [
  { shape: sample(32, 48, 8, 3, 1), capacity: 32 },
  { shape: sample(16, 24, 4, 3, 2), capacity: 64 },
  { shape: sample(3, 16, 12, 5, 1), capacity: 32 },
  { shape: sample(24, 16, 6, 1, 2), capacity: 32 },
  { shape: linearShape(96, 40), capacity: 128 },
];
const FORMS = [
  { block: [1, 1], activations: "f32" },
  { block: [8, 4], activations: "f16" },
] as const satisfies { block: BlockSize; activations: string }[];

function sample(inChannels: number, outChannels: number, side: number, kernel: number, stride: number): ConvShape {
  const sizes = { inChannels, outChannels, inHeight: side, inWidth: side, kernelHeight: kernel, stride };
  return convShape({ ...sizes, pad: Math.floor(kernel / 2) });
}

/** GPUs have other kernels where they have subgroups; those of one size stand for all. */
const CLASSES: Readonly<Record<AdapterClass["name"], readonly AdapterClass[]>> = {
  software: [ADAPTER_CLASSES.software],
  gpu: [ADAPTER_CLASSES.gpu, { ...ADAPTER_CLASSES.gpu, subgroups: { min: 8, max: 8, prelude: "" } }],
};

const known = new Map<AdapterClass["name"], Promise<string>>();

/** Twelve digits that stand for the kernels of an adapter class in this version, comments apart. */
export function kernelFingerprint(name: AdapterClass["name"]): Promise<string> {
  let digits = known.get(name);
  if (!digits) {
    const text = CLASSES[name].flatMap((adapter) =>
      LAYERS.map(({ shape, capacity }) => recordedText(adapter, shape, capacity))
    ).join("\n");
    digits = sha256(new TextEncoder().encode(text)).then((sum) => sum.slice(0, 12));
    known.set(name, digits);
  }
  return digits;
}

/** Text and grid of every kernel that a layer could run. */
function recordedText(adapter: AdapterClass, shape: ConvShape, capacity: number): string {
  const gpu = dryGpu(UNKNOWN_ADAPTER), texts: string[] = [];
  const room = (label: string, values: number) => {
    const size = 4 * values;
    return { buffer: gpu.memory.create(label, size), offset: 0, size };
  };
  const w = room("w", convWeightCount(shape));
  const x = room("x", convInputSize(shape) * capacity), y = room("y", convOutputSize(shape) * capacity);
  const dx = room("dx", convInputSize(shape) * capacity), dy = room("dy", convOutputSize(shape) * capacity);
  const record = (pass: ConvPass, weights: ConvWeights, dw: typeof w) => {
    const recorder = new Recorder(gpu.memory, gpu.kernels), context = { recorder, capacity, adapter };
    if (pass === "forward") recordConvForward(context, shape, { x, y }, weights);
    else if (pass === "inputGradient") recordConvInputGradient(context, shape, { dy, dx }, weights, false);
    else recordConvWeightGradient(context, shape, { x, dy, dw }, weights, false);
    for (const { kernel, grid } of recorder.finish().dispatches) texts.push(`${grid}\n${bareText(kernel.code)}`);
  };
  for (const pass of CONV_PASSES) {
    for (const variant of layerVariants(pass, shape, { capacity, adapter })) {
      record(pass, { storage: "dense", values: w, kernels: { [pass]: variant } }, w);
    }
  }
  const { outChannels, inChannels, kernelHeight, kernelWidth } = shape;
  for (const { block, activations } of FORMS) {
    const layer = { name: "w", shape: [outChannels, inChannels, kernelHeight, kernelWidth] };
    const pattern = makePattern(drawMask(layer, 0.2, 1, 0, "bernoulli", block), block);
    const values = room("packed", Math.max(4, storedValues(pattern)));
    const weights: ConvWeights = {
      storage: "packed",
      values,
      activations,
      pattern: uploadPattern(gpu.memory, "w", pattern),
    };
    for (const pass of CONV_PASSES) record(pass, weights, values);
  }
  gpu.close();
  return texts.join("\n");
}
