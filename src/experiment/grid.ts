/**
 * Grids: presets of several runs, a base and what each run changes. The quickstart is one.
 *
 * With `variants` each cell is run in every variant (or in those that its own `variants` names; none is once, without
 * one), with `grid` at every combination of the axes' values (see grid_axes.ts; a cell's own `grid` replaces the file's,
 * `{}` is none), with `seeds` from every seed; `--seed` or a seed among the overrides takes their place.
 */

import * as z from "zod";
import { UserError } from "../errors.ts";
import type { ReadFiles } from "../host/host.ts";
import { type Config, parseConfig } from "./config.ts";
import { configError, describeIssues } from "./config_errors.ts";
import { readsMaskDensity } from "./config_schema.ts";
import { type Axes, axisWord, chosenAxes, isSeedAxis, namedByMask, points, splitAxes } from "./grid_axes.ts";
import { applyOverrides, mergeConfig } from "./overrides.ts";
import type { RawConfig } from "./raw_config.ts";
import {
  isGridContent,
  presetFolder,
  presetId,
  type PresetInfo,
  type PresetOptions,
  readPreset,
  resolveExtends,
} from "./presets.ts";

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

const axesSchema = z.record(z.string(), z.array(z.unknown()).min(1));

const gridSchema = z.strictObject({
  base: z.record(z.string(), z.unknown()).default({}),
  grid: axesSchema.default({}),
  seeds: z.array(z.int().min(0)).min(1).optional(),
  // A variant is a piece of configuration with its name.
  variants: z.array(z.looseObject({ name: z.string().min(1) })).default([]),
  // A cell is one too; `name` beside it names the run, `variants` those that it is run in, `grid` its axes.
  cells: z.array(z.looseObject({ variants: z.array(z.string()).optional(), grid: axesSchema.optional() })).min(1)
    .default([{}]),
});

type GridContent = z.output<typeof gridSchema>;

/** Whether a preset or file is a grid. Same errors as `loadPreset`. */
export async function isGrid(host: ReadFiles, name: string, options: PresetOptions = {}): Promise<boolean> {
  return isGridContent((await readPreset(host, name, options.folder ?? presetFolder())).content);
}

/**
 * Reads a grid, applies the overrides to every cell, and checks each cell.
 *
 * @param overrides `key=value`, and axes as `grid.key=a,b,c`, which replace the file's axes of these keys
 * @throws UserError as `loadPreset` does, for a preset that is one run where no axis is given, and for the first cell
 * that is wrong
 */
export async function loadGrid(
  host: ReadFiles,
  name: string,
  overrides: readonly string[] = [],
  options: PresetOptions = {},
): Promise<Grid> {
  const { path, description, content } = await readPreset(host, name, options.folder ?? presetFolder());
  const { axes, settings } = splitAxes(overrides);
  const grid = isGridContent(content);
  if (!grid && axes.size === 0) {
    throw new UserError(`${name} is one run, not a grid: it has no cells`, {
      hint: `Give axes, for example startsparse sweep ${name} grid.mask.density=0.05,0.1 grid.seed=1,2,3.`,
    });
  }
  const parsed = gridSchema.safeParse(grid ? content : { base: content });
  if (!parsed.success) throw configError(path, describeIssues(parsed.error.issues, content));
  const base = await resolveExtends(host, parsed.data.base, path, options, [presetId(name)]);
  const cells = gridCells(parsed.data, base, axes, settings, path);
  return { name: presetId(name), description, kind: "grid", path, cells };
}

function gridCells(
  content: GridContent,
  base: RawConfig,
  given: Axes,
  settings: readonly string[],
  path: string,
): GridCell[] {
  const cells: GridCell[] = [];
  for (const [index, cell] of content.cells.entries()) {
    const where = `${path}, cell ${index + 1}`;
    const { name, variants: _variants, grid: cellAxes, ...changes } = cell;
    // A cell that says it has no axes is what the others are compared with; only seeds are for it too.
    const extra = [...given].filter(([key]) =>
      isSeedAxis(key) || cellAxes === undefined || Object.keys(cellAxes).length > 0
    );
    const own = { ...content.seeds && { seed: content.seeds }, ...(cellAxes ?? content.grid) };
    const axes = chosenAxes(new Map(Object.entries(own)), new Map(extra), settings);
    const seedAxes = new Map([...axes].filter(([key]) => isSeedAxis(key)));
    const otherAxes = new Map([...axes].filter(([key]) => !isSeedAxis(key)));
    for (const variant of variantsOf(content, cell.variants, where)) {
      const { name: variantName, ...more } = variant ?? {};
      const start = mergeConfig(mergeConfig(base, more), changes);
      const seen = new Set<string>();
      for (const point of points(otherAxes, start)) {
        const raw = applyOverrides(point.config, settings);
        const config = parseConfig(raw, where);
        // Axes that do not touch a point (densities of the dense rule) would give the same run again.
        const same = JSON.stringify(config);
        if (seen.has(same)) continue;
        seen.add(same);
        const named = typeof name === "string" ? name : cellName(config);
        const extraWords = point.values.filter(([key]) => typeof name === "string" || !namedByMask(key)).map(axisWord);
        const shared = uniqueName([named, ...extraWords, variantName].filter(Boolean).join("-"), cells);
        if (seedAxes.size === 0) {
          cells.push({ name: shared, cell: shared, variant: variantName, config });
          continue;
        }
        for (const seeds of points(seedAxes, raw)) {
          const words = [shared, ...seeds.values.map(axisWord)];
          cells.push({
            name: words.join("-"),
            cell: shared,
            variant: variantName,
            config: parseConfig(seeds.config, where),
          });
        }
      }
    }
  }
  return cells;
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
function cellName({ mask: { rule, density } }: Config): string {
  return readsMaskDensity(rule) ? `${rule}-${density}` : rule;
}

function uniqueName(name: string, cells: readonly GridCell[]): string {
  let unique = name;
  for (let i = 2; cells.some((other) => other.cell === unique); i++) unique = `${name}-${i}`;
  return unique;
}
