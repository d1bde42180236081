/** `startsparse data list`, `info` and `remove`: what is known of data sets, without reading them. */
import {
  CACHE_FILES,
  type CachedInfo,
  type CachedSet,
  datasetFolder,
  listCached,
  removeDataset,
} from "../data/cache.ts";
import { datasetInfo } from "../data/info.ts";
import { type DatasetEntry, datasetNames, DATASETS, knownDataset } from "../data/registry.ts";
import { UserError } from "../errors.ts";
import { byteWords } from "../bytes.ts";
import { formatInteger } from "../experiment/results_numbers.ts";
import { type Host, joinPath } from "../host/host.ts";
import type { ListOptions } from "./lists.ts";
import { jsonText, openOutput } from "./output.ts";
import { alignColumns, wrapText } from "./text.ts";

/** A line of `data list`. */
interface Listed {
  readonly name: string;
  readonly title: string;
  readonly shape: readonly number[] | null;
  readonly classes: number | null;
  readonly train: number | null;
  readonly test: number | null;
  /** "embedded", "here", "not here", "damaged". */
  readonly state: "embedded" | "here" | "not here" | "damaged";
  /** Bytes in the cache. */
  readonly bytes: number | null;
  /** Bytes to download. */
  readonly download: number | null;
  readonly folder: string | null;
  readonly problem: string | null;
}

/** `data list`: the known names in the order of the table, then those of one's own. */
export async function dataListCommand(host: Host, { json }: ListOptions): Promise<number> {
  const output = openOutput(), { colours } = output;
  const cached = await listCached(host), known = datasetNames();
  const listed = [
    ...known.map((name) => listKnown(DATASETS[name], cached.filter((set) => set.name === name))),
    ...cached.filter(({ name }) => !known.includes(name)).map(listOwn),
  ];
  if (json) {
    output.data(jsonText(listed));
    return 0;
  }
  const rows = listed.map((set) => [set.name, imageWords(set), shapeWords(set.shape), countWords(set.classes)]);
  const lines = alignColumns([["data set", "train + test", "shape", "classes"], ...rows], [1, 2, 3]);
  const width = Math.max(...lines.map((line) => line.length)), room = Math.max(20, output.columns - width - 2);
  output.say(colours.dim(`${lines[0].padEnd(width)}  where`));
  listed.forEach((set, i) => {
    const [first, ...rest] = wrapText(whereWords(set), room);
    const where = set.state === "damaged" ? colours.yellow(first) : first;
    output.say(
      `${colours.bold(set.name)}${lines[i + 1].slice(set.name.length).padEnd(width - set.name.length)}  ${where}`,
    );
    for (const line of rest) output.say(`${" ".repeat(width)}  ${line}`);
  });
  output.say();
  const note = "Bring one in: startsparse data get NAME, or of your own: startsparse data get NAME --from FILE. " +
    `They are kept in ${joinPath(host.cacheFolder(), "datasets")}.`;
  for (const line of wrapText(note, output.columns)) output.say(colours.dim(line));
  return 0;
}

function listKnown(entry: DatasetEntry, cached: readonly CachedSet[]): Listed {
  const { name, title, shape, classes, train, test, origin, files } = entry;
  const base = { name, title, shape, classes, train, test, bytes: null, folder: null, problem: null };
  if (origin === "embedded") return { ...base, state: "embedded", download: null };
  const download = files.reduce((sum, { bytes }) => sum + bytes, 0);
  const found = cached.find(({ info }) => info) ?? cached[0];
  if (!found) return { ...base, state: "not here", download };
  return { ...base, download, ...stateOf(found) };
}

function listOwn(set: CachedSet): Listed {
  const { name, info } = set;
  const base = { name, title: info?.title ?? name, download: null, ...stateOf(set) };
  if (!info) return { ...base, shape: null, classes: null, train: null, test: null };
  return { ...base, shape: info.shape, classes: info.classes.length, train: info.train, test: info.test };
}

function stateOf({ info, path, problem }: CachedSet): Pick<Listed, "state" | "bytes" | "folder" | "problem"> {
  if (!info) return { state: "damaged", bytes: null, folder: path, problem: problem ?? null };
  return { state: "here", bytes: cachedBytes(info), folder: path, problem: null };
}

/** Bytes of a set in the cache. */
export function cachedBytes({ files }: CachedInfo): number {
  return CACHE_FILES.reduce((sum, file) => sum + files[file].bytes, 0);
}

function countWords(count: number | null): string {
  return count === null ? "" : formatInteger(count);
}

function imageWords({ train, test }: Listed): string {
  return train === null ? "" : `${countWords(train)} + ${countWords(test)}`;
}

