/** Two runs beside each other: what their configurations differ in, how they went, what their masks share. */

import { readMasks, type StoredMask } from "../formats/masks.ts";
import { joinPath, type ReadFiles } from "../host/host.ts";
import { curveOf } from "./report_data.ts";
import { formatDensity, formatInteger, formatPercent, NONE } from "./results_numbers.ts";
import { differingKeys, flatConfig } from "./results_keys.ts";
import { readRun, type StoredRun } from "./run_reader.ts";
import { RUN_FILES } from "./run_store.ts";

/** One layer's masks in both runs. */
export interface MaskOverlap {
  readonly name: string;
  readonly size: number;
  readonly keptA: number;
  readonly keptB: number;
  readonly both: number;
  /** Weights that both keep over those that one does: 1 for equal masks, 1 for two empty ones. */
  readonly jaccard: number;
}

/** What is known of two runs. */
export interface Comparison {
  readonly a: StoredRun;
  readonly b: StoredRun;
  /** Keys that differ, with both values; null where one configuration does not have it. */
  readonly config: readonly { readonly key: string; readonly a: string | null; readonly b: string | null }[];
  /** Test accuracy and training loss after each epoch that either run has. */
  readonly curves: readonly {
    readonly epoch: number;
    readonly accuracyA: number | null;
    readonly accuracyB: number | null;
    readonly lossA: number | null;
    readonly lossB: number | null;
  }[];
  /** Layers that both have masks for, of one shape; null where a run has no mask file. */
  readonly masks: readonly MaskOverlap[] | null;
}

/** Compares two run folders. @throws UserError as `readRun` and `readMasks` do */
export async function compareRuns(host: ReadFiles, folderA: string, folderB: string): Promise<Comparison> {
  const [a, b] = [await readRun(host, folderA), await readRun(host, folderB)];
  const [flatA, flatB] = [flatConfig(a.config), flatConfig(b.config)];
  const config = differingKeys([a.config, b.config]).map((key) => {
    return { key, a: flatA.get(key) ?? null, b: flatB.get(key) ?? null };
  });
  const values = (run: StoredRun, kind: Parameters<typeof curveOf>[1]) =>
    new Map(curveOf(run.metrics, kind).map(({ epoch, value }) => [epoch, value]));
  const accuracy = [values(a, "test accuracy"), values(b, "test accuracy")];
  const loss = [values(a, "training loss"), values(b, "training loss")];
  const epochs = [...new Set([...accuracy, ...loss].flatMap((map) => [...map.keys()]))].toSorted((x, y) => x - y);
  const curves = epochs.map((epoch) => ({
    epoch,
    accuracyA: accuracy[0].get(epoch) ?? null,
    accuracyB: accuracy[1].get(epoch) ?? null,
    lossA: loss[0].get(epoch) ?? null,
    lossB: loss[1].get(epoch) ?? null,
  }));
  const [masksA, masksB] = [await masksOf(host, folderA), await masksOf(host, folderB)];
  const masks = masksA && masksB ? overlaps(masksA, masksB) : null;
  return { a, b, config, curves, masks };
}

/** How both runs went: a title, and the words of each. */
export function comparedResults({ a: { result: a }, b: { result: b } }: Comparison): [string, string, string][] {
  type Result = NonNullable<typeof a>;
  const row = (title: string, of: (result: Result) => string): [string, string, string] => {
    return [title, a ? of(a) : NONE, b ? of(b) : NONE];
  };
  return [
    row("name", ({ name }) => name),
    row("realised density", ({ method, mask }) => formatDensity((method ?? mask).realisedDensity)),
    row("compute density", ({ method, mask }) => formatDensity((method ?? mask).computeDensity)),
    row("test accuracy, best, %", ({ best }) => formatPercent(best?.testAccuracy ?? null)),
    row("test accuracy, last, %", ({ last }) => formatPercent(last?.testAccuracy ?? null)),
    row("dense epochs", ({ method }) => (method ? String(Number(method.denseEpochs.toPrecision(3))) : NONE)),
    row("images/s", ({ imagesPerSecond }) => formatInteger(imagesPerSecond)),
  ];
}

/** Kept weights of all layers together, and what they share. */
export function totalOverlap(masks: readonly MaskOverlap[]): Omit<MaskOverlap, "name"> {
  const sum = (of: (mask: MaskOverlap) => number) => masks.reduce((total, mask) => total + of(mask), 0);
  const [size, keptA, keptB, both] = [sum((m) => m.size), sum((m) => m.keptA), sum((m) => m.keptB), sum((m) => m.both)];
  const either = keptA + keptB - both;
  return { size, keptA, keptB, both, jaccard: either === 0 ? 1 : both / either };
}

async function masksOf(host: ReadFiles, folder: string): Promise<StoredMask[] | null> {
  const path = joinPath(folder, RUN_FILES.masks);
  return await host.exists(path) ? readMasks(await host.readFile(path), path).masks : null;
}

function overlaps(a: readonly StoredMask[], b: readonly StoredMask[]): MaskOverlap[] {
  return a.flatMap((mask): MaskOverlap[] => {
    const other = b.find(({ name, shape }) => name === mask.name && shape.join() === mask.shape.join());
    if (!other) return [];
    let both = 0;
    for (const [i, word] of mask.bits.entries()) both += popcount(word & other.bits[i]);
    const either = mask.nnz + other.nnz - both, size = mask.shape.reduce((x, y) => x * y, 1);
    const jaccard = either === 0 ? 1 : both / either;
    return [{ name: mask.name, size, keptA: mask.nnz, keptB: other.nnz, both, jaccard }];
  });
}

function popcount(word: number): number {
  let count = 0;
  for (let rest = word >>> 0; rest !== 0; rest = (rest & (rest - 1)) >>> 0) count++;
  return count;
}
