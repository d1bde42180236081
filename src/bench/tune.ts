/**
 * Tuning: timing the kernels of layers on the adapter at hand, a pass of a layer at a time, the most expensive first, until
 * all is measured or the time is up. What one pass has taken is kept before the next begins.
 */
import type { Gpu } from "../gpu/device.ts";
import { Runner } from "../gpu/runner.ts";
import { spreadOf } from "../gpu/timing.ts";
import { clippedBlock, type ConvWork, denseCost, packedCost, type PackedForm, trainingPasses } from "../nn/cost.ts";
import type { LayerWork } from "../nn/layer_kinds.ts";
import { workKey, workWords } from "../nn/layer_kinds.ts";
import { adapterClassOf } from "../ops/adapter_class.ts";
import { type ConvPass, denseVariants } from "../ops/conv_dense.ts";
import type { AdapterClass } from "../ops/emit.ts";
import { convWeightCount } from "../ops/shape.ts";
import { addPass, drawLine, type TunedPass, tunedPass, type TuningTable } from "../tune/tuning_table.ts";
import { prepareCandidate } from "./conv.ts";
import { type Candidate, candidateWords } from "./conv_candidates.ts";
import { ConvData } from "./conv_data.ts";
import { type BenchWatch, timeRounds, Units } from "./measure.ts";

/** A layer that is to be measured, and how its packed kernels would store and read. */
export interface TuneLayer extends Pick<LayerWork, "work" | "inputGradient"> {
  readonly form: PackedForm;
}

/** One pass of one kind of layer. */
export interface TuneUnit {
  readonly work: ConvWork;
  readonly form: PackedForm;
  readonly pass: ConvPass;
  /** How many of the layers are of this kind. */
  readonly layers: number;
  /** Milliseconds that the priors expect of its dense kernel, over all these layers: what a good choice is worth. */
  readonly value: number;
  /** Milliseconds that measuring it is expected to take. */
  readonly cost: number;
}

/** Densities of the packed kernels: above, at and below where packed breaks even on the adapters known so far. */
export const TUNE_DENSITIES = [0.2, 0.05, 0.01] as const;

/** Milliseconds of compiling a kernel, for the time left; it depends on the driver and its cache. */
const COMPILING = 500;
/** A submission fills so many milliseconds where one run is shorter. */
const LEAST_MS = 20;

/** The passes of the layers that a table lacks, those worth most first; layers of one kind together. */
export function missingUnits(
  adapter: AdapterClass,
  layers: readonly TuneLayer[],
  table: TuningTable,
  rounds: number,
): TuneUnit[] {
  const units = new Map<string, TuneUnit>();
  for (const { work, inputGradient, form } of layers) {
    for (const pass of trainingPasses(inputGradient)) {
      if (isTuned(adapter, table, pass, work, form)) continue;
      const key = [workKey(work), clippedBlock(work.shape, form.block), form.activations, pass].join(" ");
      const value = denseCost(adapter.name, pass, work), before = units.get(key);
      const unit = before ??
        { work, form, pass, layers: 0, value: 0, cost: unitCost(adapter, pass, work, form, rounds) };
      units.set(key, { ...unit, layers: unit.layers + 1, value: unit.value + value });
    }
  }
  return byKind([...units.values()]);
}

/** Whether a table has everything that a plan asks of a pass. */
export function isTuned(
  adapter: AdapterClass,
  table: TuningTable,
  pass: ConvPass,
  work: ConvWork,
  form: PackedForm,
): boolean {
  const dense = tunedPass(table, pass, work, form)?.dense;
  return denseVariants(pass, { ...work, adapter }).every((variant) => dense?.[variant] !== undefined);
}

/** Kinds by what all their passes are worth, so that a kind is complete, and of use, before the next one begins. */
function byKind(units: readonly TuneUnit[]): TuneUnit[] {
  const kinds = Map.groupBy(units, ({ work, form }) => `${workKey(work)} ${form.block} ${form.activations}`);
  const worth = (kind: readonly TuneUnit[]) => kind.reduce((sum, { value }) => sum + value, 0);
  return [...kinds.values()].sort((a, b) => worth(b) - worth(a)).flat();
}

function unitCost(
  adapter: AdapterClass,
  pass: ConvPass,
  work: ConvWork,
  form: PackedForm,
  rounds: number,
): number {
  const variants = denseVariants(pass, { ...work, adapter }).length, weights = convWeightCount(work.shape);
  const times = [
    ...Array.from({ length: variants }, () => denseCost(adapter.name, pass, work)),
    ...TUNE_DENSITIES.map((density) => packedCost(adapter.name, pass, work, form, density * weights)),
  ];
  // each is run twice to warm up, and then once a round, for so long that the clock sees it
  return times.reduce((sum, ms) => sum + 2 * ms + rounds * Math.max(ms, LEAST_MS), 0) + COMPILING * (variants + 1);
}

/** What is to be measured. */
export interface TuneRequest {
  readonly layers: readonly TuneLayer[];
  /** Milliseconds after which no further pass is begun. */
  readonly budget: number;
  readonly rounds: number;
  readonly seed: number;
}

