/** Measurements layer by layer: what each pass takes, and the density at which packed takes as long as dense. */
import { breakEven, clippedBlock, type ConvWork, type PackedForm } from "../nn/cost.ts";
import { addLines, type PackedLine } from "../nn/layer_costs.ts";
import { workKey } from "../nn/layer_kinds.ts";
import { CONV_PASSES, type ConvPass } from "../ops/conv_dense.ts";
import { tunedPass, type TuningTable } from "./tuning_table.ts";

/** One pass of a kind of layer. */
export interface PassRow {
  readonly pass: ConvPass;
  /** Milliseconds by dense kernel, the fastest of them, and packed ones. */
  readonly variants: Readonly<Record<string, number>>;
  readonly dense: number;
  readonly packed: PackedLine;
  /** Density at which both take as long: 1 where packed always wins, 0 where it never does. */
  readonly breakEven: number;
}

/** One kind of layer in one packed form. */
export interface TuningRow extends PackedForm {
  readonly work: ConvWork;
  readonly passes: readonly PassRow[];
  /** Over the passes of a training step: those that were measured, forward and weight gradient at least. */
  readonly step: Pick<PassRow, "dense" | "packed" | "breakEven"> | null;
}

/** Everything in a table, or what it has of some layers: each kind and form once, in their order. */
export function tuningRows(
  table: TuningTable,
  layers: readonly { readonly work: ConvWork; readonly form: PackedForm }[] = everything(table),
): TuningRow[] {
  const rows = new Map<string, TuningRow>();
  for (const { work, form } of layers) {
    const block = clippedBlock(work.shape, form.block), { activations } = form;
    const key = `${workKey(work)} ${block} ${activations}`;
    if (rows.has(key)) continue;
    const passes = CONV_PASSES.flatMap((pass) => passRow(table, pass, work, form) ?? []);
    if (passes.length > 0) rows.set(key, { work, block, activations, passes, step: stepOf(passes) });
  }
  return [...rows.values()];
}

function everything(table: TuningTable): { work: ConvWork; form: PackedForm }[] {
  return Object.values(table.layers).flatMap(({ shape, capacity, passes }) =>
    Object.values(passes).flatMap((forms) => forms.map((form) => ({ work: { shape, capacity }, form })))
  );
}

function passRow(table: TuningTable, pass: ConvPass, work: ConvWork, form: PackedForm): PassRow | undefined {
  const tuned = tunedPass(table, pass, work, form);
  if (!tuned) return undefined;
  const { dense: variants, fixed, slope } = tuned, dense = Math.min(...Object.values(variants));
  return { pass, variants, dense, packed: { fixed, slope }, breakEven: breakEven(dense, fixed, slope) };
}

function stepOf(passes: readonly PassRow[]): TuningRow["step"] {
  const has = (wanted: ConvPass) => passes.some(({ pass }) => pass === wanted);
  if (!has("forward") || !has("weightGradient")) return null;
  const dense = passes.reduce((sum, { dense }) => sum + dense, 0);
  const packed = addLines(passes.map(({ packed }) => packed));
  return { dense, packed, breakEven: breakEven(dense, packed.fixed, packed.slope) };
}
