/** One cell of a sweep, run by this process: under its lock, into its run folder, with notes of what became of it. */
import { GpuError, UserError } from "../errors.ts";
import type { RunEvent } from "../experiment/run_events.ts";
import { lockFile, runFolder, type Sweep, type SweepRun } from "../experiment/sweep_folder.ts";
import type { CellOutcome } from "../experiment/sweep_local.ts";
import { finishedRun, type StateWriter } from "../experiment/sweep_state.ts";
import type { RunResult } from "../experiment/run_result.ts";
import { type DeviceChoice, withDevice } from "./context.ts";
import { type EngineClient, type EngineView, InterruptedEarly } from "./engine.ts";
import { takeLock } from "./sweep_lock.ts";

/** What a cell is run with. */
export interface CellContext {
  readonly sweep: Sweep;
  readonly engine: EngineClient;
  readonly state: StateWriter;
  readonly device: DeviceChoice;
  readonly view: EngineView;
  readonly onEvent: (event: RunEvent) => void;
  /** Of Slurm: `job_task`. */
  readonly job?: string;
}

/** This machine's name; Slurm's for the node where there are several on one machine. */
export function machineName(): string {
  return Deno.env.get("SLURMD_NODENAME") ?? Deno.hostname();
}

/** Runs a cell; a failure of the run is an outcome and no error. */
export async function runCell(run: SweepRun, context: CellContext): Promise<CellOutcome> {
  const { sweep, engine, state, device, view, onEvent, job } = context, { hash } = run;
  const about = { hash, machine: machineName(), pid: Deno.pid, job };
  const lock = await takeLock(lockFile(sweep, hash));
  if (!lock) return { state: "elsewhere" };
  try {
    const before = await finishedRun(state.host, sweep, run);
    if (before) return done(before);
    await state.note({ event: "started", ...about });
    try {
      const { name, cell, variant } = run;
      const request = {
        config: withDevice(run.config, device),
        folder: runFolder(sweep, run),
        name,
        cell,
        variant,
        preset: sweep.about.name,
        command: sweep.about.command,
        resume: true,
      };
      const result = await engine.run(request, view, onEvent);
      await state.note({ event: result.interrupted ? "stopped" : "done", ...about });
      return result.interrupted ? { state: "stopped" } : done(result);
    } catch (error) {
      if (error instanceof InterruptedEarly) {
        await state.note({ event: "stopped", ...about });
        return { state: "stopped" };
      }
      const message = failureWords(error);
      await state.note({ event: "failed", error: message, ...about });
      return { state: "failed", error: message };
    }
  } finally {
    lock.release();
  }
}

function done({ seconds, last }: RunResult): CellOutcome {
  return { state: "done", seconds, testAccuracy: last?.testAccuracy };
}

/** An error in one line: of a user's or a device's what it says, of ours what it is. */
export function failureWords(error: unknown): string {
  if (error instanceof UserError || error instanceof GpuError) return error.message;
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
