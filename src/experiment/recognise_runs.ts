/** Runs, sweeps and reports among the files of a folder or archive, told by what their files say. */
import { UserError } from "../errors.ts";
import { type ArchiveEntry, openArchive } from "../formats/archive.ts";
import { type Host, joinPath } from "../host/host.ts";
import { parseConfig } from "./config.ts";
import { REPORT_GENERATOR } from "./html.ts";
import { parseYaml } from "./yaml_file.ts";
import { RUN_LIMITS } from "./run_archive.ts";
import { RUN_FILES } from "./run_files.ts";
import { SWEEP_FILES } from "./sweep_folder.ts";

/** What was found. */
export interface FoundRuns {
  readonly kind: "run" | "sweep" | "report";
  /** The folder inside the source that is taken; "" for all of it. */
  readonly top: string;
  /** Folders of runs, from the source's root. */
  readonly runs: readonly string[];
  /** The page of a report, from the source's root. */
  readonly page?: string;
}

const MOST_TEXT = 2 ** 20;
const MOST_PAGE = 64 * 2 ** 20;

/** Whether a page is a report of this program. */
export function isReport(page: string): boolean {
  return page.slice(0, 4096).includes(`<meta name="generator" content="${REPORT_GENERATOR}">`);
}

/**
 * Looks for runs in a folder or archive, and for a report where there are none; `undefined` where there is neither.
 * @throws UserError for an archive that cannot be read
 */
export async function recogniseRuns(
  host: Pick<Host, "list" | "openFile" | "stat">,
  source: string,
): Promise<FoundRuns | undefined> {
  const archive = await openArchive(host, source, RUN_LIMITS);
  const runs: string[] = [];
  let sweep: string | undefined, page: string | undefined;
  try {
    for await (const entry of archive.entries()) {
      const slash = entry.name.lastIndexOf("/"), name = entry.name.slice(slash + 1);
      const folder = slash < 0 ? "" : entry.name.slice(0, slash);
      if (name === RUN_FILES.config && await isConfig(entry)) runs.push(folder);
      if (name === SWEEP_FILES.about) sweep ??= folder;
      if (page === undefined && name.endsWith(".html") && await isReportEntry(host, source, archive.kind, entry)) {
        page = entry.name;
      }
    }
  } finally {
    await archive.close();
  }
  if (runs.length === 1 && sweep === undefined) return { kind: "run", top: runs[0], runs };
  if (runs.length > 0) return { kind: "sweep", top: sweep ?? sharedFolder(runs), runs, page };
  if (page !== undefined) return { kind: "report", top: page.slice(0, Math.max(0, page.lastIndexOf("/"))), runs, page };
  return undefined;
}

async function isConfig(entry: ArchiveEntry): Promise<boolean> {
  try {
    parseConfig(await parseYaml(new TextDecoder().decode(await entry.read(MOST_TEXT)), entry.name), entry.name);
    return true;
  } catch (error) {
    if (error instanceof UserError) return false;
    throw error;
  }
}

async function isReportEntry(
  host: Pick<Host, "stat">,
  source: string,
  kind: string,
  entry: ArchiveEntry,
): Promise<boolean> {
  const size = kind === "folder" ? (await host.stat(joinPath(source, entry.name)))?.size ?? 0 : entry.size;
  return size <= MOST_PAGE && isReport(new TextDecoder().decode(await entry.read(MOST_PAGE)));
}

/** The folder that all of these lie in. */
function sharedFolder(folders: readonly string[]): string {
  const parts = folders.map((folder) => folder.split("/").slice(0, -1));
  const shared = parts[0].findIndex((part, i) => parts.some((other) => other[i] !== part));
  return parts[0].slice(0, shared < 0 ? Math.min(...parts.map(({ length }) => length)) : shared).join("/");
}
