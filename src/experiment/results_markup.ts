/** The results table for documents: Markdown, and LaTeX with the rules of `booktabs`; the same rounding in both. */

import { type GroupOptions, groupRuns, type ResultGroup } from "./results_groups.ts";
import { type Column, columnNotes, resultColumns, type Shown } from "./results_table.ts";
import type { RunResult } from "./run_result.ts";

/** The results as a Markdown table. */
export function resultsMarkdown(runs: readonly RunResult[], options: GroupOptions = {}): string {
  return groupsMarkdown(groupRuns(runs, options));
}

/** Groups that are made already as a Markdown table. */
export function groupsMarkdown(groups: readonly ResultGroup[], shown: Shown = false): string {
  const columns = resultColumns(groups, shown);
  const row = (cells: string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  const lines = [
    row(columns.map((column) => column.long)),
    `|${columns.map((column) => column.numeric ? "---:" : "---").join("|")}|`,
    ...(columns[0]?.cells ?? []).map((_, i) => row(columns.map((column) => column.cells[i]))),
  ];
  return lines.join("\n") + "\n";
}

/** Groups as a LaTeX `tabular` between the rules of the package `booktabs`; the notes stand above it as comments. */
export function groupsLatex(groups: readonly ResultGroup[], shown: Shown = false): string {
  const columns = resultColumns(groups, shown);
  const row = (cells: readonly string[]) => `${cells.join(" & ")} \\\\`;
  const spans: { group: string; first: number; last: number }[] = [];
  columns.forEach(({ group }, i) => {
    const span = spans.at(-1);
    if (span && group !== "" && span.group === group) span.last = i;
    else spans.push({ group, first: i, last: i });
  });
  const named = spans.filter(({ group }) => group !== "");
  const headings = spans.map(({ group, first, last }) =>
    group === "" ? "" : `\\multicolumn{${last - first + 1}}{c}{${latexText(group)}}`
  );
  return [
    ...columnNotes(groups, shown).map((note) => `% ${note}`),
    "% \\usepackage{booktabs}",
    `\\begin{tabular}{${columns.map((column) => column.numeric ? "r" : "l").join("")}}`,
    "\\toprule",
    ...(named.length > 0 ? [row(headings)] : []),
    ...named.map(({ first, last }) => `\\cmidrule(lr){${first + 1}-${last + 1}}`),
    row(columns.map((column) => latexText(column.title))),
    "\\midrule",
    ...(columns[0]?.cells ?? []).flatMap((_, i) => [
      ...(apart(columns, i) ? ["\\addlinespace"] : []),
      row(columns.map((column) => column.numeric ? latexNumber(column.cells[i]) : latexText(column.cells[i]))),
    ]),
    "\\bottomrule",
    "\\end{tabular}",
    "",
  ].join("\n");
}

/** Whether a row begins another rule, or whatever stands in the first column. */
function apart([first]: readonly Column[], row: number): boolean {
  return row > 0 && !first.numeric && first.cells[row] !== first.cells[row - 1];
}

const SPECIAL: Readonly<Record<string, string>> = {
  "\\": "\\textbackslash{}",
  "~": "\\textasciitilde{}",
  "^": "\\textasciicircum{}",
  "–": "--",
  "±": "$\\pm$",
  "×": "$\\times$",
  "−": "$-$",
  "\u2009": "\\,",
};

function latexText(text: string): string {
  return text.replace(/[\\~^–±×−\u2009]|[&%$#_{}]/g, (character) => SPECIAL[character] ?? `\\${character}`);
}

/** `86.23 ±0.12` with the interval in math. */
function latexNumber(cell: string): string {
  return latexText(cell).replace(" $\\pm$", " $\\pm$ ");
}
