/**
 * Grids: presets of several runs, a base and what each run changes. The quickstart is one.
 *
 * With `variants` each cell is run in every variant (or in those that its own `variants` names; none is once, without
 * one), with `seeds` from every seed; `--seed` or a seed among the overrides takes their place.
 */

import * as z from "zod";
import { UserError } from "../errors.ts";
import type { Host } from "../host/host.ts";
import { type Config, parseConfig } from "./config.ts";
import { configError, describeIssues } from "./config_errors.ts";
import { applyOverrides, mergeConfig, parseOverrides } from "./overrides.ts";
import { presetFolder, presetId, type PresetInfo, type PresetOptions, readPreset, resolveExtends } from "./presets.ts";

/** One run of a grid. */
export interface GridCell {
  /** Unique within the grid and fit for a folder name: `uniform-0.1`, `gmp-dense-s1`. */
  name: string;
  /** The cell and its variant, which runs with other seeds share. */
  cell: string;
  /** The variant, in which the cell's name ends. */
  variant?: string;
  config: Config;
}

/** A preset of several runs. */
export interface Grid extends PresetInfo {
  kind: "grid";
  cells: GridCell[];
}

const gridSchema = z.strictObject({
  base: z.record(z.string(), z.unknown()).default({}),
  seeds: z.array(z.int().min(0)).min(1).optional(),
  // A variant is a piece of configuration with its name.
  variants: z.array(z.looseObject({ name: z.string().min(1) })).default([]),
  // A cell is one too; `name` beside it names the run, `variants` those that it is run in.
  cells: z.array(z.looseObject({ variants: z.array(z.string()).optional() })).min(1),
});

type GridContent = z.output<typeof gridSchema>;

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
  const given = parseOverrides(overrides), seeds = given.seed === undefined ? parsed.data.seeds : undefined;
  const cells: GridCell[] = [];
  for (const [index, cell] of parsed.data.cells.entries()) {
    const where = `${path}, cell ${index + 1}`;
    const { name: own, variants: _variants, ...changes } = cell;
    for (const variant of variantsOf(parsed.data, cell.variants, where)) {
      const { name: variantName, ...more } = variant ?? {};
      const raw = applyOverrides(mergeConfig(mergeConfig(base, more), changes), overrides);
      const config = parseConfig(raw, where);
      const words = [typeof own === "string" ? own : cellName(config), variantName].filter(Boolean).join("-");
      const shared = uniqueName(words, cells);
      if (!seeds) cells.push({ name: shared, cell: shared, variant: variantName, config });
      for (const seed of seeds ?? []) {
        cells.push({
          name: `${shared}-s${seed}`,
          cell: shared,
          variant: variantName,
          config: parseConfig({ ...raw, seed }, where),
        });
      }
    }
  }
  return { name: presetId(name), description, kind: "grid", path, cells };
}

/** The variants that a cell is run in; a single undefined one where there are none. */
function variantsOf(
  { variants }: GridContent,
  wanted: readonly string[] | undefined,
  where: string,
): (GridContent["variants"][number] | undefined)[] {
  const names = variants.map(({ name }) => name), unknown = wanted?.find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw new UserError(`${where}: there is no variant ${unknown}`, {
      hint: `Variants: ${names.join(", ") || "none"}.`,
    });
  }
  const chosen = variants.filter(({ name }) => wanted?.includes(name) ?? true);
  return chosen.length > 0 ? chosen : [undefined];
}

/** `dense`, `erk-0.02`: what a cell's mask is. */
function cellName(config: Config): string {
  return config.mask.rule === "dense" ? "dense" : `${config.mask.rule}-${config.mask.density}`;
}

function uniqueName(name: string, cells: readonly GridCell[]): string {
  let unique = name;
  for (let i = 2; cells.some((other) => other.cell === unique); i++) unique = `${name}-${i}`;
  return unique;
}
