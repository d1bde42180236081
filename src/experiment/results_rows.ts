/** Results as plain records, full precision: one a run, or one a group; what CSV, JSON and Parquet are written from. */

import { differingKeys, flatConfig } from "./results_keys.ts";
import type { CollectedRun } from "./results_collect.ts";
import type { Estimate, ResultGroup } from "./results_groups.ts";
import { chosenColumns } from "./results_table.ts";

/** A value of a record; null is not known. */
export type Value = string | number | boolean | null;

/** A column of records. Densities, accuracies and shares are fractions; times are seconds. */
export interface RowColumn<T> {
  readonly name: string;
  readonly type: "text" | "integer" | "real" | "boolean";
  readonly of: (from: T) => Value;
}

type RunColumn = RowColumn<CollectedRun>;

/** The columns of a run, whatever it is; the configuration's keys that differ come behind them. */
const RUN_COLUMNS: readonly RunColumn[] = [
  { name: "name", type: "text", of: ({ result }) => result.name },
  { name: "folder", type: "text", of: ({ folder }) => folder },
  { name: "config_hash", type: "text", of: ({ result }) => result.configHash },
  { name: "status", type: "text", of: ({ result }) => (result.interrupted ? "interrupted" : "finished") },
  { name: "data", type: "text", of: ({ result }) => result.data },
  { name: "model", type: "text", of: ({ result }) => result.model },
  { name: "rule", type: "text", of: ({ result }) => result.rule },
  { name: "score", type: "text", of: ({ config }) => config.score.name },
  { name: "method", type: "text", of: ({ config }) => config.method.name },
  { name: "cell", type: "text", of: ({ result }) => result.cell ?? null },
  { name: "seed", type: "integer", of: ({ result }) => result.seed },
  {
    name: "nominal_density",
    type: "real",
    of: ({ result }) => result.method?.target ?? result.mask.nominalDensity,
  },
  {
    name: "source_density",
    type: "real",
    of: ({ result }) => result.method?.sourceDensity ?? result.mask.realisedDensity,
  },
  {
    name: "realised_density",
    type: "real",
    of: ({ result }) => (result.method ?? result.mask).realisedDensity,
  },
  { name: "compute_density", type: "real", of: ({ result }) => (result.method ?? result.mask).computeDensity },
  { name: "maskable_weights", type: "integer", of: ({ result }) => result.parameters.maskable },
  { name: "kept_weights", type: "integer", of: ({ result }) => result.method?.kept ?? result.parameters.kept },
  { name: "parameters", type: "integer", of: ({ result }) => result.parameters.total },
  { name: "neurons", type: "integer", of: ({ result }) => result.neurons?.total ?? null },
  { name: "dead_neurons", type: "integer", of: ({ result }) => result.neurons?.dead ?? null },
  { name: "best_epoch", type: "integer", of: ({ result }) => result.best?.epoch ?? null },
  { name: "best_validation_accuracy", type: "real", of: ({ result }) => result.best?.validationAccuracy ?? null },
  { name: "best_test_accuracy", type: "real", of: ({ result }) => result.best?.testAccuracy ?? null },
  { name: "last_epoch", type: "integer", of: ({ result }) => result.last?.epoch ?? null },
  { name: "last_validation_accuracy", type: "real", of: ({ result }) => result.last?.validationAccuracy ?? null },
  { name: "last_test_accuracy", type: "real", of: ({ result }) => result.last?.testAccuracy ?? null },
  { name: "last_test_loss", type: "real", of: ({ result }) => result.last?.testLoss ?? null },
  { name: "last_test_top5", type: "real", of: ({ result }) => result.last?.testTop5 ?? null },
  { name: "dense_epochs", type: "real", of: ({ result }) => result.method?.denseEpochs ?? null },
  { name: "scoring_seconds", type: "real", of: ({ result }) => result.method?.scoringSeconds ?? null },
  { name: "training_seconds", type: "real", of: ({ result }) => result.method?.trainingSeconds ?? null },
  { name: "seconds", type: "real", of: ({ result }) => result.seconds },
  { name: "images_per_second", type: "real", of: ({ result }) => result.imagesPerSecond },
  { name: "peak_bytes", type: "integer", of: ({ result }) => result.memory?.device ?? null },
  { name: "resident_bytes", type: "integer", of: ({ result }) => result.memory?.resident ?? null },
  { name: "adapter", type: "text", of: ({ result }) => result.adapter.name },
  { name: "software_adapter", type: "boolean", of: ({ result }) => result.adapter.software },
  { name: "version", type: "text", of: ({ provenance }) => provenance?.version ?? null },
  { name: "commit", type: "text", of: ({ provenance }) => provenance?.commit ?? null },
  { name: "started", type: "text", of: ({ provenance }) => provenance?.started ?? null },
  { name: "warnings", type: "text", of: ({ result }) => result.warnings.join(" | ") },
];

