/** A layer's benchmark on a tiny layer: cells, arithmetic, the check of its numbers, and what is left on the device. */
import { strict as assert } from "node:assert";
import { benchConv, type ConvBenchRequest } from "../../src/bench/conv.ts";
import { candidateWords, listCandidates } from "../../src/bench/conv_candidates.ts";
import { CONV_PASSES } from "../../src/ops/conv_dense.ts";
import { checkConv, spaced } from "../../src/bench/conv_check.ts";
import { ConvData, convMacs, convProblem } from "../../src/bench/conv_data.ts";
import { GpuError } from "../../src/errors.ts";
import { Runner } from "../../src/gpu/runner.ts";
import { convShape, linearShape } from "../../src/ops/shape.ts";
import { quiet, testGpu } from "../ops/gpu.ts";

const SHAPE = convShape({ inChannels: 8, outChannels: 8, inHeight: 5, inWidth: 6, kernelHeight: 3, pad: 1 });
const REQUEST: ConvBenchRequest = {
  kind: "conv",
  shape: SHAPE,
  batch: 6,
  rounds: 2,
  seed: 1,
  passes: CONV_PASSES,
  densities: [1, 0.3],
  blocks: [[1, 1], [8, 4]],
  activations: ["f32"],
};
const watch = { milliseconds: () => performance.now() };

Deno.test("candidates: dense first in each pass, then packed by format, block and density", () => {
  const choice = {
    ...REQUEST,
    passes: ["forward"] as const,
    activations: ["f32", "f16"] as const,
    subgroups: [false, true],
  };
  const all = listCandidates(choice, () => ["register", "workgroup"]);
  const words = all.map((one) =>
    one.storage === "dense" ? one.variant : `${one.activations} ${one.block.join("x")} ${one.density}`
  );
  assert.deepEqual(words, ["register", "workgroup", "f32 1x1 0.3", "f32 8x4 0.3", "f16 1x1 0.3", "f16 8x4 0.3"]);
  const gradients = { ...choice, passes: ["weightGradient"] as const, blocks: [[1, 1]] as const };
  const names = listCandidates(gradients, () => ["window"]).map(candidateWords);
  assert.deepEqual(names, [
    "dense window",
    "packed 0.3",
    "packed 0.3 subgroups",
    "packed 0.3 f16",
    "packed 0.3 f16 subgroups",
  ]);
});

Deno.test("a problem's columns and multiply-adds", () => {
  assert.deepEqual([convProblem(SHAPE, 6).capacity, convProblem(SHAPE, 40).capacity], [8, 64]);
  assert.equal(convMacs(convProblem(linearShape(10, 20), 128)), 10 * 20 * 128);
  assert.deepEqual([spaced(10, 3), spaced(2, 5), spaced(1, 3), spaced(0, 3)], [[0, 5, 9], [0, 1], [0], []]);
});

Deno.test({
  name: "every candidate is checked and timed, and frees what it made",
  ...quiet,
  fn: async () => {
    const gpu = await testGpu(), before = gpu.memory.bytes;
    const result = await benchConv(gpu, REQUEST, watch);
    assert.equal(gpu.memory.bytes, before);
    assert(Object.values(result.peak).every((value) => value > 0), JSON.stringify(result.peak));
    for (const pass of CONV_PASSES) {
      const cells = result.cells.filter((cell) => cell.pass === pass);
      const dense = cells.filter((cell) => cell.storage === "dense"), packed = cells.filter((cell) => !cell.variant);
      assert(dense.length >= 1 && packed.length === 2);
      assert.equal(Math.min(...dense.map((cell) => cell.ratioToDense)), 1);
      for (const cell of cells) {
        assert(cell.medianMs > 0 && cell.wallMs > 0 && cell.firstMs > 0);
        assert(cell.relativeError < 1e-5, `${cell.relativeError}`);
        const operations = 2 * 8 * 8 * 9 * 30 * 6;
        assert(Math.abs(cell.denseEquivalentGflops * cell.medianMs * 1e6 / operations - 1) < 1e-9);
        assert.equal(cell.effectiveGflops, cell.realisedDensity * cell.denseEquivalentGflops);
        assert.equal(cell.fractionOfPeak, cell.effectiveGflops / result.peak.gflops);
      }
      assert.deepEqual(dense[0].bytes, { weights: 4 * 576, pattern: 0 });
      assert.deepEqual(packed.map(({ block }) => block.join()), ["1,1", "8,4"]);
      assert(
        packed.every(({ bytes, realisedDensity }) => bytes.pattern > 0 && bytes.weights >= 2304 * realisedDensity),
      );
    }
    assert.deepEqual(JSON.parse(JSON.stringify(result)), result);
  },
});

Deno.test({
  name: "wrong numbers are an error that names the kernel and the sizes, and are not timed",
  ...quiet,
  fn: async () => {
    const gpu = await testGpu(), runner = new Runner(gpu), data = new ConvData(gpu, convProblem(SHAPE, 6), 1);
    const read = (slice: Parameters<Runner["readFloats"]>[0]) => runner.readFloats(slice);
    for (const pass of CONV_PASSES) {
      const wrong = checkConv(`dense ${pass}`, pass, data, read);
      await assert.rejects(wrong, (error: Error) => {
        assert(error instanceof GpuError && error.kind === "internal");
        assert.match(
          error.message,
          new RegExp(`dense ${pass} computes wrong numbers .*8→8, 3×3, stride 1, 5×6, N = 8`),
        );
        return true;
      });
    }
    data.destroy();
    runner.destroy();
  },
});

Deno.test({
  name: "a stop leaves no figures of half a round, and nothing on the device",
  ...quiet,
  fn: async () => {
    const gpu = await testGpu(), before = gpu.memory.bytes, abort = new AbortController();
    abort.abort();
    const result = await benchConv(gpu, REQUEST, { ...watch, signal: abort.signal });
    assert.deepEqual([result.cells, result.interrupted, gpu.memory.bytes], [[], true, before]);
  },
});
