/** Patterns built on the device against those of `makePattern`: every array of every layer, bit for bit. */
import { strict as assert } from "node:assert";
import { type BlockSize, NO_BLOCKS } from "../../src/masks/blocks.ts";
import { emptyMask, fromDense, fullMask, type Mask } from "../../src/masks/mask.ts";
import { makePattern } from "../../src/masks/pattern.ts";
import { chunkBlocks } from "../../src/ops/conv_packed.ts";
import {
  chunkCapacity,
  chunkThresholds,
  createPattern,
  cutChunks,
  PATTERN_ARRAYS,
  patternArrays,
} from "../../src/ops/packed_pattern.ts";
import { COUNT_WORDS, readCounts, recordPatternArrays, recordPatternCounts } from "../../src/ops/pattern_build.ts";
import { recordScan } from "../../src/ops/scan.ts";
import { noise, quiet, runOps, testGpu } from "./gpu.ts";

/** Words as the float32 values that runOps reads back, and back again. */
const words = (floats: Float32Array) => new Uint32Array(floats.buffer, floats.byteOffset, floats.length);

function randomMask(shape: number[], density: number, seed: number): Mask {
  const size = shape.reduce((product, n) => product * n, 1);
  return fromDense("w", shape, noise(size, seed).map((x) => +(x < 2 * density - 1)));
}

interface Case {
  readonly mask: Mask;
  readonly block: BlockSize;
}

/** Builds all patterns in one list and compares each with the CPU's. */
async function check(cases: readonly Case[], spare = 0): Promise<void> {
  const gpu = await testGpu();
  const expected = cases.map(({ mask, block }) => makePattern(mask, block));
  const buffers = expected.map(({ shape, block, count }, i) =>
    createPattern(gpu.memory, `case ${i}`, shape, block, count + spare)
  );
  const out = await runOps(({ recorder, input, output, adopt }) => {
    const totals = output("totals", COUNT_WORDS * cases.length);
    const layers = cases.map(({ mask, block }, index) => {
      // bits behind the last weight are no weights: set them, so that a kernel which counts them is found
      const bits = mask.bits.slice(), size = mask.shape.reduce((product, n) => product * n, 1);
      if (size % 32 !== 0) bits[bits.length - 1] |= ~((1 << size % 32) - 1);
      const layer = { shape: mask.shape, block, totals, index }, operand = input(bits);
      return { layer, counted: recordPatternCounts(recorder, layer, operand) };
    });
    layers.forEach(({ layer, counted }, i) => recordPatternArrays(recorder, layer, counted, buffers[i]));
    buffers.forEach((pattern, i) => {
      for (const name of PATTERN_ARRAYS) adopt(`${i} ${name}`, pattern[name]);
    });
  });
  expected.forEach((pattern, i) => {
    const { mask, block } = cases[i], { chunkBlocks, ...arrays } = patternArrays(pattern);
    const what = `[${mask.shape}] keeping ${mask.nnz} in blocks of ${block}`;
    assert.deepEqual(readCounts(words(out.totals), i), {
      count: pattern.count,
      nnz: mask.nnz,
      chunkCount: arrays.chunks.length / 3,
      chunkBlocks,
    }, what);
    for (const name of PATTERN_ARRAYS) {
      assert.deepEqual(words(out[`${i} ${name}`]).slice(0, arrays[name].length), arrays[name], `${what}: ${name}`);
    }
  });
  buffers.forEach((pattern) => pattern.destroy());
}

const SHAPES = [[5, 3, 3, 3], [40, 33, 3, 3], [7, 70, 1, 1], [33, 65], [3, 2, 7, 7], [70, 3, 2, 5], [1, 1], [
  2,
  3,
  15,
  15,
]];

Deno.test({
  name: "patterns of single weights, densities from 1 to 0.001, are the CPU's",
  ...quiet,
  fn: () => {
    const densities = [1, 0.5, 0.1, 0.01, 0.001];
    return check(
      SHAPES.flatMap((shape, s) =>
        densities.map((density, d) => ({ mask: randomMask(shape, density, 10 * s + d + 1), block: NO_BLOCKS }))
      ),
    );
  },
});

Deno.test({
  name: "patterns in blocks, clipped ones and such as are larger than the layer included, are the CPU's",
  ...quiet,
  fn: () => {
    const blocks: BlockSize[] = [[4, 1], [8, 4], [2, 3], [64, 64]];
    return check(
      SHAPES.flatMap((shape, s) =>
        blocks.flatMap((block, b) =>
          [0.3, 0.02].map((density, d) => ({ mask: randomMask(shape, density, 100 * s + 10 * b + d + 1), block }))
        )
      ),
    );
  },
});

Deno.test({
  name: "empty and full layers, empty rows and columns, uneven rows, and buffers with room to spare",
  ...quiet,
  fn: async () => {
    const shape = [50, 45, 3, 3], size = 50 * 45 * 9;
    const rows = fromDense("w", shape, Float32Array.from({ length: size }, (_, i) => +(Math.floor(i / 405) % 7 === 3)));
    const columns = fromDense(
      "w",
      shape,
      Float32Array.from({ length: size }, (_, i) => +(Math.floor(i / 9) % 11 === 4)),
    );
    const uneven = fromDense("w", shape, noise(size, 3).map((x, i) => +(x + 1 < 2 / (1 + Math.floor(i / 405)))));
    const masks = [emptyMask("w", shape), fullMask("w", shape), rows, columns, uneven];
    await check(masks.flatMap((mask) => [{ mask, block: NO_BLOCKS }, { mask, block: [8, 4] as const }]), 37);
  },
});

Deno.test({
  name: "a scan of more than a workgroup's values",
  ...quiet,
  fn: async () => {
    for (const count of [1, 255, 257, 16_384, 16_385, 100_001]) {
      const values = Uint32Array.from(noise(count, count), (x) => Math.floor(1000 * x + 1000));
      const out = await runOps(({ recorder, output }) => {
        const slice = output("values", count, new Float32Array(values.buffer));
        recordScan(recorder, slice, count, output("total", 2), 1);
      });
      let sum = 0;
      const expected = values.map((value) => (sum += value) - value);
      assert.deepEqual(words(out.values), expected);
      assert.equal(words(out.total)[1], sum);
    }
  },
});

Deno.test("the thresholds of chunks are those of the rule, and their room is enough for every count", () => {
  for (const block of [[1, 1], [4, 1], [8, 4], [8, 8], [16, 16]] as const) {
    for (const rows of [1, 3, 16, 100]) {
      const thresholds = chunkThresholds(block, rows),
        capacity = 12 * rows,
        room = chunkCapacity(block, rows, capacity);
      for (let count = 0; count <= capacity; count++) {
        const blocks = chunkBlocks(block, count / rows);
        assert.equal(1 << thresholds.filter((from) => count >= from).length, blocks);
        // rows of a single block cut worst
        const ragged = Uint32Array.from({ length: rows + 1 }, (_, row) => Math.min(count, row));
        ragged[rows] = count;
        const even = Uint32Array.from({ length: rows + 1 }, (_, row) => Math.floor(row * count / rows));
        for (const start of [ragged, even]) assert.ok(cutChunks(start, blocks).length / 3 <= room);
      }
    }
  }
});
