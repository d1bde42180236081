/**
 * The cache of imported data sets: `<cache folder>/datasets/<name>/` with `info.json`, and samples and labels of both
 * parts decoded once. Pixels are bytes [count, channels, rows, columns], rows of tables float32, labels bytes, or two
 * bytes from 257 classes on; numbers are little-endian. A set is there as a whole or not at all: it is written to a
 * folder `.<name>.importing` beside its place and renamed when it is complete.
 */
import * as z from "zod";
import { UserError } from "../errors.ts";
import { type Host, joinPath } from "../host/host.ts";
import type { SampleKind } from "./fingerprint.ts";
import { FORMATS, isDatasetName } from "./registry.ts";

z.config({ jitless: true });

/** What reading the cache needs of a {@link Host}. */
export type CacheHost = Pick<
  Host,
  "cacheFolder" | "readText" | "readFile" | "exists" | "list" | "stat" | "openFile" | "remove"
>;

/** The files of a cached data set, beside `info.json`. */
export const CACHE_FILES = ["train-images.bin", "train-labels.bin", "test-images.bin", "test-labels.bin"] as const;
export type CacheFile = typeof CACHE_FILES[number];

const INFO_FILE = "info.json";
const IMPORTING = /^\.(.*)\.importing$/;

const fileSum = z.strictObject({
  bytes: z.int().nonnegative(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/, "expected 64 hexadecimal digits"),
});
const extent = z.int().positive();

const infoSchema = z.strictObject({
  version: z.literal(1, "expected 1: it was written by another version of startsparse"),
  name: z.string(),
  title: z.string(),
  format: z.enum(FORMATS),
  /** [channels, rows, columns], or [features, 1, 1]. */
  shape: z.tuple([extent, extent, extent]),
  classes: z.array(z.string()).min(2),
  /** The names of a table's features. */
  features: z.array(z.string()).optional(),
  sampleKind: z.enum(["u8", "f32"]),
  train: z.int().positive(),
  test: z.int().positive(),
  /** How it was told that a known name holds its own content: by sums, or by layout and counts; "none" for own names. */
  checked: z.enum(["sha256", "structure", "none"]),
  /** What it was imported from; a folder has no sum. */
  source: z.array(z.strictObject({
    file: z.string(),
    bytes: z.int().nonnegative().optional(),
    sha256: z.string().optional(),
  })),
  /** What was asked for beside the format. */
  options: z.strictObject({
    size: z.int().optional(),
    testFraction: z.number().optional(),
    seed: z.number().optional(),
    label: z.string().optional(),
  }),
  /** What the importer left out or chose. */
  notes: z.array(z.string()),
  files: z.strictObject({
    "train-images.bin": fileSum,
    "train-labels.bin": fileSum,
    "test-images.bin": fileSum,
    "test-labels.bin": fileSum,
  }),
  fingerprint: z.string(),
});

/** What a cache says of itself. */
export type CachedInfo = z.infer<typeof infoSchema>;

/** A data set of the cache, or what is left of one. */
export interface CachedSet {
  readonly name: string;
  readonly path: string;
  /** Absent for what cannot be used; `problem` then says why. */
  readonly info?: CachedInfo;
  readonly problem?: string;
}

/** The folder that holds the imported sets. */
export function datasetsFolder(host: Pick<Host, "cacheFolder">): string {
  return joinPath(host.cacheFolder(), "datasets");
}

/** The folder of data set `name`. */
export function datasetFolder(host: Pick<Host, "cacheFolder">, name: string): string {
  return joinPath(datasetsFolder(host), name);
}

/** Where data set `name` is put together. */
export function importingFolder(host: Pick<Host, "cacheFolder">, name: string): string {
  return joinPath(datasetsFolder(host), `.${name}.importing`);
}

/** Bytes of a sample. */
export function sampleBytes(shape: readonly number[], kind: SampleKind): number {
  return shape.reduce((product, n) => product * n, 1) * (kind === "f32" ? 4 : 1);
}