/** What came of it. */
export interface TuneOutcome {
  readonly table: TuningTable;
  /** Passes that were measured now, and those that the budget did not reach. */
  readonly measured: number;
  readonly left: readonly TuneUnit[];
  readonly interrupted: boolean;
}

/** What tuning is given besides its request. */
export interface TuneWatch extends BenchWatch {
  /** The date and time, ISO 8601. */
  readonly date: () => string;
  /** Keeps a table; called after each pass. */
  readonly keep: (table: TuningTable) => Promise<void>;
}

/**
 * Measures what a table lacks. A pass that has begun is measured to its end, whatever the budget, so that every call gets
 * somewhere; an interruption loses the pass in hand.
 * @throws {GpuError} of kind `internal` where a kernel computes wrong numbers, `out-of-memory` where operands do not fit
 */
export async function tuneKernels(
  gpu: Gpu,
  { layers, budget, rounds, seed }: TuneRequest,
  before: TuningTable,
  watch: TuneWatch,
): Promise<TuneOutcome> {
  const now = watch.milliseconds, begun = now();
  const units = missingUnits(adapterClassOf(gpu), layers, before, rounds);
  const runner = new Runner(gpu), stopped = () => watch.signal?.aborted ?? false;
  const whole = units.reduce((sum, { cost }) => sum + cost, 0);
  let table = before, data: ConvData | undefined, done = 0, spent = 0;
  const tell = (what: string, ready = 0) => {
    const expected = whole === 0 ? 1 : (spent + ready) / whole, elapsed = budget === 0 ? 1 : (now() - begun) / budget;
    watch.progress?.({ what, done, total: units.length, fraction: Math.min(1, Math.max(expected, elapsed)) });
  };
  try {
    for (const unit of units) {
      if (stopped() || now() - begun >= budget) break;
      const words = `${workWords(unit.work)}, ${PASS_WORDS[unit.pass]}`;
      if (!data || workKey(data.problem) !== workKey(unit.work)) {
        data?.destroy();
        data = undefined;
        tell(words);
        const problem = { ...unit.work, batch: unit.work.capacity };
        data = await gpu.allocate(() => new ConvData(gpu, problem, seed));
      }
      const progress = (what: string, share: number) => tell(`${words}: ${what}`, share * unit.cost);
      const measured = await measurePass(gpu, runner, data, unit, rounds, { ...watch, progress: undefined }, progress);
      if (!measured) break;
      table = addPass(table, unit.pass, unit.work, measured, watch.date());
      await watch.keep(table);
      done++;
      spent += unit.cost;
      tell(words);
    }
  } finally {
    data?.destroy();
    runner.destroy();
  }
  return { table, measured: done, left: units.slice(done), interrupted: stopped() };
}

/** Passes as a line has room for them. */
export const PASS_WORDS: Readonly<Record<ConvPass, string>> = {
  forward: "forward",
  inputGradient: "dx",
  weightGradient: "dw",
};

/** Times every kernel of a pass in turns; undefined after an interruption. */
async function measurePass(
  gpu: Gpu,
  runner: Runner,
  data: ConvData,
  { work, form, pass }: TuneUnit,
  rounds: number,
  watch: BenchWatch,
  progress: (what: string, share: number) => void,
): Promise<TunedPass | undefined> {
  const adapter = adapterClassOf(gpu), units = new Units(0, watch), now = watch.milliseconds;
  const subgroups = adapter.subgroups !== undefined;
  const candidates: Candidate[] = [
    ...denseVariants(pass, { ...work, adapter }).map((variant): Candidate => ({ pass, storage: "dense", variant })),
    ...TUNE_DENSITIES.map((density): Candidate => ({ pass, storage: "packed", density, subgroups, ...form })),
  ];
  const prepared: Awaited<ReturnType<typeof prepareCandidate>>[] = [];
  try {
    for (const candidate of candidates) {
      if (units.stopped) return undefined;
      progress(`compiling ${candidateWords(candidate)}`, prepared.length / candidates.length / 2);
      const label = `${candidateWords(candidate)} ${pass}`;
      prepared.push(await prepareCandidate(gpu, runner, data, candidate, label, now, LEAST_MS));
    }
    progress("timing", 0.5);
    const samples = await timeRounds(runner, prepared.map(({ work }) => work), rounds, { now }, units, "");
    if (units.stopped) return undefined;
    const times = samples.map(({ gpuMs, wallMs }) => spreadOf(gpuMs.length > 0 ? gpuMs : wallMs).median);
    const weights = convWeightCount(work.shape);
    const dense: Record<string, number> = {}, points: [number, number][] = [];
    prepared.forEach(({ candidate, packed }, i) => {
      if (candidate.storage === "dense") dense[candidate.variant] = times[i];
      else points.push([packed!.slots.length / weights, times[i]]);
    });
    const [outs, ins] = clippedBlock(work.shape, form.block);
    return { block: [outs, ins], activations: form.activations, dense, ...drawLine(points), points };
  } finally {
    for (const { work } of prepared) work.list.destroy();
  }
}
