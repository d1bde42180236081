/** Results as a table: aligned text for a terminal, Markdown, and the cells for a page. */

import { UserError } from "../errors.ts";
import {
  comparesMethods,
  type Estimate,
  type GroupOptions,
  groupRuns,
  INTERVAL_WORDS,
  type ResultGroup,
} from "./results_groups.ts";
import { fixedSignificant, formatDensity, formatInteger, formatPercent, formatRatio, NONE } from "./results_numbers.ts";
import { variantSentences } from "./results_variants.ts";
import { ruleLabel } from "./rule_style.ts";
import type { RunResult } from "./run_result.ts";

/** A column: what stands above it, and the text of each row. */
export interface Column {
  /** What `--show` calls it, and records too; empty for a column that tells rows apart, which is always there. */
  name: string;
  /** Heading that it shares with its neighbours: "density". Empty for none. */
  group: string;
  title: string;
  /** The whole heading, for Markdown and for the narrow layout. */
  long: string;
  /** Numbers are aligned on the decimal point. */
  numeric: boolean;
  cells: string[];
}

/** How to lay a table out. */
export interface TableOptions {
  /** Characters a line may have; above that each row becomes a small block of lines. Default 80. */
  columns?: number;
  shown?: Shown;
}

/**
 * Which columns: the usual ones (false), everything that is known of a group (true: dead neurons, cost, speed and memory
 * beside each other), or those of some names, in their order, behind what tells rows apart.
 */
export type Shown = boolean | readonly string[];

/**
 * The columns of the results table; model and data appear only where they differ, n only where it is not 1. Where methods
 * are compared, sources and costs stand in the place of rules and speeds.
 * @param decimals of accuracies, in per cent
 * @throws UserError for a name that no column has
 */
export function resultColumns(groups: readonly ResultGroup[], shown: Shown = false, decimals = 2): Column[] {
  if (typeof shown === "boolean") return columnsOf(groups, shown, decimals);
  const columns = columnsOf(groups, true, decimals);
  const named = new Map(columns.filter(({ name }) => name !== "").map((column) => [column.name, column]));
  return [...columns.filter(({ name }) => name === ""), ...chosenColumns(shown, named)];
}

/** What some names stand for. @throws UserError for one that stands for nothing */
export function chosenColumns<T>(names: readonly string[], columns: ReadonlyMap<string, T>): T[] {
  return names.map((name) => {
    if (columns.has(name)) return columns.get(name)!;
    throw new UserError(`no column is called ${name}`, { hint: `There are ${[...columns.keys()].join(", ")}.` });
  });
}

