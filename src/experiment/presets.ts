/**
 * Presets: configurations as YAML files, in `presets/` of the project or anywhere else.
 *
 * The comment lines a file begins with describe it. `extends: NAME` takes another preset as its base. A file with `cells`
 * or `grid` is a grid: a base and what each run changes. `differences` says how the forms of an experiment differ.
 */

import { UserError } from "../errors.ts";
import { joinPath, type ReadFiles } from "../host/host.ts";
import { type Config, parseConfig } from "./config.ts";
import { nearestWord } from "./config_keys.ts";
import { applyOverrides, mergeConfig } from "./overrides.ts";
import type { RawConfig } from "./raw_config.ts";
import { parseYaml } from "./yaml_file.ts";

/** A preset as a list shows it. */
export interface PresetInfo {
  name: string;
  /** The comment at the top of its file, as one line. */
  description: string;
  /** One run, or a grid of runs. */
  kind: "run" | "grid";
  path: string;
}

/** A preset of one run. */
export interface Preset extends PresetInfo {
  kind: "run";
  /** What it and what it extends say, merged: not yet checked, and without defaults. */
  config: RawConfig;
}

/** Where presets are looked for; other folders are for tests. */
export interface PresetOptions {
  folder?: string;
}

/** Whether a file's content is a grid of runs. */
export function isGridContent(content: RawConfig): boolean {
  return "cells" in content || "grid" in content;
}

/** The project's own `presets/` folder. */
export function presetFolder(): string {
  const path = decodeURIComponent(new URL("../../presets", import.meta.url).pathname);
  // A file URL of Windows has a slash before its drive.
  return path.replace(/^\/(?=[A-Za-z]:)/, "");
}

/** All presets, sorted by name; those in subfolders are named `folder/name`. */
export async function listPresets(host: ReadFiles, options: PresetOptions = {}): Promise<PresetInfo[]> {
  const folder = options.folder ?? presetFolder();
  const infos: PresetInfo[] = [];
  for (const name of await presetNames(host, folder)) {
    const { path, description, content } = await readPreset(host, name, folder);
    infos.push({ name, description, kind: isGridContent(content) ? "grid" : "run", path });
  }
  return infos;
}

/**
 * Reads a preset of one run: by name, or a file when `name` ends in `.yaml` or `.yml`.
 *
 * @throws UserError for an unknown name (with the nearest and the list), a missing file, YAML that does not parse (with
 * line and column), a grid, and presets that extend each other in a circle
 */
export async function loadPreset(host: ReadFiles, name: string, options: PresetOptions = {}): Promise<Preset> {
  const { path, description, content } = await readPreset(host, name, options.folder ?? presetFolder());
  if (isGridContent(content)) throw new UserError(`${name} is a grid of runs, not one run`);
  const config = await resolveExtends(host, content, path, options, [presetId(name)]);
  return { name: presetId(name), description, kind: "run", path, config };
}

/** A preset with overrides applied, complete and checked. */
export async function loadConfig(
  host: ReadFiles,
  name: string,
  overrides: readonly string[] = [],
  options: PresetOptions = {},
): Promise<Config> {
  const preset = await loadPreset(host, name, options);
  const source = overrides.length > 0 ? `${name} with overrides` : name;
  return parseConfig(applyOverrides(preset.config, overrides), source);
}

/** A preset's name, or a file's without folder and ending. */
export function presetId(name: string): string {
  return isFile(name) ? name.replace(/^.*\//, "").replace(/\.ya?ml$/, "") : name;
}

function isFile(name: string): boolean {
  return /\.ya?ml$/.test(name);
}

/** A preset's file as read. */
export interface PresetFile {
  path: string;
  description: string;
  content: RawConfig;
}

/** Reads the file of a preset by name or path, without what it extends. */
export async function readPreset(host: ReadFiles, name: string, folder: string): Promise<PresetFile> {
  const path = isFile(name) ? name : joinPath(folder, `${name}.yaml`);
  if (!isFile(name) && (name.includes("..") || !(await host.exists(path)))) {
    throw await unknownPreset(host, name, folder);
  }
  const text = await host.readText(path);
  return { path, description: topComment(text), content: await parseYaml(text, path) };
}

async function unknownPreset(host: ReadFiles, name: string, folder: string): Promise<UserError> {
  const names = await presetNames(host, folder);
  const nearest = nearestWord(name, names);
  return new UserError(`unknown preset ${name}` + (nearest ? `; did you mean ${nearest}?` : ""), {
    hint: `Presets are ${names.join(", ")}; a file's name ends in .yaml.`,
  });
}

async function presetNames(host: ReadFiles, folder: string, prefix = ""): Promise<string[]> {
  const names: string[] = [];
  for (const entry of await host.list(folder)) {
    if (entry.isFolder) {
      names.push(...await presetNames(host, joinPath(folder, entry.name), `${prefix}${entry.name}/`));
    } else if (entry.name.endsWith(".yaml")) {
      names.push(prefix + entry.name.slice(0, -".yaml".length));
    }
  }
  return names.sort();
}

/** The comment lines that a file begins with, without their marks: one line, and one for each command, which is indented. */
function topComment(text: string): string {
  let comment = "", isCommand = false;
  for (const line of text.split("\n")) {
    if (!line.startsWith("#")) break;
    const words = line.replace(/^# ?/, "").trimEnd(), wasCommand = isCommand;
    isCommand = /^\s/.test(words);
    comment += (comment === "" ? "" : isCommand || wasCommand ? "\n" : " ") + words;
  }
  return comment;
}

/**
 * Merges a configuration over the preset that its `extends` names, and that one over its own.
 *
 * @param chain the names of the presets that lead here
 */
export async function resolveExtends(
  host: ReadFiles,
  content: RawConfig,
  path: string,
  options: PresetOptions,
  chain: readonly string[],
): Promise<RawConfig> {
  // what differs between the forms of an experiment is no part of a configuration: preset_differences.ts
  const { extends: parent, differences: _differences, ...own } = content;
  // Merging over nothing drops the empty sections that a YAML file may hold.
  if (parent === undefined) return mergeConfig({}, own);
  if (typeof parent !== "string") throw new UserError(`${path}: extends expects one preset's name`);
  // A file is found beside the one that names it.
  const target = isFile(parent) && !parent.startsWith("/") ? joinPath(folderOf(path), parent) : parent;
  const id = presetId(parent);
  if (chain.includes(id)) throw new UserError(`${path}: presets extend each other: ${[...chain, id].join(" > ")}`);
  const base = await readPreset(host, target, options.folder ?? presetFolder());
  if (isGridContent(base.content)) throw new UserError(`${path}: extends ${parent}, which is a grid of runs`);
  return mergeConfig(await resolveExtends(host, base.content, base.path, options, [...chain, id]), own);
}

function folderOf(path: string): string {
  return path.includes("/") ? path.slice(0, path.lastIndexOf("/") + 1) : "";
}
