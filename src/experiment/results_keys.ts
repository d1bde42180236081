/** Configuration keys of several runs: which differ, and groups by some of them. */

import { UserError } from "../errors.ts";
import type { Config } from "./config.ts";
import { unknownKey } from "./config_errors.ts";

import { configKeys, expandShortKey, isConfigSection } from "./config_keys.ts";
import { pathWord } from "./grid_axes.ts";
import { type CollectedRun, experimentOf } from "./results_collect.ts";
import { type GroupOptions, groupRuns, type Interval, type ResultGroup } from "./results_groups.ts";

/** Every value of a configuration under its dotted path, as text: `mask.density` → `0.05`. Lists stay whole. */
export function flatConfig(config: Config): Map<string, string> {
  const values = new Map<string, string>();
  const walk = (value: unknown, path: string) => {
    if (value === undefined) return;
    if (typeof value === "object" && value !== null && !Array.isArray(value)) {
      for (const [name, child] of Object.entries(value)) walk(child, path === "" ? name : `${path}.${name}`);
    } else values.set(path, typeof value === "string" ? value : JSON.stringify(value));
  };
  walk(config, "");
  return values;
}

/** The keys that not all configurations agree in, in the schema's order; `device` and `checkpoint`, which are no part of what a run is, left out. */
export function differingKeys(configs: readonly Config[]): string[] {
  const flat = configs.map(flatConfig), order = configKeys().map(({ path }) => path);
  const place = (key: string) => {
    const index = order.indexOf(key);
    return index < 0 ? order.length : index;
  };
  const all = [...new Set(flat.flatMap((values) => [...values.keys()]))].filter((key) =>
    !/^(device|checkpoint)\./.test(key)
  );
  return all.filter((key) => new Set(flat.map((values) => values.get(key))).size > 1)
    .toSorted((a, b) => place(a) - place(b) || (a < b ? -1 : 1));
}

/** Names that the sections go by in a list of keys. */
const SECTION_NAMES: Readonly<Record<string, string>> = {
  rule: "mask.rule",
  density: "mask.density",
  data: "data.name",
  model: "model.name",
  method: "method.name",
  score: "score.name",
};

/**
 * The keys of a list such as `method,mask.rule,density`, by their full paths.
 * @throws UserError naming the one that does not exist
 */
export function parseKeys(list: string): string[] {
  const words = list.split(",").map((word) => word.trim()).filter((word) => word !== "");
  if (words.length === 0) {
    throw new UserError("no key to group by", { hint: "Name keys of the configuration: --by method,density" });
  }
  const known = new Set(configKeys().map(({ path }) => path));
  return words.map((word) => {
    const path = SECTION_NAMES[word] ?? (known.has(word) ? word : expandShortKey(word) ?? word);
    if (known.has(path)) return path;
    const hint = isConfigSection(path) ? `${path} is a section; name one of its keys.` : undefined;
    throw new UserError(hint ? `cannot group by ${path}` : unknownKey(word), { hint });
  });
}

/** Groups of collected runs: of those that differ in nothing but their seeds, or of equal values of some keys. */
export function groupCollected(
  runs: readonly CollectedRun[],
  { by, interval }: { readonly by?: readonly string[]; readonly interval?: Interval } = {},
): ResultGroup[] {
  // An interrupted run has a result, but not of what its configuration says.
  const ended = runs.filter(({ result }) => !result.interrupted);
  const configs = new Map(ended.map(({ config, result }) => [result, config]));
  const keys = by ?? namingKeys(ended.map(({ config }) => config));
  const valuesOf = new Map(ended.map(({ config, result }) => {
    const flat = flatConfig(config);
    return [result, Object.fromEntries(keys.map((key) => [key, flat.get(key) ?? ""]))];
  }));
  const options: GroupOptions = {
    interval,
    keyOf: by
      ? (run) => JSON.stringify(valuesOf.get(run))
      : (run) => `${run.data}\n${run.model}\n${experimentOf(configs.get(run)!)}`,
    labelsOf: keys.length === 0 ? undefined : (run) => {
      const { "mask.path": path, ...values } = valuesOf.get(run)!;
      return path ? { ...values, "mask.path": pathWord(path) } : values;
    },
    chosen: by !== undefined,
  };
  return groupRuns(ended.map(({ result }) => result), options);
}

/** Keys beyond rule, density, model, data and method that tell groups apart, and so must be seen beside them. */
function namingKeys(configs: readonly Config[]): string[] {
  const differing = differingKeys(configs);
  const told = /^(seeds?(\.|$)|mask\.(rule|density)$|data\.name$|model\.(name|widths?|stem)$|(method|score)\.name$)/;
  // where methods differ, so do all of their settings: those tell runs apart that differ between runs of one method
  const sections = (["method", "score"] as const).filter((section) => differing.includes(`${section}.name`));
  return differing.filter((key) => {
    if (told.test(key)) return false;
    const section = sections.find((section) => key.startsWith(`${section}.`));
    return !section || !key.endsWith(".density") && differsWithin(configs, section, key);
  });
}

/** Whether runs of one method, or score, differ in a key. */
function differsWithin(configs: readonly Config[], section: "method" | "score", key: string): boolean {
  const values = new Map<string, Set<string | undefined>>();
  for (const config of configs) {
    const { name } = config[section];
    values.set(name, (values.get(name) ?? new Set()).add(flatConfig(config).get(key)));
  }
  return [...values.values()].some(({ size }) => size > 1);
}

/** A warning where rows are means over runs that differ in more than their seeds. */
export function mixedWarnings(groups: readonly ResultGroup[], runs: readonly CollectedRun[]): string[] {
  const configs = new Map(runs.map(({ config, result }) => [result, config]));
  const mixed = new Set(groups.flatMap((group) => {
    return differingKeys(group.runs.map((run) => configs.get(run)!)).filter((key) => !/^seeds?(\.|$)/.test(key));
  }));
  if (mixed.size === 0) return [];
  return [`Rows are means over runs that differ in more than their seeds: in ${[...mixed].join(", ")}.`];
}
