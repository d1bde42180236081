/** The configuration's keys as a flat list, its JSON Schema, and the search for the key that a mistyped one meant. */

import { distance } from "fastest-levenshtein";
import * as z from "zod";
import { configSchema } from "./config_schema.ts";

/** The parts of JSON Schema that describe a configuration. */
export interface JsonSchema {
  type?: string;
  description?: string;
  default?: unknown;
  enum?: unknown[];
  const?: unknown;
  anyOf?: JsonSchema[];
  /** Branches that the value of one key tells apart. */
  oneOf?: JsonSchema[];
  properties?: Record<string, JsonSchema>;
  additionalProperties?: boolean | JsonSchema;
  items?: JsonSchema;
  minItems?: number;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
  [key: string]: unknown;
}

/** One key of the configuration. */
export interface ConfigKey {
  /** Dotted path, for example `mask.density`. */
  path: string;
  /** What may be given, in words: "a number in (0, 1]". */
  type: string;
  /** Value when left out; undefined for an optional key. */
  default: unknown;
  /** One sentence. */
  description: string;
  /** The allowed words of an enumeration, for completion. */
  values?: string[];
  /** Where only some methods, or some scores, read it: by their names, the key as each of them has it. */
  readers?: ReadonlyMap<string, ConfigKey>;
}

/** The JSON Schema (draft 2020-12) of a configuration file, for editors; every key is optional in it. */
export function configJsonSchema(): JsonSchema {
  const schema = z.toJSONSchema(configSchema, { io: "input" }) as JsonSchema;
  tidy(schema);
  return { $schema: schema.$schema, title: "startsparse run", ...schema };
}

/** Drops what zod adds for JavaScript's sake and says nothing to a reader: the bound of safe integers. */
function tidy(schema: JsonSchema): void {
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum;
  for (const child of Object.values(schema.properties ?? {})) tidy(child);
  for (const child of [...schema.anyOf ?? [], ...schema.oneOf ?? []]) tidy(child);
  if (schema.items) tidy(schema.items);
}

let cached: { keys: ConfigKey[]; sections: string[] } | undefined;

function table(): { keys: ConfigKey[]; sections: string[] } {
  if (cached) return cached;
  const keys: ConfigKey[] = [];
  const sections: string[] = [];
  const walk = (schema: JsonSchema, prefix: string) => {
    for (const [name, child] of Object.entries(schema.properties ?? {})) {
      const path = prefix + name;
      if (child.properties) {
        sections.push(path);
        walk(child, path + ".");
        continue;
      }
      if (child.oneOf) {
        sections.push(path);
        keys.push(...branchKeys(child.oneOf, path + "."));
        continue;
      }
      const key = keyOf(path, child);
      keys.push(key);
      // The parts of an alternative (data.normalise.mean) are keys as well.
      for (const option of child.anyOf ?? []) if (option.properties) walk(option, path + ".");
    }
  };
  walk(configJsonSchema(), "");
  cached = { keys, sections };
  return cached;
}

function keyOf(path: string, schema: JsonSchema): ConfigKey {
  const key: ConfigKey = {
    path,
    type: typeInWords(schema),
    default: schema.default,
    description: schema.description ?? "",
  };
  if (schema.enum) key.values = schema.enum.map(String);
  return key;
}

/** The keys of branches that `name` tells apart: one for each word, whichever branches read it. */
function branchKeys(branches: readonly JsonSchema[], prefix: string): ConfigKey[] {
  const names = branches.map(({ properties }) => String(properties!.name.const));
  const named = branches.find(({ properties }) => properties!.name.default !== undefined);
  const { description, default: word } = (named ?? branches[0]).properties!.name;
  const keys = [keyOf(`${prefix}name`, { enum: names, default: word, description })];
  const all = new Map<string, Map<string, ConfigKey>>();
  branches.forEach(({ properties }, i) => {
    for (const [name, child] of Object.entries(properties!)) {
      if (name === "name") continue;
      const readers = all.get(name) ?? new Map<string, ConfigKey>(), key = keyOf(prefix + name, child);
      if (readers.size === 0) keys.push({ ...key, readers });
      all.set(name, readers.set(names[i], key));
    }
  });
  for (const key of keys) {
    const defaults = new Set([...key.readers?.values() ?? []].map((own) => JSON.stringify(own.default)));
    if (defaults.size > 1) key.default = undefined;
  }
  return keys;
}

/** Every key that holds a value, in the schema's order, with type, default and description. */
export function configKeys(): ConfigKey[] {
  return table().keys;
}

