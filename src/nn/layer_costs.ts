/**
 * What a layer is expected to cost, dense and packed: measured milliseconds where this adapter was tuned for it, the cost
 * model's elsewhere. The two are never compared with each other, since a model's milliseconds are another machine's.
 */
import { CONV_PASSES, type ConvPass, type DenseKernels, denseVariants } from "../ops/conv_dense.ts";
import { ADAPTER_CLASSES, type AdapterClass } from "../ops/emit.ts";
import { convWeightCount } from "../ops/shape.ts";
import { type ConvWork, denseCost, packedCost, type PackedForm, trainingPasses } from "./cost.ts";

/** Milliseconds of packed kernels: `fixed` + `slope` · stored values over all weights. */
export interface PackedLine {
  readonly fixed: number;
  readonly slope: number;
}

/** Milliseconds of one pass of a layer, all timed in turns. */
export interface MeasuredPass extends PackedLine {
  /** By dense kernel. */
  readonly dense: Readonly<Record<string, number>>;
}

/** Measured milliseconds of one adapter; undefined where nothing was measured. */
export interface MeasuredCosts {
  /** Of which adapter and when, in a few words; goes into plans. */
  readonly source: string;
  /** Dense kernels, and packed ones of a form. */
  pass(pass: ConvPass, work: ConvWork, form: PackedForm): MeasuredPass | undefined;
  /** Dense kernels, timed with packed ones of any form. */
  dense(pass: ConvPass, work: ConvWork): MeasuredPass["dense"] | undefined;
}

/** A layer's costs in a training step. */
export interface LayerCosts {
  readonly source: "measured" | "prior";
  /** The dense kernel of each pass: the fastest that was measured, or the expected one. */
  readonly kernels: DenseKernels;
  /** Milliseconds of these, and of packed ones, over the passes of a training step. */
  readonly dense: number;
  readonly packed: PackedLine;
}

/** The prior's line of a packed pass; the model is linear in what is stored. */
export function priorLine(
  adapter: AdapterClass["name"],
  pass: ConvPass,
  work: ConvWork,
  form: PackedForm,
): PackedLine {
  const cost = (stored: number) => packedCost(adapter, pass, work, form, stored);
  const fixed = cost(0);
  return { fixed, slope: cost(convWeightCount(work.shape)) - fixed };
}

/** The fastest of some kernels, of equally fast ones the first by name in `order`. */
export function fastest(
  times: Readonly<Record<string, number>> | undefined,
  order: readonly string[],
): { variant: string; ms: number } | undefined {
  const measured = order.filter((variant) => times?.[variant] !== undefined);
  if (measured.length === 0) return undefined;
  const variant = measured.reduce((best, other) => times![other] < times![best] ? other : best);
  return { variant, ms: times![variant] };
}

/** Sums of lines. */
export function addLines(lines: readonly PackedLine[]): PackedLine {
  return lines.reduce((a, b) => ({ fixed: a.fixed + b.fixed, slope: a.slope + b.slope }), { fixed: 0, slope: 0 });
}

/** Milliseconds of a line. @param stored stored values over all weights */
export function onLine({ fixed, slope }: PackedLine, stored: number): number {
  return fixed + slope * stored;
}

/**
 * What a layer costs in a training step.
 * @param inputGradient whether the step needs the gradient of the layer's input
 */
export function layerCosts(
  adapter: AdapterClass["name"],
  work: ConvWork,
  inputGradient: boolean,
  form: PackedForm,
  measured?: MeasuredCosts,
): LayerCosts {
  const all = CONV_PASSES.map((pass) => {
    const variants = denseVariants(pass, { ...work, adapter: ADAPTER_CLASSES[adapter] });
    const times = measured?.pass(pass, work, form);
    return { pass, variants, times, best: fastest(times?.dense ?? measured?.dense(pass, work), variants) };
  });
  const kernels = Object.fromEntries(all.map(({ pass, variants, best }) => [pass, best?.variant ?? variants[0]]));
  const passes = trainingPasses(inputGradient);
  const needed = all.flatMap(({ pass, times, best }) =>
    passes.includes(pass) && times && best ? [{ times, best }] : []
  );
  if (needed.length === passes.length) {
    const dense = needed.reduce((sum, { best }) => sum + best.ms, 0);
    return { source: "measured", kernels, dense, packed: addLines(needed.map(({ times }) => times)) };
  }
  const dense = passes.reduce((sum, pass) => sum + denseCost(adapter, pass, work), 0);
  const packed = addLines(passes.map((pass) => priorLine(adapter, pass, work, form)));
  return { source: "prior", kernels, dense, packed };
}
