/**
 * One convolution or linear layer, forward and both gradients: dense kernels and packed ones by density, block and format,
 * each checked against the reference and then timed in interleaved rounds.
 */
import { UserError } from "../errors.ts";
import type { Gpu } from "../gpu/device.ts";
import { Recorder } from "../gpu/recorder.ts";
import { Runner } from "../gpu/runner.ts";
import { blockGrid, type BlockSize, NO_BLOCKS } from "../masks/blocks.ts";
import { adapterClassOf } from "../ops/adapter_class.ts";
import {
  type ConvContext,
  type ConvWeights,
  layerVariants,
  recordConvForward,
  recordConvInputGradient,
  recordConvWeightGradient,
} from "../ops/conv.ts";
import type { ConvPass } from "../ops/conv_dense.ts";
import type { ConvShape } from "../ops/shape.ts";
import { type Candidate, type CandidateChoice, candidateWords, listCandidates } from "./conv_candidates.ts";
import { checkConv } from "./conv_check.ts";
import { ConvData, convMacs, type ConvProblem, convProblem, type PackedWeights } from "./conv_data.ts";
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

/** What is to be measured. */
export interface ConvBenchRequest extends Omit<CandidateChoice, "subgroups"> {
  /** A matrix product is the linear layer of a 1×1 shape; the name goes into the result. */
  readonly kind: "conv" | "matmul";
  readonly shape: ConvShape;
  readonly batch: number;
  readonly rounds: number;
  readonly seed: number;
  /** Packed weight gradients both by workgroup memory and by subgroups, not only as training would have them. */
  readonly subgroups?: boolean;
}

/** One way to compute one pass, measured. */
export interface ConvCell {
  readonly pass: ConvPass;
  readonly storage: "dense" | "packed";
  /** Name of the dense kernel; null for packed ones. */
  readonly variant: string | null;
  /** As asked for, and of the mask that was drawn: kept weights over all. For one layer it is the compute density too. */
  readonly density: number;
  readonly realisedDensity: number;
  readonly block: BlockSize;
  readonly activations: "f32" | "f16";
  /** Whether a packed weight gradient adds its lanes by subgroups. */
  readonly subgroups: boolean;
  /** By the clock that the benchmark names, of one run. */
  readonly medianMs: number;
  readonly spread: TimeSpread;
  /** By GPU timestamps (null without them), and by the host's clock with its share of submitting and waiting. */
  readonly gpuMs: number | null;
  readonly wallMs: number;
  /** Median over the rounds of the time over that of the pass's fastest dense kernel. */
  readonly ratioToDense: number;
  /** 10⁹ operations a second: of the kept weights, and what a dense kernel would need for the same time. */
  readonly effectiveGflops: number;
  readonly denseEquivalentGflops: number;
  /** Effective operations over the adapter's measured peak. */
  readonly fractionOfPeak: number;
  readonly bytes: { readonly weights: number; readonly pattern: number };
  /** Largest difference from the reference over its root mean square, at sampled outputs. */
  readonly relativeError: number;
  /** Milliseconds of the first run: compilation by the driver, where its cache is cold. In none of the other times. */
  readonly firstMs: number;
}

/** What was measured. */
export interface ConvBench {
  readonly kind: "conv" | "matmul";
  readonly shape: ConvShape;
  readonly batch: number;
  readonly seed: number;
  readonly rounds: number;
  /** Which clock `medianMs` is by. */
  readonly clock: "gpu" | "wall";
  readonly peak: Peaks;
  readonly cells: readonly ConvCell[];
  readonly interrupted: boolean;
}

/** A candidate that is ready to be timed. */
export interface Prepared {
  readonly candidate: Candidate;
  readonly packed: PackedWeights | undefined;
  readonly work: WarmWork;
  readonly relativeError: number;
}

/** A submission fills so many milliseconds where one run is shorter. */
const LEAST_MS = 20;

/**
 * Measures one convolution.
 * @throws {GpuError} of kind `internal` where a kernel computes wrong numbers, `out-of-memory` where operands do not fit
 * @throws {UserError} where subgroups are asked for and the adapter has none
 */
export async function benchConv(gpu: Gpu, request: ConvBenchRequest, watch: BenchWatch): Promise<ConvBench> {
  const { shape, batch, rounds, seed } = request, now = watch.milliseconds;
  const problem = convProblem(shape, batch), adapter = adapterClassOf(gpu);
  if (request.subgroups && !adapter.subgroups) {
    const { description, software } = gpu.adapter;
    const why = software ? "computes on the CPU: its kernels have no lanes to add" : "has no subgroups";
    throw new UserError(`the adapter "${description}" ${why}`, { hint: "Leave --subgroups out." });
  }
  const subgroups = request.subgroups ? [false, true] : [adapter.subgroups !== undefined];
  const candidates = listCandidates(
    { ...request, subgroups },
    (pass) => layerVariants(pass, shape, { capacity: problem.capacity, adapter }),
  );
  const units = new Units(PEAK_UNITS + candidates.length + rounds, watch);
  const runner = new Runner(gpu);
  const prepared: Prepared[] = [];
  let data: ConvData | undefined;
  try {
    const peak = await measurePeaks(gpu, runner, now, units);
    data = await gpu.allocate(() => new ConvData(gpu, problem, seed));
    for (const candidate of candidates) {
      if (units.stopped) break;
      const label = `${candidateWords(candidate)} ${candidate.pass}`;
      units.begin(`compiling and checking ${label}`);
      prepared.push(await prepareCandidate(gpu, runner, data, candidate, label, now, LEAST_MS));
      units.end(`checked ${label}`);
    }
    const works = prepared.map(({ work }) => work);
    const samples = await timeRounds(runner, works, rounds, { now }, units, "timing");
    const clock = samples.some(({ gpuMs }) => gpuMs.length > 0) ? "gpu" : "wall";
    const timed = samples.every(({ wallMs }) => wallMs.length > 0);
    const cells = timed ? makeCells(problem, prepared, samples, clock, peak) : [];
    return { kind: request.kind, shape, batch, seed, rounds, clock, peak, cells, interrupted: units.stopped };
  } finally {
    for (const { work } of prepared) work.list.destroy();
    data?.destroy();
    runner.destroy();
  }
}

