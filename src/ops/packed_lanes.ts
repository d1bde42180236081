/**
 * How a lane of a packed kernel reads activations: four float32 values, or eight 16-bit ones, by one load.
 *
 * A packed kernel makes one load for each multiply-add of a lane, and on software adapters a load costs by the 32-bit
 * word: halves are half the price. Sums stay float32. Activations are copied as float16 (11 bits of precision), gradients
 * as bfloat16 (8 bits, but float32's range: gradients of early layers lie below what float16 can hold).
 */
import { flatGrid, type Operand, type Recorder, type Tensor } from "../gpu/recorder.ts";
import { FLAT, flatKernel } from "../gpu/flat.ts";
import narrowText from "../../shaders/packed/narrow.wgsl" with { type: "text" };

/** Format of the activations that a packed kernel reads. */
export type LaneFormat = "f32" | "f16" | "bf16";

/** Precision of the activations of packed layers: as they are, or copies of 16 bits. */
export type PackedActivations = "f32" | "f16";

/** All names of {@link PackedActivations}. */
export const PACKED_ACTIVATIONS = ["f32", "f16"] as const satisfies readonly PackedActivations[];

/** WGSL element type of an operand in a format. */
export function laneType(format: LaneFormat): "vec4f" | "vec4u" {
  return format === "f32" ? "vec4f" : "vec4u";
}

/** vec4f values that a lane gets by one load. */
export function laneVectors(format: LaneFormat): 1 | 2 {
  return format === "f32" ? 1 : 2;
}

/** Loads of a row of N values: lanes along the batch. N is a multiple of 4; eight values are padded with zeros. */
export function lanesOfRow(format: LaneFormat, capacity: number): number {
  return Math.ceil(capacity / (4 * laneVectors(format)));
}

/** WGSL expressions of the vec4f values in a loaded element `name`. */
export function laneValues(format: LaneFormat, name: string): string[] {
  if (format === "f32") return [name];
  const halves = [[`${name}.x`, `${name}.y`], [`${name}.z`, `${name}.w`]];
  return halves.map(([low, high]) =>
    format === "f16"
      ? `vec4f(unpack2x16float(${low}), unpack2x16float(${high}))`
      : `bitcast<vec4f>(vec4u(${low} << 16u, ${low} & 0xffff0000u, ${high} << 16u, ${high} & 0xffff0000u))`
  );
}

const narrow = flatKernel(narrowText);

/**
 * Records a 16-bit copy of an activation.
 * @param rows channels × positions
 * @param capacity columns N of the activation, a multiple of 4; rows of the copy are padded to a multiple of 8
 */
export function recordNarrow(
  recorder: Recorder,
  x: Operand,
  { rows, capacity, format }: { rows: number; capacity: number; format: "f16" | "bf16" },
): Tensor {
  const lanes = lanesOfRow(format, capacity), count = rows * lanes;
  const copy = recorder.tensor(`${format} copy`, 16 * count);
  const constants = { count, n4: capacity / 4, lanes, bfloat: Number(format === "bf16") };
  recorder.dispatch("narrow", narrow, { x, copy }, constants, flatGrid(count, FLAT));
  return copy;
}
