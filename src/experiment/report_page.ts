/**
 * Results as one HTML page that needs nothing else: no script, no network. Warnings first, then the table, the charts as
 * inline SVG, and where it all comes from. Legible on light and dark ground and in print.
 */

import { methodName } from "./chart_series.ts";
import { darkStyles } from "./chart_theme.ts";
import { escapeHtml, REPORT_GENERATOR, section } from "./html.ts";
import { methodStyle } from "./method_style.ts";
import { appendix } from "./report_appendix.ts";
import { PAGE_STYLE } from "./report_style.ts";
import type { CollectedRun } from "./results_collect.ts";
import { comparesMethods, type Estimate, isPlainDense, type ResultGroup } from "./results_groups.ts";
import { formatDensity, formatPercent, THIN } from "./results_numbers.ts";
import { alignDecimal, columnNotes, resultColumns } from "./results_table.ts";
import { ruleLabel, type RuleStyle, ruleStyle } from "./rule_style.ts";

/** A chart on the page. */
export interface PageChart {
  /** The SVG as drawn, for light ground and without a ground of its own. */
  svg: string;
  /** What it shows in words. */
  summary: string;
  /** The same chart as a file beside the page. */
  file: string;
}

/** Charts of one model and data set. */
export interface PagePart {
  /** Empty for the only one. */
  title: string;
  charts: PageChart[];
}

/** What the page is made of. */
export interface PageInput {
  title: string;
  /** A sentence on what was run. */
  description: string;
  /** Of the page. */
  date: string;
  groups: readonly ResultGroup[];
  parts: readonly PagePart[];
  /** Looks of the charts' lines. */
  looks: readonly RuleStyle[];
  warnings: readonly string[];
  runs: readonly CollectedRun[];
  linkOf?: (run: CollectedRun) => string;
}

