/**
 * A whole training step by density: loading the batch, forward, loss, backward, optimizer. Each density is timed in rounds
 * that alternate with the dense network's, and freed before the next: two trainings are on the device at a time.
 */
import { GpuError, UserError } from "../errors.ts";
import type { Gpu } from "../gpu/device.ts";
import { mebibytes } from "../gpu/memory.ts";
import { Runner } from "../gpu/runner.ts";
import { spreadOf } from "../gpu/timing.ts";
import type { MemoryStatus } from "../host/host.ts";
import type { BlockSize } from "../masks/blocks.ts";
import type { FlowMode } from "../masks/flow.ts";
import type { RuleName } from "../masks/rules/registry.ts";
import { initialise } from "../nn/initialise.ts";
import { maskableLayers, type Size } from "../nn/model.ts";
import type { MeasuredCosts } from "../nn/layer_costs.ts";
import type { LayerPlan, Storage } from "../nn/plan.ts";
import { buildModel, type ModelChoice } from "../nn/registry.ts";
import type { OptimizerSettings } from "../ops/optimizer.ts";
import type { PackedActivations } from "../ops/packed_lanes.ts";
import {
  type BenchWatch,
  medianRatio,
  type Samples,
  summarise,
  timeRounds,
  type TimeSpread,
  Units,
  warmUp,
  type WarmWork,
} from "./measure.ts";
import { measurePeaks, PEAK_UNITS, type Peaks } from "./peak.ts";
import type { BatchData } from "./step_data.ts";
import {
  buildStep,
  estimateStep,
  stepBlock,
  type StepBytes,
  stepMacs,
  type StepSetting,
  type StepTraining,
} from "./step_training.ts";

/** What is to be measured. */
export interface StepBenchRequest {
  readonly model: ModelChoice;
  /** Name of the data set, or "random". */
  readonly dataset: string;
  readonly input: Size;
  readonly classes: number;
  readonly batch: number;
  readonly rule: RuleName;
  readonly block: BlockSize;
  readonly flow: FlowMode;
  /** Above 0 and at most 1, each once; the dense network is measured in any case. */
  readonly densities: readonly number[];
  /** How masked layers are stored: by the kernel plan, as in a run, or all in one way. */
  readonly storage: "auto" | Storage;
  readonly activations: PackedActivations;
  readonly optimizer: OptimizerSettings["name"];
  readonly rounds: number;
  readonly seed: number;
}

/** One density, measured. */
export interface StepCell {
  /** "dense" for the dense network. */
  readonly rule: RuleName;
  /** As asked for, and of the drawn mask. */
  readonly density: number;
  readonly realisedDensity: number;
  /** Multiply-adds kept over all, of the drawn mask: what a step should cost. */
  readonly computeDensity: number;
  /** Milliseconds a step by the host's clock, readbacks at the training loop's pace included. */
  readonly medianMs: number;
  readonly spread: TimeSpread;
  /** By GPU timestamps; null without them. */
  readonly gpuMs: number | null;
  /** Share of the wall time that the GPU does not account for; null without timestamps. */
  readonly outsideGpu: number | null;
  /** Median over the rounds of its time over the dense step's of the same round. 1 for the dense network itself. */
  readonly ratioToDense: number;
  readonly ratioSpread: { readonly low: number; readonly high: number };
  /** Median of the dense steps that it alternated with. */
  readonly denseMs: number;
  /** 10⁹ operations a second of the kept weights, and what the dense network would need for the same time. */
  readonly effectiveGflops: number;
  readonly denseEquivalentGflops: number;
  readonly fractionOfPeak: number;
  readonly bytes: StepBytes;
  /** Bytes of the maskable layers over those of the dense network. */
  readonly maskableBytesToDense: number;
  /** The kernel plan. */
  readonly plan: readonly LayerPlan[];
  readonly packedLayers: number;
  readonly layers: number;
  /** Milliseconds apart from the steps: masks, patterns and recording; the first step, which waits for the compiler. */
  readonly buildMs: number;
  readonly firstMs: number;
  /** Steps that were timed, and what the process's memory grew by over them; null where that is not told. */
  readonly steps: number;
  readonly residentGrowth: number | null;
}