/** The key at a dotted path, or undefined. Entries of `mask.layers` share its description. */
export function findConfigKey(path: string): ConfigKey | undefined {
  const found = table().keys.find((key) => key.path === path);
  if (found || !path.startsWith("mask.layers.")) return found;
  return { path, type: "a number in [0, 1]", default: undefined, description: "Density of one layer." };
}

/** The methods, or scores, that read a key, in words: "rigl, set"; undefined for keys of other sections. */
export function readersInWords(path: string): string | undefined {
  const { readers } = findConfigKey(path) ?? {};
  return readers && [...readers.keys()].join(", ");
}

/** Whether the path names a section (an object of keys) such as `mask` or `train.schedule`. */
export function isConfigSection(path: string): boolean {
  return table().sections.includes(path);
}

/**
 * The full path that a short name stands for: `width` is `model.width` because no other key ends in `width`, and
 * `schedule` is `train.schedule`. Undefined where nothing, or more than one key, ends so; a key of a
 * method or a score counts only where no other section has one of that name (`density` is the source's).
 */
export function expandShortKey(name: string): string | undefined {
  const { keys, sections } = table();
  const ends = [...keys.map((key) => key.path), ...sections].filter((path) => path.endsWith("." + name));
  const elsewhere = ends.filter((path) => !/^(method|score)\./.test(path));
  const found = elsewhere.length > 0 ? elsewhere : ends;
  return found.length === 1 ? found[0] : undefined;
}

/** The key or section nearest to an unknown path, or undefined where none is near. */
export function nearestConfigKey(unknown: string): string | undefined {
  const { keys, sections } = table();
  const leaf = (path: string) => path.slice(path.lastIndexOf(".") + 1);
  const parent = (path: string) => path.slice(0, Math.max(0, path.lastIndexOf(".")));
  let best: { path: string; cost: number } | undefined;
  for (const path of [...keys.map((key) => key.path), ...sections]) {
    // A right name in the wrong section is one mistake, not a dozen letters.
    const moved = distance(leaf(unknown), leaf(path)) + (parent(unknown) === parent(path) ? 0 : 1);
    const cost = Math.min(distance(unknown, path), moved);
    if (!best || cost < best.cost) best = { path, cost };
  }
  return best && best.cost <= Math.max(2, Math.floor(leaf(unknown).length / 3)) ? best.path : undefined;
}

/** The word of a list nearest to a mistyped one, or undefined where none is near. */
export function nearestWord(unknown: string, words: readonly string[]): string | undefined {
  let best: { word: string; cost: number } | undefined;
  for (const word of words) {
    const starts = unknown.length >= 3 && word.startsWith(unknown);
    const cost = starts ? 1 : distance(unknown.toLowerCase(), word.toLowerCase());
    if (!best || cost < best.cost) best = { word, cost };
  }
  return best && best.cost <= Math.max(2, Math.floor(unknown.length / 3)) ? best.word : undefined;
}

/** How the type of a list begins, in words; what follows is the type of an entry. */
export const LIST = "a list, each ";

/** What a JSON Schema allows, in words: "a whole number ≥ 1", "one of sgd, adam, adamw". */
export function typeInWords(schema: JsonSchema): string {
  if (schema.anyOf) return schema.anyOf.map(typeInWords).join(" or ");
  if (schema.const !== undefined) return String(schema.const);
  if (schema.enum) return schema.enum.length === 1 ? String(schema.enum[0]) : `one of ${schema.enum.join(", ")}`;
  if (schema.type === "boolean") return "true or false";
  if (schema.type === "string") return "a word";
  if (schema.type === "array") return `${LIST}${schema.items ? typeInWords(schema.items) : "a value"}`;
  if (schema.properties) return `{${Object.keys(schema.properties).join(", ")}}`;
  if (schema.type === "object") {
    const value = typeof schema.additionalProperties === "object"
      ? typeInWords(schema.additionalProperties)
      : "a value";
    return `names with, each, ${value}`;
  }
  return (schema.type === "integer" ? "a whole number" : "a number") + rangeInWords(schema);
}

function rangeInWords(schema: JsonSchema): string {
  const low = schema.exclusiveMinimum ?? schema.minimum;
  const high = schema.exclusiveMaximum ?? schema.maximum;
  const openLow = schema.exclusiveMinimum !== undefined;
  const openHigh = schema.exclusiveMaximum !== undefined;
  if (low !== undefined && high !== undefined) {
    return ` in ${openLow ? "(" : "["}${low}, ${high}${openHigh ? ")" : "]"}`;
  }
  if (low !== undefined) return openLow ? ` > ${low}` : ` ≥ ${low}`;
  if (high !== undefined) return openHigh ? ` < ${high}` : ` ≤ ${high}`;
  return "";
}
