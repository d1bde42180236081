/**
 * The checks of the self-test. Where it can be, inputs are small whole numbers: every order of summation then gives the
 * same float32, and results are compared exactly.
 */
import { flatKernel } from "../gpu/flat.ts";
import type { Gpu } from "../gpu/device.ts";
import type { Slice } from "../gpu/memory.ts";
import type { Recorder } from "../gpu/recorder.ts";
import { fromDense } from "../masks/mask.ts";
import { makePattern } from "../masks/pattern.ts";
import { adapterClassOf, gpuClassOn } from "./adapter_class.ts";
import { batchNormCoefficients, recordBatchNormTrain } from "./batch_norm.ts";
import { type ConvWeights, recordConvForward, recordConvInputGradient, recordConvWeightGradient } from "./conv.ts";
import { patternArrays } from "./packed_pattern.ts";
import { recordBiasGradient } from "./elementwise.ts";
import { batchNormTrain } from "./reference/batch_norm.ts";
import { conv2dForward, conv2dInputGradient, conv2dWeightGradient } from "./reference/conv2d.ts";
import { type ConvShape, convShape, convWeightCount, linearShape } from "./shape.ts";
import knownAnswersText from "../../shaders/random/known_answers.wgsl" with { type: "text" };
import philoxText from "../../shaders/random/philox.wgsl" with { type: "text" };

/** A result that is expected: `words` where bits are compared, else values to `tolerance` of the largest. */
export interface Expectation {
  readonly slice: Slice;
  readonly expected: ArrayLike<number>;
  readonly words?: boolean;
  readonly tolerance?: number;
}

/** What a check is recorded with. */
export interface SelfTestBench {
  readonly gpu: Gpu;
  readonly recorder: Recorder;
  input(data: Float32Array | Uint32Array): Slice;
  output(length: number): Slice;
}

/** One check: records its kernels and says what they should give. */
export interface SelfTestCheck {
  readonly name: string;
  /** The kernel that is checked, as messages name it. */
  readonly kernel: string;
  /** Left out where this is false. */
  readonly applies?: (gpu: Gpu) => boolean;
  record(bench: SelfTestBench): Expectation[];
}

/** Columns of the batch in every check. */
export const COLUMNS = 4;

/** Whole numbers −3 … 3 that repeat nowhere near. */
const whole = (length: number, seed: number) =>
  Float32Array.from({ length }, (_, i) => (i * i + seed * i + seed) % 7 - 3);