/**
 * Records a candidate, runs it for the first time and holds its results against the reference.
 * @param leastMs what a submission takes at least
 */
export async function prepareCandidate(
  gpu: Gpu,
  runner: Runner,
  data: ConvData,
  candidate: Candidate,
  label: string,
  now: () => number,
  leastMs: number,
): Promise<Prepared> {
  const packed = candidate.storage === "packed" ? data.packed(candidate.density, candidate.block) : undefined;
  const recorder = new Recorder(gpu.memory, gpu.kernels);
  const { shape, capacity } = data.problem, { x, dy, w, y, dx, dw } = data.slices;
  const subgroups = candidate.storage === "packed" && candidate.subgroups ? gpu.subgroups : undefined;
  const context: ConvContext = { recorder, capacity, adapter: { ...adapterClassOf(gpu), subgroups } };
  const weights: ConvWeights = candidate.storage === "packed"
    ? { storage: "packed", values: packed!.values, pattern: packed!.pattern, activations: candidate.activations }
    : { storage: "dense", values: w, kernels: { [candidate.pass]: candidate.variant } };
  if (candidate.pass === "forward") recordConvForward(context, shape, { x, y }, weights);
  else if (candidate.pass === "inputGradient") recordConvInputGradient(context, shape, { dy, dx }, weights, false);
  else recordConvWeightGradient(context, shape, { x, dy, dw: packed?.gradient ?? dw }, weights, false);
  const list = await gpu.allocate(() => recorder.finish());
  try {
    const work = await warmUp(runner, { label, list }, { now, leastMs });
    const format = candidate.storage === "packed" ? candidate.activations : "f32";
    const read = (slice: Parameters<Runner["readFloats"]>[0]) => runner.readFloats(slice);
    return {
      candidate,
      packed,
      work,
      relativeError: await checkConv(label, candidate.pass, data, read, packed, format),
    };
  } catch (error) {
    list.destroy();
    throw error;
  }
}

function makeCells(
  problem: ConvProblem,
  prepared: readonly Prepared[],
  samples: readonly Samples[],
  clock: ConvBench["clock"],
  peak: Peaks,
): ConvCell[] {
  const flops = 2 * convMacs(problem);
  const { outChannels, inChannels, kernelHeight, kernelWidth } = problem.shape;
  const tensor = [outChannels, inChannels, kernelHeight, kernelWidth];
  const times = samples.map(({ gpuMs, wallMs }) => clock === "gpu" ? gpuMs : wallMs);
  return prepared.map(({ candidate, packed, work, relativeError }, at): ConvCell => {
    const { medianMs, spread } = summarise(times[at])!;
    const realisedDensity = packed?.density ?? 1;
    const denseEquivalentGflops = flops / medianMs / 1e6, effectiveGflops = realisedDensity * denseEquivalentGflops;
    const shared = {
      pass: candidate.pass,
      realisedDensity,
      medianMs,
      spread,
      gpuMs: summarise(samples[at].gpuMs)?.medianMs ?? null,
      wallMs: summarise(samples[at].wallMs)!.medianMs,
      ratioToDense: medianRatio(times[at], fastestDense(candidate.pass, prepared, times)),
      effectiveGflops,
      denseEquivalentGflops,
      fractionOfPeak: effectiveGflops / peak.gflops,
      bytes: {
        weights: 4 * (packed?.slots.length ?? outChannels * inChannels * kernelHeight * kernelWidth),
        pattern: packed?.pattern.bytes ?? 0,
      },
      relativeError,
      firstMs: work.firstMs,
    };
    if (candidate.storage === "dense") {
      const { variant } = candidate;
      return {
        ...shared,
        storage: "dense",
        variant,
        density: 1,
        block: NO_BLOCKS,
        activations: "f32",
        subgroups: false,
      };
    }
    const { density, activations, subgroups } = candidate, { block } = blockGrid(tensor, candidate.block);
    return { ...shared, storage: "packed", variant: null, density, block, activations, subgroups };
  });
}

/** Times of the pass's dense kernel with the lowest median: an honest speed-up is one over a good dense kernel. */
function fastestDense(
  pass: ConvPass,
  prepared: readonly Prepared[],
  times: readonly (readonly number[])[],
): readonly number[] {
  const dense = times.filter((_, at) => {
    const { candidate } = prepared[at];
    return candidate.pass === pass && candidate.storage === "dense";
  });
  return dense.reduce((a, b) => summarise(b)!.medianMs < summarise(a)!.medianMs ? b : a);
}