/** The page's text. */
export function resultsPage(input: PageInput): string {
  const { title, description, date, groups, parts, warnings, runs, linkOf } = input;
  const looks = [...input.looks, ...groups.map(lookOfGroup)];
  const files = parts.flatMap(({ charts }) => charts.map(({ file }) => file));
  const sentence = leadSentence(groups);
  let number = 0;
  const figures = parts.map((part) => {
    const heading = part.title === "" || part.charts.length === 0 ? "" : `<h2>${escapeHtml(part.title)}</h2>\n`;
    return heading + part.charts.map((chart) => figure(chart, ++number)).join("\n");
  });
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="${REPORT_GENERATOR}">
<title>${escapeHtml(title)}</title>
<style>
${PAGE_STYLE}
@media screen and (prefers-color-scheme: dark) {
${darkStyles(".chart", looks)}
.glyph { color: var(--dark); }
}
</style>
</head>
<body>
<main>
<header>
<h1>${escapeHtml(title)}</h1>
<p>${escapeHtml(description)}</p>
${sentence === "" ? "" : `<p class="lead">${escapeHtml(sentence)}</p>`}
<p class="note">${escapeHtml(date)}</p>
</header>
${warnings.length > 0 ? warningList(warnings) : ""}
${section("table", "Results", table(groups) + "\n" + notes(groups))}
${figures.join("\n")}
${appendix({ groups, runs, linkOf, files })}
</main>
</body>
</html>
`;
}

function notes(groups: readonly ResultGroup[]): string {
  return columnNotes(groups, true).map((note) => `<p class="note">${escapeHtml(note)}</p>`).join("\n");
}

/** One sentence that is true by construction, empty where there is none to say; which rule it names is decided by validation accuracy, never by test. */
export function leadSentence(groups: readonly ResultGroup[]): string {
  if (comparesMethods(groups)) return "";
  const dense = groups.find(isPlainDense);
  const sparse = groups.filter((group) => group.rule !== "dense" && group.best && group.nominal !== null);
  if (!dense?.best || sparse.length === 0) return "";
  const sparsest = Math.min(...sparse.map((group) => group.nominal ?? 1));
  const candidates = sparse.filter((group) => group.nominal === sparsest);
  const chosen = candidates.reduce((a, b) => (validation(b) > validation(a) ? b : a));
  if (!chosen.best) return "";
  const sentence = `At realised density ${formatDensity(chosen.realised)} ${ruleLabel(chosen.rule)} reached ` +
    `${accuracyWords(chosen.best)} test accuracy against ${accuracyWords(dense.best)} dense; its compute density is ` +
    `${formatDensity(chosen.compute)}.`;
  const why = candidates.length > 1 ? " Of the rules at this density it had the best validation accuracy." : "";
  return sentence + why;
}

function accuracyWords({ mean, half }: Estimate): string {
  return `${formatPercent(mean, 1)}${half === null ? "" : ` ± ${formatPercent(half, 1)}`}${THIN}%`;
}

function validation(group: ResultGroup): number {
  return group.runs.reduce((sum, run) => sum + (run.best?.validationAccuracy ?? 0), 0) / group.runs.length;
}

function warningList(warnings: readonly string[]): string {
  return `<section class="warnings" aria-labelledby="warnings">
<h2 id="warnings">Before you read the numbers</h2>
<ul>
${warnings.map((text) => `<li>${escapeHtml(text)}</li>`).join("\n")}
</ul>
</section>`;
}

function table(groups: readonly ResultGroup[]): string {
  const columns = resultColumns(groups, true);
  const spans: { group: string; span: number }[] = [];
  for (const { group } of columns) {
    const last = spans.at(-1);
    if (last && last.group === group && group !== "") last.span++;
    else spans.push({ group, span: 1 });
  }
  const cells = columns.map((column) => column.numeric ? alignDecimal(column.cells).map(figureSpaces) : column.cells);
  const rows = groups.map((group, row) => {
    const apart = row > 0 && familyOf(groups[row - 1]) !== familyOf(group) ? ' class="apart"' : "";
    const data = columns.map((column, i) => {
      if (column.title === "rule" || column.title === "run") {
        return `<th scope="row">${glyph(group)} ${escapeHtml(cells[i][row])}</th>`;
      }
      return `<td${column.numeric ? ' class="number"' : ""}>${escapeHtml(cells[i][row])}</td>`;
    });
    return `<tr${apart}>${data.join("")}</tr>`;
  });
  return `<div class="scroll" tabindex="0" role="region" aria-label="Results table">
<table>
<thead>
<tr>${spans.map(({ group, span }) => `<th colspan="${span}" class="group">${escapeHtml(group)}</th>`).join("")}</tr>
<tr>${
    columns.map((c) => `<th scope="col"${c.numeric ? ' class="number"' : ""}>${escapeHtml(c.title)}</th>`).join("")
  }</tr>
</thead>
<tbody>
${rows.join("\n")}
</tbody>
</table>
</div>`;
}

/** Rows of one rule, or of one method, stand together. */
export function familyOf(group: ResultGroup): string {
  return comparesMethods([group]) ? methodName(group) : group.rule;
}

/** The look of a row: its rule's, or its method's where it has one. */
export function lookOfGroup(group: ResultGroup): RuleStyle {
  const [{ method, score }] = group.runs;
  return comparesMethods([group]) ? methodStyle(method?.name ?? "fixed", score) : ruleStyle(group.rule);
}

function glyph(group: ResultGroup): string {
  const { glyph, light, dark } = lookOfGroup(group);
  return `<span class="glyph" style="--light:${light};--dark:${dark}" aria-hidden="true">${glyph}</span>`;
}

/** Padding in spaces as wide as a digit, or as a point, so that a proportional font keeps the alignment. */
export function figureSpaces(cell: string): string {
  const lead = cell.length - cell.trimStart().length;
  const trail = cell.length - cell.trimEnd().length;
  const point = trail > 0 && !cell.includes(".") ? 1 : 0;
  return "\u2007".repeat(lead) + cell.trim() + "\u2008".repeat(point) + "\u2007".repeat(trail - point);
}

function figure({ svg, summary, file }: PageChart, number: number): string {
  // Scales with the page, and is one picture with one name to a screen reader; charts that are narrower than the page
  // keep their size, so that text is as large in one as in the other.
  const width = /^<svg[^>]*? width="([\d.]+)"/.exec(svg)?.[1] ?? "0";
  const image = svg.replace(
    /^<svg([^>]*?) width="[^"]*" height="[^"]*"/,
    (_, attributes) => `<svg${attributes} role="img" aria-label="${escapeHtml(summary)}" style="max-width:${width}px"`,
  );
  return `<figure>
<div class="chart scroll" tabindex="0" role="group" aria-label="Chart">${image}</div>
<figcaption>Figure ${number}. <a href="${escapeHtml(file)}">SVG</a></figcaption>
<details><summary>In words</summary><p>${escapeHtml(summary)}</p></details>
</figure>`;
}