/** What was measured. */
export interface StepBench {
  readonly kind: "step";
  readonly model: string;
  readonly modelChoice: ModelChoice;
  readonly dataset: string;
  readonly input: Size;
  readonly classes: number;
  readonly batch: number;
  readonly rule: RuleName;
  readonly block: BlockSize;
  readonly flow: FlowMode;
  readonly storage: "auto" | Storage;
  readonly activations: PackedActivations;
  readonly optimizer: OptimizerSettings["name"];
  readonly seed: number;
  readonly rounds: number;
  /** Steps are timed by the wall, as whoever waits for them. */
  readonly clock: "wall";
  readonly peak: Peaks;
  /** The dense network first, then by falling density. */
  readonly cells: readonly StepCell[];
  readonly interrupted: boolean;
}

/** A submission fills so many milliseconds, as between two readbacks of the training loop. */
const LEAST_MS = 500;

/**
 * Measures the training step of a model.
 * @param data one batch of the request's size
 * @throws {UserError} for densities that make no sense
 * @throws {GpuError} of kind `out-of-memory` where two trainings do not fit
 */
export async function benchStep(
  gpu: Gpu,
  request: StepBenchRequest,
  data: BatchData,
  watch: BenchWatch & {
    readonly memory?: () => MemoryStatus | undefined;
    /** Kernel times of this adapter, which kernel plans go by. */
    readonly measured?: MeasuredCosts;
  },
): Promise<StepBench> {
  const { input, classes, batch, rounds, seed } = request, now = watch.milliseconds;
  const densities = checkDensities(request.densities).filter((density) => density < 1);
  const model = buildModel(request.model, input, classes);
  const units = new Units(PEAK_UNITS + 1 + Math.max(1, densities.length) * rounds + densities.length, watch);
  units.begin("building the networks");
  const { measured } = watch, values = initialise(model, seed);
  const setting: StepSetting = { ...request, gpu, model, data, values, measured, milliseconds: now };
  checkFits(setting, densities, watch.memory?.()?.available);
  const runner = new Runner(gpu), options = { now, leastMs: LEAST_MS, step: stepBlock(batch) };
  const held = new Set<StepTraining>();
  const free = (built: StepTraining) => {
    built.training.destroy();
    held.delete(built);
  };
  const prepare = async (density: number): Promise<{ built: StepTraining; work: WarmWork }> => {
    const label = density === 1 ? "dense" : `density ${density}`;
    units.begin(`compiling ${label}`);
    const built = await buildStep(setting, density);
    held.add(built);
    const work = await warmUp(runner, { label, list: built.training.trainer.training.list }, options);
    units.end(`compiled ${label}`);
    return { built, work };
  };
  const resident = () => watch.memory?.()?.resident;
  try {
    const peak = await measurePeaks(gpu, runner, now, units);
    const dense = await prepare(1), denseSamples: Samples = { label: "dense", gpuMs: [], wallMs: [] };
    const cells: StepCell[] = [];
    let denseGrowth: number | null = null;
    const time = async (works: WarmWork[], what: string) => {
      const before = resident();
      const samples = await timeRounds(runner, works, rounds, options, units, what);
      const after = resident();
      denseSamples.gpuMs.push(...samples[0].gpuMs);
      denseSamples.wallMs.push(...samples[0].wallMs);
      const growth = before === undefined || after === undefined ? null : after - before;
      if (growth !== null) denseGrowth = (denseGrowth ?? 0) + growth;
      return { samples, growth };
    };
    const cell = (
      { built, work }: typeof dense,
      samples: Samples,
      reference: Samples,
      growth: number | null,
    ): StepCell => makeCell(setting, built, dense.built.bytes, work, samples, reference, peak, growth);
    if (densities.length === 0) await time([dense.work], "timing dense");
    for (const density of densities) {
      if (units.stopped) break;
      const sparse = await prepare(density);
      const { samples, growth } = await time([dense.work, sparse.work], `timing density ${density}`);
      if (samples[1].wallMs.length > 0) cells.push(cell(sparse, samples[1], samples[0], growth));
      free(sparse.built);
    }
    if (denseSamples.wallMs.length > 0) cells.unshift(cell(dense, denseSamples, denseSamples, denseGrowth));
    const { model: modelChoice, densities: _, ...rest } = request;
    return {
      kind: "step",
      ...rest,
      model: model.name,
      modelChoice,
      clock: "wall",
      peak,
      cells,
      interrupted: units.stopped,
    };
  } finally {
    for (const built of [...held]) free(built);
    runner.destroy();
  }
}

