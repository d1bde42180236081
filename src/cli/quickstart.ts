/**
 * `startsparse quickstart`: its grid on one device, one run after the other, then a table and a report. Other grids are run by
 * `startsparse sweep`; this one is shown at once, and begins anew each time.
 */
import type { RunEvent } from "../experiment/run_events.ts";
import type { RunResult } from "../experiment/run_result.ts";
import { type Grid, loadGrid } from "../experiment/grid.ts";
import { collectRuns } from "../experiment/results_collect.ts";
import type { ReportFiles } from "../experiment/report_files.ts";
import { groupRuns } from "../experiment/results_groups.ts";
import { resultsText } from "../experiment/results_table.ts";
import { resultWarnings } from "../experiment/results_warnings.ts";
import { type Host, joinPath } from "../host/host.ts";
import { checkFolder, type CommandContext, overridesOf, type RunOptions, withDevice } from "./context.ts";
import { EngineClient, InterruptedEarly } from "./engine.ts";
import { GridView } from "./grid_view.ts";
import { debugging, jsonText, openOutput, type Output } from "./output.ts";
import { sayWarnings } from "./results.ts";

/** Said under every result on the embedded data. */
const ILLUSTRATES =
  "These are small networks on a small data set: they illustrate, and reproduce no result of the paper.";

/** Trains every cell of the quickstart. @returns the exit status */
export async function quickstartCommand(
  { host, command }: CommandContext,
  overrides: readonly string[],
  options: RunOptions,
): Promise<number> {
  const loaded = await loadGrid(host, "quickstart", overridesOf(overrides, options));
  const grid = { ...loaded, cells: loaded.cells.map((c) => ({ ...c, config: withDevice(c.config, options) })) };
  const folder = options.out === undefined ? await freshFolder(host, grid.name) : checkFolder(options.out);

  const output = openOutput({ json: options.json, plain: debugging() });
  const engine = new EngineClient(output);
  const results: RunResult[] = [];
  const view = new GridView(output, grid.name, grid.cells.map(({ name, config }) => ({ name, ...config.train })));
  try {
    await engine.open(grid.cells[0].config.device);
    const first = grid.cells[0].config;
    const title = `${first.model.name}${first.model.width === undefined ? "" : `, width ${first.model.width}`}`;
    // methods may have levels of their own epochs
    const alike = grid.cells.every(({ config }) => config.method.name === first.method.name);
    const epochs = `${first.train.epochs} epoch${first.train.epochs === 1 ? "" : "s"} each`;
    const words = `${grid.cells.length} runs of ${title} on ${first.data.name}`;
    output.say(alike ? `${words}, ${epochs}` : words);
    output.say();
    for (const [index, { name, cell, variant, config }] of grid.cells.entries()) {
      const request = {
        config,
        folder: joinPath(folder, name),
        name,
        cell,
        variant,
        preset: grid.name,
        command,
        force: options.force,
      };
      let result: RunResult;
      try {
        result = await engine.run(request, view, (event: RunEvent) => view.show(index, event));
      } catch (error) {
        if (error instanceof InterruptedEarly) break;
        throw error;
      }
      if (result.interrupted) break;
      results.push(result);
    }
    view.end();
    return await conclude({ host, output, grid, folder, results, json: options.json, exitCode: engine.exitCode });
  } finally {
    view.end();
    engine.close();
  }
}

interface Conclusion {
  host: Host;
  output: Output;
  grid: Grid;
  folder: string;
  results: RunResult[];
  json?: boolean;
  exitCode?: number;
}

/** Table, warnings and report of the cells that were finished. */
async function conclude({ host, output, grid, folder, results, json, exitCode }: Conclusion): Promise<number> {
  const interrupted = exitCode !== undefined && results.length < grid.cells.length;
  const { colours } = output;
  if (interrupted) {
    output.say(colours.yellow(`interrupted: ${results.length} of ${grid.cells.length} runs are finished`));
  }
  const groups = groupRuns(results);
  const warnings = results.length > 0 ? resultWarnings(groups) : [];
  let report: ReportFiles | null = null;
  if (results.length > 0) {
    report = await writeGridReport(host, grid, folder, results);
    output.say();
    output.say(resultsText(results, { columns: output.columns }));
    sayWarnings(output, [...warnings, ILLUSTRATES]);
    output.say();
    output.say(`report  ${colours.bold(report.page)}`);
    const charts = [report.accuracy, report.speed].filter((path) => path !== null);
    charts.forEach((path, i) => output.say(`${i === 0 ? "charts" : "      "}  ${path}`));
  }
  output.say(`runs    ${folder}/`);
  if (json) {
    const speedup = (result: RunResult) => groups.find((group) => group.runs.includes(result))?.speedup ?? null;
    const cells = results.map((result) => ({
      ...result,
      folder: joinPath(folder, result.name),
      speedup: speedup(result),
    }));
    const { name } = grid;
    output.data(
      jsonText({ format: 1, name, folder, interrupted, report, warnings: [...warnings, ILLUSTRATES], cells }),
    );
  }
  return exitCode ?? 0;
}

async function writeGridReport(
  host: Host,
  grid: Grid,
  folder: string,
  runs: readonly RunResult[],
): Promise<ReportFiles> {
  // Drawing charts brings a large library that nothing else here needs.
  const { writeReport } = await import("../experiment/report_files.ts");
  const names = new Set(runs.map((run) => run.name));
  const collected = (await collectRuns(host, [folder])).runs.filter(({ result }) => names.has(result.name));
  return await writeReport(host, folder, {
    name: grid.name.replace(/^.*\//, ""),
    title: grid.name === "quickstart" ? "Random sparse networks, trained from the first step" : grid.name,
    description: `${grid.description} ${ILLUSTRATES}`,
    runs: collected,
    linkOf: (run) => run.folder.slice(folder.length + 1),
  });
}

/** `runs/quickstart-2025-01-31-142530`, or with a number behind it where two begin in one second. */
async function freshFolder(host: Host, name: string): Promise<string> {
  const now = host.now();
  const two = (n: number) => String(n).padStart(2, "0");
  const date = `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
  const base = joinPath(
    "runs",
    `${name}-${date}-${two(now.getHours())}${two(now.getMinutes())}${two(now.getSeconds())}`,
  );
  let folder = base;
  for (let i = 2; await host.exists(folder); i++) folder = `${base}-${i}`;
  return folder;
}
