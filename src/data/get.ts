/** Brings a data set into the cache: downloaded by its name, or imported from a file or folder that is there already. */
import { closest, distance } from "fastest-levenshtein";
import { UserError } from "../errors.ts";
import { archiveKind, KIND_BYTES } from "../formats/archive_kind.ts";
import { type Host, joinPath } from "../host/host.ts";
import {
  CACHE_FILES,
  type CachedInfo,
  type CacheHost,
  datasetFolder,
  datasetsFolder,
  formatInfo,
  importingFolder,
  isCached,
  labelBytes,
  readInfo,
} from "./cache.ts";
import { downloadFile } from "./download.ts";
import { fingerprintOf } from "./fingerprint.ts";
import { detectFormat, IMPORTERS } from "./importers/registry.ts";
import {
  type Imported,
  type ImportHost,
  type ImportOptions,
  ImportSession,
  isFolder,
  type Progress,
} from "./importers/session.ts";
import { checkArchive, checkStructure, ownNameHint, sumFile } from "./official.ts";
import { checkDatasetName, type DatasetEntry, datasetNames, type Format, knownDataset } from "./registry.ts";

/** What {@link getDataset} needs of a {@link Host}. */
export type GetHost = ImportHost & CacheHost & Pick<Host, "makeDirectory" | "writeFile">;

/** Options of {@link getDataset}. */
export interface GetOptions extends ImportOptions {
  /** A file or folder to import instead of downloading. */
  readonly from?: string;
  /** For a name of one's own; told from the content where it is left out. */
  readonly format?: Format;
  /** Replaces what the cache has under this name. */
  readonly force?: boolean;
  readonly onProgress?: (progress: Progress) => void;
  readonly signal?: AbortSignal;
}

const MOST_CLASSES = 65536;

/**
 * Brings data set `name` into the cache. A known name takes its own content only: archives are told by SHA-256, unpacked
 * copies by layout and counts. A known set that is there already is left alone.
 * @returns what the cache then says of it
 * @throws UserError for whatever is wrong with name, source or network; the cache is then as it was before
 */
export async function getDataset(name: string, host: GetHost, options: GetOptions = {}): Promise<CachedInfo> {
  checkDatasetName(name);
  const entry = knownDataset(name);
  checkOptions(name, entry, options);
  if (!options.force && await isCached(name, host)) {
    const info = await readInfo(name, host);
    if (info !== undefined && options.from === undefined) return info;
    throw new UserError(`data set ${name} is there already: ${datasetFolder(host, name)}`, {
      hint: "Give --force to replace it, or another name.",
    });
  }
  const importing = importingFolder(host, name);
  if (!options.force && await host.exists(importing)) {
    throw new UserError(`an import of data set ${name} was not finished, or is still running: ${importing}`, {
      hint: `If none is running, begin again: startsparse data get ${name} --force`,
    });
  }
  const { from } = options;
  if (from !== undefined) return await importSource(name, host, options, await findSource(host, entry, from));
  if (entry === undefined) throw new Error("checkOptions lets no such name pass");
  const downloads = joinPath(host.cacheFolder(), "downloads", name);
  await host.makeDirectory(downloads);
  for (const file of entry.files) await downloadFile(host, file, joinPath(downloads, file.file), options);
  const single = entry.files.length === 1;
  const info = await importSource(name, host, options, single ? joinPath(downloads, entry.files[0].file) : downloads);
  await host.remove(downloads);
  return info;
}

function checkOptions(name: string, entry: DatasetEntry | undefined, options: GetOptions): void {
  const { from, format, size, testFraction, label } = options;
  if (entry?.origin === "embedded") {
    throw new UserError(`data set ${name} comes with the project: there is nothing to get`);
  }
  if (entry === undefined) {
    if (from !== undefined) return;
    const near = closest(name, [...datasetNames()]), typo = distance(name, near) <= 2;
    throw new UserError(`data set ${name} is not one that can be downloaded${typo ? `: did you mean ${near}?` : ""}`, {
      hint: `Say what to import under a name of your own: startsparse data get ${name} --from FILE-OR-FOLDER`,
    });
  }
  if (format !== undefined && format !== entry.format) {
    throw new UserError(`data set ${name} has the format ${entry.format}, not ${format}`, {
      hint: ownNameHint(name, format),
    });
  }
  const changed = Object.entries({ size, testFraction, label }).find(([, value]) => value !== undefined);
  if (changed === undefined) return;
  throw new UserError(`data set ${name} is imported as it is: ${changed[0]} cannot be chosen for it`, {
    hint: changed[0] === "size"
      ? "The network's images can have another size: data.size in the configuration."
      : ownNameHint(name, entry.format),
  });
}

