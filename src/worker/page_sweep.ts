/** Sweeps of a page: a grid that somebody chose, its cells among the runs of this browser, and its folder for the command line. */
import type { Config } from "../experiment/config.ts";
import { loadGrid } from "../experiment/grid.ts";
import { countImages } from "../experiment/run_data.ts";
import { openSweep, SWEEP_FILES, type SweepRun, sweepRuns } from "../experiment/sweep_folder.ts";
import { StateWriter } from "../experiment/sweep_state.ts";
import { shellCommand } from "../experiment/provenance.ts";
import { datasetInfo } from "../data/info.ts";
import { RUN_FILES } from "../experiment/run_files.ts";
import { type RunResult, runResultSchema } from "../experiment/run_result.ts";
import { type Host, joinPath } from "../host/host.ts";
import { createPageHost } from "../host/page.ts";
import { presetFiles, PRESETS } from "./preset_files.ts";
import { type ExportedFile, RUNS_FOLDER } from "./storage_types.ts";

/** A grid as somebody chose it. */
export interface SweepChoice {
  /** One of PAGE_GRIDS. */
  readonly preset: string;
  /** Axes of rules and densities; the preset's own where they are left out. */
  readonly rules?: readonly string[];
  readonly densities?: readonly number[];
  readonly seeds: readonly number[];
  readonly width: number;
  readonly epochs: number;
  /** Training images. */
  readonly images: number;
}

/** One cell, to be run as the lane `id`. */
export interface SweepCell {
  /** Its lane, and its folder's name among the runs. */
  readonly id: string;
  readonly hash: string;
  readonly name: string;
  readonly cell: string;
  readonly rule: RunResult["rule"];
  readonly seed: number;
  readonly config: Config;
  /** Images trained on, all epochs together. */
  readonly images: number;
}

/** What a sweep would be, before anything starts. */
export interface SweepPlan {
  readonly name: string;
  readonly description: string;
  /** What does the same on the command line. */
  readonly command: string;
  readonly cells: readonly SweepCell[];
}

/** What has become of a cell. */
export interface SweepCellState {
  readonly state: "done" | "begun" | "waiting";
  readonly result?: RunResult;
}

/** A failure, as the page has noted it. */
export interface SweepFailure {
  readonly hash: string;
  readonly error: string;
}

/** The cells of a choice. @throws {UserError} for one that no run can follow */
export async function planSweep(host: Host, choice: SweepChoice): Promise<SweepPlan> {
  const { runs, grid, overrides } = await runsOf(choice);
  const sets = new Map<string, Awaited<ReturnType<typeof datasetInfo>>>();
  const cells: SweepCell[] = [];
  for (const { hash, name, cell, folder, config } of runs) {
    const { name: set } = config.data, info = sets.get(set) ?? await datasetInfo(set, host);
    sets.set(set, info);
    const images = countImages(config, info.train, info.test).train * config.train.epochs;
    cells.push({ id: folder, hash, name, cell, rule: config.mask.rule, seed: config.seed, config, images });
  }
  const command = shellCommand(["npx", "startsparse", "sweep", choice.preset, ...overrides]);
  return { name: grid.name, description: grid.description, command, cells };
}

async function runsOf({ preset, rules, densities, seeds, width, epochs, images }: SweepChoice) {
  const overrides = [
    ...(rules ? [`grid.mask.rule=${rules.join(",")}`] : []),
    ...(densities ? [`grid.mask.density=${densities.join(",")}`] : []),
    `grid.seed=${seeds.join(",")}`,
    `model.width=${width}`,
    `train.epochs=${epochs}`,
    `data.limit=${images}`,
  ];
  const grid = await loadGrid(presetFiles(), preset, overrides, { folder: PRESETS });
  return { grid, overrides, runs: await sweepRuns(grid) };
}

/** What the browser's runs say of each cell. */
export async function sweepCellStates(host: Host, cells: readonly SweepCell[]): Promise<SweepCellState[]> {
  return await Promise.all(cells.map(async ({ id, hash }): Promise<SweepCellState> => {
    const folder = joinPath(RUNS_FOLDER, id);
    if (!(await host.exists(folder))) return { state: "waiting" };
    const path = joinPath(folder, RUN_FILES.result);
    if (!(await host.exists(path))) return { state: "begun" };
    try {
      const result = runResultSchema.parse(JSON.parse(await host.readText(path)));
      return result.interrupted || result.configHash !== hash ? { state: "begun" } : { state: "done", result };
    } catch {
      // damaged: it is run again, or refused by the run itself
      return { state: "begun" };
    }
  }));
}

/** Packs the sweep as a folder that `startsparse results`, `report` and `sweep status` read. */
export async function exportSweep(
  host: Host,
  choice: SweepChoice,
  failures: readonly SweepFailure[],
): Promise<ExportedFile> {
  const { writeZip } = await import("../formats/zip_write.ts");
  const { runs, grid, overrides } = await runsOf(choice);
  const command = shellCommand(["npx", "startsparse", "sweep", choice.preset, ...overrides]);
  const folder = grid.name.replace(/[^\w.-]+/g, "-"), files = createPageHost();
  await openSweep(files, folder, { name: grid.name, description: grid.description, command }, runs);
  const state = new StateWriter(files, folder, "page");
  for (const { hash, error } of failures) await state.note({ event: "failed", hash, error, machine: "browser" });
  const date = host.now();
  const own = [SWEEP_FILES.about, SWEEP_FILES.runs, ...failures.length > 0 ? [`${SWEEP_FILES.state}/page.jsonl`] : []];
  const members = own.map((name) => {
    const path = joinPath(folder, name);
    return { name: path, date, read: () => files.readFile(path) };
  });
  for (const run of runs) members.push(...await membersOf(host, folder, run, date));
  const name = `${folder}.zip`;
  return { name, file: new File([await writeZip(members)], name, { type: "application/zip" }) };
}

/** The files of a cell's run folder, checkpoints left out: what has ended needs none. */
async function membersOf(host: Host, sweep: string, { folder }: SweepRun, date: Date) {
  const from = joinPath(RUNS_FOLDER, folder);
  if (!(await host.exists(from))) return [];
  return (await host.list(from)).filter(({ isFolder }) => !isFolder).map(({ name }) => ({
    name: joinPath(sweep, SWEEP_FILES.folders, folder, name),
    date,
    read: () => host.readFile(joinPath(from, name)),
  }));
}
