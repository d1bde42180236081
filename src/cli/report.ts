/** `startsparse report`: the runs under some folders as one page, with its charts beside it. */
import { collectionWarnings, collectRuns } from "../experiment/results_collect.ts";
import { UserError } from "../errors.ts";
import type { Interval } from "../experiment/results_groups.ts";
import { type Host, joinPath } from "../host/host.ts";
import { checkFolder } from "./context.ts";
import { jsonText, openOutput } from "./output.ts";
import { sayWarnings } from "./results.ts";

/** Options of the command. */
export interface ReportOptions {
  /** Folder of the page and its charts. */
  out?: string;
  title?: string;
  description?: string;
  interval: Interval;
  json?: boolean;
}

/** Writes the page. @returns the exit status */
export async function reportCommand(host: Host, folders: readonly string[], options: ReportOptions): Promise<number> {
  const output = openOutput({ json: options.json });
  const collection = await collectRuns(host, folders), { runs } = collection;
  const warnings = collectionWarnings(collection);
  if (runs.every(({ result }) => result.interrupted)) {
    throw new UserError(`no finished run in ${folders.join(", ")}`, { hint: warnings[0] });
  }
  const [first] = folders.map((folder) => checkFolder(folder));
  const folder = options.out === undefined ? joinPath(first, "report") : checkFolder(options.out);
  // Drawing charts brings a large library that nothing else here needs.
  const { writeReport } = await import("../experiment/report_files.ts");
  const subject = folders.map((folder) => checkFolder(folder).split("/").at(-1)).join(", ");
  const files = await writeReport(host, folder, {
    name: "report",
    title: options.title ?? subject,
    description: options.description ?? `${runs.length} runs of startsparse under ${folders.join(", ")}.`,
    runs,
    interval: options.interval,
    warnings,
  });
  if (options.json) output.data(jsonText({ format: 1, runs: runs.length, warnings, ...files }));
  sayWarnings(output, warnings);
  output.say(`report  ${output.colours.bold(files.page)}`);
  files.charts.forEach((path, i) => output.say(`${i === 0 ? "charts" : "      "}  ${path}`));
  if (files.print.length > 0) output.say("print   each chart as …-84mm.svg too: a column wide, text of 8 points");
  return 0;
}
