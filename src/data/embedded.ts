/** Loads the data sets that come with the project, checking every file against its manifest. */
import { UserError } from "../errors.ts";
import { gunzip, isGzip } from "../formats/gzip.ts";
import { readIdxPair } from "../formats/idx.ts";
import { sha256 } from "../formats/sha256.ts";
import type { Host } from "../host/host.ts";
import type { Dataset, OnLoad } from "./dataset.ts";
import { type FileEntry, type Manifest, parseManifest } from "./manifest.ts";
import { fingerprintOf } from "./fingerprint.ts";
import { datasetNames, knownDataset, unknownDataset } from "./registry.ts";

/** What loading needs of a {@link Host}. */
export type DatasetSource = Pick<Host, "readDataset" | "datasetUrl">;

/** The names of the data sets that come with the project. */
export function embeddedNames(): readonly string[] {
  return datasetNames().filter((name) => knownDataset(name)?.origin === "embedded");
}

/**
 * Loads the embedded data set `name` into memory.
 * @throws UserError for an unknown name (with the nearest known one), a missing file, a file whose SHA-256 is not the
 * manifest's, and content that is not what the manifest says
 */
export async function loadEmbedded(
  name: string,
  host: DatasetSource,
  onProgress: OnLoad = () => {},
): Promise<Dataset> {
  const manifest = await loadManifest(name, host);
  const files = [manifest.train, manifest.test].flatMap(({ images, labels }) => [images, labels]);
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0), read = new Map<string, number>();
  const tell = (file: string, bytes: number) => {
    read.set(file, bytes);
    // a server may have packed a file otherwise, or not at all
    const done = files.reduce((sum, { file, bytes }) => sum + Math.min(bytes, read.get(file) ?? 0), 0);
    onProgress({ done, total, unit: "bytes" });
  };
  const [train, test] = await Promise.all([
    loadSplit(manifest, "train", host, tell),
    loadSplit(manifest, "test", host, tell),
  ]);
  const { shape, classes } = manifest;
  const fingerprint = await fingerprintOf({
    sampleKind: "u8",
    shape,
    classes,
    trainImages: await sha256(train.images),
    trainLabels: await sha256(train.labels),
    testImages: await sha256(test.images),
    testLabels: await sha256(test.labels),
  });
  return { name, shape, classes, train, test, fingerprint, close: () => {} };
}

/**
 * Loads the manifest of data set `name` alone: title, classes, counts, licence.
 * @throws UserError as {@link loadEmbedded}
 */
export async function loadManifest(name: string, host: DatasetSource): Promise<Manifest> {
  if (!embeddedNames().includes(name)) throw unknownDataset(name);
  const text = new TextDecoder().decode(await host.readDataset(name, "manifest.json"));
  const manifest = parseManifest(text, host.datasetUrl(name, "manifest.json"));
  if (manifest.name !== name) {
    throw new UserError(`data set ${name}: its manifest is that of "${manifest.name}"`);
  }
  return manifest;
}

interface Part {
  images: Uint8Array<ArrayBuffer>;
  labels: Uint8Array<ArrayBuffer>;
  count: number;
}

type Tell = (file: string, bytes: number) => void;

async function loadSplit(manifest: Manifest, part: "train" | "test", host: DatasetSource, tell: Tell): Promise<Part> {
  const { count, images: imagesEntry, labels: labelsEntry } = manifest[part];
  const { name, shape: [channels, rows, columns], classes } = manifest;
  const [imageBytes, labelBytes] = await Promise.all([
    loadFile(name, imagesEntry, host, tell),
    loadFile(name, labelsEntry, host, tell),
  ]);
  const { images, labels } = readIdxPair(imageBytes, labelBytes, imagesEntry.file, labelsEntry.file);
  // IDX images have no channels: several would be planes one below the other.
  const expected = [count, channels * rows, columns].join(", ");
  if (images.shape.join(", ") !== expected) {
    throw new UserError(
      `data set ${name}: ${imagesEntry.file} holds [${images.shape.join(", ")}], the manifest says [${expected}]`,
    );
  }
  const largest = labels.data.reduce((a, b) => Math.max(a, b), 0);
  if (largest >= classes.length) {
    throw new UserError(
      `data set ${name}: ${labelsEntry.file} has the label ${largest}, and there are ${classes.length} classes (from 0)`,
    );
  }
  return { images: images.data, labels: labels.data, count };
}

async function loadFile(
  name: string,
  entry: FileEntry,
  host: DatasetSource,
  tell: Tell,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await host.readDataset(name, entry.file, (bytes) => tell(entry.file, bytes));
  tell(entry.file, entry.bytes);
  // A server may send a .gz file with "content-encoding: gzip", and then the browser has unpacked it already.
  const packed = isGzip(bytes);
  const { bytes: size, sha256: sum } = packed ? entry : entry.unpacked;
  const found = await sha256(bytes);
  if (found !== sum) {
    throw new UserError(
      `data set ${name}: ${host.datasetUrl(name, entry.file)} is not the file that the manifest describes: ` +
        `expected ${size} bytes with SHA-256 ${sum}, found ${bytes.length} bytes with ${found}`,
      { hint: "The file is damaged or was changed: restore it (git checkout), or install the package again." },
    );
  }
  return packed ? await gunzip(bytes, entry.file) : bytes;
}