/** Bytes of a label: classes beyond 256 need two. */
export function labelBytes(classes: number): 1 | 2 {
  return classes > 256 ? 2 : 1;
}

/** How to mend a damaged cache. */
export function mendHint(name: string): string {
  return `Remove it (startsparse data remove ${name}) and import it again (startsparse data get ${name}).`;
}

/** The text of `info.json`. */
export function formatInfo(info: CachedInfo): string {
  return JSON.stringify(infoSchema.parse(info), null, 2) + "\n";
}

/** Whether data set `name` has been imported, damaged or not. */
export async function isCached(name: string, host: CacheHost): Promise<boolean> {
  return isDatasetName(name) && await host.exists(datasetFolder(host, name));
}

/**
 * What the cache says of data set `name`; `undefined` when it has not been imported.
 * @throws UserError naming the file, when the cache is damaged: no info, not as it should be, files missing or cut
 */
export async function readInfo(name: string, host: CacheHost): Promise<CachedInfo | undefined> {
  if (!await isCached(name, host)) return undefined;
  const folder = datasetFolder(host, name), path = joinPath(folder, INFO_FILE);
  const damaged = (what: string, cause?: unknown) =>
    new UserError(`data set ${name}: its cache is damaged: ${what}`, { hint: mendHint(name), cause });
  if (!await host.exists(path)) throw damaged(`${path} is missing`);
  let value: unknown;
  try {
    value = JSON.parse(await host.readText(path));
  } catch (cause) {
    throw damaged(`${path} is not JSON: ${(cause as Error).message}`, cause);
  }
  const result = infoSchema.safeParse(value);
  if (!result.success) {
    const { path: key, message } = result.error.issues[0];
    throw damaged(`${path}, ${key.join(".")}: ${message}`, result.error);
  }
  const info = result.data;
  if (info.name !== name) throw damaged(`${path} is that of "${info.name}"`);
  for (const file of CACHE_FILES) {
    const filePath = joinPath(folder, file), status = await host.stat(filePath);
    if (status === undefined || status.isFolder) throw damaged(`${filePath} is missing`);
    const part = file.startsWith("train") ? info.train : info.test;
    const each = file.endsWith("labels.bin")
      ? labelBytes(info.classes.length)
      : sampleBytes(info.shape, info.sampleKind);
    if (status.size !== info.files[file].bytes || status.size !== part * each) {
      throw damaged(`${filePath} has ${status.size} bytes, expected ${part * each}`);
    }
  }
  return info;
}

/** The imported data sets, sorted by name, with those that are damaged or were never finished. */
export async function listCached(host: CacheHost): Promise<CachedSet[]> {
  const folder = datasetsFolder(host);
  if (!await host.exists(folder)) return [];
  const sets: CachedSet[] = [];
  for (const { name, isFolder } of await host.list(folder)) {
    const path = joinPath(folder, name), unfinished = IMPORTING.exec(name);
    if (!isFolder) continue;
    if (unfinished) {
      sets.push({ name: unfinished[1], path, problem: "its import was not finished, or is running" });
    } else if (isDatasetName(name)) {
      try {
        sets.push({ name, path, info: await readInfo(name, host) });
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        sets.push({ name, path, problem: error.message });
      }
    }
  }
  return sets.sort((a, b) => a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
}

/** The names of the imported sets, without reading them. */
export async function cachedNames(host: CacheHost): Promise<string[]> {
  const folder = datasetsFolder(host);
  if (!await host.exists(folder)) return [];
  return (await host.list(folder)).filter(({ name, isFolder }) => isFolder && isDatasetName(name)).map((e) => e.name);
}

/**
 * Removes data set `name` from the cache, finished, damaged or unfinished.
 * @returns the folders that were removed; none when there was nothing
 */
export async function removeDataset(name: string, host: CacheHost): Promise<string[]> {
  if (!isDatasetName(name)) return [];
  const removed: string[] = [];
  for (const folder of [datasetFolder(host, name), importingFolder(host, name)]) {
    if (!await host.exists(folder)) continue;
    await host.remove(folder);
    removed.push(folder);
  }
  return removed;
}
