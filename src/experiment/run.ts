/**
 * One run: configuration → data set → network → program → training → folder. Everything a run does is here in order; how
 * each thing is done is on the floors below.
 */
import { writeMasks } from "../formats/masks.ts";
import { writeSafetensors } from "../formats/safetensors.ts";
import { UNCHECKED } from "../gpu/adapter.ts";
import { connectionWarnings, traceConnections } from "../masks/connections.ts";
import { liveNodes, maskableLayers, parameterCount } from "../nn/model.ts";
import { adapterClassOf } from "../ops/adapter_class.ts";
import { finalWeights } from "../train/final_weights.ts";
import type { Training } from "../train/training.ts";
import { kernelFingerprint } from "../tune/kernel_fingerprint.ts";
import { adapterIdentity } from "./checkpoint.ts";
import { checkpointSteps } from "./checkpoint_files.ts";
import { Checkpointer, type CheckpointerInput } from "./checkpointer.ts";
import { type Config, streamSeeds } from "./config.ts";
import { NO_SCORE } from "./config_score.ts";
import { hasNominalDensity } from "./config_schema.ts";
import { debugLevel, kernelLines, planLines, profileLines } from "./debug.ts";
import type { LiveChanges } from "./live_settings.ts";
import { type Network, networkWarnings } from "./network.ts";
import { endProvenance, type Provenance, startProvenance } from "./provenance.ts";
import { type EpochsOutcome, runLength, walkEpochs } from "./run_epochs.ts";
import { endWarnings } from "./run_flags.ts";
import { type MaskMetric, RunMasks } from "./run_masks.ts";
import { prepare, type Prepared, type PrepareInput, type RunningNetwork } from "./run_prepare.ts";
import {
  requireData,
  resumedPlace,
  resumedWarnings,
  resumeProvenance,
  resumeTraining,
  scoredTensors,
} from "./run_resume.ts";
import type { RunResult } from "./run_result.ts";
import type { RunStore } from "./run_store.ts";

/** What a run needs besides its configuration. */
export interface RunInput extends PrepareInput {
  /**
   * Waits until a new run may make its folder and begin; the time until then is none of the run's. A run that it throws for
   * leaves nothing behind.
   */
  readonly mayBegin?: () => Promise<void>;
  /** Makes the run's folder. Called when the run is known to fit, so that one that cannot start leaves nothing behind. */
  readonly store: () => Promise<RunStore>;
  /** Name of the run and, where there is one, of its preset. */
  readonly name: string;
  readonly preset?: string;
  /** The command that repeats it, or what finds it when the run begins. */
  readonly command?: string | (() => Promise<string>);
  /** Of a grid: the cell that runs with other seeds share. */
  readonly cell?: string;
  readonly variant?: string;
  /** Ends the run cleanly: what there is gets written. */
  readonly signal?: AbortSignal;
  /** Settings that somebody changes on the way. */
  readonly live?: LiveChanges;
  /**
   * Takes the network over before its first step. It stays on the device, also after an error: its taker frees it, when the
   * run has settled.
   */
  readonly adopt?: (network: RunningNetwork) => void;
}

