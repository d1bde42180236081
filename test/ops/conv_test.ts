/** Every convolution kernel against the plain reference: sizes, strides, paddings, both adapter classes, dense and packed. */
import { fromDense, type Mask } from "../../src/masks/mask.ts";
import { type BlockSize, NO_BLOCKS } from "../../src/masks/blocks.ts";
import { makePattern, NO_WEIGHT, slotIndices } from "../../src/masks/pattern.ts";
import {
  type ConvWeights,
  layerVariants,
  recordConvForward,
  recordConvInputGradient,
  recordConvWeightGradient,
} from "../../src/ops/conv.ts";
import { CONV_PASSES } from "../../src/ops/conv_dense.ts";
import { uploadPattern } from "../../src/ops/packed_pattern.ts";
import { conv2dForward, conv2dInputGradient, conv2dWeightGradient } from "../../src/ops/reference/conv2d.ts";
import { convShape, type ConvSizes, convWeightCount, linearShape } from "../../src/ops/shape.ts";
import { assertClose, CLASSES, noise, quiet, runOps, testGpu } from "./gpu.ts";

/**
 * Sizes that exercise uneven tiles, every kernel size, both strides, missing taps, one channel, one position. Each
 * kernel that is new here costs up to seconds of compilation, so only a part runs for both adapter classes.
 */
interface Case extends ConvSizes {
  columns: number;
  bias?: boolean;
  only?: "software" | "gpu";
}

const CASES: Case[] = [
  { inChannels: 3, inHeight: 6, inWidth: 9, outChannels: 10, kernelHeight: 3, pad: 1, columns: 8, bias: true },
  { inChannels: 5, inHeight: 6, inWidth: 5, outChannels: 3, kernelHeight: 3, pad: 1, stride: 2, columns: 12 },
  { inChannels: 4, inHeight: 3, inWidth: 7, outChannels: 3, kernelHeight: 3, pad: 1, columns: 64, only: "software" },
  { inChannels: 5, inHeight: 7, inWidth: 6, outChannels: 9, kernelHeight: 1, stride: 2, columns: 4, only: "software" },
  { inChannels: 3, inHeight: 2, inWidth: 4, outChannels: 9, kernelHeight: 1, columns: 4, only: "software" },
  {
    inChannels: 1,
    inHeight: 7,
    inWidth: 3,
    outChannels: 2,
    kernelHeight: 5,
    pad: 2,
    columns: 8,
    bias: true,
    only: "software",
  },
  { inChannels: 3, inHeight: 5, inWidth: 7, outChannels: 2, kernelHeight: 5, columns: 4, only: "gpu" },
  {
    inChannels: 1,
    inHeight: 4,
    inWidth: 3,
    outChannels: 2,
    kernelHeight: 7,
    pad: 3,
    stride: 2,
    columns: 4,
    only: "gpu",
  },
  {
    inChannels: 2,
    inHeight: 5,
    inWidth: 8,
    outChannels: 3,
    kernelHeight: 2,
    kernelWidth: 4,
    pad: 1,
    stride: 3,
    columns: 4,
    only: "gpu",
  },
  { inChannels: 9, inHeight: 3, inWidth: 5, outChannels: 70, kernelHeight: 3, pad: 1, columns: 16, only: "gpu" },
  { inChannels: 70, inHeight: 3, inWidth: 3, outChannels: 40, kernelHeight: 1, stride: 2, columns: 8, only: "gpu" },
  { inChannels: 4, inHeight: 2, inWidth: 2, outChannels: 4, kernelHeight: 3, pad: 1, columns: 4, only: "software" },
  { inChannels: 4, inHeight: 1, inWidth: 1, outChannels: 4, kernelHeight: 3, pad: 1, columns: 4, only: "gpu" },
  { ...linearShape(37, 11), columns: 64, bias: true },
  { ...linearShape(20, 10), columns: 20, only: "software" },
];

/** Dense, and packed: single weights, blocks of several sizes that the cases clip, and 16-bit activations. */
const STORAGES: readonly { density: number; block?: BlockSize; activations?: "f32" | "f16"; choice?: number }[] = [
  { density: 1 }, // the expected dense kernels
  { density: 1, choice: 1 }, // and each pass's second choice
  { density: 0.3 },
  { density: 0.05 },
  { density: 0.05, block: [8, 4] },
  { density: 0.1, block: [2, 3] },
  { density: 0.1, activations: "f16" },
  { density: 0.05, block: [4, 4], activations: "f16" },
];

function maskOf(sizes: ConvSizes, density: number): Mask {
  const { outChannels, inChannels, kernelHeight, kernelWidth = kernelHeight } = sizes;
  const shape = [outChannels, inChannels, kernelHeight, kernelWidth];
  const bits = noise(shape.reduce((a, b) => a * b), 5).map((u) => (u + 1) / 2 < density ? 1 : 0);
  if (density < 0.5) bits.fill(0, 0, inChannels * kernelHeight * kernelWidth); // an output channel without weights
  return fromDense("w", shape, bits);
}

