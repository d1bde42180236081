/**
 * The checkpoints of a run folder: `checkpoints/step-000001234.safetensors`, one for each moment that was kept. They are
 * written beside their place and renamed, so that a file of that name is whole unless the disk has damaged it.
 */
import { UserError } from "../errors.ts";
import { sha256 } from "../formats/sha256.ts";
import { type Host, joinPath } from "../host/host.ts";
import { type Checkpoint, decodeCheckpoint } from "./checkpoint.ts";
import { checkpointPath, CHECKPOINTS, RUN_FILES } from "./run_files.ts";

/** Steps that a folder has checkpoints of, the latest first. */
export async function checkpointSteps(host: Host, folder: string): Promise<number[]> {
  const path = joinPath(folder, CHECKPOINTS);
  if (!(await host.stat(path))?.isFolder) return [];
  const steps = (await host.list(path)).flatMap(({ name }) => {
    const found = /^step-(\d+)\.safetensors$/.exec(name);
    return found ? [Number(found[1])] : [];
  });
  return steps.sort((a, b) => b - a);
}

/** Removes all checkpoints but those of some steps, and what writing one has left when it was killed. */
export async function pruneCheckpoints(host: Host, folder: string, keep: readonly number[]): Promise<void> {
  const path = joinPath(folder, CHECKPOINTS);
  if (!(await host.stat(path))?.isFolder) return;
  if (keep.length === 0) return await host.remove(path);
  const kept = new Set(keep.map((step) => checkpointPath(folder, step)));
  for (const { name } of await host.list(path)) {
    const file = joinPath(path, name);
    if (!kept.has(file)) await host.remove(file);
  }
}

/** The last checkpoint that can be used. */
export interface FoundCheckpoint {
  readonly checkpoint: Checkpoint;
  /** What is wrong with those after it, a sentence each. */
  readonly damaged: readonly string[];
  /** That the run moves between a page and the command line, where it does. */
  readonly moved?: string;
}

/**
 * Finds the last checkpoint of a run that is whole and whose metrics are; undefined where the folder has none at all.
 * @throws UserError where there are some and all are damaged
 */
export async function findCheckpoint(host: Host, folder: string): Promise<FoundCheckpoint | undefined> {
  const steps = await checkpointSteps(host, folder), damaged: string[] = [];
  for (const step of steps) {
    const file = checkpointPath(folder, step);
    try {
      const checkpoint = await decodeCheckpoint(await host.readFile(file), file);
      await knownMetrics(host, folder, checkpoint);
      return { checkpoint, damaged };
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      damaged.push(error.message);
    }
  }
  if (damaged.length === 0) return undefined;
  throw new UserError(`no checkpoint of ${folder} can be used:\n${damaged.map((line) => `  ${line}`).join("\n")}`, {
    hint: `Begin again: startsparse run ${joinPath(folder, RUN_FILES.config)} --out ${folder} --force`,
  });
}

/**
 * The part of metrics.jsonl that a checkpoint knows of.
 * @throws UserError where the file has less, or other lines
 */
export async function knownMetrics(
  host: Host,
  folder: string,
  checkpoint: Checkpoint,
): Promise<Uint8Array<ArrayBuffer>> {
  const path = joinPath(folder, RUN_FILES.metrics), { bytes, sha256: sum } = checkpoint.state.metrics;
  const known = (await host.readFile(path)).slice(0, bytes);
  if (known.length < bytes || await sha256(known) !== sum) {
    throw new UserError(
      `${path} is not what ${checkpoint.file} continues: lines that were there are missing or changed`,
    );
  }
  return known;
}
