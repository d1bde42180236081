/** Writes the results of a set of runs for people: a page, and its charts as SVG files beside it. */

import { type Host, joinPath, type ReadFiles } from "../host/host.ts";
import { inMillimetres, PRINT, PRINT_SUFFIX } from "./chart_layout.ts";
import { FILE_GROUND, renderSvg } from "./chart_render.ts";
import { layersOfRuns } from "./report_data.ts";
import { type PagePart, resultsPage } from "./report_page.ts";
import { reportParts } from "./report_parts.ts";
import type { CollectedRun } from "./results_collect.ts";
import type { Interval } from "./results_groups.ts";
import { groupCollected } from "./results_keys.ts";
import type { RuleStyle } from "./rule_style.ts";
import { resultWarnings } from "./results_warnings.ts";

/** What to write, and under which name. */
export interface ReportInput {
  /** Begins the files' names: `quickstart` gives `quickstart.html` and `quickstart-accuracy.svg`. */
  name: string;
  title: string;
  description: string;
  runs: readonly CollectedRun[];
  /** Where the runs' folders are; the host that the report is written to when left out. */
  from?: ReadFiles;
  interval?: Interval;
  /** What is to be said before the warnings that follow from the results. */
  warnings?: readonly string[];
  /** The runs' folders as the page shall link to them; none where they are left out. */
  linkOf?: (run: CollectedRun) => string;
}

/** Paths of what was written; null for a chart that the results do not allow (no dense run, no sparse one). */
export interface ReportFiles {
  page: string;
  accuracy: string | null;
  speed: string | null;
  /** Every chart, those two among them. */
  charts: string[];
  /** The same charts for a column of print, 84 mm wide with text of 8 points. */
  print: string[];
}

/** Writes the page and the charts into a folder. @throws UserError when it cannot be written */
export async function writeReport(
  host: Pick<Host, "makeDirectory" | "writeFile" | "now"> & ReadFiles,
  folder: string,
  input: ReportInput,
): Promise<ReportFiles> {
  const { name, title, description, runs, interval, linkOf, from = host } = input;
  const groups = groupCollected(runs, { interval });
  await host.makeDirectory(folder);

  const files: ReportFiles = {
    page: joinPath(folder, `${name}.html`),
    accuracy: null,
    speed: null,
    charts: [],
    print: [],
  };
  const parts: PagePart[] = [], looks: RuleStyle[] = [];
  const made = { groups, runs, layers: await layersOfRuns(from, runs) };
  const columns = reportParts({ ...made, layout: PRINT });
  for (const [index, { title, figures, looks: own }] of reportParts(made).entries()) {
    looks.push(...own);
    const part: PagePart = { title: columns.length > 1 ? title : "", charts: [] };
    const printed = new Map(columns[index].figures.map(({ name, spec }) => [name, spec]));
    for (const figure of figures) {
      const file = `${name}-${index === 0 ? "" : `${index + 1}-`}${figure.name}.svg`, path = joinPath(folder, file);
      if (index === 0 && figure.name === "accuracy") files.accuracy = path;
      if (index === 0 && figure.name === "speed") files.speed = path;
      files.charts.push(path);
      await host.writeFile(path, await renderSvg(figure.spec, { background: FILE_GROUND }));
      const column = path.replace(/\.svg$/, `${PRINT_SUFFIX}.svg`), spec = printed.get(figure.name)!;
      await host.writeFile(column, inMillimetres(await renderSvg(spec, { background: FILE_GROUND })));
      files.print.push(column);
      part.charts.push({ svg: await renderSvg(figure.spec), summary: figure.summary, file });
    }
    parts.push(part);
  }
  const warnings = [...input.warnings ?? [], ...(groups.length > 0 ? resultWarnings(groups) : [])];
  const date = host.now().toISOString().slice(0, 10);
  await host.writeFile(
    files.page,
    resultsPage({ title, description, date, groups, parts, looks, warnings, runs, linkOf }),
  );
  return files;
}
