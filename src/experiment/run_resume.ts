/** What a run takes from the checkpoint that it goes on from, in place of making it again. */
import { UserError } from "../errors.ts";
import type { Tensor } from "../formats/safetensors.ts";
import type { AdapterInfo } from "../gpu/adapter.ts";
import type { Host } from "../host/host.ts";
import { type Mask, maskFromBits } from "../masks/mask.ts";
import { maskableLayers } from "../nn/model.ts";
import { parsePlan } from "../nn/plan_file.ts";
import type { Training } from "../train/training.ts";
import { restoreTraining } from "../train/training_state.ts";
import { type Checkpoint, type CheckpointState, type CheckpointUse, requireMatch } from "./checkpoint.ts";
import { findCheckpoint, type FoundCheckpoint } from "./checkpoint_files.ts";
import type { Config } from "./config.ts";
import { configHash } from "./config_hash.ts";
import type { Network } from "./network.ts";
import type { Planning } from "./planning.ts";
import type { Provenance } from "./provenance.ts";
import { readRun } from "./run_reader.ts";
import type { RunEvent } from "./run_events.ts";
import type { RunResult } from "./run_result.ts";
import { type ScoredNetwork, scoredNetwork, unscored } from "./scored_network.ts";

/** What a folder has of a run that is to go on. */
export type Resumable =
  | { readonly kind: "nothing" }
  | { readonly kind: "checkpoint"; readonly found: FoundCheckpoint }
  | { readonly kind: "finished"; readonly result: RunResult };

/**
 * Looks for what a run can go on from. A run that was killed before its first checkpoint begins again.
 * @throws UserError where the folder's run is another one, began on another adapter, or has damaged checkpoints alone
 */
export async function findResumable(
  host: Host,
  folder: string,
  config: Config,
  adapter: AdapterInfo,
): Promise<Resumable> {
  const found = await findCheckpoint(host, folder);
  const use: CheckpointUse = { configHash: await configHash(config), adapter };
  const moved = found && requireMatch(found.checkpoint, use);
  const result = await finishedResult(host, folder);
  if (result) {
    if (result.configHash === use.configHash) return { kind: "finished", result };
    throw new UserError(`the folder ${folder} holds a finished run of another configuration`, {
      hint: "Give a new folder with --out, or remove that one.",
    });
  }
  return found ? { kind: "checkpoint", found: { ...found, moved } } : { kind: "nothing" };
}

/** The result of a run that was not interrupted; undefined where there is none. */
export async function finishedResult(host: Host, folder: string): Promise<RunResult | undefined> {
  if (!await host.exists(`${folder}/config.yaml`)) return undefined;
  const { result } = await readRun(host, folder);
  return result && !result.interrupted ? result : undefined;
}

/** The kernel plan that the run began with, which decides the last bits of everything after. */
export function resumedPlanning({ file, state }: Checkpoint): Planning {
  return { plan: { plan: parsePlan(JSON.stringify(state.plan), file), file } };
}

const SCORED = "scored/";

/** What a score has left, as tensors of a checkpoint. */
export function scoredTensors({ masks }: Network): Map<string, Tensor> {
  return new Map([...masks].map(([name, { bits }]) => {
    const data = new Uint8Array(bits.slice().buffer);
    return [SCORED + name, { dtype: "U8", shape: [data.length], data }];
  }));
}

/** What a score has left, from a checkpoint: scores are not computed again, since another plan would change their last bits. */
export function resumedScore(config: Config, network: Network, { file, state, tensors }: Checkpoint): ScoredNetwork {
  if (!state.scored) return unscored(network);
  const { densities, ...scored } = state.scored;
  const masks = new Map(
    maskableLayers(network.model).map(({ name, shape }): [string, Mask] => {
      const tensor = tensors.get(SCORED + name);
      if (tensor?.dtype !== "U8") throw new UserError(`${file} has no mask of ${name} by the score`);
      return [name, maskFromBits(name, shape, new Uint32Array(tensor.data.slice().buffer))];
    }),
  );
  return { network: scoredNetwork(config, network, masks, densities), densities, ...scored };
}

/** What a reader should know of how a run goes on. */
export function resumedWarnings({ checkpoint, damaged, moved }: FoundCheckpoint, kernels: string): string[] {
  const warnings = damaged.map((message) => `${message}; gone on from ${checkpoint.file}`);
  if (moved !== undefined) return [...warnings, moved];
  if (checkpoint.state.kernels !== kernels) {
    warnings.push("the kernels are others than those that the run began with: its last bits may differ");
  }
  return warnings;
}

/** Where the run goes on, for its user. */
export function resumedPlace(
  { file, state }: Checkpoint,
): NonNullable<Extract<RunEvent, { kind: "start" }>["resumed"]> {
  const { steps, milliseconds } = state.training;
  return { file, epoch: state.place.epoch, step: steps, trainingSeconds: milliseconds / 1000 };
}

/**
 * Refuses data that are not those of the run.
 * @throws UserError that names both
 */
export function requireData({ file, state: { data } }: Checkpoint, now: CheckpointState["data"]): void {
  if (data.fingerprint === now.fingerprint) return;
  const words = ({ name, fingerprint }: typeof now) => `${name} (${fingerprint.slice(0, 8)}…)`;
  throw new UserError(`${file} was trained on other data: ${words(data)}, and here is ${words(now)}`, {
    hint: "Bring the data set back that the run began with.",
  });
}

/** The provenance of a run that goes on: as it began, and when and from where it went on. */
export function resumeProvenance(began: Provenance | null, now: Provenance, { state }: Checkpoint): Provenance {
  const resumed = [...began?.resumed ?? [], { at: now.started, step: state.training.steps }];
  return { ...(began ?? now), ended: null, resumed };
}

/** Puts the numbers of a checkpoint into a training that was built for them. */
export async function resumeTraining(training: Training, { file, state, tensors }: Checkpoint): Promise<void> {
  try {
    await restoreTraining(training, { facts: state.training, tensors }, state.place.epoch);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new UserError(`${file} does not fit the network of this run: ${cause.message}`, { cause });
  }
}