function columnsOf(groups: readonly ResultGroup[], wide: boolean, decimals: number): Column[] {
  const text = (title: string, cell: (group: ResultGroup) => string): Column => {
    return { name: "", group: "", title, long: title, numeric: false, cells: groups.map(cell) };
  };
  const number = (
    name: string,
    group: string,
    title: string,
    long: string,
    cell: (group: ResultGroup) => string,
  ): Column => ({ name, group, title, long, numeric: true, cells: groups.map(cell) });
  const differs = (key: "model" | "data") => new Set(groups.map((group) => group[key])).size > 1;
  const accuracy = (estimate: ResultGroup["best"]) => {
    if (!estimate) return NONE;
    const percent = (fraction: number) => formatPercent(fraction, decimals);
    return percent(estimate.mean) + (estimate.half === null ? "" : ` ±${percent(estimate.half)}`);
  };
  const several = groups.some((group) => group.runs.length > 1), methods = comparesMethods(groups);
  const chosen = groups.some((group) => group.chosen);
  // the names of a grid's cells say what methods differ in
  const told = methods && !chosen && groups.every(({ cell }) => cell !== null) ? /^(method|score)\./ : /^$/;
  const labels = [...new Set(groups.flatMap((group) => Object.keys(group.labels)))].filter((key) => !told.test(key));
  const seconds = (estimate: Estimate | null) => {
    if (!estimate) return NONE;
    const figures = (value: number) => fixedSignificant(value, value < 100 ? 2 : 3);
    return figures(estimate.mean) + (estimate.half === null ? "" : ` ±${figures(estimate.half)}`);
  };
  const cost = [
    number(
      "dense_epochs",
      "cost",
      "dense epochs",
      "cost, dense epochs",
      ({ denseEpochs }) => denseEpochs ? fixedSignificant(denseEpochs.mean, 3) : NONE,
    ),
    number("training_seconds", "cost", "seconds", "cost, seconds", (group) => seconds(group.seconds)),
  ];
  const speed = [
    number(
      "images_per_second",
      "training",
      "images/s",
      "images/s",
      (group) => formatInteger(group.imagesPerSecond.mean),
    ),
    number("speedup", "training", "speed-up", "speed-up", (group) => formatRatio(group.speedup)),
  ];
  const source = ({ rule, source }: ResultGroup) =>
    rule === "dense" ? "dense" : `${ruleLabel(rule)} ${formatDensity(source)}`;
  const ordinary = methods
    ? [text("run", (group) => group.cell ?? methodLabel(group)), text("source", source)]
    : [text("rule", (group) => ruleLabel(group.rule))];
  // groups by chosen keys may hold several rules
  const names = chosen ? [] : ordinary;
  return [
    ...(differs("data") ? [text("data", (group) => group.data)] : []),
    ...(differs("model") ? [text("model", (group) => group.model)] : []),
    ...names,
    ...labels.map((key) => text(key, (group) => labelWord(group.labels[key]))),
    number("nominal_density", "density", "nominal", "nominal density", (group) => formatDensity(group.nominal)),
    number("realised_density", "density", "realised", "realised density", (group) => formatDensity(group.realised)),
    number("compute_density", "density", "compute", "compute density", (group) => formatDensity(group.compute)),
    number("best_test_accuracy", "test accuracy, %", "best", "test accuracy, best, %", (group) => accuracy(group.best)),
    number("last_test_accuracy", "test accuracy, %", "last", "test accuracy, last, %", (group) => accuracy(group.last)),
    ...(several ? [number("n", "", "n", "n", (group) => String(group.runs.length))] : []),
    ...(wide ? [number("dead_share", "", "dead", "dead neurons, %", (group) => formatPercent(group.dead, 1))] : []),
    ...(methods || wide ? cost : []),
    ...(methods && !wide ? [] : speed),
    ...(wide ? [number("peak_bytes", "", "peak MiB", "peak memory, MiB", mebibytes)] : []),
  ];
}

/** The same columns with one decimal less, and without n where the notes say it for all rows. */
function narrowColumns(groups: readonly ResultGroup[], shown?: Shown): Column[] {
  const columns = resultColumns(groups, shown, 1);
  return columns.filter(({ title, cells }) => typeof shown === "object" || title !== "n" || new Set(cells).size > 1);
}

function mebibytes({ peakBytes }: ResultGroup): string {
  return peakBytes === null ? NONE : formatInteger(peakBytes / 2 ** 20);
}

/** A setting's value; the settings of a run that leave one out have its default. */
function labelWord(value: string | undefined): string {
  return value === undefined ? NONE : value === "" ? "default" : value;
}

/** "snip, gmp": what a group does to its masks. */
function methodLabel({ runs: [{ score, method }] }: ResultGroup): string {
  return [score, method?.name].filter((word) => word !== undefined).join(", ") || "fixed";
}

/** What the columns mean, a line each. */
export function columnNotes(groups: readonly ResultGroup[], shown: Shown = false): string[] {
  const wide = shown !== false;
  const notes = [
    "density: fraction kept of the maskable weights; compute: of their multiply-adds.",
    "best: at the epoch of best validation accuracy; last: after the last epoch.",
  ];
  if (groups.some((group) => group.runs.length > 1)) {
    const { interval } = groups[0], over = groups.some((group) => group.chosen) ? "runs" : "seeds";
    const counts = [...new Set(groups.map((group) => group.runs.length))];
    notes.push(`±: ${INTERVAL_WORDS[interval]} over n ${counts.length === 1 ? `= ${counts[0]} ` : ""}${over}.`);
  }
  if (wide) notes.push("dead: neurons on no path of kept weights. Peak memory: buffers on the device.");
  if (comparesMethods(groups)) {
    notes.push("source: realised density of the mask that the rule drew; density: of the trained network.");
  }
  if (comparesMethods(groups) || wide) {
    notes.push(
      "dense epochs: images trained on times compute density, with what scores and growing compute besides; " +
        "seconds: scoring and training, compilation included.",
    );
    notes.push(
      `adapter: ${[...new Set(groups.flatMap(({ runs }) => runs.map((run) => run.adapter.name)))].join("; ")}.`,
    );
  }
  if ((wide || !comparesMethods(groups)) && groups.some((group) => group.speedup !== null)) {
    notes.push("speed-up: images/s in training against dense.");
  }
  return [...notes, ...variantSentences(groups)];
}

