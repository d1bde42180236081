/**
 * The local engine of sweeps: so many workers, each with one cell at a time. How a worker is started is not known here; a
 * command starts processes.
 */
import type { SweepRun } from "./sweep_folder.ts";

/** How a cell ended. `elsewhere`: somebody else is at it. `stopped`: a signal came before its end. */
export type CellOutcome =
  | { readonly state: "done"; readonly seconds: number; readonly testAccuracy?: number }
  | { readonly state: "failed"; readonly error: string }
  | { readonly state: "stopped" | "elsewhere" };

/** A worker: runs one cell after the other. */
export interface SweepWorker {
  /** Runs a cell; never rejects. `done` comes in between: the share of the cell. */
  run(cell: SweepRun, onProgress: (done: number, words: string) => void): Promise<CellOutcome>;
  /** Asks it to end its cell cleanly. */
  stop(): void;
  /** Whether it takes another cell; one that failed may not. */
  readonly usable: boolean;
  close(): Promise<void>;
}

/** What happens, for whoever shows it. */
export type SweepEvent =
  | { readonly kind: "start"; readonly slot: number; readonly run: SweepRun }
  | {
    readonly kind: "progress";
    readonly slot: number;
    readonly run: SweepRun;
    readonly done: number;
    readonly words: string;
  }
  | { readonly kind: "end"; readonly slot: number; readonly run: SweepRun; readonly outcome: CellOutcome };

/** What {@link runLocally} needs. */
export interface LocalSweep {
  readonly runs: readonly SweepRun[];
  /** Workers at most. */
  readonly jobs: number;
  /** Starts the worker of a slot, counted from 0. */
  readonly launch: (slot: number) => Promise<SweepWorker>;
  readonly onEvent?: (event: SweepEvent) => void;
  /** Hands out no more cells, and asks workers to stop theirs. */
  readonly signal?: AbortSignal;
}

/** Runs cells until there are no more. One that fails stops no other. @returns outcomes by hash */
export async function runLocally(
  { runs, jobs, launch, onEvent = () => {}, signal }: LocalSweep,
): Promise<Map<string, CellOutcome>> {
  const waiting = [...runs], outcomes = new Map<string, CellOutcome>();
  const slot = async (index: number) => {
    let worker: SweepWorker | undefined;
    const stop = () => worker?.stop();
    signal?.addEventListener("abort", stop);
    try {
      while (!signal?.aborted) {
        const run = waiting.shift();
        if (!run) break;
        onEvent({ kind: "start", slot: index, run });
        let outcome: CellOutcome;
        try {
          if (!worker?.usable) {
            await worker?.close();
            worker = await launch(index);
          }
          outcome = await worker.run(
            run,
            (done, words) => onEvent({ kind: "progress", slot: index, run, done, words }),
          );
        } catch (error) {
          outcome = { state: "failed", error: `no worker: ${error instanceof Error ? error.message : error}` };
        }
        outcomes.set(run.hash, outcome);
        onEvent({ kind: "end", slot: index, run, outcome });
      }
    } finally {
      signal?.removeEventListener("abort", stop);
      await worker?.close();
    }
  };
  await Promise.all(Array.from({ length: Math.min(jobs, runs.length) }, (_, i) => slot(i)));
  return outcomes;
}

/**
 * How many workers there may be: as many as asked for, or one an adapter; no more than the memory is enough for.
 * @param bytes what the largest cell needs on its device, and what a process takes besides
 * @param available memory of the machine, where the device's is the machine's
 */
export function allowedJobs(
  { wanted, adapters, bytes, available }: { wanted?: number; adapters: number; bytes: number; available?: number },
): { jobs: number; why?: string } {
  const jobs = Math.max(1, wanted ?? adapters);
  if (available === undefined) return { jobs };
  const fit = Math.max(1, Math.floor(available / Math.max(1, bytes)));
  if (fit >= jobs) return { jobs };
  return { jobs: fit, why: `memory is enough for ${fit} at once` };
}
