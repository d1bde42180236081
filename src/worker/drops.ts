/**
 * What somebody drops on the page: told by its content, said before anything is done, then taken. A failure or a stop
 * leaves everything as it was.
 */
import type { CacheHost } from "../data/cache.ts";
import type { Recognised } from "../data/recognised.ts";
import { UserError } from "../errors.ts";
import type { FoundRuns } from "../experiment/recognise_runs.ts";
import { withDropped } from "../host/dropped_files.ts";
import { type Host, joinPath } from "../host/host.ts";
import { datasetSentence, megabytes, problemOf, readingText } from "./drop_words.ts";
import type { DropKind, DroppedFile, DropPlan, TakenImage, TakeOptions, TakeProgress } from "./storage_types.ts";

/** A plan with what it is carried out from. */
export interface OpenDrop {
  readonly plan: DropPlan;
  /** Reads the dropped files below {@link source}, and all else from the worker's own files. */
  readonly host: Host;
  readonly source: string;
  /** The folder that the dropped files are below; messages leave it out. */
  readonly mount: string;
  readonly data?: Recognised;
  readonly runs?: FoundRuns;
  /** Bytes that have been read since a file was opened last. */
  readonly read: () => number;
  readonly controller: AbortController;
}

/** Where a drop's files are, as one source. */
interface Mounted {
  readonly mount: string;
  readonly source: string;
  /** What messages call it. */
  readonly name: string;
  readonly host: Host;
  readonly read: () => number;
}

let drops = 0;

function mounted(host: Host, files: readonly DroppedFile[], names?: ReadonlyMap<string, string>): Mounted {
  const mount = `/dropped-${++drops}`, read = new Map<string, number>();
  const placed = files.map(({ path, file }) => {
    const name = path.slice(path.lastIndexOf("/") + 1);
    return { path: names?.has(name) ? path.slice(0, -name.length) + names.get(name) : path, content: file };
  });
  const view = withDropped(host, mount, placed, (path, bytes) => read.set(path, bytes));
  const tops = new Set(files.map(({ path }) => path.split("/").filter((part) => part !== "" && part !== ".")[0]));
  const [top] = tops, isOne = tops.size === 1;
  const name = isOne ? top : `${files.length} files`;
  const below = isOne && (names === undefined || files[0].path.includes("/"));
  return {
    mount,
    source: below ? joinPath(mount, top) : mount,
    name,
    host: view,
    read: () => [...read.values()].reduce((sum, bytes) => sum + bytes, 0),
  };
}

/** Tells what was dropped; changes nothing. */
export async function planDrop(own: Host, files: readonly DroppedFile[], available: number): Promise<OpenDrop> {
  if (files.length === 0) throw new UserError("nothing was dropped");
  const id = crypto.randomUUID(), bytes = files.reduce((sum, { file }) => sum + file.size, 0);
  let place = mounted(own, files);
  const common = { id, source: place.name, files: files.length, bytes, available };
  const open = (
    rest: Pick<DropPlan, "kind" | "sentence"> & Partial<DropPlan>,
    more: Partial<OpenDrop> = {},
  ): OpenDrop => ({
    ...place,
    ...more,
    plan: { ...common, ...rest },
    controller: new AbortController(),
  });
  try {
    const found = await recognise(place.host, place.source);
    if (found.data) {
      const { data } = found;
      if (data.names) place = mounted(own, files, data.names);
      return open(await datasetPlan(own, data, place.name, bytes, available), { data });
    }
    if (found.runs) return open(runsPlan(found.runs, place.name, bytes), { runs: found.runs });
    return open({ kind: found.kind, sentence: `${found.what}, ${megabytes(bytes)}`, problem: found.problem });
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const problem = problemOf(plainly(error, place.mount), place.name);
    return open({ kind: "unknown", sentence: problem.heading, problem });
  }
}

interface Found {
  readonly kind: DropKind;
  readonly what: string;
  readonly data?: Recognised;
  readonly runs?: FoundRuns;
  readonly problem?: DropPlan["problem"];
}

async function recognise(host: Host, source: string): Promise<Found> {
  const { idxDimensions, looksLikeImage, looksLikeTable, startOf } = await import("../formats/magic.ts");
  const { archiveKind } = await import("../formats/archive_kind.ts");
  const { recogniseDataset } = await import("../data/recognise.ts");
  const { isReport, recogniseRuns } = await import("../experiment/recognise_runs.ts");
  const name = source.slice(source.lastIndexOf("/") + 1);
  let what = "Folder";
  if ((await host.stat(source))?.isFile) {
    const start = await startOf(host, source), kind = archiveKind(start);
    if (looksLikeImage(start)) return { kind: "image", what: start[0] === 0xff ? "JPEG image" : "PNG image" };
    if (kind.kind === "other" && idxDimensions(start) === undefined) {
      if (kind.what === "a web page" && isReport(await host.readText(source))) {
        return { kind: "report", what: "Report", runs: { kind: "report", top: "", runs: [], page: name } };
      }
      if (looksLikeTable(start)) {
        const body =
          "Networks of the page take images; tables are trained on by the command line. Nothing was changed.";
        const hint = `npx startsparse data get NAME --from ${name} --label COLUMN`;
        return { kind: "unknown", what: "Table", problem: { heading: `${name} is a table`, body, hint } };
      }
      const data = await recogniseDataset(host, source);
      if (data) return { kind: "dataset", what: data.words, data };
      throw new UserError(`it is ${kind.what === "not an archive" ? "nothing that is known here" : kind.what}`, {
        hint: EXPECTED,
      });
    }
    what = kind.kind === "other" ? "File" : `${kind.kind} archive`;
  }
  const data = await recogniseDataset(host, source);
  if (data) return { kind: "dataset", what: data.words, data };
  const runs = await recogniseRuns(host, source);
  if (runs) return { kind: runs.kind, what: runs.kind, runs };
  throw new UserError(`there is no run, sweep, report or data set in this ${what.toLowerCase()}`, { hint: EXPECTED });
}

