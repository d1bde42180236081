/** Tuning as the engine runs it: from what was kept to what is kept. */
import { tuneKernels, type TuneLayer, type TuneOutcome } from "../bench/tune.ts";
import { newTuning, readTuning, writeTuning } from "../tune/tuning_file.ts";
import type { BenchContext } from "./bench.ts";

/** Tuning as a command or a page asks for it. */
export interface TuneEngineRequest {
  readonly layers: readonly TuneLayer[];
  /** Seconds after which no further pass is begun. */
  readonly seconds: number;
  readonly rounds: number;
  readonly seed: number;
  /** Begin anew, whatever is kept. */
  readonly fresh?: boolean;
}

/** What came of it. */
export interface TuneResult extends TuneOutcome {
  /** Where the measurements are kept, for people. */
  readonly place: string;
}

/**
 * Measures kernels and keeps their times, after each pass.
 * @throws {UserError} for measurements that cannot be read or kept
 */
export async function runTune(request: TuneEngineRequest, context: BenchContext): Promise<TuneResult> {
  const { host, gpu, progress, signal } = context, date = () => host.now().toISOString();
  const kept = request.fresh ? undefined : await readTuning(host, gpu.adapter);
  const { table, place } = kept?.table ? { ...kept, table: kept.table } : await newTuning(host, gpu.adapter);
  const watch = {
    milliseconds: () => host.milliseconds(),
    date,
    progress,
    signal,
    keep: (changed: typeof table) => writeTuning(host, changed),
  };
  const outcome = await tuneKernels(gpu, { ...request, budget: 1000 * request.seconds }, table, watch);
  return { ...outcome, place };
}
