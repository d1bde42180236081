/**
 * What an adapter can do at best, measured: a loop of multiply-adds, a loop of loads from a cached buffer, and a copy of
 * a large one. Figures of kernels mean something beside them only. Each is the best of some rounds, since a peak that
 * another program disturbed is none.
 */
import type { Gpu } from "../gpu/device.ts";
import { FLAT, flatKernel } from "../gpu/flat.ts";
import { flatGrid, Recorder } from "../gpu/recorder.ts";
import type { Runner } from "../gpu/runner.ts";
import { recordCopy } from "../ops/elementwise.ts";
import { timeRounds, type Units, warmUp, type WarmWork } from "./measure.ts";
import fmaText from "../../shaders/bench/fma.wgsl" with { type: "text" };
import loadText from "../../shaders/bench/load.wgsl" with { type: "text" };

/** Measured peaks of an adapter. */
export interface Peaks {
  /** 10⁹ float32 operations a second in multiply-adds, which count as two. */
  readonly gflops: number;
  /** 10⁹ loads a second of a vec4f, by all lanes, from a buffer of {@link CACHED_BYTES}. */
  readonly gigaloads: number;
  /** The same in 10⁹ bytes a second. */
  readonly loadGBs: number;
  /** 10⁹ bytes a second read and written together by a copy of a large buffer. */
  readonly copyGBs: number;
}

/** Bytes of the buffer that loads come from: half of the first-level cache of the processors there are. */
export const CACHED_BYTES = 16 * 1024;
/** Rounds of the loops; a round has 32 multiply-adds of a vec4, or 4 loads. */
const FMA_ROUNDS = 128, LOAD_ROUNDS = 16;
const FLOPS_PER_ROUND = 32 * 4 * 2, LOADS_PER_ROUND = 4;
const COPIED_BYTES = 64 * 2 ** 20;
/** Units of work that the peaks take: three warm-ups and the rounds. */
const ROUNDS = 5;
export const PEAK_UNITS = 3 + ROUNDS;

const fma = flatKernel(fmaText), load = flatKernel(loadText);

/** Measures the peaks; takes about a second on a software adapter. NaN in all fields where it was stopped. */
export async function measurePeaks(gpu: Gpu, runner: Runner, now: () => number, units: Units): Promise<Peaks> {
  // A program on the CPU has few threads to keep busy, a GPU needs many.
  const threads = gpu.adapter.software ? 2 ** 14 : 2 ** 20;
  const copied = Math.min(COPIED_BYTES, gpu.device.limits.maxStorageBufferBindingSize);
  const loop = (label: string, code: string, rounds: number) => {
    const recorder = new Recorder(gpu.memory, gpu.kernels);
    const x = recorder.tensor("cached", CACHED_BYTES), y = recorder.tensor("result", 16 * threads);
    recorder.dispatch(label, code, { x, y }, { rounds }, flatGrid(threads, FLAT));
    return { label, list: recorder.finish() };
  };
  const copy = () => {
    const recorder = new Recorder(gpu.memory, gpu.kernels);
    recordCopy(recorder, copied / 4, { x: recorder.tensor("from", copied), y: recorder.tensor("to", copied) }, false);
    return { label: "copy", list: recorder.finish() };
  };
  const lists = await gpu.allocate(() => [loop("fma", fma, FMA_ROUNDS), loop("load", load, LOAD_ROUNDS), copy()]);
  try {
    const options = { now, leastMs: 20 }, what = "measuring the adapter's peaks";
    const works: WarmWork[] = [];
    units.begin(what);
    for (const list of lists) {
      works.push(await warmUp(runner, list, options));
      units.end(what);
    }
    const samples = await timeRounds(runner, works, ROUNDS, options, units, what);
    const [fmaMs, loadMs, copyMs] = samples.map(({ gpuMs, wallMs }) =>
      gpuMs.length + wallMs.length === 0 ? NaN : Math.min(...(gpuMs.length > 0 ? gpuMs : wallMs))
    );
    const gigaloads = threads * LOAD_ROUNDS * LOADS_PER_ROUND / loadMs / 1e6;
    return {
      gflops: threads * FMA_ROUNDS * FLOPS_PER_ROUND / fmaMs / 1e6,
      gigaloads,
      loadGBs: 16 * gigaloads,
      copyGBs: 2 * copied / copyMs / 1e6,
    };
  } finally {
    for (const { list } of lists) list.destroy();
  }
}