/** The file or folder to read: for a known archive, also the folder that it was downloaded to. */
async function findSource(host: GetHost, entry: DatasetEntry | undefined, from: string): Promise<string> {
  const status = await host.stat(from);
  if (status === undefined) throw new UserError(`cannot read ${from}: there is no such file or folder`);
  if (entry?.files.length === 1 && await isFolder(host, from)) {
    const archive = joinPath(from, entry.files[0].file);
    if (await host.exists(archive)) return archive;
  }
  return from;
}

async function importSource(name: string, host: GetHost, options: GetOptions, source: string): Promise<CachedInfo> {
  const entry = knownDataset(name), folder = importingFolder(host, name);
  const session = new ImportSession({
    host,
    name,
    source,
    folder,
    options,
    expected: entry,
    onProgress: options.onProgress,
    signal: options.signal,
  });
  const folderGiven = await isFolder(host, source);
  let checked: CachedInfo["checked"] = entry === undefined ? "none" : "sha256";
  const onBytes = (done: number, total: number) => session.progress("check", done, total, "bytes");
  const file = source.slice(source.replace(/\/+$/, "").lastIndexOf("/") + 1).replace(/\/+$/, "");
  if (entry !== undefined && entry.format !== "idx") {
    if (folderGiven || await isPlainTar(host, source)) checked = "structure";
    else session.sources.push({ file, ...await checkArchive(host, entry, source, onBytes) });
  }
  await host.makeDirectory(datasetsFolder(host));
  await host.remove(folder);
  await host.makeDirectory(folder);
  try {
    const format = entry?.format ?? options.format ?? await detectFormat(session);
    const imported = await IMPORTERS[format](session);
    if (entry !== undefined) checkStructure(entry, source, imported, checked === "structure");
    if (session.sources.length === 0) {
      session.sources.push({ file, ...folderGiven ? {} : await sumFile(host, source, onBytes) });
    }
    await host.writeFile(session.path("info.json"), formatInfo(await describe(session, imported, format, checked)));
    await replace(host, folder, datasetFolder(host, name));
  } catch (error) {
    await session.abandon();
    await host.remove(folder);
    throw error;
  }
  const info = await readInfo(name, host);
  if (info === undefined) throw new UserError(`data set ${name} was removed while it was imported`);
  return info;
}

/** An unpacked tar file, as the browsers of some systems leave it behind: it has no sum to be told by. */
async function isPlainTar(host: GetHost, path: string): Promise<boolean> {
  const file = await host.openFile(path);
  try {
    return archiveKind(await file.read(0, Math.min(KIND_BYTES, file.size))).kind === "tar";
  } finally {
    file.close();
  }
}

/** Writes the labels and describes the whole. */
async function describe(
  session: ImportSession,
  imported: Imported,
  format: Format,
  checked: CachedInfo["checked"],
): Promise<CachedInfo> {
  const { name, options: { size, testFraction, seed, label }, expected } = session;
  const { shape, features, sampleKind, train, test } = imported, classes = [...imported.classes];
  if (classes.length > MOST_CLASSES) {
    throw new UserError(
      `${session.source} has ${classes.length} classes, and at most ${MOST_CLASSES} can be told apart`,
    );
  }
  for (const part of ["train", "test"] as const) {
    await session.write(`${part}-labels.bin`, encodeLabels(imported[part], classes.length));
  }
  const [trainImages, trainLabels, testImages, testLabels] = CACHE_FILES.map((file) => session.sum(file));
  return {
    version: 1,
    name,
    title: expected?.title ?? name,
    format,
    shape,
    classes,
    features: features && [...features],
    sampleKind,
    train: train.length,
    test: test.length,
    checked,
    source: session.sources,
    options: { size, testFraction, seed, label },
    notes: session.notes,
    files: {
      "train-images.bin": trainImages,
      "train-labels.bin": trainLabels,
      "test-images.bin": testImages,
      "test-labels.bin": testLabels,
    },
    fingerprint: await fingerprintOf({
      sampleKind,
      shape,
      classes,
      trainImages: trainImages.sha256,
      trainLabels: trainLabels.sha256,
      testImages: testImages.sha256,
      testLabels: testLabels.sha256,
    }),
  };
}

function encodeLabels(labels: ArrayLike<number>, classes: number): Uint8Array {
  const each = labelBytes(classes), bytes = new Uint8Array(each * labels.length), view = new DataView(bytes.buffer);
  for (let i = 0; i < labels.length; i++) {
    if (each === 1) bytes[i] = labels[i];
    else view.setUint16(2 * i, labels[i], true);
  }
  return bytes;
}

/** Puts a complete folder in its place; one that is there is moved aside first, since a rename replaces no folder. */
async function replace(host: GetHost, from: string, to: string): Promise<void> {
  if (!await host.exists(to)) return await host.rename(from, to);
  const aside = `${from.replace(/\.importing$/, "")}.replaced`;
  await host.remove(aside);
  await host.rename(to, aside);
  await host.rename(from, to);
  await host.remove(aside);
}
