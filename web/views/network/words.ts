/** What the Network view says in words. */
import {
  fixedSignificant,
  formatCount,
  formatDensity,
  formatInteger,
  THIN,
} from "../../../src/experiment/results_numbers.ts";
import type { PlaneShape } from "../../../src/view3d/shape.ts";
import type { FrameInfo, LayerCounts } from "../../../src/worker/network_types.ts";

/** "64→128 3×3", a linear layer without the kernel. */
export function sizeWords({ inputs, outputs, kernelHeight, kernelWidth }: PlaneShape): string {
  const kernel = kernelHeight * kernelWidth > 1 ? ` ${kernelHeight}×${kernelWidth}` : "";
  return `${formatInteger(inputs)}→${formatInteger(outputs)}${kernel}`;
}

/** A layer in one sentence, for those who hear the page. */
export function layerSentence(plane: PlaneShape, counts: LayerCounts): string {
  const { name, outputs, inputs } = plane, { nnz, size, deadInputs, deadOutputs } = counts;
  const dead = [
    ...(deadInputs > 0 ? [plural(deadInputs, "dead input")] : []),
    ...(deadOutputs > 0 ? [plural(deadOutputs, "dead output")] : []),
  ];
  return [
    name,
    `${plural(outputs, "output")} by ${plural(inputs, "input")}`,
    `${formatInteger(nnz)} of ${formatInteger(size)} kept`,
    `density ${formatDensity(nnz / size)}`,
    ...dead,
  ].join(", ");
}

function plural(count: number, what: string): string {
  return `${formatInteger(count)} ${what}${count === 1 ? "" : "s"}`;
}

/** "kept 7,312 (0.099)" */
export function keptWords({ nnz, size }: LayerCounts): string {
  return `kept ${formatInteger(nnz)} (${formatDensity(nnz / size)})`;
}

/** "dead in 2, out 0" */
export function deadWords({ deadInputs, deadOutputs }: LayerCounts): string {
  return `dead in ${formatInteger(deadInputs)}, out ${formatInteger(deadOutputs)}`;
}

const CHOICES = { magnitude: "by |w|", random: "a random draw" } as const;

/** How many edges of the whole network are drawn, and which. */
export function edgeWords({ shown, all, choice }: NonNullable<FrameInfo["edges"]>): string {
  if (shown >= all) return `All ${formatInteger(all)} edges`;
  return `${formatInteger(shown)} of ${formatCount(all)} edges, ${CHOICES[choice]}`;
}

/** The edges of a chosen unit; of a kernel's taps each is a weight, and one line stands for a kernel. */
export function unitWords(output: number, unitIn: number, unitOut: number): string {
  return `unit ${output}: ${formatInteger(unitIn)} in, ${formatInteger(unitOut)} out`;
}

/** A weight: three significant figures, a true minus, no exponent where it can be helped. */
export function weightWords(value: number): string {
  if (value === 0) return "0";
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "NaN" : value > 0 ? "∞" : "−∞";
  const size = Math.abs(value), sign = value < 0 ? "−" : "";
  if (size >= 1e-4 && size < 1e5) return sign + fixedSignificant(size, 3);
  return sign + size.toExponential(1).replace("e-", "e−").replace("e+", "e");
}

/** In a small square: two figures. */
export function shortWeight(value: number): string {
  const size = Math.abs(value), sign = value < 0 ? "−" : "";
  if (size === 0) return "0";
  if (size < 0.0005) return `${sign}<.001`;
  return sign + (size < 0.9995 ? size.toFixed(size < 0.0995 ? 3 : 2).slice(1) : fixedSignificant(size, 2));
}

/** "step 1,200" */
export function stepWords(step: number): string {
  return `step${THIN}${formatInteger(step)}`;
}
