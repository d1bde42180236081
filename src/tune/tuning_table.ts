/**
 * What was measured on one adapter: for each kind of layer and pass the milliseconds of every dense kernel, and of packed
 * kernels as a line over the share of stored values. Layers are kept under the key of their sizes.
 */
import * as z from "zod";
import { type BlockSize, NO_BLOCKS } from "../masks/blocks.ts";
import { clippedBlock, type ConvWork, type PackedForm } from "../nn/cost.ts";
import type { MeasuredCosts, PackedLine } from "../nn/layer_costs.ts";
import { workKey } from "../nn/layer_kinds.ts";
import { CONV_PASSES, type ConvPass } from "../ops/conv_dense.ts";
import { PACKED_ACTIVATIONS, type PackedActivations } from "../ops/packed_lanes.ts";

const size = () => z.int().min(1);
const time = () => z.number().min(0);

const lineSchema = z.object({
  block: z.tuple([size(), size()]),
  activations: z.enum(PACKED_ACTIVATIONS as [PackedActivations, ...PackedActivations[]]),
  fixed: time(),
  slope: time(),
  /** What the line was drawn through: share of stored values, milliseconds. */
  points: z.array(z.tuple([z.number().min(0), time()])).min(2),
});

const passSchema = z.object({
  /** Milliseconds by kernel. */
  dense: z.record(z.string(), time()),
  packed: z.array(lineSchema),
});

const shapeSchema = z.object({
  inChannels: size(),
  inHeight: size(),
  inWidth: size(),
  outChannels: size(),
  kernelHeight: size(),
  kernelWidth: size(),
  stride: size(),
  pad: z.int().min(0),
  outHeight: size(),
  outWidth: size(),
});

/** What a file of measurements holds. */
export const tuningSchema = z.object({
  format: z.literal(1),
  /** Of the kernels that were timed (kernel_fingerprint.ts): times of other kernels say nothing. */
  kernels: z.string(),
  adapter: z.object({
    name: z.string(),
    vendor: z.string(),
    architecture: z.string(),
    device: z.string(),
    software: z.boolean(),
    /** What WebGPU is made of, and the kind of machine. */
    backend: z.string(),
    os: z.string(),
    arch: z.string(),
  }),
  /** When something was last measured, ISO 8601 in UTC. */
  changed: z.string(),
  layers: z.record(
    z.string(),
    z.object({
      shape: shapeSchema,
      capacity: size(),
      passes: z.partialRecord(z.enum(CONV_PASSES), passSchema),
    }),
  ),
});

/** The measurements of one adapter. */
export type TuningTable = z.output<typeof tuningSchema>;

/** Who was measured. */
export type TunedAdapter = TuningTable["adapter"];

/** Milliseconds of one pass of a layer. */
export type TunedPass = z.output<typeof passSchema>;

/** Packed milliseconds of one form. */
export type TunedLine = z.output<typeof lineSchema>;

/** A table without measurements. */
export function emptyTable(adapter: TunedAdapter, kernels: string, changed: string): TuningTable {
  return { format: 1, kernels, adapter, changed, layers: {} };
}

/** What was measured of a pass. */
export function tunedPass(table: TuningTable, pass: ConvPass, work: ConvWork): TunedPass | undefined {
  return table.layers[workKey(work)]?.passes[pass];
}

/** What was measured of a pass's packed kernels; the block as it is after clipping. */
export function tunedLine(
  table: TuningTable,
  pass: ConvPass,
  work: ConvWork,
  form: PackedForm,
): TunedLine | undefined {
  const [outs, ins] = clippedBlock(work.shape, form.block);
  return tunedPass(table, pass, work)?.packed.find(({ block, activations }) =>
    block[0] === outs && block[1] === ins && activations === form.activations
  );
}

/** The table with a pass's measurements added; new times of a kernel replace old ones. */
export function addPass(
  table: TuningTable,
  pass: ConvPass,
  { shape, capacity }: ConvWork,
  { dense, packed }: TunedPass,
  changed: string,
): TuningTable {
  const key = workKey({ shape, capacity });
  const layer = table.layers[key] ?? { shape, capacity, passes: {} }, before = layer.passes[pass];
  const replaced = (old: TunedLine) =>
    packed.some(({ block, activations }) => block.join() === old.block.join() && activations === old.activations);
  const kept = before?.packed.filter((line) => !replaced(line)) ?? [];
  const passes = { ...layer.passes, [pass]: { dense: { ...before?.dense, ...dense }, packed: [...kept, ...packed] } };
  return { ...table, changed, layers: { ...table.layers, [key]: { ...layer, passes } } };
}

/** A table as the planner asks it. */
export function measuredCosts(table: TuningTable): MeasuredCosts {
  return {
    source: `${table.adapter.name}, ${table.changed}, kernels ${table.kernels}`,
    dense: (pass, work) => tunedPass(table, pass, work)?.dense,
    packed: (pass, work, form) => tunedLine(table, pass, work, form),
  };
}

/** Single weights and activations as they are. */
export const PLAIN_FORM: PackedForm = { block: NO_BLOCKS, activations: "f32" };

/** A block and activations in words: "8×4 f16"; nothing for single weights and float32. */
export function formWords({ block, activations }: { block: BlockSize; activations: PackedActivations }): string {
  const words = block[0] * block[1] > 1 ? [block.join("×")] : [];
  if (activations === "f16") words.push("f16");
  return words.join(" ");
}

/**
 * The line through measured points, of least squared relative error, with neither part below zero.
 * @param points share of stored values and milliseconds, at two shares or more
 */
export function drawLine(points: readonly (readonly [stored: number, ms: number])[]): PackedLine {
  // minimise Σ (fixed/ms + slope·stored/ms − 1)²
  let [aa, ab, bb, a, b] = [0, 0, 0, 0, 0];
  for (const [stored, measured] of points) {
    const ms = Math.max(measured, 1e-6); // a coarse clock may have seen nothing
    const one = 1 / ms, share = stored / ms;
    aa += one * one;
    ab += one * share;
    bb += share * share;
    a += one;
    b += share;
  }
  if (bb === 0) return { fixed: a / aa, slope: 0 };
  const determinant = aa * bb - ab * ab;
  const fixed = (a * bb - b * ab) / determinant, slope = (aa * b - ab * a) / determinant;
  if (!(fixed >= 0)) return { fixed: 0, slope: b / bb };
  if (!(slope >= 0)) return { fixed: a / aa, slope: 0 };
  return { fixed, slope };
}
