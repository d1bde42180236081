/**
 * Results as one HTML page that needs nothing else: no script, no network. Warnings first, then the table, the charts as
 * inline SVG, and where it all comes from. Legible on light and dark ground and in print.
 */

import { darkStyles } from "./chart_theme.ts";
import type { Provenance } from "./provenance.ts";
import { PAGE_STYLE } from "./report_style.ts";
import { comparesMethods, type ResultGroup } from "./results_groups.ts";
import { formatDensity, formatPercent, formatSeconds, THIN } from "./results_numbers.ts";
import { alignDecimal, columnNotes, resultColumns } from "./results_table.ts";
import { resultWarnings } from "./results_warnings.ts";
import { type RuleId, ruleLabel, ruleStyle } from "./rule_style.ts";

/** A chart on the page. */
export interface PageChart {
  /** The SVG as drawn, for light ground and without a ground of its own. */
  svg: string;
  /** What it shows in words. */
  summary: string;
}

/** What the page is made of. */
export interface PageInput {
  title: string;
  /** A sentence on what was run. */
  description: string;
  groups: readonly ResultGroup[];
  charts: readonly PageChart[];
  /** Of the first run; what differs between runs is in their folders. */
  provenance: Provenance | null;
  /** Links to each run's folder and to files beside the page, relative to it. */
  links?: readonly { text: string; href: string }[];
}

/** The page's text. */
export function resultsPage(input: PageInput): string {
  const { title, description, groups, charts } = input;
  const rules = [...new Set(groups.map((group) => group.rule))];
  const warnings = resultWarnings(groups);
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escape(title)}</title>
<style>
${PAGE_STYLE}
@media screen and (prefers-color-scheme: dark) {
${darkStyles(".chart", rules)}
${rules.map((rule) => `.glyph-${rule}{color:${ruleStyle(rule).dark}}`).join("\n")}
}
</style>
</head>
<body>
<main>
<header>
<h1>${escape(title)}</h1>
<p>${escape(description)}</p>
${lead(groups)}
</header>
${warnings.length > 0 ? warningList(warnings) : ""}
<section aria-labelledby="table">
<h2 id="table">Results</h2>
${table(groups)}
${columnNotes(groups).map((note) => `<p class="note">${escape(note)}</p>`).join("\n")}
</section>
${charts.map(figure).join("\n")}
${origin(input)}
</main>
</body>
</html>
`;
}

/** One sentence that is true by construction; which rule it names is decided by validation accuracy, never by test. */
function lead(groups: readonly ResultGroup[]): string {
  if (comparesMethods(groups)) return "";
  const dense = groups.find((group) => group.rule === "dense");
  const sparse = groups.filter((group) => group.rule !== "dense" && group.best && group.nominal !== null);
  if (!dense?.best || sparse.length === 0) return "";
  const sparsest = Math.min(...sparse.map((group) => group.nominal ?? 1));
  const candidates = sparse.filter((group) => group.nominal === sparsest);
  const chosen = candidates.reduce((a, b) => (validation(b) > validation(a) ? b : a));
  if (!chosen.best) return "";
  const sentence = `At realised density ${formatDensity(chosen.realised)} ${ruleLabel(chosen.rule)} reached ` +
    `${formatPercent(chosen.best.mean, 1)}${THIN}% test accuracy against ${
      formatPercent(dense.best.mean, 1)
    }${THIN}% ` +
    `dense; its compute density is ${formatDensity(chosen.compute)}.`;
  const why = candidates.length > 1 ? " Of the rules at this density it had the best validation accuracy." : "";
  return `<p class="lead">${escape(sentence + why)}</p>`;
}

function validation(group: ResultGroup): number {
  return group.runs.reduce((sum, run) => sum + (run.best?.validationAccuracy ?? 0), 0) / group.runs.length;
}

function warningList(warnings: readonly string[]): string {
  return `<section class="warnings" aria-labelledby="warnings">
