/** Benchmarks as the engine runs them: the data they need, and where their results come from. */
import { benchConv, type ConvBench, type ConvBenchRequest } from "../bench/conv.ts";
import type { BenchProgress } from "../bench/measure.ts";
import { benchStep, type StepBench, type StepBenchRequest } from "../bench/step.ts";
import { type BatchData, datasetBatch, randomBatch } from "../bench/step_data.ts";
import { loadDataset } from "../data/load.ts";
import { gitCommit, projectFolder, VERSION } from "../experiment/provenance.ts";
import type { Gpu } from "../gpu/device.ts";
import type { Host } from "../host/host.ts";
import type { Size } from "../nn/model.ts";
import { readTuning } from "../tune/tuning_file.ts";
import { measuredCosts } from "../tune/tuning_table.ts";

/** The data set's name that stands for random images. */
export const RANDOM_IMAGES = "random";

/** A benchmark as a command or a page asks for it. */
export type BenchRequest =
  & { readonly command?: string }
  & (
    | { readonly conv: ConvBenchRequest }
    | {
      /** Size and classes are those of the data set, unless it is {@link RANDOM_IMAGES}. */
      readonly step: StepBenchRequest;
    }
  );

/** Where a benchmark's figures come from: a time without its adapter says nothing. */
export interface BenchOrigin {
  readonly format: 1;
  readonly adapter: {
    readonly name: string;
    readonly vendor: string;
    readonly architecture: string;
    readonly device: string;
    readonly software: boolean;
  };
  /** The WebGPU: "wgpu" (Deno's own), "dawn" or "browser". */
  readonly backend: string;
  /** False where kernels ran without bounds checks. */
  readonly boundsChecks: boolean;
  readonly versions: {
    readonly startsparse: string;
    readonly commit: string | null;
    readonly runtime: string;
    readonly os: string;
    readonly arch: string;
  };
  readonly command: string | null;
  /** When it began, ISO 8601 in UTC. */
  readonly date: string;
}

/** What `--json` prints. */
export type BenchResult = BenchOrigin & (ConvBench | StepBench);

/** What a benchmark is run with. */
export interface BenchContext {
  readonly host: Host;
  readonly gpu: Gpu;
  readonly progress: (progress: BenchProgress) => void;
  readonly signal: AbortSignal;
}

/**
 * Runs a benchmark.
 * @throws {UserError} for a data set that is not there, and for what the benchmark cannot take
 */
export async function runBench(request: BenchRequest, context: BenchContext): Promise<BenchResult> {
  const { host, gpu, progress, signal } = context;
  const origin = await originOf(request.command ?? null, host, gpu);
  const watch = { milliseconds: () => host.milliseconds(), memory: () => host.memory(), progress, signal };
  if ("conv" in request) return { ...origin, ...await benchConv(gpu, request.conv, watch) };
  const { data, ...network } = await batchOf(request.step, host);
  // as a run would plan
  const { table } = await readTuning(host, gpu.adapter);
  const measured = table && measuredCosts(table);
  return { ...origin, ...await benchStep(gpu, { ...request.step, ...network }, data, { ...watch, measured }) };
}

async function batchOf(
  { dataset, input, classes, batch, seed }: StepBenchRequest,
  host: Host,
): Promise<{ input: Size; classes: number; data: BatchData }> {
  if (dataset === RANDOM_IMAGES) return { input, classes, data: randomBatch(input, classes, batch, seed) };
  const loaded = await loadDataset(dataset, host);
  try {
    return { input: loaded.shape, classes: loaded.classes.length, data: datasetBatch(loaded, batch) };
  } finally {
    loaded.close();
  }
}

async function originOf(command: string | null, host: Host, { adapter }: Gpu): Promise<BenchOrigin> {
  const { description: name, vendor, architecture, device, software, backend, boundsChecks } = adapter;
  return {
    format: 1,
    adapter: { name, vendor, architecture, device, software },
    backend,
    boundsChecks,
    versions: { startsparse: VERSION, commit: await gitCommit(host, projectFolder()), ...host.platform() },
    command,
    date: host.now().toISOString(),
  };
}
