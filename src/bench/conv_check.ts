/**
 * A kernel's results against the plain reference at sampled outputs: whole channels of a few images, whole taps of a few
 * pairs of channels. What is not right is not worth timing.
 */
import { GpuError } from "../errors.ts";
import type { Slice } from "../gpu/memory.ts";
import { keeps, type Mask } from "../masks/mask.ts";
import { NO_WEIGHT } from "../masks/pattern.ts";
import { conv2dForward, conv2dInputGradient, conv2dWeightGradient } from "../ops/reference/conv2d.ts";
import type { ConvPass } from "../ops/conv_dense.ts";
import type { ConvShape } from "../ops/shape.ts";
import type { ConvData, PackedWeights } from "./conv_data.ts";

/** Largest difference over the root mean square of the reference: float32 sums, and 16-bit activations. */
const LIMITS = { f32: 1e-4, f16: 2e-2 } as const;
const CHANNELS = 3, IMAGES = 2, PAIRS = 12;

/** Reads a part of a buffer back as float32 values. */
export type ReadFloats = (slice: Slice) => Promise<Float32Array>;

/**
 * Compares what a candidate has just computed.
 * @param packed the weights that it computed with; all of them where it is left out
 * @returns the largest difference, relative to the root mean square of the reference
 * @throws {GpuError} of kind `internal` where that is too large
 */
export async function checkConv(
  label: string,
  pass: ConvPass,
  data: ConvData,
  read: ReadFloats,
  packed?: PackedWeights,
  activations: "f32" | "f16" = "f32",
): Promise<number> {
  const samples = pass === "weightGradient"
    ? await weightSamples(data, read, packed)
    : await channelSamples(pass, data, read, packed?.mask);
  const rms = Math.hypot(...samples.map(({ wanted }) => wanted)) / Math.sqrt(Math.max(1, samples.length));
  const most = samples.reduce((max, { got, wanted }) => {
    // a NaN loses every comparison
    return Math.abs(got - wanted) <= max ? max : Number.isNaN(got) ? Infinity : Math.abs(got - wanted);
  }, 0);
  const error = most === 0 ? 0 : most / rms;
  if (error > LIMITS[activations]) {
    const { inChannels, outChannels, inHeight, inWidth, kernelHeight, kernelWidth, stride } = data.problem.shape;
    const sizes =
      `${inChannels}→${outChannels}, ${kernelHeight}×${kernelWidth}, stride ${stride}, ${inHeight}×${inWidth}`;
    throw new GpuError(
      "internal",
      `${label} computes wrong numbers on this adapter: ${error.toExponential(1)} off the reference (${sizes}, ` +
        `N = ${data.problem.capacity}), where ${LIMITS[activations]} would be rounding`,
      { hint: "Please report it with the output of `startsparse doctor --json`." },
    );
  }
  return error;
}

interface Sample {
  readonly got: number;
  readonly wanted: number;
}

/** y of a few output channels, or dx of a few input channels, for a few images. */
async function channelSamples(
  pass: "forward" | "inputGradient",
  { problem, x, dy, weights, slices }: ConvData,
  read: ReadFloats,
  mask: Mask | undefined,
): Promise<Sample[]> {
  const { shape, capacity } = problem, forward = pass === "forward";
  const taps = shape.kernelHeight * shape.kernelWidth;
  const weight = (o: number, i: number, t: number) => {
    const index = (o * shape.inChannels + i) * taps + t;
    return !mask || keeps(mask, index) ? weights[index] : 0;
  };
  const columns = spaced(problem.batch, IMAGES);
  const source = pick(forward ? x : dy, capacity, columns);
  const plane = forward ? shape.outHeight * shape.outWidth : shape.inHeight * shape.inWidth;
  const samples: Sample[] = [];
  for (const channel of spaced(forward ? shape.outChannels : shape.inChannels, CHANNELS)) {
    const others = forward ? shape.inChannels : shape.outChannels;
    const sub: ConvShape = forward ? { ...shape, outChannels: 1 } : { ...shape, inChannels: 1 };
    const values = Float32Array.from({ length: others * taps }, (_, at) => {
      const other = Math.floor(at / taps);
      return forward ? weight(channel, other, at % taps) : weight(other, channel, at % taps);
    });
    const wanted = forward
      ? conv2dForward(sub, source, values, undefined, columns.length)
      : conv2dInputGradient(sub, source, values, columns.length);
    const slice = forward ? slices.y : slices.dx, size = 4 * plane * capacity;
    const row = await read({ buffer: slice.buffer, offset: slice.offset + channel * size, size });
    pick(row, capacity, columns).forEach((got, at) => samples.push({ got, wanted: wanted[at] }));
  }
  return samples;
}

/** dw of a few pairs of channels; of packed weights those of the stored values that are sampled. */
async function weightSamples(
  { problem, x, dy, slices }: ConvData,
  read: ReadFloats,
  packed: PackedWeights | undefined,
): Promise<Sample[]> {
  const { shape, capacity } = problem, taps = shape.kernelHeight * shape.kernelWidth;
  const inPlane = shape.inHeight * shape.inWidth * capacity, outPlane = shape.outHeight * shape.outWidth * capacity;
  const pair = { ...shape, inChannels: 1, outChannels: 1 };
  const gradient = await read(packed ? packed.gradient : slices.dw);
  const stored = packed?.slots.length ?? shape.outChannels * shape.inChannels * taps;
  const samples: Sample[] = [];
  for (const slot of spaced(stored, PAIRS)) {
    const index = packed ? packed.slots[slot] : slot;
    if (index === NO_WEIGHT) continue;
    const o = Math.floor(index / taps / shape.inChannels), i = Math.floor(index / taps) % shape.inChannels;
    const wanted = conv2dWeightGradient(
      pair,
      x.subarray(i * inPlane, (i + 1) * inPlane),
      dy.subarray(o * outPlane, (o + 1) * outPlane),
      capacity,
    );
    samples.push({ got: gradient[slot], wanted: wanted[index % taps] });
  }
  return samples;
}

/** At most `wanted` of the numbers below `count`, evenly spaced, the first and the last among them. */
export function spaced(count: number, wanted: number): number[] {
  const length = Math.min(count, wanted);
  return Array.from({ length }, (_, i) => length === 1 ? 0 : Math.round(i * (count - 1) / (length - 1)));
}

/** The given columns of rows of `capacity` values. */
function pick(values: Float32Array, capacity: number, columns: readonly number[]): Float32Array {
  const rows = values.length / capacity, width = columns.length;
  return Float32Array.from({ length: rows * width }, (_, at) => {
    return values[Math.floor(at / width) * capacity + columns[at % width]];
  });
}
