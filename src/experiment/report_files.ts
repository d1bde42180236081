/** Writes the results of a set of runs for people: a page, and its charts as SVG files beside it. */

import { type Host, joinPath } from "../host/host.ts";
import { renderSvg } from "./chart_render.ts";
import { accuracyChart, accuracySummary, speedChart, speedSummary } from "./chart_spec.ts";
import type { Provenance } from "./provenance.ts";
import { type PageChart, resultsPage } from "./report_page.ts";
import { comparesMethods, groupRuns } from "./results_groups.ts";
import type { RunResult } from "./run_result.ts";

/** What to write, and under which name. */
export interface ReportInput {
  /** Begins the files' names: `quickstart` gives `quickstart.html` and `quickstart-accuracy.svg`. */
  name: string;
  title: string;
  description: string;
  /** All of one model and data set. */
  runs: readonly RunResult[];
  provenance: Provenance | null;
  /** The runs' folders relative to the page, for its links. */
  folders?: readonly string[];
}

/** Paths of what was written; null for a chart that the results do not allow (no dense run, no sparse one). */
export interface ReportFiles {
  page: string;
  accuracy: string | null;
  speed: string | null;
}

/** Writes the page and the charts into a folder. @throws UserError when it cannot be written */
export async function writeReport(host: Host, folder: string, input: ReportInput): Promise<ReportFiles> {
  const groups = groupRuns(input.runs);
  await host.makeDirectory(folder);
  const files: ReportFiles = { page: joinPath(folder, `${input.name}.html`), accuracy: null, speed: null };
  const links = (input.folders ?? []).map((path) => ({ text: path.replace(/\/$/, ""), href: `${path}/` }));
  const charts: PageChart[] = [];
  // Charts are of rules and densities; methods are compared in the table.
  const drawn = comparesMethods(groups) ? [] : [
    { kind: "accuracy", spec: accuracyChart(groups), summary: accuracySummary(groups) },
    { kind: "speed", spec: speedChart(groups), summary: speedSummary(groups) },
  ] as const;
  for (const { kind, spec, summary } of drawn) {
    if (!spec) continue;
    const file = `${input.name}-${kind}.svg`;
    files[kind] = joinPath(folder, file);
    // A file has white ground: a viewer with a dark one would swallow the ink.
    await host.writeFile(joinPath(folder, file), await renderSvg(spec, { background: "#FFFFFF" }));
    charts.push({ svg: await renderSvg(spec), summary });
    links.push({ text: file, href: file });
  }
  const { title, description, provenance } = input;
  await host.writeFile(files.page, resultsPage({ title, description, groups, charts, provenance, links }));
  return files;
}
