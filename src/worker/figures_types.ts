/** What a page and the part of the CPU worker that reads results say to each other. Everything here can be sent. */
import type { Provenance } from "../experiment/provenance.ts";
import type { Comparison, MaskOverlap } from "../experiment/compare_runs.ts";
import type { LayerDensity } from "../experiment/report_data.ts";
import type { Rows } from "../experiment/results_rows.ts";
import type { RuleStyle } from "../experiment/rule_style.ts";
import type { RunResult } from "../experiment/run_result.ts";
import type { Interval } from "../experiment/results_groups.ts";

/** Which groups are made and what of them is drawn. */
export interface ResultsQuery {
  /** Keys to group by; what differs in nothing but seeds when left out. */
  readonly by?: readonly string[];
  readonly interval: Interval;
  /** Folders of runs that are not shown. They count in every mean all the same. */
  readonly hidden: readonly string[];
}

/** A run of a set, as a list shows it. */
export interface RunRow {
  readonly folder: string;
  readonly name: string;
  readonly rule: RunResult["rule"];
  readonly seed: number;
  readonly interrupted: boolean;
  /** The texts of {@link OpenedResults.runHeader}. */
  readonly cells: readonly string[];
}

/** A set of runs that is open. */
export interface OpenedResults {
  /** Names it in every call. */
  readonly id: string;
  /** What was opened, as a title. */
  readonly title: string;
  readonly runHeader: readonly string[];
  readonly runs: readonly RunRow[];
  /** Of the collection: what could not be read, what has not ended. */
  readonly warnings: readonly string[];
  /** Keys that the configurations differ in, to group by. */
  readonly keys: readonly string[];
}

/** The page of a report where there is no run beside it. */
export interface FoundReport {
  readonly html: string;
}

/** A column of the summary. */
export interface TableColumn {
  readonly group: string;
  readonly title: string;
  readonly long: string;
  readonly numeric: boolean;
}

/** A row of the summary. */
export interface TableRow {
  readonly cells: readonly string[];
  readonly style: RuleStyle;
  /** Dense, or started dense. */
  readonly hollow: boolean;
  /** Begins another rule or method than the row before. */
  readonly apart: boolean;
  /** Folders of its runs. */
  readonly folders: readonly string[];
}

/** The summary: a row for each group, over all of its runs whatever is shown. */
export interface ResultsTable {
  readonly columns: readonly TableColumn[];
  readonly rows: readonly TableRow[];
  readonly notes: readonly string[];
  readonly warnings: readonly string[];
  /** A sentence that is true by construction; may be empty. */
  readonly lead: string;
}

/** A figure that can be drawn. */
export interface FigureInfo {
  /** Names it in calls. */
  readonly key: string;
  /** Good as a file's name. */
  readonly name: string;
  /** Model and data, where there are several. */
  readonly part: string;
  readonly title: string;
  readonly summary: string;
}

/** A drawn figure. */
export interface DrawnFigure extends FigureInfo {
  readonly svg: string;
}

/** One run, in full. */
export interface RunDetails {
  readonly folder: string;
  readonly result: RunResult;
  readonly provenance: Provenance | null;
  /** Every setting under its key. */
  readonly config: readonly (readonly [key: string, value: string])[];
  readonly layers: readonly LayerDensity[];
  readonly curves: readonly DrawnFigure[];
}

/** Two runs beside each other. */
export interface ComparedRuns {
  readonly names: readonly [string, string];
  /** Keys that differ, with both values. */
  readonly config: Comparison["config"];
  readonly results: readonly (readonly [title: string, a: string, b: string])[];
  /** Null where a run has no masks. */
  readonly masks: readonly MaskOverlap[] | null;
  readonly overlap: number | null;
  readonly curves: readonly DrawnFigure[];
}

/** Numbers of a figure, for its table and its CSV. */
export interface FigureNumbers {
  readonly rows: Rows;
  readonly csv: string;
}
