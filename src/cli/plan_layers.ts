/** A kernel plan for people: in two lines, and layer by layer. */
import { type PlanSummary, planWords } from "../experiment/planning.ts";
import { fixedSignificant, formatDensity, formatRatio, formatSeconds, NONE } from "../experiment/results_numbers.ts";
import type { KernelPlan, LayerPlan } from "../nn/plan.ts";
import { alignColumns } from "./text.ts";

/** Milliseconds that a layer is expected to take, as planned and dense. */
function expectedOf({ storage, expected }: LayerPlan): { planned: number; dense: number } {
  return { planned: expected?.[storage] ?? 0, dense: expected?.dense ?? 0 };
}

/** What is packed, by what, and what that is expected to save of the layers' time. */
export function planSummaryLines(plan: KernelPlan, summary: PlanSummary): string[] {
  const sum = plan.layers.map(expectedOf).reduce(
    (a, b) => ({ planned: a.planned + b.planned, dense: a.dense + b.dense }),
    { planned: 0, dense: 0 },
  );
  const lines = [planWords(summary)];
  if (sum.dense === 0 || summary.packed === 0) return lines;
  const measured = plan.layers.every(({ expected }) => expected?.source === "measured");
  // a prior's milliseconds are those of the machine it was fitted on
  const times = measured ? ` (${milliseconds(sum.planned)} a step instead of ${milliseconds(sum.dense)})` : "";
  return [...lines, `  expected of its layers: ${formatRatio(sum.planned / sum.dense)} the time of dense ones${times}`];
}

/** Heading and a row a layer. */
export function planTable({ layers }: KernelPlan): string[] {
  const rows = layers.map((layer) => {
    const { name, density, storage, kernels, block, activations, expected } = layer;
    const how = storage === "dense"
      ? [...new Set(Object.values(kernels ?? {}))].join(", ")
      : [block && block[0] * block[1] > 1 ? block.join("×") : "", activations === "f16" ? "f16" : ""].join(" ").trim();
    const ratio = expected ? formatRatio(expected.packed / expected.dense) : NONE;
    const times = expected?.source === "measured"
      ? [milliseconds(expected.dense), milliseconds(expected.packed)]
      : [NONE, NONE];
    return [name, formatDensity(density), storage, how, ...times, ratio, expected?.source ?? NONE];
  });
  const head = ["layer", "density", "storage", "kernels", "dense", "packed", "packed/dense", "by"];
  return alignColumns([head, ...rows], [1, 4, 5, 6]);
}

function milliseconds(ms: number): string {
  return ms < 1 ? `${fixedSignificant(ms, 2)} ms` : formatSeconds(ms / 1000);
}