<h2 id="warnings">Before you read the numbers</h2>
<ul>
${warnings.map((text) => `<li>${escape(text)}</li>`).join("\n")}
</ul>
</section>`;
}

function table(groups: readonly ResultGroup[]): string {
  const columns = resultColumns(groups);
  const spans: { group: string; span: number }[] = [];
  for (const { group } of columns) {
    const last = spans.at(-1);
    if (last && last.group === group && group !== "") last.span++;
    else spans.push({ group, span: 1 });
  }
  const cells = columns.map((column) => column.numeric ? alignDecimal(column.cells).map(figureSpaces) : column.cells);
  const rows = groups.map((group, row) => {
    const apart = row > 0 && groups[row - 1].rule !== group.rule ? ' class="apart"' : "";
    const data = columns.map((column, i) => {
      if (column.title === "run") return `<th scope="row">${escape(cells[i][row])}</th>`;
      if (column.title === "rule") return `<th scope="row">${glyph(group.rule)} ${escape(cells[i][row])}</th>`;
      return `<td${column.numeric ? ' class="number"' : ""}>${escape(cells[i][row])}</td>`;
    });
    return `<tr${apart}>${data.join("")}</tr>`;
  });
  return `<div class="scroll" tabindex="0" role="region" aria-label="Results table">
<table>
<thead>
<tr>${spans.map(({ group, span }) => `<th colspan="${span}" class="group">${escape(group)}</th>`).join("")}</tr>
<tr>${columns.map((c) => `<th scope="col"${c.numeric ? ' class="number"' : ""}>${escape(c.title)}</th>`).join("")}</tr>
</thead>
<tbody>
${rows.join("\n")}
</tbody>
</table>
</div>`;
}

function glyph(rule: RuleId): string {
  const { glyph, light } = ruleStyle(rule);
  return `<span class="glyph glyph-${rule}" style="--light:${light}" aria-hidden="true">${glyph}</span>`;
}

/** Padding in spaces as wide as a digit, or as a point, so that a proportional font keeps the alignment. */
function figureSpaces(cell: string): string {
  const lead = cell.length - cell.trimStart().length;
  const trail = cell.length - cell.trimEnd().length;
  const point = trail > 0 && !cell.includes(".") ? 1 : 0;
  return "\u2007".repeat(lead) + cell.trim() + "\u2008".repeat(point) + "\u2007".repeat(trail - point);
}

function figure({ svg, summary }: PageChart): string {
  // Scales with the page, and is one picture with one name to a screen reader.
  const image = svg.replace(
    /^<svg([^>]*?) width="[^"]*" height="[^"]*"/,
    (_, attributes) => `<svg${attributes} role="img" aria-label="${escape(summary)}"`,
  );
  return `<figure>
<div class="chart scroll" tabindex="0" role="group" aria-label="Chart">${image}</div>
<details><summary>In words</summary><p>${escape(summary)}</p></details>
</figure>`;
}

function origin({ provenance, groups, links = [] }: PageInput): string {
  const seconds = groups.flatMap((group) => group.runs).reduce((sum, run) => sum + run.seconds, 0);
  const entries: [string, string][] = [];
  if (provenance) {
    const { adapter, driver, backend, commit, command } = provenance;
    entries.push(["Code", `startsparse ${provenance.version}${commit ? `, commit ${commit.slice(0, 12)}` : ""}`]);
    if (adapter) {
      const kind = adapter.software ? " (software)" : "";
      entries.push(["Adapter", [adapter.name + kind, driver, backend].filter(Boolean).join(", ")]);
    }
    entries.push(["Runtime", `${provenance.runtime} on ${provenance.os} ${provenance.arch}`]);
    entries.push(["Started", provenance.started]);
    if (command) entries.push(["Command", command]);
  }
  const distinct = (key: "data" | "model") => [...new Set(groups.map((group) => group[key]))].join("; ");
  const seeds = [...new Set(groups.flatMap((group) => group.runs.map((run) => run.seed)))];
  entries.push(["Data", distinct("data")], ["Model", distinct("model")]);
  entries.push(["Seeds", seeds.join(", ")], ["Time of all runs", formatSeconds(seconds)]);
  const list = entries.map(([term, value]) => {
    const text = term === "Command" ? `<code>${escape(value)}</code>` : escape(value);
    return `<dt>${term}</dt><dd>${text}</dd>`;
  });
  if (links.length > 0) {
    const anchors = links.map(({ text, href }) => `<a href="${escape(href)}">${escape(text)}</a>`);
    list.push(`<dt>Files</dt><dd>${anchors.join(", ")}</dd>`);
  }
  return `<section aria-labelledby="origin">
<h2 id="origin">Where this comes from</h2>
<dl>
${list.join("\n")}
</dl>
</section>`;
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
