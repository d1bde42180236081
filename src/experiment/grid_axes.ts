/**
 * The axes of a grid: settings, each with the values that it takes. Files write them as `grid: { mask.density: [0.05,
 * 0.1] }`, commands as `grid.mask.density=0.05,0.1`; keys are those of overrides, short ones included.
 */
import { parse } from "yaml";
import { UserError } from "../errors.ts";
import { expandShortKey } from "./config_keys.ts";
import { readsMaskDensity, RULES } from "./config_schema.ts";
import { applyOverrides } from "./overrides.ts";
import type { RawConfig } from "./raw_config.ts";
import { RUN_FILES } from "./run_files.ts";

/** Values by key, in the order of the file. */
export type Axes = ReadonlyMap<string, readonly unknown[]>;

const PREFIX = "grid.";

/** Tells axes from settings. @throws UserError for an axis without values */
export function splitAxes(overrides: readonly string[]): { axes: Axes; settings: string[] } {
  const axes = new Map<string, unknown[]>();
  for (const text of overrides.filter((text) => text.startsWith(PREFIX))) {
    const [key, values] = splitAxis(text);
    axes.set(key, values);
  }
  return { axes, settings: overrides.filter((text) => !text.startsWith(PREFIX)) };
}

function splitAxis(text: string): [string, unknown[]] {
  const at = text.indexOf("="), key = text.slice(PREFIX.length, at).trim(), list = text.slice(at + 1).trim();
  if (at < 0 || key === "" || list === "") {
    throw new UserError(`"${text}" is no axis; expected values with commas: grid.mask.density=0.05,0.1`);
  }
  try {
    const values: unknown = parse(`[${list}]`, { logLevel: "error" });
    if (Array.isArray(values) && values.length > 0) return [full(key), values];
  } catch {
    // said below, in the words of the command
  }
  throw new UserError(`${text}: the values are not YAML with commas between them`);
}

/** The whole name of a key: a file's axis and a command's short one are the same axis. */
function full(key: string): string {
  return key === "seed" || key.includes(".") ? key : expandShortKey(key) ?? key;
}

/** Axes without those that a setting gives one value; what `given` says comes over what a file does. */
export function chosenAxes(file: Axes, given: Axes, settings: readonly string[]): Map<string, readonly unknown[]> {
  const fixed = new Set(settings.map((text) => full(text.slice(0, text.indexOf("=")).trim())));
  const axes = new Map<string, readonly unknown[]>();
  for (const [key, values] of file) if (!fixed.has(full(key))) axes.set(full(key), values);
  for (const [key, values] of given) axes.set(key, values);
  return axes;
}

/** Whether an axis is one of random numbers: runs that differ in it alone are repetitions of one cell. */
export function isSeedAxis(key: string): boolean {
  return key === "seed" || key.startsWith("seeds.");
}

/** Whether a cell's usual name (`erk-0.1`) says this axis' value already. */
export function namedByMask(key: string): boolean {
  return ["mask.rule", "rule", "mask.density", "density", "mask", "source"].includes(key);
}

/** A word for a value in the name of a run: `s3`, `mask2`, `flow-paper`. */
export function axisWord([key, value]: readonly [string, unknown]): string {
  if (key === "seed") return `s${value}`;
  const short = key.slice(key.lastIndexOf(".") + 1);
  if (isSeedAxis(key)) return `${short}${value}`;
  // a section's word (`score: snip`) says by itself what it is
  const named = ["model", "score", "method", "data"].some((section) => key === section || key === `${section}.name`);
  if (key === "mask.path") return pathWord(String(value)).replace(/[^\w.-]+/g, "_");
  const text = value === null ? "default" : JSON.stringify(value);
  return (named ? text : `${short}-${text}`).replace(/"/g, "").replace(/[^\w.-]+/g, "_");
}

/** What a file of masks is called: its run's folder, or its own name. */
export function pathWord(path: string): string {
  const parts = path.split("/").filter((part) => part !== ""), file = parts.at(-1) ?? path;
  return file === RUN_FILES.masks && parts.length > 1 ? parts.at(-2)! : file.replace(/\.safetensors$/, "");
}

/** A place of the grid: its values and the configuration there. */
export interface GridPoint {
  readonly config: RawConfig;
  readonly values: readonly (readonly [string, unknown])[];
}

/** Every combination of the axes over a configuration, the last axis fastest; the configuration alone without axes. */
export function points(axes: Axes, start: RawConfig): GridPoint[] {
  let all: GridPoint[] = [{ config: start, values: [] }];
  // the rule first: it decides which of the others mean something
  const ordered = [...axes].sort(([a], [b]) => Number(isRule(b)) - Number(isRule(a)));
  for (const [key, values] of ordered) {
    all = all.flatMap((point) => {
      // The dense rule keeps all, and files say what they keep: a density is none of their settings.
      if (isDensity(key) && !readsMaskDensity(ruleOf(point.config))) return [point];
      return values.map((value) => ({
        config: applyOverrides(point.config, [`${key}=${JSON.stringify(value)}`], `grid.${key}`),
        values: [...point.values, [key, value] as const],
      }));
    });
  }
  return all;
}

function isRule(key: string): boolean {
  return key === "mask.rule" || key === "rule" || key === "source.rule";
}

function isDensity(key: string): boolean {
  return key === "mask.density" || key === "density" || key === "source.density";
}

/** The rule of a point, also of one that is wrong and says so later; the default's is as any that reads a density. */
function ruleOf({ mask }: RawConfig): (typeof RULES)[number] {
  const rule: unknown = typeof mask === "object" && mask !== null && "rule" in mask ? mask.rule : undefined;
  return RULES.find((one) => one === rule) ?? "uniform";
}