for (const adapter of CLASSES) {
  for (const { columns, bias, only, ...sizes } of CASES) {
    if (only && only !== adapter.name) continue;
    const shape = convShape(sizes);
    const { kernelHeight, kernelWidth, stride, inHeight, inWidth, inChannels, outChannels } = shape;
    const title =
      `${adapter.name} ${kernelHeight}×${kernelWidth}/${stride} ${inChannels}→${outChannels} ${inHeight}×${inWidth}×${columns}`;
    const x = noise(inChannels * inHeight * inWidth * columns, 1);
    const dy = noise(outChannels * shape.outHeight * shape.outWidth * columns, 2);
    const b = bias ? noise(outChannels, 4) : undefined;

    for (const { density, block = NO_BLOCKS, activations = "f32", choice = 0 } of STORAGES) {
      const kernels = Object.fromEntries(CONV_PASSES.map((pass) => {
        const variants = layerVariants(pass, shape, { capacity: columns, adapter });
        return [pass, variants[choice] ?? variants[0]];
      }));
      const dense = `dense ${[...new Set(Object.values(kernels))].join(", ")}`;
      const stored = block[0] * block[1] > 1 ? ` in ${block.join("×")} blocks` : "";
      Deno.test({
        name: `conv ${title} ${density === 1 ? dense : `packed ${density}${stored}`} ${activations}`,
        ...quiet,
        fn: async () => {
          const { memory, subgroups } = await testGpu();
          const w = noise(convWeightCount(shape), 3);
          const mask = maskOf(sizes, density);
          const kept = (i: number) => density === 1 || (mask.bits[i >>> 5] >>> (i & 31)) & 1;
          w.forEach((_, i) => kept(i) || (w[i] = 0));
          const found = density === 1 ? undefined : makePattern(mask, block);
          // slots of pruned weights in kept blocks hold zeros; the optimizer's mask keeps them so
          const indices = found ? slotIndices(found) : Uint32Array.from(w.keys());
          const packed = Float32Array.from(indices, (i) => i === NO_WEIGHT ? 0 : w[i]);
          const pattern = found && uploadPattern(memory, "w", found);
          const bySubgroups = adapter.name === "gpu" && pattern !== undefined && subgroups !== undefined;
          const startX = noise(x.length, 6), startW = noise(indices.length, 7);
          const results = await runOps(({ recorder, input, output }) => {
            const weights: ConvWeights = pattern
              ? { storage: "packed", values: input(packed), pattern, activations }
              : { storage: "dense", values: input(w), kernels };
            const context = { recorder, capacity: columns, adapter };
            const xs = input(x), dys = input(dy), dw = output("dw", indices.length);
            recordConvForward(context, shape, { x: xs, y: output("y", dy.length), bias: b && input(b) }, weights);
            recordConvInputGradient(context, shape, { dy: dys, dx: output("dx", x.length) }, weights, false);
            recordConvInputGradient(context, shape, { dy: dys, dx: output("dx+", x.length, startX) }, weights, true);
            recordConvWeightGradient(context, shape, { x: xs, dy: dys, dw }, weights, false);
            const added = output("dw+", indices.length, startW);
            recordConvWeightGradient(context, shape, { x: xs, dy: dys, dw: added }, weights, true);
            if (!bySubgroups) return;
            const other = { ...context, adapter: { ...adapter, subgroups } };
            const sums = output("dw by subgroups", indices.length);
            recordConvWeightGradient(other, shape, { x: xs, dy: dys, dw: sums }, weights, false);
          });
          const dx = conv2dInputGradient(shape, dy, w, columns);
          const dw = conv2dWeightGradient(shape, x, dy, columns);
          // what lies in a clipped block beyond the layer may be anything
          const real = (values: ArrayLike<number>) => Array.from(values).filter((_, k) => indices[k] !== NO_WEIGHT);
          const expected = real(Array.from(indices, (i) => dw[i]));
          const exact = activations === "f32" ? 1e-5 : 2e-3, rough = activations === "f32" ? 1e-5 : 2e-2;
          assertClose(results.y, conv2dForward(shape, x, w, b, columns), exact, "forward");
          assertClose(results.dx, dx, rough, "input gradient");
          assertClose(results["dx+"], dx.map((v, i) => v + startX[i]), rough, "input gradient, added");
          if (expected.length) {
            const start = real(startW);
            assertClose(real(results.dw), expected, rough, "weight gradient");
            if (bySubgroups) {
              assertClose(real(results["dw by subgroups"]), expected, rough, "weight gradient, subgroups");
            }
            assertClose(real(results["dw+"]), expected.map((v, i) => v + start[i]), rough, "weight gradient, added");
          }
          pattern?.destroy();
        },
      });
    }
  }
}
