/** Compares a cached data set with its sums, to the last byte. */
import { UserError } from "../errors.ts";
import { type Host, joinPath } from "../host/host.ts";
import { CACHE_FILES, cachedNames, type CacheHost, datasetFolder, labelBytes, mendHint, readInfo } from "./cache.ts";
import { type DatasetSource, loadEmbedded } from "./embedded.ts";
import type { Progress } from "./importers/session.ts";
import { decodeLabels, missingDataset } from "./load.ts";
import { sumFile } from "./official.ts";
import { knownDataset, unknownDataset } from "./registry.ts";

/** A data set that is as it should be. */
export interface Verified {
  readonly name: string;
  readonly fingerprint: string;
  /** Samples of each class. */
  readonly perClass: { readonly train: readonly number[]; readonly test: readonly number[] };
  /** Bytes that were read. */
  readonly bytes: number;
}

/**
 * Reads data set `name` as a whole.
 * @throws UserError naming the first file that is not as it was written, and how to mend it
 */
export async function verifyDataset(
  name: string,
  host: CacheHost & DatasetSource & Pick<Host, "readFile">,
  onProgress?: (progress: Progress) => void,
): Promise<Verified> {
  const entry = knownDataset(name);
  if (entry?.origin === "embedded") {
    const { train, test, classes, fingerprint } = await loadEmbedded(name, host);
    const perClass = {
      train: countLabels(train.labels, classes.length),
      test: countLabels(test.labels, classes.length),
    };
    return {
      name,
      fingerprint,
      perClass,
      bytes: (train.count + test.count) * (entry.shape.reduce((a, b) => a * b, 1) + 1),
    };
  }
  const info = await readInfo(name, host);
  if (info === undefined) throw entry ? missingDataset(entry) : unknownDataset(name, await cachedNames(host));
  const total = CACHE_FILES.reduce((sum, file) => sum + info.files[file].bytes, 0);
  const perClass: { train: number[]; test: number[] } = { train: [], test: [] };
  const damaged = (what: string) =>
    new UserError(`data set ${name}: its cache is damaged: ${what}`, { hint: mendHint(name) });
  let before = 0;
  for (const file of CACHE_FILES) {
    const path = joinPath(datasetFolder(host, name), file), { bytes, sha256 } = info.files[file];
    const found = await sumFile(host, path, (done) => {
      onProgress?.({ phase: "check", done: before + done, total, unit: "bytes" });
    });
    if (found.sha256 !== sha256) throw damaged(`${path} has SHA-256 ${found.sha256}, expected ${sha256}`);
    before += bytes;
    const part = file === "train-labels.bin" ? "train" : file === "test-labels.bin" ? "test" : undefined;
    if (part === undefined) continue;
    const labels = decodeLabels(await host.readFile(path), info.classes.length);
    if (labels.length * labelBytes(info.classes.length) !== bytes) throw damaged(`${path} has not ${bytes} bytes`);
    perClass[part] = countLabels(labels, info.classes.length);
    if (perClass[part].length > info.classes.length) throw damaged(`${path} has labels beyond the classes`);
  }
  return { name, fingerprint: info.fingerprint, perClass, bytes: total };
}

function countLabels(labels: ArrayLike<number>, classes: number): number[] {
  const counts = new Array<number>(classes).fill(0);
  for (let i = 0; i < labels.length; i++) counts[labels[i]] = (counts[labels[i]] ?? 0) + 1;
  return counts;
}