/** Records under named columns. */
export interface Rows {
  readonly columns: readonly Pick<RowColumn<never>, "name" | "type">[];
  readonly rows: readonly (readonly Value[])[];
}

/** Records with some of their columns alone, in the order of the names. @throws UserError for a name that none has */
export function showRows({ columns, rows }: Rows, names: readonly string[]): Rows {
  const places = chosenColumns(names, new Map(columns.map(({ name }, i) => [name, i])));
  return { columns: places.map((i) => columns[i]), rows: rows.map((row) => places.map((i) => row[i])) };
}

/** One record a run, with every key that the configurations differ in as `config.<key>`. */
export function runRows(runs: readonly CollectedRun[]): Rows {
  const keys = differingKeys(runs.map(({ config }) => config)).filter((key) => key !== "seed");
  const flat = new Map(runs.map(({ config }) => [config, flatConfig(config)]));
  const own = keys.map((key): RunColumn => {
    const values = runs.map(({ config }) => flat.get(config)!.get(key));
    const numeric = values.every((value) => value === undefined || (value !== "" && Number.isFinite(Number(value))));
    return {
      name: `config.${key}`,
      type: numeric ? "real" : "text",
      of: ({ config }) => {
        const value = flat.get(config)!.get(key);
        return value === undefined ? null : numeric ? Number(value) : value;
      },
    };
  });
  return table([...RUN_COLUMNS, ...own], runs);
}

/** One record a group: means over its runs, and half-widths of their intervals where there is more than one. */
export function groupRows(groups: readonly ResultGroup[]): Rows {
  type GroupColumn = RowColumn<ResultGroup>;
  const labels = [...new Set(groups.flatMap((group) => Object.keys(group.labels)))];
  const estimates = (name: string, of: (group: ResultGroup) => Estimate | null): GroupColumn[] => [
    { name, type: "real", of: (group) => of(group)?.mean ?? null },
    { name: `${name}_half`, type: "real", of: (group) => of(group)?.half ?? null },
  ];
  const chosen = groups.some((group) => group.chosen);
  const names: GroupColumn[] = [
    { name: "rule", type: "text", of: ({ rule }) => rule },
    { name: "score", type: "text", of: ({ runs: [run] }) => run.score ?? "none" },
    { name: "method", type: "text", of: ({ runs: [run] }) => run.method?.name ?? "fixed" },
    { name: "cell", type: "text", of: ({ cell }) => cell },
  ];
  return table<ResultGroup>([
    { name: "data", type: "text", of: ({ data }) => data },
    { name: "model", type: "text", of: ({ model }) => model },
    ...(chosen ? [] : names),
    ...labels.map((key): GroupColumn => ({ name: `config.${key}`, type: "text", of: (g) => g.labels[key] ?? null })),
    { name: "n", type: "integer", of: ({ runs }) => runs.length },
    { name: "interval", type: "text", of: ({ interval }) => interval },
    { name: "nominal_density", type: "real", of: ({ nominal }) => nominal },
    { name: "source_density", type: "real", of: ({ source }) => source },
    { name: "realised_density", type: "real", of: ({ realised }) => realised },
    { name: "compute_density", type: "real", of: ({ compute }) => compute },
    ...estimates("best_test_accuracy", ({ best }) => best),
    ...estimates("last_test_accuracy", ({ last }) => last),
    { name: "dead_share", type: "real", of: ({ dead }) => dead },
    ...estimates("dense_epochs", ({ denseEpochs }) => denseEpochs),
    ...estimates("training_seconds", ({ seconds }) => seconds),
    ...estimates("images_per_second", ({ imagesPerSecond }) => imagesPerSecond),
    { name: "speedup", type: "real", of: ({ speedup }) => speedup },
    { name: "peak_bytes", type: "real", of: ({ peakBytes }) => peakBytes },
  ], groups);
}

function table<T>(columns: readonly RowColumn<T>[], from: readonly T[]): Rows {
  // a loss that diverged is no number: nothing is known of it but that
  const plain = (value: Value) => typeof value === "number" && !Number.isFinite(value) ? null : value;
  return {
    columns: columns.map(({ name, type }) => ({ name, type })),
    rows: from.map((one) => columns.map(({ of }) => plain(of(one)))),
  };
}

/** Records as objects, for JSON. */
export function rowObjects({ columns, rows }: Rows): Record<string, Value>[] {
  return rows.map((row) => Object.fromEntries(columns.map(({ name }, i) => [name, row[i]])));
}
