/**
 * Presets of one experiment in several forms: `released/…` as the authors' code has it, `paper/…` as it is described where
 * code and description differ, `corrected/…` as it should be. Their files list what differs and why; the values are read
 * from the presets themselves.
 */
import * as z from "zod";
import type { Host } from "../host/host.ts";
import { configError, describeIssues } from "./config_errors.ts";
import { loadConfig, presetFolder, type PresetOptions, readPreset } from "./presets.ts";

/** The forms, and the folder of each. */
export const PRESET_FORMS = ["paper", "released", "corrected"] as const;

type Form = typeof PRESET_FORMS[number];

/** One difference. */
export interface PresetDifference {
  /** Keys with their value in each form that there is; undefined where a form's method does not read the key. */
  keys: { key: string; values: Partial<Record<Form, unknown>> }[];
  /** What it is about, in a sentence or two. */
  why: string;
}

/** A list of what differs: keys, unless no setting expresses it, and why. */
const differencesSchema = z.array(z.strictObject({
  keys: z.array(z.string().min(1)).default([]),
  why: z.string().min(20),
}));

/**
 * What differs between the forms of a preset's experiment; empty for a preset that has no forms.
 *
 * @throws UserError as `loadPreset` does, and for a list that is malformed
 */
export async function presetDifferences(
  host: Host,
  name: string,
  options: PresetOptions = {},
): Promise<PresetDifference[]> {
  const [form, family] = name.split("/");
  if (family === undefined || !PRESET_FORMS.includes(form as Form)) return [];
  const folder = options.folder ?? presetFolder();
  const { path, content } = await readPreset(host, `released/${family}`, folder);
  const parsed = differencesSchema.safeParse(content.differences ?? []);
  if (!parsed.success) throw configError(path, describeIssues(parsed.error.issues, content.differences));
  const configs = await presetForms(host, family, options);
  return parsed.data.map(({ keys, why }) => ({
    why: why.trim(),
    keys: keys.map((key) => ({
      key,
      values: Object.fromEntries([...configs].map(([form, values]) => [form, values.get(key)])),
    })),
  }));
}

/** The forms that there are of an experiment, each as its complete configuration: values by dotted key. */
export async function presetForms(
  host: Host,
  family: string,
  options: PresetOptions = {},
): Promise<Map<Form, Map<string, unknown>>> {
  const folder = options.folder ?? presetFolder(), forms = new Map<Form, Map<string, unknown>>();
  for (const form of PRESET_FORMS) {
    if (!await host.exists(`${folder}/${form}/${family}.yaml`)) continue;
    forms.set(form, flatten(await loadConfig(host, `${form}/${family}`, [], options)));
  }
  return forms;
}

/** Leaves of nested sections by dotted path; lists are leaves. */
function flatten(value: unknown, path = "", into = new Map<string, unknown>()): Map<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return into.set(path, value);
  for (const [key, child] of Object.entries(value)) flatten(child, path === "" ? key : `${path}.${key}`, into);
  return into;
}

/** Differences as lines of text: the keys with their values, and under them why. */
export function differenceLines(differences: readonly PresetDifference[]): string[] {
  const show = (value: unknown) => value === undefined ? "–" : JSON.stringify(value);
  return differences.flatMap(({ keys, why }) => [
    ...keys.map(({ key, values }) =>
      `${key}: ${Object.entries(values).map(([form, value]) => `${form} ${show(value)}`).join(", ")}`
    ),
    `  ${why}`,
  ]);
}
