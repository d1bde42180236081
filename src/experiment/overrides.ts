/**
 * `key=value` overrides as in Hydra, and the merge that applies them.
 *
 * A key is a dotted path (`mask.density`), or a short name that only one path ends in (`width` for `model.width`,
 * `density`, `epochs`, `lr`); a section that has a `name` takes a plain word for it (`model=lenet5`,
 * `schedule=cosine`). A value is YAML: `0.05`, `false`, `[300, 100]`, `{conv1: 0.5}`; `null` takes the key back to its
 * default. The last of two equal keys wins.
 */

import { parse } from "yaml";
import { UserError } from "../errors.ts";
import { configError, unknownKey } from "./config_errors.ts";
import { expandShortKey, findConfigKey, isConfigSection } from "./config_keys.ts";
import { canonicalWords, type RawConfig } from "./raw_config.ts";

/**
 * Parses `key=value` strings into one nested object.
 *
 * @throws UserError that lists every string without `=`, with an unknown key, or with a value that is not YAML
 */
export function parseOverrides(overrides: readonly string[], source = "command line"): RawConfig {
  const problems: string[] = [];
  let result: RawConfig = {};
  for (const text of overrides) {
    try {
      result = mergeRaw(result, parseOverride(text), true);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      problems.push(error.message);
    }
  }
  if (problems.length > 0) throw configError(source, problems);
  return result;
}

/** The configuration with the overrides merged over it; neither argument is changed. */
export function applyOverrides(base: RawConfig, overrides: readonly string[], source?: string): RawConfig {
  return mergeConfig(base, parseOverrides(overrides, source));
}

function parseOverride(text: string): RawConfig {
  const split = text.indexOf("=");
  if (split <= 0) throw new UserError(`"${text}" is no override; expected key=value, for example mask.density=0.05`);
  const key = text.slice(0, split).trim();
  const valueText = text.slice(split + 1).trim();
  if (valueText === "") throw new UserError(`${key}= has no value; to go back to the default give ${key}=null`);
  const value = parseValue(key, valueText);
  const path = resolveKey(key, value);
  return pathParts(path).reduceRight<unknown>((inner, part) => ({ [part]: inner }), value) as RawConfig;
}

function parseValue(key: string, text: string): unknown {
  try {
    return parse(text, { logLevel: "error" });
  } catch (error) {
    const reason = error instanceof Error ? error.message.split(/ at line|\n/)[0] : String(error);
    throw new UserError(`${key}=${text}: the value is not YAML: ${reason}`, { cause: error });
  }
}

/** The full path of a key as typed. */
function resolveKey(word: string, value: unknown): string {
  const typed = word.replace(/^source(?=\.|$)/, "mask");
  const known = findConfigKey(typed) || isConfigSection(typed);
  const path = known ? typed : expandShortKey(typed);
  if (path === undefined) throw new UserError(unknownKey(typed));
  if (!isConfigSection(path) || value === null || typeof value === "object") return path;
  if (findConfigKey(`${path}.name`)) return `${path}.name`;
  throw new UserError(`${typed} is a section; give one of its keys, for example ${exampleKey(path)}`);
}

function exampleKey(section: string): string {
  const examples: Record<string, string> = { mask: "mask.rule=erk", train: "train.epochs=5", seeds: "seeds.mask=2" };
  return examples[section] ?? `${section}.<key>=<value>`;
}

/** Layer names have dots of their own: everything after `mask.layers.` is one name. */
function pathParts(path: string): string[] {
  const prefix = "mask.layers.";
  if (path.startsWith(prefix)) return ["mask", "layers", path.slice(prefix.length)];
  return path.split(".");
}

/**
 * Keys that only make sense beside the value of another. When an override changes the latter, the former are not
 * inherited: `model.name=lenet5` over a preset with `model: {name: vgg16, width: 0.125}` must not keep the width.
 */
const BELONGS_TO: Record<string, { name: string; keys: string[] }> = {
  model: { name: "name", keys: ["width", "widths", "stem"] },
  mask: { name: "rule", keys: ["layers", "path"] },
};

/** Of sections whose keys hang on their name: those that stay where another name reads them too, as they mean the same. */
const SHARED: Record<string, readonly string[]> = { method: ["density"], score: ["density", "scope", "ratios"] };

/**
 * Deep merge of `above` into `under`: sections merge, everything else is replaced, null removes. A change of
 * `model.name` drops the old model's widths and a change of `mask.rule` the old rule's layers and path; a change to or
 * from the dense rule also drops the density. A change of `method.name` or `score.name` drops the old one's settings, but for
 * those that mean the same to the new one, such as the density to end at.
 */
export function mergeConfig(under: RawConfig, above: RawConfig): RawConfig {
  const base = canonicalWords(under), over = canonicalWords(above);
  const kept: RawConfig = { ...base };
  for (const [section, { name, keys }] of Object.entries(BELONGS_TO)) {
    const before = base[section];
    const after = over[section];
    if (!isRecord(before) || !isRecord(after)) continue;
    if (after[name] === undefined || before[name] === undefined || after[name] === before[name]) continue;
    const dense = section === "mask" && (after[name] === "dense" || before[name] === "dense");
    const drop = dense ? [...keys, "density"] : keys;
    kept[section] = Object.fromEntries(Object.entries(before).filter(([key]) => !drop.includes(key)));
  }
  for (const [section, shared] of Object.entries(SHARED)) {
    const before = base[section], after = over[section];
    if (!isRecord(before) || !isRecord(after) || after.name === undefined || after.name === before.name) continue;
    const reads = (key: string) => findConfigKey(`${section}.${key}`)?.readers?.has(String(after.name));
    kept[section] = Object.fromEntries(Object.entries(before).filter(([key]) => shared.includes(key) && reads(key)));
  }
  return mergeRaw(kept, over, false);
}

/** Deep merge without knowledge of the keys. Nulls remove, or are kept where they still have to remove something. */
function mergeRaw(base: RawConfig, over: RawConfig, keepNulls: boolean): RawConfig {
  const merged: RawConfig = { ...base };
  for (const [key, value] of Object.entries(over)) {
    if (value === null && !keepNulls) {
      delete merged[key];
    } else if (isRecord(value)) {
      const before = merged[key];
      merged[key] = mergeRaw(isRecord(before) ? before : {}, value, keepNulls);
    } else {
      merged[key] = value;
    }
  }
  return merged;
}

function isRecord(value: unknown): value is RawConfig {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