/**
 * The results as aligned plain text with a line end after each line: a row for each rule and density, numbers aligned on
 * the decimal point, headings above, notes below.
 */
export function resultsText(runs: readonly RunResult[], options: TableOptions & GroupOptions = {}): string {
  return groupsText(groupRuns(runs, options), options);
}

/** Groups that are made already, as {@link resultsText} lays them out. */
export function groupsText(groups: readonly ResultGroup[], options: TableOptions = {}): string {
  if (groups.length === 0) return "No results.\n";
  const limit = options.columns ?? 80, columns = resultColumns(groups, options.shown);
  // narrow terminals have shorter cells, and then a block of lines a row
  const tables = [columns, narrowColumns(groups, options.shown)].map(textTable);
  const lines = tables.find((lines) => lines.every((line) => line.length <= limit)) ?? blocks(columns);
  const notes = columnNotes(groups, options.shown).flatMap((note) => wrap(note, limit));
  return [...lines, "", ...notes, ""].join("\n");
}

/** Pads numbers to one width with their decimal points under each other; what has no point ends where one would be. */
export function alignDecimal(cells: readonly string[]): string[] {
  // "86.23 ±0.12" is aligned by its first number; a missing value ends before the point.
  const parts = cells.map((cell) => {
    const match = /^([^.\s×]*)(.*)$/su.exec(cell);
    return { whole: match?.[1] ?? cell, rest: match?.[2] ?? "" };
  });
  const whole = Math.max(0, ...parts.map((part) => part.whole.length));
  const rest = Math.max(0, ...parts.map((part) => part.rest.length));
  return parts.map((part) => part.whole.padStart(whole) + part.rest.padEnd(rest));
}

const GAP = "  ";

function textTable(columns: readonly Column[]): string[] {
  const cells = columns.map((column) => column.numeric ? alignDecimal(column.cells) : column.cells);
  const widths = columns.map((column, i) => Math.max(column.title.length, ...cells[i].map((cell) => cell.length)));
  const spans = groupSpans(columns);
  for (const { first, last, group } of spans) {
    // A heading longer than the columns under it, with a piece of line before it, widens the first of them.
    const missing = group.length + 3 - spanWidth(widths, first, last);
    if (group !== "" && missing > 0) widths[first] += missing;
  }
  const pad = (text: string, i: number) => columns[i].numeric ? text.padStart(widths[i]) : text.padEnd(widths[i]);
  const join = (texts: string[]) => texts.map(pad).join(GAP).trimEnd();
  const headings = spans.map(({ first, last, group }) => {
    const width = spanWidth(widths, first, last);
    return group === "" ? " ".repeat(width) : ` ${group}`.padStart(width, "─");
  });
  const rows = columns[0].cells.map((_, row) => join(cells.map((column) => column[row])));
  return [
    headings.join(GAP).trimEnd(),
    join(columns.map((column) => column.title)),
    "─".repeat(spanWidth(widths, 0, widths.length - 1)),
    ...rows,
  ];
}

/** Runs of neighbouring columns under one heading. */
function groupSpans(columns: readonly Column[]): { first: number; last: number; group: string }[] {
  const spans: { first: number; last: number; group: string }[] = [];
  columns.forEach(({ group }, i) => {
    const span = spans.at(-1);
    if (span && span.group === group) span.last = i;
    else spans.push({ first: i, last: i, group });
  });
  return spans;
}

function spanWidth(widths: readonly number[], first: number, last: number): number {
  return widths.slice(first, last + 1).reduce((sum, width) => sum + width, 0) + GAP.length * (last - first);
}

/** One block a row, for terminals too narrow for the table. */
function blocks(columns: readonly Column[]): string[] {
  const [first, ...others] = columns;
  const label = Math.max(...others.map((column) => column.long.length));
  const lines = first.cells.map((name, i) => [
    name,
    ...others.map((column) => `${GAP}${column.long.padEnd(label)}${GAP}${column.cells[i]}`),
  ]);
  return lines.flatMap((block, i) => i === 0 ? block : ["", ...block]);
}

/** Breaks a sentence between words. */
function wrap(text: string, limit: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= limit) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
