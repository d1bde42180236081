/** Loads a data set by name: the one door for the embedded ones and those of the cache. */
import { UserError } from "../errors.ts";
import { sha256 } from "../formats/sha256.ts";
import { type Host, joinPath } from "../host/host.ts";
import { type CachedInfo, cachedNames, type CacheFile, datasetFolder, labelBytes, mendHint } from "./cache.ts";
import { readInfo, sampleBytes } from "./cache.ts";
import type { Dataset, OnLoad, SampleFile, Split } from "./dataset.ts";
import { type DatasetSource, loadEmbedded } from "./embedded.ts";
import { type DatasetEntry, knownDataset, unknownDataset } from "./registry.ts";

/** What loading needs of a {@link Host}. */
export type LoadHost =
  & DatasetSource
  & Pick<Host, "cacheFolder" | "readText" | "readFile" | "exists" | "list" | "stat" | "openFile" | "remove">;

/** Options of {@link loadDataset}. */
export interface LoadOptions {
  readonly onProgress?: OnLoad;
  /** Samples of a part beyond so many bytes stay in their file. Default 1 GiB. */
  readonly mostInMemory?: number;
}

const MOST_IN_MEMORY = 2 ** 30;

/**
 * Loads data set `name`. What is read to memory is compared with its SHA-256; parts that stay in their file are only
 * measured (`verifyDataset` reads them too).
 * @throws UserError for an unknown name (with the nearest known one), for a data set that is not there (with address,
 * size, sum and command), and for damaged files. No other data set ever stands in.
 */
export async function loadDataset(name: string, host: LoadHost, options: LoadOptions = {}): Promise<Dataset> {
  const entry = knownDataset(name);
  if (entry?.origin === "embedded") return await loadEmbedded(name, host, options.onProgress);
  const info = await readInfo(name, host);
  if (info === undefined) {
    throw entry === undefined ? unknownDataset(name, await cachedNames(host)) : missingDataset(entry);
  }
  const { mostInMemory = MOST_IN_MEMORY, onProgress } = options;
  const total = info.files["train-images.bin"].bytes + info.files["test-images.bin"].bytes;
  let done = 0;
  const open: SampleFile[] = [];
  const close = () => open.forEach((file) => file.close());
  const loadPart = async (part: "train" | "test"): Promise<Split> => {
    const labels = await loadLabels(info, part, host);
    const file = `${part}-images.bin` as const, { bytes } = info.files[file];
    let images: Split["images"];
    if (bytes > mostInMemory && info.sampleKind === "u8") {
      images = await openSamples(joinPath(datasetFolder(host, name), file), sampleBytes(info.shape, "u8"), host);
      open.push(images);
    } else {
      const content = await readChecked(info, file, host);
      images = info.sampleKind === "u8" ? content : readFloats(content);
    }
    done += bytes;
    onProgress?.({ done, total, unit: "bytes" });
    return { images, labels, count: info[part] };
  };
  try {
    const train = await loadPart("train"), test = await loadPart("test");
    const { shape, classes, fingerprint } = info;
    return { name, shape, classes, train, test, fingerprint, close };
  } catch (error) {
    close();
    throw error;
  }
}

/** The error for a known data set that is not there: where it is, how to tell the genuine one, and the command. */
export function missingDataset(entry: DatasetEntry): UserError {
  const { name, title, files } = entry;
  const list = files.map(({ urls, bytes, sha256 }) => `  ${urls[0]} (${bytes} bytes, SHA-256 ${sha256})`);
  return new UserError(`data set ${name} (${title}) is not here yet; its files are\n${list.join("\n")}`, {
    hint: `Download it: startsparse data get ${name}. Or take files that you have: ` +
      `startsparse data get ${name} --from ${files.length > 1 ? "FOLDER" : files[0].file}`,
  });
}

async function readChecked(info: CachedInfo, file: CacheFile, host: LoadHost): Promise<Uint8Array<ArrayBuffer>> {
  const path = joinPath(datasetFolder(host, info.name), file);
  const bytes = await host.readFile(path), found = await sha256(bytes), expected = info.files[file].sha256;
  if (found === expected) return bytes;
  throw new UserError(
    `data set ${info.name}: its cache is damaged: ${path} has SHA-256 ${found}, expected ${expected}`,
    { hint: mendHint(info.name) },
  );
}

async function loadLabels(info: CachedInfo, part: "train" | "test", host: LoadHost): Promise<Split["labels"]> {
  const bytes = await readChecked(info, `${part}-labels.bin`, host);
  const labels = decodeLabels(bytes, info.classes.length);
  let largest = 0;
  for (const label of labels) largest = Math.max(largest, label);
  if (largest < info.classes.length) return labels;
  throw new UserError(
    `data set ${info.name}: its cache is damaged: ${part}-labels.bin has the label ${largest}, and there are ` +
      `${info.classes.length} classes (from 0)`,
    { hint: mendHint(info.name) },
  );
}

/** Labels as the cache stores them. */
export function decodeLabels(bytes: Uint8Array<ArrayBuffer>, classes: number): Split["labels"] {
  if (labelBytes(classes) === 1) return bytes;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Uint16Array.from({ length: bytes.length / 2 }, (_, i) => view.getUint16(2 * i, true));
}

function readFloats(bytes: Uint8Array<ArrayBuffer>): Float32Array<ArrayBuffer> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const values = new Float32Array(bytes.length / 4);
  for (let i = 0; i < values.length; i++) values[i] = view.getFloat32(4 * i, true);
  return values;
}

async function openSamples(path: string, bytes: number, host: LoadHost): Promise<SampleFile> {
  const file = await host.openFile(path);
  const count = file.size / bytes;
  return {
    bytes,
    readInto: (index, target) => {
      if (!(index >= 0 && index < count)) throw new RangeError(`sample ${index} of ${count}`);
      if (target.length !== bytes) throw new RangeError(`${target.length} bytes for a sample of ${bytes}`);
      file.readInto(index * bytes, target);
    },
    close: () => file.close(),
  };
}
