/** A kernel plan as JSON: read from another run's folder, and held against the network that is to use it. */
import * as z from "zod";
import { UserError } from "../errors.ts";
import type { Mask } from "../masks/mask.ts";
import { CONV_PASSES, denseVariants } from "../ops/conv_dense.ts";
import { ADAPTER_CLASSES, type AdapterClass } from "../ops/emit.ts";
import { PACKED_ACTIVATIONS } from "../ops/packed_lanes.ts";
import { type LayerWork, layerWorks } from "./layer_kinds.ts";
import type { Model } from "./model.ts";
import type { KernelPlan, LayerPlan } from "./plan.ts";

const side = () => z.int().min(1);
const layerSchema = z.object({
  name: z.string().min(1),
  shape: z.array(side()).min(2).optional(),
  storage: z.enum(["dense", "packed"]),
  density: z.number().min(0).max(1),
  block: z.tuple([side(), side()]).optional(),
  activations: z.enum(PACKED_ACTIVATIONS).optional(),
  kernels: z.partialRecord(z.enum(CONV_PASSES), z.string()).optional(),
  expected: z.object({ source: z.enum(["measured", "prior"]), dense: z.number(), packed: z.number() }).optional(),
  packedBelow: z.number().min(0).max(1).optional(),
  reason: z.string(),
});

const planSchema = z.object({
  version: z.literal(1),
  adapterClass: z.enum(Object.keys(ADAPTER_CLASSES) as [AdapterClass["name"], ...AdapterClass["name"][]]),
  origin: z.object({
    capacity: side(),
    priors: z.int(),
    measurements: z.string().nullable(),
    file: z.string().optional(),
  }).optional(),
  layers: z.array(layerSchema),
});

/** Reads a `plan.json`. @throws {UserError} naming the file, where it holds no plan that this version knows */
export function parsePlan(text: string, file: string): KernelPlan {
  const fail = (why: string, cause?: unknown) =>
    new UserError(`${file} is no kernel plan: ${why}`, {
      cause,
      hint: "kernels.plan takes the plan.json of a run's folder.",
    });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw fail((cause as Error).message, cause);
  }
  const parsed = planSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const { path, message } = parsed.error.issues[0];
  throw fail(`${path.join(".") || "it"}: ${message}`, parsed.error);
}

/** What a plan is to be used for. */
export interface PlanUse {
  readonly model: Model;
  readonly masks: ReadonlyMap<string, Mask>;
  readonly adapterClass: AdapterClass["name"];
  /** Columns of the activations in training. */
  readonly capacity: number;
}

/**
 * A plan for a network that it was not made for, exactly as it stands; `file` becomes a part of its origin.
 * @throws {UserError} that lists everything that does not match
 */
export function fitPlan(plan: KernelPlan, file: string, use: PlanUse): KernelPlan {
  const { model, adapterClass, capacity } = use;
  const fail = (problems: readonly string[]) =>
    new UserError(`the kernel plan ${file} does not fit this run:\n${problems.map((line) => `  ${line}`).join("\n")}`, {
      hint: "Give the plan.json of a run of the same model, or leave kernels.plan out.",
    });
  if (plan.adapterClass !== adapterClass) {
    throw fail([`it is for ${plan.adapterClass} adapters, and this run's kernels are for ${adapterClass} adapters`]);
  }
  const works = new Map(layerWorks(model, capacity).map((work) => [work.weight.name, work]));
  const problems = plan.layers.flatMap((layer) => {
    const work = works.get(layer.name);
    return work ? misfits(layer, work, use) : [`${model.name} has no layer ${layer.name}`];
  });
  const named = new Set(plan.layers.map(({ name }) => name));
  for (const name of works.keys()) if (!named.has(name)) problems.push(`it says nothing of the layer ${name}`);
  if (problems.length > 0) throw fail(problems);
  const origin = plan.origin ?? { capacity, priors: 0, measurements: null };
  return { ...plan, origin: { ...origin, file } };
}

function misfits(
  { name, shape, storage, kernels = {} }: LayerPlan,
  { weight, work }: LayerWork,
  { masks, adapterClass }: PlanUse,
): string[] {
  const problems: string[] = [];
  if (shape && shape.join() !== weight.shape.join()) {
    problems.push(`${name} has the shape ${shape.join("×")} there and ${weight.shape.join("×")} here`);
  }
  if (storage === "packed" && !masks.has(name)) problems.push(`${name} is packed there and has no mask here`);
  for (const pass of CONV_PASSES) {
    const variants = denseVariants(pass, { ...work, adapter: ADAPTER_CLASSES[adapterClass] }), variant = kernels[pass];
    if (variant !== undefined && !variants.includes(variant)) {
      problems.push(`${name}, ${pass}: there is no dense kernel "${variant}" for it; there is ${variants.join(", ")}`);
    }
  }
  return problems;
}
