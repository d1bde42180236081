/**
 * From anything that claims to be a configuration to a complete {@link Config}, or to one message that lists all that is
 * wrong with it.
 */

import { isModelName, MODELS } from "../nn/registry.ts";
import { configError, describeIssues, show } from "./config_errors.ts";
import { type Config, configSchema, PRIOR_PLAN, readsMaskFile } from "./config_schema.ts";
import { canonicalWords } from "./raw_config.ts";

export { type Config, type ConfigInput, configSchema, RULES } from "./config_schema.ts";
export { configJsonSchema, type ConfigKey, configKeys } from "./config_keys.ts";
export { canonicalJson, configHash } from "./config_hash.ts";

/** The four random streams' seeds, each the run's seed unless given apart. */
export interface StreamSeeds {
  init: number;
  mask: number;
  order: number;
  augment: number;
}

/**
 * Checks an input and fills every default in.
 *
 * @param input parsed YAML or JSON, or null for nothing given
 * @param source what to call it in messages: a file, a preset, "the command line"
 * @throws UserError that lists every problem, a line each: key, what was given, what is expected
 */
export function parseConfig(input: unknown, source: string): Config {
  const filled = fillDependentDefaults(input ?? {});
  const parsed = configSchema.safeParse(filled);
  if (!parsed.success) throw configError(source, describeIssues(parsed.error.issues, filled));
  const problems = contradictions(parsed.data);
  if (problems.length > 0) throw configError(source, problems);
  return parsed.data;
}

/** The seed of each stream. */
export function streamSeeds(config: Config): StreamSeeds {
  const { seed, seeds } = config;
  return {
    init: seeds.init ?? seed,
    mask: seeds.mask ?? seed,
    order: seeds.order ?? seed,
    augment: seeds.augment ?? seed,
  };
}

type Section = Record<string, unknown>;

function section(value: unknown): Section | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Section) : undefined;
}

/** Defaults that hang on another key; written out so that a resolved configuration says all that was done. */
function fillDependentDefaults(input: unknown): unknown {
  const root = section(input);
  if (!root) return input;
  const filled: Section = { ...canonicalWords(root) };
  const fill = (name: string, choose: (given: Section) => Section) => {
    const given = filled[name] === undefined ? {} : section(filled[name]);
    if (given) filled[name] = { ...choose(given), ...given };
  };
  fill("model", (model) => {
    const name = model.name ?? "lab";
    if (name === "mlp") return { widths: [300, 100] };
    if (name === "mlp-bn") return { widths: [256, 256, 256] };
    if (typeof name !== "string" || !isModelName(name)) return {};
    const { width, options } = MODELS[name];
    return { ...(width && { width: width.default }), ...(options.includes("stem") && { stem: "auto" }) };
  });
  fill("mask", (mask): Section => mask.rule === "dense" ? { density: 1 } : {});
  // A mask in the forward pass needs the whole weight in memory.
  const inForward = section(filled.mask)?.apply === "in-forward";
  fill("kernels", (): Section => inForward ? { storage: "dense" } : {});
  return filled;
}

/** What no single key shows. */
function contradictions(config: Config): string[] {
  const { data, model, mask, method, train, kernels, device } = config;
  const problems: string[] = [];
  const milestones = train.schedule.milestones;
  if (milestones.some((milestone, i) => i > 0 && milestone <= milestones[i - 1])) {
    problems.push(`train.schedule.milestones is ${show(milestones)}; expected fractions that increase`);
  }
  if (train.optimizer === "sgd" && train.nesterov && train.momentum === 0) {
    problems.push("train.nesterov is true but train.momentum is 0; give a momentum above 0 or train.nesterov=false");
  }
  if (train.schedule.warmup > train.epochs) {
    problems.push(`train.schedule.warmup is ${train.schedule.warmup} epochs, longer than train.epochs ${train.epochs}`);
  }
  if (train.schedule.name === "cosine" && train.schedule.final > train.lr) {
    problems.push(`train.schedule.final is ${train.schedule.final}, above train.lr ${train.lr}`);
  }
  if (mask.rule === "dense" && mask.density !== 1) {
    problems.push(
      `mask.density is ${mask.density} but mask.rule dense keeps all; leave mask.density out or choose a rule`,
    );
  }
  const layers = Object.keys(mask.layers ?? {}).length;
  if (mask.rule === "custom" && layers === 0) {
    problems.push("mask.rule custom needs mask.layers, a density for each layer: mask.layers={conv1: 0.5, fc: 0.2}");
  }
  if (mask.rule !== "custom" && mask.layers !== undefined) {
    problems.push(`mask.layers is only read by mask.rule custom, not by ${mask.rule}`);
  }
  if (readsMaskFile(mask.rule) && mask.path === undefined) {
    problems.push(`mask.rule ${mask.rule} needs mask.path, a safetensors file of masks`);
  }
  if (!readsMaskFile(mask.rule) && mask.path !== undefined) {
    problems.push(`mask.path is only read by mask.rule file, file-ratios and file-scaled, not by ${mask.rule}`);
  }
  if (model.init !== undefined && method.name === "edge-popup") {
    problems.push("model.init is not read by method edge-popup, whose weights start by method.weights");
  }
  if (mask.apply === "in-forward" && method.name !== "fixed") {
    problems.push(`mask.apply in-forward is only read by method fixed, not by ${method.name}`);
  }
  if (mask.apply === "in-forward" && kernels.storage !== "dense") {
    problems.push(
      `mask.apply in-forward needs kernels.storage dense, not ${kernels.storage}: packed storage has no masked weights`,
    );
  }
  if (kernels.plan !== undefined && kernels.plan !== PRIOR_PLAN) {
    if (mask.apply === "in-forward") {
      problems.push("kernels.plan is not read with mask.apply in-forward, which stores every layer dense");
    } else if (kernels.storage !== "auto") {
      problems.push(
        `kernels.plan says how layers are stored, and so does kernels.storage ${kernels.storage}; give one`,
      );
    }
  }
  const { augment } = data;
  if (augment.resizedCrop && data.size === undefined) {
    problems.push("data.augment.resizedCrop needs data.size, the height and width that the parts are resized to");
  }
  if (augment.resizedCrop && augment.crop > 0) {
    problems.push("data.augment has both crop and resizedCrop; give one");
  }
  if (augment.scale[0] > augment.scale[1]) {
    problems.push(`data.augment.scale is ${show(augment.scale)}; expected the smaller share first`);
  }
  const normalise = data.normalise;
  if (typeof normalise === "object" && normalise.mean.length !== normalise.std.length) {
    problems.push(
      `data.normalise has ${normalise.mean.length} means and ${normalise.std.length} deviations; expected one each a channel`,
    );
  }
  if (device.index !== undefined && device.name !== undefined) {
    problems.push("device.index and device.name both choose an adapter; give one");
  }
  if (!device.boundsChecks && device.backend !== "dawn") {
    problems.push("device.boundsChecks false needs device.backend dawn: the other backends always check bounds");
  }
  return problems;
}