/** Densities in falling order. @throws {UserError} for one that is no fraction to keep, or twice the same */
export function checkDensities(densities: readonly number[]): number[] {
  for (const density of densities) {
    if (!(density > 0 && density <= 1)) {
      throw new UserError(`density ${density}: expected more than 0 and at most 1: the fraction of weights to keep`);
    }
  }
  const sorted = [...new Set(densities)].sort((a, b) => b - a);
  if (sorted.length < densities.length) throw new UserError(`densities ${densities.join(",")}: one is there twice`);
  return sorted;
}

/** On a software adapter memory is the machine's, and asking for more than there is may end other programs. */
function checkFits(setting: StepSetting, densities: readonly number[], available: number | undefined): void {
  if (!setting.gpu.adapter.software || available === undefined) return;
  const dense = estimateStep(setting, 1);
  // the sparse training beside it is largest at its highest density
  const beside = densities.length > 0 ? estimateStep(setting, densities[0]) : 0;
  if (dense + beside <= available) return;
  throw new GpuError(
    "out-of-memory",
    `the dense and a sparse network side by side need ${mebibytes(dense + beside)}, but ${mebibytes(available)} of ` +
      "memory are available",
    { hint: "Use a smaller --batch or a narrower model (--width)." },
  );
}

function makeCell(
  setting: StepSetting,
  { density, report, training, bytes, buildMs }: StepTraining,
  denseBytes: StepBytes,
  work: WarmWork,
  samples: Samples,
  reference: Samples,
  peak: Peaks,
  residentGrowth: number | null,
): StepCell {
  const { model, batch, rule } = setting, { layers } = training.plan;
  const { medianMs, spread } = summarise(samples.wallMs)!, gpuMs = summarise(samples.gpuMs)?.medianMs ?? null;
  const ratios = spreadOf(samples.wallMs.map((time, round) => time / reference.wallMs[round]));
  const macs = stepMacs(model, report), gflops = (each: number) => 2 * each * batch / medianMs / 1e6;
  const outside = samples.gpuMs.map((gpu, round) => 1 - gpu / samples.wallMs[round]);
  return {
    rule: density === 1 ? "dense" : rule,
    density,
    realisedDensity: report.totals.realisedDensity,
    computeDensity: report.totals.realisedComputeDensity,
    medianMs,
    spread,
    gpuMs,
    outsideGpu: outside.length > 0 ? spreadOf(outside).median : null,
    ratioToDense: medianRatio(samples.wallMs, reference.wallMs),
    ratioSpread: { low: ratios.low, high: ratios.high },
    denseMs: summarise(reference.wallMs)!.medianMs,
    effectiveGflops: gflops(macs.kept),
    denseEquivalentGflops: gflops(macs.all),
    fractionOfPeak: gflops(macs.kept) / peak.gflops,
    bytes,
    maskableBytesToDense: bytes.maskable.total / denseBytes.maskable.total,
    plan: layers,
    packedLayers: layers.filter(({ storage }) => storage === "packed").length,
    layers: maskableLayers(model).length,
    buildMs,
    firstMs: work.firstMs,
    steps: samples.wallMs.length * work.times,
    residentGrowth,
  };
}