/** Trains as the configuration says and fills the run folder. */
export async function run(input: RunInput): Promise<RunResult> {
  const { host, gpu: { adapter }, config, onEvent = () => {}, signal, from, live } = input;
  let begun = host.milliseconds();
  const before = from?.checkpoint.state.seconds ?? 0;
  const seconds = () => before + (host.milliseconds() - begun) / 1000;
  const about = { preset: input.preset, adapter };
  const started = await startProvenance(host, config, about);
  const prepared = await prepare(input);
  const { dataset, network, images, memory, kernels, loading } = prepared;
  let provenance: Provenance = { ...started, data: { name: dataset.name, fingerprint: dataset.fingerprint } };
  const warnings = [...networkWarnings(network), ...prepared.scored.warnings];
  const fingerprint = await kernelFingerprint(adapterClassOf(input.gpu).name);
  try {
    if (from) {
      requireData(from.checkpoint, provenance.data!);
      warnings.push(...resumedWarnings(from, fingerprint));
    }
    await debug(input, prepared.build);
    const training = await prepared.build();
    warnings.push(...training.warnings);
    const { shape, classes } = dataset, { model } = network;
    input.adopt?.({ training, model, shape, classes, normalisation: prepared.normalisation });
    const free = () => input.adopt ? training.endTraining() : training.destroy();
    let folder: RunStore;
    try {
      if (!from && input.mayBegin) {
        const prepared = host.milliseconds();
        await input.mayBegin();
        begun += host.milliseconds() - prepared;
        provenance = { ...provenance, started: host.now().toISOString() };
      }
      if (from) await resumeTraining(training, from.checkpoint);
      live?.goOn(training.trainer.steps, from?.checkpoint.state.live);
      if (live?.now.weightDecay !== undefined) training.store.setWeightDecay(live.now.weightDecay);
      folder = await input.store();
      const { command } = input;
      provenance = { ...provenance, command: (typeof command === "function" ? await command() : command) ?? null };
      if (from) provenance = resumeProvenance(await folder.readProvenance(), provenance, from.checkpoint);
      await folder.writeProvenance(provenance);
    } catch (error) {
      free();
      throw error;
    }
    onEvent({
      kind: "start",
      adapter: adapter.description,
      model: network.model.name,
      images: images.train.length,
      ...runLength(config, images.train.length, training.levels),
      report: network.report,
      memory,
      kernels,
      loading,
      warnings,
      ...(from && { resumed: resumedPlace(from.checkpoint) }),
    });
    let outcome: EpochsOutcome, method: RunResult["method"], { connections } = network;
    let checkpointer: Checkpointer;
    try {
      const { trainer } = training;
      if (!from) {
        await folder.writePlan(training.plan);
        await folder.writeMasks(masksFile(training.masks, config));
        await folder.append({ kind: "event", event: "start", time: { seconds: seconds(), loading } });
        training.recorder.spent(prepared.scored.denseImages);
      }
      const write = (line: MaskMetric) => {
        void folder.append(line);
        onEvent({ kind: "mask", line });
      };
      const masks = new RunMasks(training, images.train.length, write, seconds, from?.checkpoint.state.masks);
      checkpointer = await makeCheckpointer(input, prepared, { folder, training, masks, seconds, fingerprint });
      outcome = await walkEpochs({
        config,
        trainer,
        levels: training.levels,
        images,
        folder,
        onEvent,
        signal,
        seconds,
        offer: (place, stopping) => checkpointer.offer(place, stopping),
        from: from?.checkpoint.state.place,
        live,
        changed: ({ weightDecay }) => weightDecay === undefined || training.store.setWeightDecay(weightDecay),
      });
      const { interrupted, diverged } = outcome;
      method = masks.summary(config, prepared.scored.seconds);
      if (method.changes > 0) {
        const last = await training.recorder.masks(trainer.runner);
        await folder.writeMasks(masksFile(last, config));
        connections = traceConnections(liveNodes(network.model, last));
        warnings.push(...connectionWarnings(connections).map((text) => `at the end: ${text}`));
      }
      if (diverged) warnings.push(diverged);
      const event = diverged ? "diverged" : interrupted ? "interrupted" : "end";
      await folder.append({ kind: "event", event, step: trainer.steps, time: { seconds: seconds() } });
      await folder.writeWeights(await weightsFile(training));
    } finally {
      free();
    }
    warnings.push(...endWarnings({ last: outcome.last, method }, dataset, images));
    if (!adapter.boundsChecks) warnings.push(UNCHECKED);
    if (adapter.software) warnings.push("trained on a software adapter: times say nothing about GPUs");
    const result = runResult(input, prepared, folder.configHash, outcome, seconds(), warnings, {
      method,
      neurons: neuronsOf(connections),
    });
    await folder.writeProvenance(endProvenance(host, provenance));
    await folder.writeResult(result);
    if (!outcome.interrupted) await checkpointer.finish();
    onEvent({ kind: "end", result });
    return result;
  } finally {
    dataset.close();
  }
}

