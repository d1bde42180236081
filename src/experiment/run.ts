/**
 * One run: configuration → data set → network → program → training → folder. Everything a run does is here in order; how
 * each thing is done is on the floors below.
 */
import type { Dataset } from "../data/dataset.ts";
import { loadDataset, type LoadOptions } from "../data/load.ts";
import type { Normalisation } from "../data/normalise.ts";
import { GpuError } from "../errors.ts";
import { writeMasks } from "../formats/masks.ts";
import { writeSafetensors } from "../formats/safetensors.ts";
import { UNCHECKED } from "../gpu/adapter.ts";
import type { Gpu } from "../gpu/device.ts";
import type { Host } from "../host/host.ts";
import { connectionWarnings, traceConnections } from "../masks/connections.ts";
import { liveNodes, maskableLayers, type Model, parameterCount, type Size } from "../nn/model.ts";
import { adapterClassOf } from "../ops/adapter_class.ts";
import { finalWeights } from "../train/final_weights.ts";
import type { Pace } from "../train/pace.ts";
import { buildTraining, type Training } from "../train/training.ts";
import { kernelFingerprint } from "../tune/kernel_fingerprint.ts";
import type { Tuning } from "../tune/tuning_file.ts";
import { adapterIdentity } from "./checkpoint.ts";
import { checkpointSteps, type FoundCheckpoint } from "./checkpoint_files.ts";
import { Checkpointer, type CheckpointerInput } from "./checkpointer.ts";
import { type Config, streamSeeds } from "./config.ts";
import { NO_SCORE } from "./config_score.ts";
import { readsMaskFile } from "./config_schema.ts";
import { debugLevel, kernelLines, planLines, profileLines } from "./debug.ts";
import type { LiveChanges } from "./live_settings.ts";
import { checkMemory, estimateRun, type MemoryEstimate, memoryRefused } from "./memory.ts";
import { buildNetwork, type Network, networkWarnings } from "./network.ts";
import { loadPlanning, type PlanSummary, summarisePlan } from "./planning.ts";
import { endProvenance, type Provenance, startProvenance } from "./provenance.ts";
import { chooseImages, networkInput, normalisationOf, type RunImages } from "./run_data.ts";
import { type EpochsOutcome, runLength, walkEpochs } from "./run_epochs.ts";
import type { RunEvent } from "./run_events.ts";
import { endWarnings } from "./run_flags.ts";
import { type MaskMetric, RunMasks } from "./run_masks.ts";
import {
  requireData,
  resumedPlace,
  resumedPlanning,
  resumedScore,
  resumedWarnings,
  resumeProvenance,
  resumeTraining,
  scoredTensors,
} from "./run_resume.ts";
import type { RunResult } from "./run_result.ts";
import { pruneByScore, type ScoredNetwork } from "./run_score.ts";
import type { RunStore } from "./run_store.ts";
import { trainingOptions } from "./run_training.ts";

/** What a run needs besides its configuration. */
export interface RunInput {
  readonly host: Host;
  readonly gpu: Gpu;
  readonly config: Config;
  /** Makes the run's folder. Called when the run is known to fit, so that one that cannot start leaves nothing behind. */
  readonly store: () => Promise<RunStore>;
  /** Name of the run and, where there is one, of its preset; the command that repeats it. */
  readonly name: string;
  readonly preset?: string;
  readonly command?: string;
  /** Of a grid: the cell that runs with other seeds share. */
  readonly cell?: string;
  readonly variant?: string;
  readonly onEvent?: (event: RunEvent) => void;
  /** Measurements of the adapter, read once for several runs; read here where they are left out. */
  readonly tuning?: Tuning;
  /** Ends the run cleanly: what there is gets written. */
  readonly signal?: AbortSignal;
  /** The checkpoint that the run goes on from; `store` then goes on in its folder. */
  readonly from?: FoundCheckpoint;
  /** When the run's work goes to the GPU; at once where it is left out. */
  readonly pace?: Pace;
  /** Settings that somebody changes on the way. */
  readonly live?: LiveChanges;
  /** Where the data set comes from, for runs that share it; read for this run alone where it is left out. */
  readonly data?: (name: string, options: LoadOptions) => Promise<Dataset>;
  /**
   * Takes the network over before its first step. It stays on the device, also after an error: its taker frees it, when the
   * run has settled.
   */
  readonly adopt?: (network: RunningNetwork) => void;
}

