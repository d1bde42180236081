/** What a run's kernel plan is made from: another run's plan, measurements of this adapter, or priors. */
import type { AdapterInfo } from "../gpu/adapter.ts";
import type { Host } from "../host/host.ts";
import type { MeasuredCosts } from "../nn/layer_costs.ts";
import { type KernelPlan, measuredLayers } from "../nn/plan.ts";
import { parsePlan } from "../nn/plan_file.ts";
import { readTuning, type Tuning } from "../tune/tuning_file.ts";
import { measuredCosts } from "../tune/tuning_table.ts";
import type { Config } from "./config.ts";
import { PRIOR_PLAN } from "./config_schema.ts";

/** What a plan is made from. */
export interface Planning {
  readonly measured?: MeasuredCosts;
  readonly plan?: { readonly plan: KernelPlan; readonly file: string };
  /** Why there are no measurements. */
  readonly without?: "asked" | "none" | "stale";
}

/**
 * Reads what a configuration's plan is made from.
 * @param tuning the adapter's measurements, where they have been read already: runs of a grid share them
 * @throws {UserError} for a plan or measurements that cannot be used, naming their place
 */
export async function loadPlanning(
  host: Host,
  { kernels }: Pick<Config, "kernels">,
  adapter: AdapterInfo,
  tuning?: Tuning,
): Promise<Planning> {
  if (kernels.plan === PRIOR_PLAN) return { without: "asked" };
  if (kernels.plan !== undefined) {
    const file = kernels.plan;
    return { plan: { plan: parsePlan(await host.readText(file), file), file } };
  }
  const { state, table } = tuning ?? await readTuning(host, adapter);
  if (table) return { measured: measuredCosts(table) };
  return { without: state === "stale" ? "stale" : "none" };
}

/** A kernel plan in short, for people. */
export interface PlanSummary {
  readonly packed: number;
  readonly layers: number;
  /** What it goes by: "by priors (nothing was measured on this adapter: startsparse tune)". */
  readonly source: string;
}

const WITHOUT: Readonly<Record<NonNullable<Planning["without"]>, string>> = {
  asked: "",
  none: " (nothing was measured on this adapter: startsparse tune)",
  stale: " (the measurements are of other kernels: startsparse tune)",
};

/** What a plan packs, and what it goes by. */
export function summarisePlan(plan: KernelPlan, { plan: given, without }: Planning): PlanSummary {
  const { measured, layers } = measuredLayers(plan);
  const source = given
    ? `as in ${given.file}`
    : measured === layers
    ? "measured on this adapter"
    : measured > 0
    ? `${measured} of ${layers} layers measured, the others by priors (startsparse tune)`
    : `by priors${without ? WITHOUT[without] : " (these layers were not measured: startsparse tune)"}`;
  return {
    packed: plan.layers.filter(({ storage }) => storage === "packed").length,
    layers: plan.layers.length,
    source,
  };
}

/** "kernel plan: 3 of 5 layers packed, measured on this adapter". */
export function planWords({ packed, layers, source }: PlanSummary): string {
  return `kernel plan: ${packed} of ${layers} layers packed, ${source}`;
}
