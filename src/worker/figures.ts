/** Results and their figures, for a page: the same code that `startsparse results` and `report` run. */
import { compareRuns, totalOverlap } from "../experiment/compare_runs.ts";
import { collectionWarnings } from "../experiment/results_collect.ts";
import type { TextForm } from "../experiment/results_forms.ts";
import { RUN_FILES } from "../experiment/run_files.ts";
import type { StoredMask } from "../formats/masks.ts";
import { type Host, joinPath, type ReadFiles } from "../host/host.ts";
import { createMemoryFiles } from "../host/memory_files.ts";
import { UserError } from "../errors.ts";
import type {
  ComparedRuns,
  FigureInfo,
  FigureNumbers,
  FoundReport,
  OpenedResults,
  ResultsQuery,
  ResultsTable,
  RunDetails,
} from "./figures_types.ts";
import { openDropped } from "./opened_results.ts";
import {
  exportSweep,
  planSweep,
  type SweepCell,
  type SweepCellState,
  sweepCellStates,
  type SweepChoice,
  type SweepFailure,
  type SweepPlan,
} from "./page_sweep.ts";
import { ResultSet } from "./result_set.ts";
import { type DroppedFile, type ExportedFile, RUNS_FOLDER } from "./storage_types.ts";

/** What the worker does with results. Functions among the arguments are passed as `comlink.proxy`. */
export class Figures {
  readonly #sets = new Map<string, ResultSet>();
  #opened = 0;

  /** @param host its files are those that the browser keeps */
  constructor(readonly host: Host) {}

  /**
   * Opens what was dropped or chosen; it is read here and kept nowhere. Where there is no run in it but the page of a
   * report, that page is given back.
   * @throws {UserError} where there is neither
   */
  async openDropped(
    files: readonly DroppedFile[],
    onProgress?: (text: string) => void,
  ): Promise<OpenedResults | FoundReport> {
    const title = [...new Set(files.map(({ path }) => path.replace(/^\/+/, "").split("/")[0]))].slice(0, 3).join(", ");
    const read = await openDropped(files, onProgress);
    const run = await findFile(read, RUN_FILES.config);
    if (run !== undefined) return this.#add(await ResultSet.open(this.#newId(), title, read, [""]));
    const page = await findFile(read, /\.html?$/i);
    if (page !== undefined) return { html: await read.readText(page) };
    throw new UserError(`no run in ${title}: no folder there has a ${RUN_FILES.config}`, {
      hint: "Drop the folder of a run, a sweep or a report, or a zip file of it.",
    });
  }

  /** Opens runs that this browser keeps; of folders that are not there it says nothing. */
  async openStored(title: string, folders: readonly string[]): Promise<OpenedResults> {
    const present: string[] = [];
    for (const folder of folders) if (await this.host.exists(folder)) present.push(folder);
    if (present.length === 0) throw new UserError("this browser keeps no finished run yet");
    return this.#add(await ResultSet.open(this.#newId(), title, this.host, present));
  }

  #newId(): string {
    return `results-${++this.#opened}`;
  }

  #add(set: ResultSet): OpenedResults {
    this.#sets.set(set.id, set);
    return set.about();
  }

  #set(id: string): ResultSet {
    const set = this.#sets.get(id);
    if (!set) throw new UserError("these results are not open any more", { hint: "Open them again." });
    return set;
  }

  /** Lets a set go. */
  close(id: string): void {
    this.#sets.delete(id);
  }

  table(id: string, query: ResultsQuery): ResultsTable {
    return this.#set(id).table(query);
  }

  figures(id: string, query: ResultsQuery): Promise<FigureInfo[]> {
    return this.#set(id).figures(query);
  }

  /** A figure's SVG: for the page, or on white ground as a file. */
  draw(id: string, query: ResultsQuery, key: string, as: "page" | "file" = "page"): Promise<string> {
    return this.#set(id).draw(query, key, as);
  }

  numbers(id: string, query: ResultsQuery, key: string): Promise<FigureNumbers> {
    return this.#set(id).numbers(query, key);
  }

  text(id: string, query: ResultsQuery, form: TextForm, rows: "runs" | "groups"): string {
    return this.#set(id).text(query, form, rows);
  }

  details(id: string, folder: string): Promise<RunDetails> {
    return this.#set(id).details(folder);
  }

  /** @throws {UserError} where the run's folder has no masks */
  masks(id: string, folder: string): Promise<StoredMask[]> {
    return this.#set(id).masks(folder);
  }

  compare(id: string, a: string, b: string): Promise<ComparedRuns> {
    return this.#set(id).compare(a, b);
  }

  /** Of two runs of this browser: weights that both keep over those that either keeps; undefined without masks of both. */
  async overlap(a: string, b: string): Promise<number | undefined> {
    const [folderA, folderB] = [a, b].map((id) => joinPath(RUNS_FOLDER, id));
    const { masks } = await compareRuns(this.host, folderA, folderB);
    return masks && masks.length > 0 ? totalOverlap(masks).jaccard : undefined;
  }

  /** The cells of a grid that somebody chose. */
  planSweep(choice: SweepChoice): Promise<SweepPlan> {
    return planSweep(this.host, choice);
  }

  /** What the browser's runs say of each cell. */
  sweepStates(cells: readonly SweepCell[]): Promise<SweepCellState[]> {
    return sweepCellStates(this.host, cells);
  }

  /** The sweep as a folder for the command line, as a zip file. */
  exportSweep(choice: SweepChoice, failures: readonly SweepFailure[]): Promise<ExportedFile> {
    return exportSweep(this.host, choice, failures);
  }

  /** The report of `startsparse report`, page and figures, as a zip file. */
  async report(id: string, { interval }: ResultsQuery): Promise<ExportedFile> {
    const { collection, files, title } = this.#set(id), { runs } = collection;
    const { writeReport } = await import("../experiment/report_files.ts");
    const { writeZip } = await import("../formats/zip_write.ts");
    const target = { ...createMemoryFiles(), now: () => this.host.now() };
    await writeReport(target, "report", {
      name: "report",
      title,
      description: `${runs.length} runs of startsparse.`,
      runs,
      interval,
      from: files,
      warnings: collectionWarnings(collection),
    });
    const date = this.host.now();
    const members = (await target.list("report")).map(({ name }) => {
      return { name: `report/${name}`, date, read: () => target.readFile(`report/${name}`) };
    });
    const name = `${title.replace(/[^\w.-]+/g, "-")}-report.zip`;
    return { name, file: new File([await writeZip(members)], name, { type: "application/zip" }) };
  }
}

/** The first file of a name, wherever it is. */
async function findFile(files: ReadFiles, name: string | RegExp, folder = ""): Promise<string | undefined> {
  const entries = await files.list(folder);
  const found = entries.find((entry) => {
    return !entry.isFolder && (typeof name === "string" ? entry.name === name : name.test(entry.name));
  });
  if (found) return joinPath(folder, found.name);
  for (const entry of entries) {
    const below = entry.isFolder ? await findFile(files, name, joinPath(folder, entry.name)) : undefined;
    if (below !== undefined) return below;
  }
}
