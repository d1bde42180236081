/** Writes the results of a set of runs for people: a page, and its charts as SVG files beside it. */

import { type Host, joinPath } from "../host/host.ts";
import { inMillimetres, PRINT, PRINT_SUFFIX } from "./chart_layout.ts";
import { renderSvg } from "./chart_render.ts";
import { seriesSets } from "./chart_series.ts";
import { groupLayers, type LayerDensity } from "./report_data.ts";
import { reportFigures } from "./report_figures.ts";
import { type PagePart, resultsPage } from "./report_page.ts";
import type { CollectedRun } from "./results_collect.ts";
import type { Interval, ResultGroup } from "./results_groups.ts";
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
export async function writeReport(host: Host, folder: string, input: ReportInput): Promise<ReportFiles> {
  const { name, title, description, runs, interval, linkOf } = input;
  const groups = groupCollected(runs, { interval });
  const byResult = new Map(runs.map((run) => [run.result, run]));
  const runOf = (result: ResultGroup["runs"][number]) => byResult.get(result);
  const layers = new Map<ResultGroup, LayerDensity[] | null>();
  for (const group of groups) layers.set(group, await groupLayers(host, group, runOf));
  await host.makeDirectory(folder);

  const files: ReportFiles = {
    page: joinPath(folder, `${name}.html`),
    accuracy: null,
    speed: null,
    charts: [],
    print: [],
  };
  const parts: PagePart[] = [], looks: RuleStyle[] = [];
  const subjects = [...new Set(groups.map(subjectOf))];
  for (const [index, subject] of subjects.entries()) {
    const own = groups.filter((group) => subjectOf(group) === subject);
    looks.push(...seriesSets(own).flatMap(({ series }) => series.map(({ style }) => style)));
    const part: PagePart = { title: subjects.length > 1 ? subject : "", charts: [] };
    const input = { groups: own, runOf, layersOf: (group: ResultGroup) => layers.get(group) ?? null };
    const printed = new Map(reportFigures({ ...input, layout: PRINT }).map(({ name, spec }) => [name, spec]));
    for (const figure of reportFigures(input)) {
      const file = `${name}-${index === 0 ? "" : `${index + 1}-`}${figure.name}.svg`, path = joinPath(folder, file);
      if (index === 0 && figure.name === "accuracy") files.accuracy = path;
      if (index === 0 && figure.name === "speed") files.speed = path;
      files.charts.push(path);
      // A file has white ground: a viewer with a dark one would swallow the ink.
      await host.writeFile(path, await renderSvg(figure.spec, { background: "#FFFFFF" }));
      const column = path.replace(/\.svg$/, `${PRINT_SUFFIX}.svg`);
      await host.writeFile(
        column,
        inMillimetres(await renderSvg(printed.get(figure.name)!, { background: "#FFFFFF" })),
      );
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

function subjectOf({ model, data }: ResultGroup): string {
  return `${model} on ${data}`;
}
