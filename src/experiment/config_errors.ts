/** Turns what the schema finds wrong into one message with a line a problem, in the words of the configuration. */

import type * as z from "zod";
import { UserError } from "../errors.ts";
import { findConfigKey, isConfigSection, LIST, nearestConfigKey, nearestWord, readersInWords } from "./config_keys.ts";

const DENSITY = "density must be in (0, 1]; it is the fraction kept, so 1 is dense and 0.1 keeps one weight in ten";

/** Keys whose range deserves more than its formula. */
const EXPLAINED: Record<string, string> = {
  "mask.density": DENSITY,
  "method.density": DENSITY,
  "score.density": DENSITY,
};

/** One {@link UserError} that lists every problem of an input, a line each. */
export function configError(source: string, problems: readonly string[]): UserError {
  if (problems.length === 1) return new UserError(`${source}: ${problems[0]}`);
  return new UserError(`${source}: ${problems.length} problems\n${problems.map((line) => `  ${line}`).join("\n")}`);
}

/** The line for an unknown key, with the nearest known one. */
export function unknownKey(path: string): string {
  const nearest = path === "target.density" ? "method.density" : nearestConfigKey(path);
  return `unknown key ${path}` + (nearest ? `; did you mean ${nearest}?` : "");
}

/** The lines for the schema's issues. `input` is what was parsed: the values are quoted from it. */
export function describeIssues(issues: readonly z.core.$ZodIssue[], input: unknown): string[] {
  return issues.flatMap((issue) => describeIssue(issue, input, []));
}

function describeIssue(issue: z.core.$ZodIssue, input: unknown, base: readonly PropertyKey[]): string[] {
  const parts = [...base, ...issue.path];
  const path = dotted(parts);
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => unreadKey(path === "" ? key : `${path}.${key}`, valueAt(input, parts)));
  }
  if (issue.code === "custom") return [path === "" ? issue.message : `${path}: ${issue.message}`];
  const given = valueAt(input, parts);
  // Of a union's branches, the one that the given value was plainly meant for has the useful message.
  if (issue.code === "invalid_union" && isRecord(given)) {
    const branch = issue.errors.find((errors) => errors.some((error) => error.path.length > 0 || hasKeys(error)));
    if (branch) return branch.flatMap((error) => describeIssue(error, input, parts));
  }
  return [`${path === "" ? "the configuration" : path} is ${show(given)}; ${expected(path, parts, given, issue)}`];
}

/** The line for a key that is not read here: another method's or score's, or nobody's. */
function unreadKey(path: string, given: unknown): string {
  const readers = readersInWords(path), [section] = path.split(".");
  if (readers === undefined) return unknownKey(path);
  const name = isRecord(given) && given.name !== undefined ? given.name : findConfigKey(`${section}.name`)?.default;
  return `${path} is not read by ${section} ${name}, but by ${readers}; leave it out or choose one with ${section}.name`;
}

function hasKeys(issue: z.core.$ZodIssue): boolean {
  return issue.code === "unrecognized_keys";
}

function expected(path: string, parts: readonly PropertyKey[], given: unknown, issue: z.core.$ZodIssue): string {
  if (EXPLAINED[path] && typeof given === "number") return EXPLAINED[path];
  const key = findConfigKey(path);
  if (key) {
    const near = key.values && typeof given === "string" ? nearestWord(given, key.values) : undefined;
    return `expected ${key.type}` + (near ? `; did you mean ${near}?` : "");
  }
  const list = findConfigKey(dotted(parts.slice(0, -1)));
  if (list) return `expected ${list.type.replace(LIST, "")}`;
  if (path === "" || isConfigSection(path)) return `expected keys with values`;
  return issue.message;
}

/** A value as it could be typed, shortened. */
export function show(value: unknown): string {
  if (value === undefined) return "missing";
  if (typeof value === "number") return String(value);
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? text.slice(0, 57) + "..." : text;
}

function dotted(parts: readonly PropertyKey[]): string {
  return parts.map(String).join(".");
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function valueAt(input: unknown, parts: readonly PropertyKey[]): unknown {
  let value = input;
  for (const part of parts) {
    if (typeof value !== "object" || value === null) return undefined;
    value = (value as Record<PropertyKey, unknown>)[part];
  }
  return value;
}
