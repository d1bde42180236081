/**
 * A configuration in the words of the command line: the fewest `key=value` overrides that lead to it. True by
 * construction: what is given out is parsed again and compared.
 */
import { parse } from "yaml";
import { type Config, parseConfig } from "./config.ts";
import { readsMaskDensity } from "./config_schema.ts";
import { canonicalJson } from "./config_hash.ts";
import { configKeys, findConfigKey } from "./config_keys.ts";
import { applyOverrides } from "./overrides.ts";
import type { RawConfig } from "./raw_config.ts";
import { shellCommand } from "./provenance.ts";

/** An override, not yet put into one string. */
export interface Override {
  /** Full dotted path. */
  readonly path: string;
  /** As YAML, in one line. */
  readonly value: string;
}

/** Sections that are no part of what is trained. */
const ELSEWHERE = new Set(["device", "checkpoint"]);

/** The sections of a configuration that its hash is made of, as one text. */
function trained(config: Config): string {
  return canonicalJson(Object.fromEntries(Object.entries(config).filter(([name]) => !ELSEWHERE.has(name))));
}

/** Values by their path, down to those that are one key each. */
function leaves(config: Config): Map<string, unknown> {
  const values = new Map<string, unknown>();
  const walk = (value: unknown, path: string) => {
    if (value === undefined || ELSEWHERE.has(path)) return;
    const isSection = typeof value === "object" && value !== null && !Array.isArray(value) && !findConfigKey(path);
    if (!isSection) return void values.set(path, value);
    for (const [name, child] of Object.entries(value)) walk(child, path === "" ? name : `${path}.${name}`);
  };
  walk(config, "");
  return values;
}

/** A value as YAML in one line: plain where that reads back as the same. */
function yamlValue(value: unknown): string {
  if (typeof value !== "string") return JSON.stringify(value);
  const isPlain = value === value.trim() && value !== "" && !/[\n#{}[\],&*!|>'"%@`]/.test(value);
  try {
    if (isPlain && parse(value) === value) return value;
  } catch {
    // plain it is not YAML
  }
  return JSON.stringify(value);
}

/**
 * The fewest overrides that make `base` into `target`; sections `device` and `checkpoint` are left as the base has them.
 * @param base what is there before: a preset's content, or {} for the defaults
 * @param always paths that are named even where they are as the base has them, in this order and before others
 */
export function overridesTo(target: Config, base: RawConfig = {}, always: readonly string[] = []): Override[] {
  const wanted = leaves(target), goal = trained(target);
  const result = (overrides: readonly Override[]): Config | undefined => {
    try {
      return parseConfig(applyOverrides(base, overrides.map(({ path, value }) => `${path}=${value}`)), "link");
    } catch {
      return undefined;
    }
  };
  const text = (value: unknown) => canonicalJson(value);
  const before = leaves(parseConfig(base, "base"));
  const order = configKeys().map(({ path }) => path);
  const place = (path: string) => always.includes(path) ? always.indexOf(path) - 1e6 : order.indexOf(path);
  const differ = (from: Map<string, unknown>) =>
    [
      ...[...wanted].filter(([path, value]) => text(from.get(path)) !== text(value)),
      ...[...from.keys()].filter((path) => !wanted.has(path)).map((path): [string, unknown] => [path, null]),
    ].map(([path, value]): Override => ({ path, value: value === null ? "null" : yamlValue(value) }));
  const sorted = (overrides: readonly Override[]) => overrides.toSorted((a, b) => place(a.path) - place(b.path));
  const set = new Map(differ(before).map((override) => [override.path, override]));
  for (const path of always) {
    if (wanted.has(path)) set.set(path, { path, value: yamlValue(wanted.get(path)) });
  }
  // a change of one key may take others along: of what is then still different, more is said
  const reaches = (overrides: readonly Override[]) => {
    const config = result(overrides);
    return config !== undefined && trained(config) === goal;
  };
  for (let tries = 0; tries < 3 && !reaches([...set.values()]); tries++) {
    const config = result([...set.values()]);
    for (
      const override of config
        ? differ(leaves(config))
        : [...wanted].map(([path, value]) => ({ path, value: yamlValue(value) }))
    ) {
      set.set(override.path, override);
    }
  }
  let kept = sorted([...set.values()]);
  if (!reaches(kept)) throw new Error("the configuration cannot be said in overrides");
  for (const override of kept.toReversed()) {
    if (always.includes(override.path)) continue;
    const fewer = kept.filter((other) => other !== override);
    if (reaches(fewer)) kept = fewer;
  }
  return kept;
}

/** What a command line names in any case: what the run is about. */
function namedAlways(config: Config): string[] {
  return [
    "mask.rule",
    ...(readsMaskDensity(config.mask.rule) ? ["mask.density"] : []),
    ...(config.model.width === undefined ? [] : ["model.width"]),
    "seed",
  ];
}

/**
 * The command that trains this configuration: one line of POSIX shell.
 * @param preset the preset that it starts from, and `base` what its file says with what it extends; `lab` says the
 *   defaults
 */
export function commandLine(config: Config, preset = "lab", base: RawConfig = {}): string {
  const overrides = overridesTo(config, base, namedAlways(config)).map(({ path, value }) => `${path}=${value}`);
  return shellCommand(["npx", "startsparse", "run", preset, ...overrides]);
}
