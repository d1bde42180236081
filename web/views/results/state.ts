/** What the view Results has open; it stays while other views are shown. */
import { proxy } from "comlink";
import { signal } from "@preact/signals";
import type { DroppedFile } from "../../../src/worker/storage_types.ts";
import { IMPORTS_FOLDER, RUNS_FOLDER, type Taken } from "../../../src/worker/storage_types.ts";
import { ResultState } from "../../figures/result_state.ts";
import { UserError } from "../../../src/errors.ts";
import { figures } from "../../figures/worker.ts";
import { type ReadReport, readReport } from "./read_report.ts";

/** The runs that are open. */
export const results = new ResultState();

/** A report without its runs, as its page has it. */
export const report = signal<ReadReport | undefined>(undefined);

/** Opens what was dropped or chosen: runs wherever they are in it, or else the page of a report. */
export async function openDropped(files: readonly DroppedFile[]): Promise<void> {
  if (files.length === 0) return;
  const [{ path }] = files, name = path.split("/")[0];
  const what = files.length === 1 ? name : `${name}: ${files.length.toLocaleString("en")} files`;
  await results.open(`Reading ${what}`, async (say) => {
    const opened = await (await figures()).openDropped(files, proxy(say));
    if (!("html" in opened)) {
      report.value = undefined;
      return opened;
    }
    const page = readReport(opened.html);
    if (!page) throw new UserError(`${name} holds no run, and no report of startsparse`);
    report.value = page;
  });
}

/** Opens the runs that this browser keeps. */
export async function openKept(): Promise<void> {
  report.value = undefined;
  await results.open("Reading the runs of this browser", async () => {
    return await (await figures()).openStored("This browser", [RUNS_FOLDER, IMPORTS_FOLDER]);
  });
}

/** Opens what the storage has just taken in. */
export async function openTaken(taken: Extract<Taken, { kind: "run" | "sweep" | "report" }>): Promise<void> {
  report.value = undefined;
  const [title, folders] = taken.kind === "run"
    ? [taken.runs.map(({ name }) => name).join(", "), taken.runs.map(({ folder }) => folder)]
    : [taken.import.name, [taken.import.folder]];
  await results.open(`Reading ${title}`, async () => await (await figures()).openStored(title, folders));
}

/** Whether files look like results: run folders, a report's page, or an archive that may hold them. */
export function areResults(files: readonly DroppedFile[]): boolean {
  return files.some(({ path }) => /(^|\/)(config\.yaml|result\.json|[^/]+\.(html|zip|tar|tgz|tar\.gz))$/i.test(path));
}