const EXPECTED =
  "Expected: an image, a run, sweep or report (folder or zip), CIFAR's binary version, four IDX files, " +
  "Tiny ImageNet, or images in folders of their class.";

async function datasetPlan(
  host: CacheHost,
  data: Recognised,
  source: string,
  bytes: number,
  available: number,
): Promise<Pick<DropPlan, "kind" | "sentence"> & Partial<DropPlan>> {
  const { isCached } = await import("../data/cache.ts");
  const { known, needs, images, classes, format, words, needsTestFraction = false } = data;
  const name = known?.name ?? ownName(source), left = megabytes(available);
  const full = needs !== undefined && needs > available;
  return {
    kind: "dataset",
    sentence: datasetSentence(data, bytes),
    needs,
    problem: full
      ? {
        heading: "Not enough browser storage",
        body: `${words} needs ${megabytes(needs)}, and ${left} are left. Nothing was changed.`,
        hint: "Export runs that you want to keep, and remove some.",
      }
      : undefined,
    dataset: {
      format,
      name,
      title: known?.title ?? words,
      images,
      classes,
      present: await isCached(name, host),
      needsTestFraction,
    },
  };
}

/** A name for data of one's own, from that of what was dropped. */
export function ownName(source: string): string {
  const plain = source.toLowerCase().replace(/\.(tar\.gz|tgz|tar|zip|gz)$/, "");
  return plain.replace(/[^a-z0-9._-]+/g, "-").replace(/^[^a-z0-9]+/, "").slice(0, 64) || "my-data";
}

function runsPlan(
  { kind, runs, top }: FoundRuns,
  source: string,
  bytes: number,
): Pick<DropPlan, "kind" | "sentence"> & Partial<DropPlan> {
  const names = runs.map((folder) => folder.slice(folder.lastIndexOf("/") + 1) || ownName(source));
  const sentence = kind === "report"
    ? `Report, ${megabytes(bytes)}`
    : kind === "run"
    ? `Run ${names[0]}, ${megabytes(bytes)}`
    : `${runs.length} runs of ${top.slice(top.lastIndexOf("/") + 1) || source}, ${megabytes(bytes)}`;
  return { kind, sentence, runs: names };
}

/** Imports a dropped data set into the cache. */
export async function takeDataset(
  { plan, host, source, data, read, controller, mount }: OpenDrop,
  options: TakeOptions,
  onProgress: (progress: TakeProgress) => void,
): ReturnType<typeof import("../data/get.ts").getDataset> {
  const { getDataset } = await import("../data/get.ts");
  const { isCached } = await import("../data/cache.ts");
  const { name = plan.dataset!.name, testFraction, size, replace = false } = options;
  if (!replace && await isCached(name, host)) {
    throw new UserError(`there is a data set ${name} already`, { hint: "Replace it, or give this one another name." });
  }
  try {
    return await getDataset(name, host, {
      from: source,
      format: data!.format,
      testFraction,
      size,
      // what a closed page has left of an import is in nobody's way
      force: true,
      signal: controller.signal,
      onProgress: (progress) =>
        onProgress({
          plan: plan.id,
          text: readingText(plan.source, progress, read(), plan.bytes),
          done: progress.done,
          total: progress.total,
        }),
    });
  } catch (error) {
    throw await failure(error, { plan, mount, data });
  }
}

/** Reads a dropped picture. */
export async function takeImage({ plan, host, source, mount }: OpenDrop): Promise<TakenImage> {
  const { decodeImage } = await import("../formats/image.ts");
  try {
    const { width, height, channels, data } = decodeImage(await host.readFile(source), plan.source);
    return { name: plan.source, width, height, channels, pixels: new Uint8Array(data) };
  } catch (error) {
    throw await failure(error, { plan, mount });
  }
}

/** What a person reads when taking has failed: heading and body of "Bad file", without the folder that is not real. */
export async function failure(
  error: unknown,
  { plan, mount, data }: Pick<OpenDrop, "plan" | "mount" | "data">,
): Promise<unknown> {
  const { isStorageFull } = await import("../host/origin_errors.ts");
  if (!(error instanceof UserError) || isStorageFull(error)) return error;
  const plain = plainly(error, mount);
  if (/ is a gzip file that is cut off/.test(plain.message) && plan.files === 1) {
    const { cutShort } = await import("../data/recognise_words.ts");
    const { knownDataset } = await import("../data/registry.ts");
    const official = data && knownDataset(data.format)?.files[0].bytes;
    return cutShort({
      file: plan.source,
      bytes: plan.bytes,
      expected: official && official > plan.bytes ? official : undefined,
    });
  }
  return plain;
}

function plainly(error: UserError, mount: string): UserError {
  const without = (text: string) => text.replaceAll(`${mount}/`, "").replaceAll(mount, "the files");
  return new UserError(without(error.message), { hint: error.hint && without(error.hint), cause: error.cause });
}
