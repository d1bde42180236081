/**
 * What was measured on one adapter: for each kind of layer and pass the milliseconds of every dense kernel, and of packed
 * kernels as a line over the share of stored values. Layers are kept under the key of their sizes.
 */
import * as z from "zod";
import { clippedBlock, type ConvWork, type PackedForm } from "../nn/cost.ts";
import type { MeasuredCosts, PackedLine } from "../nn/layer_costs.ts";
import { workKey } from "../nn/layer_kinds.ts";
import { CONV_PASSES, type ConvPass } from "../ops/conv_dense.ts";
import { PACKED_ACTIVATIONS } from "../ops/packed_lanes.ts";

const size = () => z.int().min(1);
const time = () => z.number().min(0);

const formSchema = z.object({
  block: z.tuple([size(), size()]),
  activations: z.enum(PACKED_ACTIVATIONS),
  /** Milliseconds of each dense kernel, timed in turns with the packed ones: only such times can be compared. */
  dense: z.record(z.string(), time()),
  fixed: time(),
  slope: time(),
  /** What the line was drawn through: share of stored values, milliseconds. */
  points: z.array(z.tuple([z.number().min(0), time()])).min(2),
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
      passes: z.partialRecord(z.enum(CONV_PASSES), z.array(formSchema)),
    }),
  ),
});

/** The measurements of one adapter. */
export type TuningTable = z.output<typeof tuningSchema>;

/** Who was measured. */
export type TunedAdapter = TuningTable["adapter"];

/** Milliseconds of one pass of a layer: dense, and packed in one form. */
export type TunedPass = z.output<typeof formSchema>;

/** A table without measurements. */
export function emptyTable(adapter: TunedAdapter, kernels: string, changed: string): TuningTable {
  return { format: 1, kernels, adapter, changed, layers: {} };
}

/** What was measured of a pass, for packed kernels of a form. */
export function tunedPass(
  table: TuningTable,
  pass: ConvPass,
  work: ConvWork,
  form: PackedForm,
): TunedPass | undefined {
  const wanted = { ...form, block: clippedBlock(work.shape, form.block) };
  return formsOf(table, pass, work).find((tuned) => sameForm(tuned, wanted));
}

function formsOf(table: TuningTable, pass: ConvPass, work: ConvWork): readonly TunedPass[] {
  return table.layers[workKey(work)]?.passes[pass] ?? [];
}

function sameForm(a: PackedForm, b: PackedForm): boolean {
  return a.activations === b.activations && a.block.every((side, i) => side === b.block[i]);
}

/** The table with a pass's measurements in place of older ones of its form. */
export function addPass(
  table: TuningTable,
  pass: ConvPass,
  { shape, capacity }: ConvWork,
  measured: TunedPass,
  changed: string,
): TuningTable {
  const key = workKey({ shape, capacity }), layer = table.layers[key] ?? { shape, capacity, passes: {} };
  const others = formsOf(table, pass, { shape, capacity }).filter((form) => !sameForm(form, measured));
  const passes = { ...layer.passes, [pass]: [...others, measured] };
  return { ...table, changed, layers: { ...table.layers, [key]: { ...layer, passes } } };
}

/** A table as the planner asks it. */
export function measuredCosts(table: TuningTable): MeasuredCosts {
  return {
    source: `${table.adapter.name}, ${table.changed}, kernels ${table.kernels}`,
    pass: (pass, work, form) => tunedPass(table, pass, work, form),
    dense: (pass, work) => formsOf(table, pass, work)[0]?.dense,
  };
}

/** A block and activations in words: "8×4 f16"; nothing for single weights and float32. */
export function formWords({ block, activations }: PackedForm): string {
  const words = block[0] * block[1] > 1 ? [block.join("×")] : [];
  if (activations === "f16") words.push("f16");
  return words.join(" ");
}

/**
 * The line through measured points, of least squared relative error, with neither part below zero. Points without a
 * stored value are left out where two others remain: some kernels have nothing to do then, and one value is another thing.
 * @param all share of stored values and milliseconds
 */
export function drawLine(all: readonly (readonly [stored: number, ms: number])[]): PackedLine {
  const some = all.filter(([stored]) => stored > 0), points = some.length >= 2 ? some : all;
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