/** Random123's answers for Philox4x32-10: counter, key, block. */
const PHILOX = [
  { counter: [0, 0, 0, 0], key: [0, 0], block: [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8] },
  {
    counter: [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
    key: [0xffffffff, 0xffffffff],
    block: [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
  },
  {
    counter: [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
    key: [0xa4093822, 0x299f31d0],
    block: [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
  },
];

/** Forward, and where `backward` both gradients, of a layer with whole numbers; `kept` for packed storage. */
function convolution(
  { gpu, recorder, input, output }: SelfTestBench,
  shape: ConvShape,
  { backward, kept, subgroups = false }: {
    backward: boolean;
    kept?: (i: number) => boolean;
    subgroups?: boolean;
  },
): Expectation[] {
  const { inChannels, inHeight, inWidth, outChannels, outHeight, outWidth, kernelHeight, kernelWidth } = shape;
  const x = whole(inChannels * inHeight * inWidth * COLUMNS, 1),
    dy = whole(outChannels * outHeight * outWidth * COLUMNS, 2);
  const w = whole(convWeightCount(shape), 4);
  const indices = [...w.keys()].filter((i) => !kept || kept(i));
  if (kept) w.forEach((_, i) => kept(i) || (w[i] = 0));
  const values = Float32Array.from(indices, (i) => w[i]);
  const weights = ((): ConvWeights => {
    if (!kept) return { storage: "dense", values: input(w) };
    const mask = fromDense(
      "self-test",
      [outChannels, inChannels, kernelHeight, kernelWidth],
      w.map((_, i) => +kept(i)),
    );
    const found = makePattern(mask), arrays = patternArrays(found);
    const pattern = {
      block: found.block,
      count: found.count,
      rowStart: input(arrays.rowStart),
      entries: input(arrays.entries),
      colStart: input(arrays.colStart),
      transposed: input(arrays.transposed),
      rowOrder: input(arrays.rowOrder),
      colOrder: input(arrays.colOrder),
      chunks: input(arrays.chunks),
      chunkBlocks: arrays.chunkBlocks,
      chunkCount: arrays.chunks.length / 3,
    };
    return { storage: "packed", values: input(values), pattern };
  })();
  // 32 lanes, as on a GPU, are several subgroups on some adapters and one on others
  const adapter = subgroups ? gpuClassOn(gpu) : { ...adapterClassOf(gpu), subgroups: undefined };
  const context = { recorder, capacity: COLUMNS, adapter };
  const xs = input(x), y = output(dy.length);
  recordConvForward(context, shape, { x: xs, y }, weights);
  const found: Expectation[] = [{ slice: y, expected: conv2dForward(shape, x, w, undefined, COLUMNS) }];
  if (!backward) return found;
  const dys = input(dy), dx = output(x.length), dw = output(values.length);
  recordConvInputGradient(context, shape, { dy: dys, dx }, weights, false);
  recordConvWeightGradient(context, shape, { x: xs, dy: dys, dw }, weights, false);
  const gradient = conv2dWeightGradient(shape, x, dy, COLUMNS);
  found.push({ slice: dx, expected: conv2dInputGradient(shape, dy, w, COLUMNS) });
  found.push({ slice: dw, expected: indices.map((i) => gradient[i]) });
  return found;
}

const small = convShape({ inChannels: 2, inHeight: 3, inWidth: 2, outChannels: 2, kernelHeight: 3, pad: 1 });

/** Milliseconds once compiled: what every program asks before it trusts an adapter. */
export const SHORT_CHECKS: readonly SelfTestCheck[] = [
  {
    name: "convolution",
    kernel: "convDenseForward",
    record: (bench) => convolution(bench, small, { backward: false }),
  },
  {
    name: "reduction",
    kernel: "sumSplits",
    record: ({ recorder, input, output }) => {
      const plane = 4096, db = output(3);
      const dy = Float32Array.from({ length: 3 * plane }, (_, i) => i % plane % 1000 + Math.floor(i / plane));
      recordBiasGradient(recorder, 3, plane, { dy: input(dy), db }, false);
      const sum = (c: number) => dy.slice(c * plane, (c + 1) * plane).reduce((a, b) => a + b, 0);
      return [{ slice: db, expected: [sum(0), sum(1), sum(2)] }];
    },
  },
  {
    name: "random generator",
    kernel: "philox4x32",
    record: ({ recorder, input, output }) => {
      const blocks = output(4 * PHILOX.length);
      const counters = input(Uint32Array.from(PHILOX.flatMap(({ counter }) => counter)));
      const keys = input(Uint32Array.from(PHILOX.flatMap(({ key }) => key)));
      const code = flatKernel(knownAnswersText, { with: [philoxText] });
      recorder.dispatch("philox4x32", code, { counters, keys, blocks }, { count: PHILOX.length }, [1, 1, 1]);
      return [{ slice: blocks, expected: PHILOX.flatMap(({ block }) => block), words: true }];
    },
  },
];

/** What `startsparse doctor` asks besides: seconds where kernels have to be compiled. */
export const LONG_CHECKS: readonly SelfTestCheck[] = [
  {
    name: "strided convolution",
    kernel: "convDenseInputGradient, convDenseWeightGradient",
    record: (bench) =>
      convolution(
        bench,
        convShape({ inChannels: 2, inHeight: 4, inWidth: 3, outChannels: 2, kernelHeight: 3, pad: 1, stride: 2 }),
        { backward: true },
      ),
  },
  {
    name: "packed convolution",
    kernel: "convPackedForward, convPackedInputGradient, convPackedWeightGradient",
    record: (bench) => convolution(bench, small, { backward: true, kept: (i) => i % 3 !== 1 }),
  },
  {
    name: "subgroup sums",
    kernel: "convPackedWeightGradient with subgroups",
    applies: ({ subgroups }) => subgroups !== undefined,
    record: (bench) => {
      const kept = (i: number) => i % 3 !== 1;
      return convolution(bench, small, { backward: true, kept, subgroups: true });
    },
  },
  {
    name: "matrix product",
    kernel: "convDenseForward, convDenseInputGradient, convDenseWeightGradient",
    record: (bench) => convolution(bench, linearShape(300, 4), { backward: true }),
  },
  {
    name: "batch normalisation",
    kernel: "batchNormPartial, batchNormStatistics, batchNormApply",
    record: ({ gpu, recorder, input, output }) => {
      const channels = 3, plane = 25;
      const shape = { channels, positions: plane, capacity: COLUMNS, epsilon: 1e-5, momentum: 0.1, relu: false };
      const x = whole(channels * plane * COLUMNS, 3),
        scale = Float32Array.of(1, 2, 3),
        shift = Float32Array.of(-1, 0, 1);
      const running = { mean: new Float32Array(channels), variance: new Float32Array(channels) };
      const [y, runningMean, runningVariance] = [output(x.length), input(running.mean), input(running.variance)];
      recordBatchNormTrain(recorder, shape, adapterClassOf(gpu), {
        x: [input(x)],
        y: [y],
        scale: input(scale),
        shift: input(shift),
        runningMean,
        runningVariance,
        coefficients: batchNormCoefficients(recorder, shape),
      });
      const expected = batchNormTrain({ channels, plane, columns: COLUMNS }, x, { scale, shift }, running);
      return [
        { slice: y, expected: expected.y, tolerance: 1e-5 },
        { slice: runningMean, expected: running.mean, tolerance: 1e-5 },
        { slice: runningVariance, expected: running.variance, tolerance: 1e-5 },
      ];
    },
  },
];