/** What writes the checkpoints of a run. */
async function makeCheckpointer(
  { host, gpu: { adapter }, config, from, live, onEvent }: RunInput,
  { dataset: { name, fingerprint: data }, network, scored, loading }: Prepared,
  { fingerprint: kernels, ...parts }: Pick<CheckpointerInput, "folder" | "training" | "masks" | "seconds"> & {
    fingerprint: string;
  },
): Promise<Checkpointer> {
  const { densities, denseImages, seconds, warnings } = scored, state = from?.checkpoint.state;
  return new Checkpointer({
    ...parts,
    host,
    live,
    written: (step) => onEvent?.({ kind: "checkpoint", step }),
    settings: config.checkpoint,
    run: {
      adapter: adapterIdentity(adapter),
      kernels: state?.kernels ?? kernels,
      data: { name, fingerprint: data },
      plan: state?.plan ?? parts.training.plan,
      loading: state?.loading ?? loading,
      scored: densities ? { densities: [...densities], denseImages, seconds, warnings: [...warnings] } : null,
    },
    tensors: densities ? scoredTensors(network) : new Map(),
    from: state && { steps: await checkpointSteps(host, parts.folder.folder), bestStep: state.bestStep },
  });
}

/** What the run has to say in the end. */
function runResult(
  { host, gpu: { adapter }, config, name, cell, variant }: RunInput,
  { dataset, network: { model, report: { totals } }, memory, loading }: Prepared,
  configHash: string,
  { best, last, images, milliseconds, interrupted }: EpochsOutcome,
  seconds: number,
  warnings: string[],
  ended: Pick<RunResult, "method" | "neurons">,
): RunResult {
  const layers = maskableLayers(model);
  const resident = host.memory()?.resident;
  return {
    format: 1,
    name,
    configHash,
    rule: config.mask.rule,
    ...(config.score.name === NO_SCORE ? {} : { score: config.score.name }),
    data: dataset.name,
    model: modelTitle(config),
    seed: config.seed,
    ...(cell === undefined ? {} : { cell }),
    ...(variant === undefined ? {} : { variant }),
    mask: {
      nominalDensity: hasNominalDensity(config.mask.rule) ? totals.nominalDensity : null,
      expectedDensity: totals.expectedDensity,
      realisedDensity: totals.realisedDensity,
      computeDensity: totals.realisedComputeDensity,
      flow: config.mask.flow,
    },
    parameters: {
      total: parameterCount(model),
      maskable: layers.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b), 0),
      kept: totals.nnz,
    },
    ...ended,
    best,
    last,
    imagesPerSecond: milliseconds > 0 ? 1000 * images / milliseconds : 0,
    seconds,
    loadingSeconds: loading,
    memory: { device: memory.total, resident: resident ?? null },
    adapter: { name: adapter.description, software: adapter.software },
    interrupted,
    warnings,
  };
}

function neuronsOf({ layers }: Network["connections"]): NonNullable<RunResult["neurons"]> {
  const sum = (of: (layer: typeof layers[number]) => number) => layers.reduce((total, layer) => total + of(layer), 0);
  return { total: sum(({ outputs }) => outputs), dead: sum(({ dead }) => dead) };
}

/** Masks as a file, with the seed that the source was drawn from. */
function masksFile(masks: Training["masks"], config: Config): Uint8Array {
  return writeMasks([...masks.values()], { seed: String(streamSeeds(config).mask) });
}

/** All weights and batch-norm statistics under PyTorch's names, as one safetensors file. */
async function weightsFile(training: Training): Promise<Uint8Array> {
  const tensors = new Map<string, { dtype: "F32"; shape: number[]; data: Float32Array<ArrayBuffer> }>();
  for (const { name, shape, values } of await finalWeights(training)) {
    tensors.set(name, { dtype: "F32", shape: [...shape], data: values as Float32Array<ArrayBuffer> });
  }
  return writeSafetensors(tensors, { format: "pt" });
}

/** Sends what DEBUG asks for; see src/experiment/debug.ts. */
async function debug({ host, onEvent = () => {} }: RunInput, build: () => Promise<Training>): Promise<void> {
  const level = debugLevel(host.environment("DEBUG"));
  if (level === 0) return;
  const training = await build();
  try {
    const lines = planLines(training);
    if (level >= 2) lines.push(...await profileLines(training, () => host.milliseconds()));
    if (level >= 3) lines.push(...kernelLines(training));
    onEvent({ kind: "debug", lines });
  } finally {
    training.destroy();
  }
}

function modelTitle({ model }: Config): string {
  if (model.width !== undefined) return `${model.name}, width ${model.width}`;
  return model.widths ? `${model.name}, widths ${model.widths.join("-")}` : model.name;
}
