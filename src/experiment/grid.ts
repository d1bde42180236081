/** Grids: presets of several runs, a base and what each run changes. The quickstart is one. */

import * as z from "zod";
import { UserError } from "../errors.ts";
import type { Host } from "../host/host.ts";
import { type Config, parseConfig } from "./config.ts";
import { configError, describeIssues } from "./config_errors.ts";
import { applyOverrides, mergeConfig } from "./overrides.ts";
import { presetFolder, presetId, type PresetInfo, type PresetOptions, readPreset, resolveExtends } from "./presets.ts";

/** One run of a grid. */
export interface GridCell {
  /** Unique within the grid and fit for a folder name: `uniform-0.1`. */
  name: string;
  config: Config;
}

/** A preset of several runs. */
export interface Grid extends PresetInfo {
  kind: "grid";
  cells: GridCell[];
}

const gridSchema = z.strictObject({
  base: z.record(z.string(), z.unknown()).default({}),
  // A cell is a piece of configuration; `name` beside it names the run.
  cells: z.array(z.record(z.string(), z.unknown())).min(1),
});

/** Whether a preset or file is a grid. Same errors as `loadPreset`. */
export async function isGrid(host: Host, name: string, options: PresetOptions = {}): Promise<boolean> {
  return "cells" in (await readPreset(host, name, options.folder ?? presetFolder())).content;
}

/**
 * Reads a grid, applies the overrides to every cell, and checks each cell.
 *
 * @throws UserError as `loadPreset` does, for a preset that is one run, and for the first cell that is wrong
 */
export async function loadGrid(
  host: Host,
  name: string,
  overrides: readonly string[] = [],
  options: PresetOptions = {},
): Promise<Grid> {
  const { path, description, content } = await readPreset(host, name, options.folder ?? presetFolder());
  const parsed = gridSchema.safeParse(content);
  if (!parsed.success) {
    if (!("cells" in content)) throw new UserError(`${name} is one run, not a grid: it has no cells`);
    throw configError(path, describeIssues(parsed.error.issues, content));
  }
  const base = await resolveExtends(host, parsed.data.base, path, options, [presetId(name)]);
  const cells: GridCell[] = [];
  for (const [index, cell] of parsed.data.cells.entries()) {
    const { name: given, ...changes } = cell;
    const raw = applyOverrides(mergeConfig(base, changes), overrides);
    const config = parseConfig(raw, `${path}, cell ${index + 1}`);
    cells.push({ name: uniqueName(typeof given === "string" ? given : cellName(config), cells), config });
  }
  return { name: presetId(name), description, kind: "grid", path, cells };
}

/** `dense`, `erk-0.02`: what a cell's mask is. */
function cellName(config: Config): string {
  return config.mask.rule === "dense" ? "dense" : `${config.mask.rule}-${config.mask.density}`;
}

function uniqueName(name: string, cells: readonly GridCell[]): string {
  let unique = name;
  for (let i = 2; cells.some((cell) => cell.name === unique); i++) unique = `${name}-${i}`;
  return unique;
}
