/** Runs as a command or a page asks for them: begun in a folder, or gone on with there. */
import type { Config } from "../experiment/config.ts";
import { run, type RunInput } from "../experiment/run.ts";
import { findResumable } from "../experiment/run_resume.ts";
import type { RunResult } from "../experiment/run_result.ts";
import { continueRunStore, createRunStore } from "../experiment/run_store.ts";
import type { Tuning } from "../tune/tuning_file.ts";

/** Where a run goes, and how it treats what is there. */
export interface RunPlaceRequest {
  readonly folder: string;
  readonly name: string;
  readonly preset?: string;
  readonly command?: RunInput["command"];
  /** Of a grid: the cell that runs with other seeds share. */
  readonly cell?: string;
  readonly variant?: string;
  /** Replace what is in the folder (see createRunStore). */
  readonly force?: boolean;
  /**
   * Go on with the run that is in the folder, from its last checkpoint: from the beginning where it has none yet, and a
   * finished one is left as it is.
   */
  readonly resume?: boolean;
}

/** A run as a command or a page asks for it. */
export interface RunRequest extends RunPlaceRequest {
  /** A configuration, checked again here. */
  readonly config: unknown;
}

/** What it is run with. */
export type RunParts =
  & Pick<RunInput, "host" | "gpu" | "onEvent" | "signal" | "pace" | "live" | "data" | "adopt" | "mayBegin">
  & { readonly config: Config; readonly tuning: () => Promise<Tuning> };

/** Fills the folder. */
export async function runInFolder(request: RunPlaceRequest, parts: RunParts): Promise<RunResult> {
  const { name, preset, command, cell, variant, folder, force, resume } = request;
  const { host, gpu, config, onEvent = () => {}, tuning } = parts;
  const resumable = resume ? await findResumable(host, folder, config, gpu.adapter) : undefined;
  if (resumable?.kind === "finished") {
    onEvent({ kind: "end", result: resumable.result });
    return resumable.result;
  }
  const from = resumable?.kind === "checkpoint" ? resumable.found : undefined;
  const store = () =>
    from ? continueRunStore(host, folder, from.checkpoint) : createRunStore(host, folder, config, { force });
  return await run({
    ...parts,
    store,
    name,
    preset,
    command,
    cell,
    variant,
    // a run that goes by another plan is not stopped by measurements that cannot be read
    tuning: config.kernels.plan === undefined ? await tuning() : undefined,
    from,
  });
}
