/** `startsparse results`: what runs have ended with, as a table for people or as records for programs. */
import { UserError } from "../errors.ts";
import { collectionWarnings, collectRuns } from "../experiment/results_collect.ts";
import { type Interval } from "../experiment/results_groups.ts";
import { groupCollected, mixedWarnings, parseKeys } from "../experiment/results_keys.ts";
import { resultsForm, TEXT_FORMS } from "../experiment/results_forms.ts";
import { groupRows, runRows, showRows } from "../experiment/results_rows.ts";
import { groupsText } from "../experiment/results_table.ts";
import { resultWarnings } from "../experiment/results_warnings.ts";
import type { Host } from "../host/host.ts";
import { openOutput, type Output } from "./output.ts";
import { wrapText } from "./text.ts";

/** The forms that results can be written in besides the table for a terminal. */
const FORMS = [...TEXT_FORMS, "parquet"] as const;
type Form = typeof FORMS[number];

/** Options of the command. */
export type ResultsOptions = Partial<Record<Form, boolean>> & {
  /** Keys of the configuration with commas between them. */
  by?: string;
  interval: Interval;
  /** What a record of CSV and Parquet is. */
  rows: "runs" | "groups";
  wide?: boolean;
  /** Names of columns with commas between them. */
  show?: string;
  out?: string;
};

/** Prints or writes results. @returns the exit status */
export async function resultsCommand(
  host: Host,
  folders: readonly string[],
  options: ResultsOptions,
): Promise<number> {
  const forms = FORMS.filter((form) => options[form]);
  if (forms.length > 1) {
    throw new UserError(`${forms.map((form) => `--${form}`).join(" and ")} exclude each other`);
  }
  const [form] = forms as [Form | undefined];
  if (form === "parquet" && options.out === undefined) {
    throw new UserError("--parquet writes a binary file: name it", { hint: "--parquet --out results.parquet" });
  }
  const by = options.by === undefined ? undefined : parseKeys(options.by);
  const collection = await collectRuns(host, folders), { runs } = collection;
  const groups = groupCollected(runs, { by, interval: options.interval });
  const warnings = [
    ...collectionWarnings(collection),
    ...mixedWarnings(groups, runs),
    ...(groups.length > 0 ? resultWarnings(groups) : []),
  ];
  const output = openOutput({ json: form !== undefined && options.out === undefined });
  const show = options.show?.split(",").map((name) => name.trim()).filter((name) => name !== "");
  if (show && options.wide) throw new UserError("--show and --wide exclude each other");
  if (show && form === "json") throw new UserError("--show is of tables, --csv and --parquet; --json has everything");
  const content = async (): Promise<string | Uint8Array> => {
    const shown = show ?? options.wide;
    if (form === undefined) return groupsText(groups, { columns: tableColumns(output, options), shown });
    if (form !== "parquet") return resultsForm(form, { collection, groups, warnings, ...options, show });
    const records = options.rows === "groups" ? groupRows(groups) : runRows(runs);
    return (await import("../experiment/results_parquet.ts")).rowsParquet(show ? showRows(records, show) : records);
  };
  const made = await content();
  if (options.out !== undefined) {
    await host.writeFile(options.out, made);
    output.say(`${runs.length} run${runs.length === 1 ? "" : "s"} → ${options.out}`);
  } else output.data(made as string);
  // beside data that is going elsewhere, warnings are for whoever looks
  if (form === undefined || options.out !== undefined) sayWarnings(output, warnings);
  else for (const warning of warnings) output.complain(`warning: ${warning}`);
  return 0;
}

/** Where nobody looks at a terminal, tables need not be narrow. */
function tableColumns({ isTerminal, columns }: Output, { out }: ResultsOptions): number {
  return out === undefined && isTerminal ? columns : 160;
}

/** Warnings as a list, wrapped. */
export function sayWarnings(output: Output, warnings: readonly string[]): void {
  for (const warning of warnings) {
    const [line, ...rest] = wrapText(`• ${warning}`, output.columns, "  ");
    output.say(`${output.colours.yellow("•")}${line.slice(1)}`);
    for (const text of rest) output.say(text);
  }
}