/** "32×32×3" for images, "13 numbers" for rows of a table. */
export function shapeWords(shape: readonly number[] | null): string {
  if (shape === null) return "";
  const [channels, height, width] = shape;
  return height * width > 1 ? `${height}×${width}×${channels}` : `${channels} numbers`;
}

function whereWords({ state, bytes, download, problem }: Listed): string {
  if (state === "embedded") return "comes with the project";
  if (state === "here") return `here (${byteWords(bytes ?? 0)})`;
  if (state === "damaged") return problem ?? "damaged";
  return `not here (${byteWords(download ?? 0)})`;
}

/** `data info`: everything that is known of one. */
export async function dataInfoCommand(host: Host, name: string, { json }: ListOptions): Promise<number> {
  const output = openOutput(), entry = knownDataset(name);
  const info = await datasetInfo(name, host);
  const cached = (await listCached(host)).find((set) => set.name === name && set.info)?.info;
  const folder = cached ? datasetFolder(host, name) : null;
  if (json) {
    const { licence = null, cite = null, files = [], format = cached?.format ?? null } = entry ?? {};
    output.data(jsonText({ ...info, format, licence, cite, files, folder, cached: cached ?? null }));
    return 0;
  }
  const [unit, units] = info.sampleKind === "u8" ? ["image", "images"] : ["row", "rows"];
  const rows: [string, string][] = [
    ["title", info.title],
    ["holds", `${formatInteger(info.train)} training and ${formatInteger(info.test)} test ${units}`],
    [unit, shapeWords(info.shape)],
    ["classes", classWords(info.classes, cached?.classes ?? entry?.classNames)],
  ];
  if (cached?.features) rows.push(["columns", cached.features.join(", ")]);
  if (info.normalise) {
    const { mean, std } = info.normalise;
    rows.push(["normalise", `mean ${mean.join(", ")}, deviation ${std.join(", ")} (data.normalise=paper)`]);
  }
  if (entry) rows.push(["licence", entry.licence]);
  if (entry?.cite) rows.push(["cite", entry.cite]);
  for (const { file, urls, bytes, sha256 } of entry?.files ?? []) {
    rows.push(["source", urls.join(" or ")], ["", `${file}: ${formatInteger(bytes)} bytes, SHA-256 ${sha256}`]);
  }
  if (entry?.origin === "embedded") rows.push(["where", "comes with the project"]);
  else if (!cached) rows.push(["where", `not here: startsparse data get ${name}`]);
  else rows.push(...cachedRows(cached, datasetFolder(host, name)));
  const indent = Math.max(...rows.map(([word]) => word.length)) + 2;
  for (const [word, text] of rows) {
    wrapText(text, Math.max(40, output.columns - indent)).forEach((line, i) => {
      output.say(output.colours.bold((i === 0 ? word : "").padEnd(indent)) + line);
    });
  }
  return 0;
}

function cachedRows(cached: CachedInfo, folder: string): [string, string][] {
  const checks = {
    sha256: "told by SHA-256",
    structure: "told by layout and counts, since it came unpacked",
    none: `imported as ${cached.format}`,
  };
  const rows: [string, string][] = [["where", `${folder} (${byteWords(cachedBytes(cached))})`]];
  for (const { file, bytes, sha256 } of cached.source) {
    const sum = sha256 === undefined ? "" : `: ${formatInteger(bytes ?? 0)} bytes, SHA-256 ${sha256}`;
    rows.push(["imported from", file + sum]);
  }
  rows.push(["", checks[cached.checked]], ["fingerprint", cached.fingerprint]);
  for (const note of cached.notes) rows.push(["note", note]);
  return rows;
}

/** The number of classes and, where they are few enough to be read, their names. */
function classWords(count: number, names: readonly string[] | undefined): string {
  if (!names) return formatInteger(count);
  const shown = names.slice(0, 20).join(", ");
  return `${formatInteger(count)}: ${shown}${names.length > 20 ? ", …" : ""}`;
}

/** `data remove`: from the cache, with what is left of a download. */
export async function dataRemoveCommand(host: Host, name: string): Promise<number> {
  const output = openOutput(), entry = knownDataset(name);
  if (entry?.origin === "embedded") {
    throw new UserError(`data set ${name} comes with the project and stays`);
  }
  const removed = await removeDataset(name, host);
  const downloads = joinPath(host.cacheFolder(), "downloads", name);
  if (entry && await host.exists(downloads)) {
    await host.remove(downloads);
    removed.push(downloads);
  }
  if (removed.length === 0) {
    throw new UserError(`there is nothing of data set ${name} in the cache`, {
      hint: "startsparse data list shows what there is.",
    });
  }
  for (const folder of removed) output.say(`removed ${folder}`);
  return 0;
}
