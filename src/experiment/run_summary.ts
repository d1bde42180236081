/** What a list of runs says of each: how far it is, where it stands, what it takes. */
import { UserError } from "../errors.ts";
import { type Host, joinPath } from "../host/host.ts";
import { checkpointSteps } from "./checkpoint_files.ts";
import type { Config } from "./config.ts";
import type { Metric } from "./metrics.ts";
import { readRun, type StoredRun } from "./run_reader.ts";
import type { RunResult } from "./run_result.ts";

/** How far a stored run is. */
export type RunState =
  /** Has its result. */
  | "finished"
  /** Was ended early and has a checkpoint, or is being trained now. */
  | "can-go-on"
  /** Has begun, and has no checkpoint: to go on means to begin again. */
  | "begun"
  /** Cannot be read; `problem` says why. */
  | "unreadable";

/** The last that a run's metrics say; accuracies are fractions. */
export interface LastMetrics {
  readonly epoch: number;
  readonly step: number;
  readonly loss?: number;
  readonly accuracy?: number;
  readonly testAccuracy?: number;
}

/** A run folder in short. */
export interface RunSummary {
  readonly folder: string;
  /** What its result calls it; before that, its folder's name. */
  readonly name: string;
  readonly state: RunState;
  /** Absent where it is unreadable. */
  readonly config?: Config;
  readonly preset?: string;
  readonly command?: string;
  readonly result?: RunResult;
  readonly last?: LastMetrics;
  /** The step that it would go on from. */
  readonly savedStep?: number;
  readonly bytes: number;
  /** ISO 8601: when it began, and, by its own clock, when it last wrote. */
  readonly started?: string;
  readonly changed?: string;
  readonly problem?: string;
}

/** Reads a run folder. One that is damaged is told as such. */
export async function summariseRun(host: Host, folder: string): Promise<RunSummary> {
  const bytes = await folderBytes(host, folder), name = folder.slice(folder.lastIndexOf("/") + 1);
  let run: StoredRun;
  try {
    run = await readRun(host, folder);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { folder, name, state: "unreadable", bytes, problem: error.message };
  }
  const { config, provenance, result, metrics } = run;
  const savedStep = (await checkpointSteps(host, folder)).at(0);
  const isOver = result !== null && !result.interrupted;
  return {
    folder,
    name: result?.name ?? name,
    state: isOver ? "finished" : savedStep === undefined ? "begun" : "can-go-on",
    config,
    preset: provenance?.preset ?? undefined,
    command: provenance?.command ?? undefined,
    result: result ?? undefined,
    last: lastOf(metrics),
    savedStep,
    bytes,
    started: provenance?.started,
    changed: provenance?.ended ?? changedAt(provenance?.started, metrics),
  };
}

/** Bytes of all files below a folder. */
export async function folderBytes(host: Pick<Host, "list" | "stat">, folder: string): Promise<number> {
  let bytes = 0;
  for (const { name, isFolder } of await host.list(folder)) {
    const path = joinPath(folder, name);
    bytes += isFolder ? await folderBytes(host, path) : (await host.stat(path))?.size ?? 0;
  }
  return bytes;
}

function lastOf(metrics: readonly Metric[]): LastMetrics | undefined {
  const trained = metrics.findLast((metric) => metric.kind === "step" || metric.kind === "epoch");
  const tested = metrics.findLast((metric) => metric.kind === "evaluate" && metric.split === "test");
  const at = trained ?? tested;
  if (at === undefined || at.kind === "mask" || at.kind === "event") return undefined;
  const { epoch, step } = at;
  return {
    epoch,
    step,
    ...(trained?.kind === "step" || trained?.kind === "epoch"
      ? { loss: trained.loss, accuracy: trained.accuracy }
      : {}),
    ...(tested?.kind === "evaluate" ? { testAccuracy: tested.accuracy } : {}),
  };
}

function changedAt(started: string | undefined, metrics: readonly Metric[]): string | undefined {
  const seconds = metrics.findLast(({ time }) => time?.seconds !== undefined)?.time?.seconds ?? 0;
  return started === undefined ? undefined : new Date(Date.parse(started) + 1000 * seconds).toISOString();
}