/** A network on the device, and what its images are. */
export interface RunningNetwork {
  readonly training: Training;
  readonly model: Model;
  /** [channels, height, width] of the stored images. */
  readonly shape: Size;
  readonly normalisation: Normalisation;
  readonly classes: readonly string[];
}

/** What is known once the data set has been read. */
interface Prepared {
  readonly dataset: Dataset;
  readonly network: Network;
  readonly scored: Omit<ScoredNetwork, "network">;
  readonly images: RunImages;
  readonly memory: MemoryEstimate;
  readonly kernels: PlanSummary;
  /** Seconds that reading the data took. */
  readonly loading: number;
  readonly normalisation: Normalisation;
  /** Puts the network and its data on the device. */
  build(): Promise<Training>;
}

/** Trains as the configuration says and fills the run folder. */
export async function run(input: RunInput): Promise<RunResult> {
  const { host, gpu: { adapter }, config, onEvent = () => {}, signal, from, live } = input;
  const begun = host.milliseconds(), before = from?.checkpoint.state.seconds ?? 0;
  const seconds = () => before + (host.milliseconds() - begun) / 1000;
  const about = { preset: input.preset, command: input.command, adapter };
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
      if (from) await resumeTraining(training, from.checkpoint);
      live?.goOn(training.trainer.steps, from?.checkpoint.state.live);
      if (live?.now.weightDecay !== undefined) training.store.setWeightDecay(live.now.weightDecay);
      folder = await input.store();
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

/** Reads the data, builds the network and makes sure that both will fit. */
async function prepare(
  {
    host,
    gpu,
    config,
    tuning,
    from,
    pace,
    onEvent = () => {},
    data = (name, options) => loadDataset(name, host, options),
  }: RunInput,
): Promise<Prepared> {
  const checkpoint = from?.checkpoint;
  const planning = checkpoint ? resumedPlanning(checkpoint) : await loadPlanning(host, config, gpu.adapter, tuning);
  const begun = host.milliseconds();
  onEvent({ kind: "loading", data: config.data.name });
  const dataset = await data(config.data.name, {
    onProgress: ({ done, total }) => onEvent({ kind: "reading", done, total }),
  });
  try {
    const loading = (host.milliseconds() - begun) / 1000;
    const { shape, classes, train, test } = dataset;
    const drawn = await buildNetwork(host, config, networkInput(config, shape), classes.length);
    const images = chooseImages(config, train, test);
    const normalisation = normalisationOf(config, dataset, images);
    const used = { train: images.train.length, validation: images.validation.length, test: images.test.length };
    const kind = train.images instanceof Float32Array ? "f32" : "u8";
    const sizes = { shape, kind, train: train.count, test: test.count, used } as const;
    const { size } = config.data, splits = [train, test];
    // the plan of a run that goes on is for what its score has left
    if (!checkpoint) {
      checkMemory(host, gpu.adapter, (await estimateRun(config, drawn, sizes, gpu.adapter, planning)).memory);
    }
    const scored = checkpoint ? resumedScore(config, drawn, checkpoint) : await pruneByScore(config, {
      gpu,
      network: drawn,
      data: { shape, splits, normalisation, size, images: images.train },
      measured: planning.measured,
      host,
      onRound: (round, rounds) => onEvent({ kind: "scoring", round, rounds }),
    });
    const { network } = scored;
    const estimate = await estimateRun(config, network, sizes, gpu.adapter, planning, gpu), { memory, plan } = estimate;
    if (checkpoint) checkMemory(host, gpu.adapter, memory);
    const options = trainingOptions(config, {
      gpu,
      network,
      shape,
      splits,
      normalisation,
      images: used.train,
      evaluated: Math.max(used.validation, used.test),
      milliseconds: () => host.milliseconds(),
      planning,
      pace,
    });
    const build = async () => {
      await gpu.kernels.prepare(estimate.kernels, (done, total) => onEvent({ kind: "compiling", done, total }));
      try {
        return await gpu.allocate(() => buildTraining(options));
      } catch (error) {
        if (error instanceof GpuError && error.kind === "out-of-memory") throw memoryRefused(memory, error.message);
        throw error;
      }
    };
    const kernels = summarisePlan(plan, planning);
    return { dataset, network, scored, images, memory, kernels, loading, normalisation, build };
  } catch (error) {
    dataset.close();
    throw error;
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
      nominalDensity: config.mask.rule === "custom" || readsMaskFile(config.mask.rule) ? null : totals.nominalDensity,
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
