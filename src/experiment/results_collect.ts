/** Finds runs under folders: a run, a sweep, a quickstart, or whatever folder holds them. */

import { UserError } from "../errors.ts";
import { joinPath, type ReadFiles } from "../host/host.ts";
import type { Config } from "./config.ts";
import { canonicalJson } from "./config_hash.ts";
import { RULES } from "./config_schema.ts";
import { isPlainDense } from "./results_groups.ts";
import { readRun, type StoredRun } from "./run_reader.ts";
import type { RunResult } from "./run_result.ts";
import { RUN_FILES } from "./run_store.ts";

/** Folders that runs are looked for in lie at most so deep under the given ones. */
const DEEPEST = 6;

/** A run that has ended, with all that its folder says but weights and masks. */
export type CollectedRun = StoredRun & { readonly result: RunResult };

/** What there is under some folders. */
export interface Collection {
  /** Runs that have ended, sorted by what they train and then by seed; each configuration once. */
  readonly runs: readonly CollectedRun[];
  /** Folders of runs that have begun and not ended. */
  readonly unfinished: readonly string[];
  /** Folders that look like a run and cannot be read, with the reason. */
  readonly unreadable: readonly { readonly folder: string; readonly reason: string }[];
  /** Runs left out because another one has the same configuration and seed: it would count as another seed. */
  readonly repeated: readonly { readonly folder: string; readonly of: string }[];
}

/**
 * Reads every run under the folders; one that is damaged takes nothing from the others.
 * @throws UserError for a folder that is not there, and where no run is found at all
 */
export async function collectRuns(host: ReadFiles, folders: readonly string[]): Promise<Collection> {
  const found: string[] = [];
  for (const folder of folders) {
    const status = await host.stat(folder);
    if (!status) throw new UserError(`there is no folder ${folder}`);
    if (!status.isFolder) {
      throw new UserError(`${folder} is a file; expected the folder of a run, or one that holds runs`);
    }
    await find(host, folder.length > 1 ? folder.replace(/\/+$/, "") : folder, DEEPEST, found);
  }
  const all = [...new Set(found)];
  if (all.length === 0) {
    throw new UserError(`no run in ${folders.join(", ")}: no folder there has a ${RUN_FILES.config}`);
  }
  const ended: CollectedRun[] = [], unfinished: string[] = [];
  const unreadable: { folder: string; reason: string }[] = [];
  for (const folder of all) {
    try {
      const run = await readRun(host, folder), { result } = run;
      if (result) ended.push({ ...run, result });
      else unfinished.push(folder);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      unreadable.push({ folder, reason: error.message });
    }
  }
  const first = new Map<string, CollectedRun>(), repeated: { folder: string; of: string }[] = [];
  // A run that was interrupted gives way to the same one finished.
  for (const run of ended.toSorted((a, b) => Number(a.result.interrupted) - Number(b.result.interrupted))) {
    const { configHash } = run.result, same = first.get(configHash);
    if (same) repeated.push({ folder: run.folder, of: same.folder });
    else first.set(configHash, run);
  }
  return { runs: sorted([...first.values()]), unfinished, unreadable, repeated };
}

async function find(host: ReadFiles, folder: string, depth: number, found: string[]): Promise<void> {
  const entries = await host.list(folder);
  if (entries.some(({ name, isFolder }) => !isFolder && name === RUN_FILES.config)) {
    found.push(folder);
    return;
  }
  if (depth === 0) return;
  const below = entries.filter(({ name, isFolder, isLink }) => isFolder && !isLink && !name.startsWith("."));
  for (const { name } of below.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    await find(host, joinPath(folder, name), depth - 1, found);
  }
}

/** What a run trains: all of its configuration but seeds, device and checkpoints. Runs that share it differ by chance alone. */
export function experimentOf(config: Config): string {
  const { seed: _seed, seeds: _seeds, device: _device, checkpoint: _checkpoint, ...what } = config;
  return canonicalJson(what);
}

/** Dense first, then by data, model, score, method, rule (in the rules' own order), density from dense on, and seed. */
function sorted(runs: CollectedRun[]): CollectedRun[] {
  const keyed = runs.map((run) => {
    const { config, result } = run, { method, score, mask, seed } = config;
    const density = result.method?.target ?? result.mask.nominalDensity ?? 0;
    const keys: (string | number)[] = [
      result.data,
      result.model,
      isPlainDense({ rule: result.rule, runs: [result] }) ? 0 : 1,
      score.name,
      method.name,
      RULES.indexOf(mask.rule),
      -density,
      -(result.mask.nominalDensity ?? 0),
      experimentOf(config),
      seed,
      run.folder,
    ];
    return { run, keys };
  });
  keyed.sort((a, b) => {
    for (const [i, key] of a.keys.entries()) if (key !== b.keys[i]) return key < b.keys[i] ? -1 : 1;
    return 0;
  });
  return keyed.map(({ run }) => run);
}

/** What a reader must know of what was found, a sentence each. */
export function collectionWarnings({ runs, unfinished, unreadable, repeated }: Collection): string[] {
  const warnings: string[] = [];
  const interrupted = runs.filter(({ result }) => result.interrupted).map(({ folder }) => folder);
  const some = (names: readonly string[]) =>
    names.length <= 4 ? names.join(", ") : `${names.slice(0, 3).join(", ")} and ${names.length - 3} more`;
  if (unreadable.length > 0) {
    warnings.push(`Not readable, and left out: ${some(unreadable.map(({ reason }) => reason))}.`);
  }
  if (interrupted.length > 0) {
    warnings.push(`Interrupted before the end, and left out of means: ${some(interrupted)}.`);
  }
  if (unfinished.length > 0) warnings.push(`Not finished, and left out: ${some(unfinished)}.`);
  if (repeated.length > 0) {
    const pairs = repeated.map(({ folder, of }) => `${folder} (as ${of})`);
    warnings.push(`The same configuration and seed again, and left out: ${some(pairs)}.`);
  }
  return warnings;
}
