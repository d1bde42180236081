/** What is known of a data set without reading its samples, and for the known names without having them. */
import { cachedNames, type CacheHost, readInfo } from "./cache.ts";
import type { SampleKind } from "./fingerprint.ts";
import { knownDataset, unknownDataset } from "./registry.ts";

/** A data set in numbers. */
export interface DatasetInfo {
  readonly name: string;
  readonly title: string;
  /** [channels, rows, columns] of an image, [features, 1, 1] of a table's row. */
  readonly shape: readonly [number, number, number];
  readonly classes: number;
  /** Samples of the training part. */
  readonly train: number;
  /** Samples of the test part. */
  readonly test: number;
  readonly sampleKind: SampleKind;
  /** Whether it can be loaded now. */
  readonly present: boolean;
  /** The paper's constants a channel, where it has some. */
  readonly normalise?: { readonly mean: readonly number[]; readonly std: readonly number[] };
}

/**
 * What is known of data set `name`: for a known name from the table, for an imported set from its cache.
 * @throws UserError for a name that is neither, and for a damaged cache
 */
export async function datasetInfo(name: string, host: CacheHost): Promise<DatasetInfo> {
  const entry = knownDataset(name);
  if (entry?.origin === "embedded") return known(entry, true);
  const info = await readInfo(name, host);
  if (info === undefined) {
    if (entry === undefined) throw unknownDataset(name, await cachedNames(host));
    return known(entry, false);
  }
  const { title, shape, classes, train, test, sampleKind } = info;
  const counts = { classes: classes.length, train, test };
  return { name, title, shape, ...counts, sampleKind, present: true, normalise: entry?.normalise };
}

function known(entry: NonNullable<ReturnType<typeof knownDataset>>, present: boolean): DatasetInfo {
  const { name, title, shape, classes, train, test, normalise } = entry;
  return { name, title, shape, classes, train, test, sampleKind: "u8", present, normalise };
}
