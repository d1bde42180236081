/** Exact selection on the device against sorting: random scores with ties, zeros, infinities and no numbers. */
import { strict as assert } from "node:assert";
import fc from "fast-check";
import { blockGrid } from "../../src/masks/blocks.ts";
import { fromDense, fromIndices, keeps, maskFromBits, toIndices } from "../../src/masks/mask.ts";
import { makePattern, NO_WEIGHT, slotIndices } from "../../src/masks/pattern.ts";
import { selectBest, type SelectOrder, unitBits, unitScores } from "../../src/ops/reference/select.ts";
import { recordCombineBits, recordSelect, type SelectRange } from "../../src/ops/select.ts";
import {
  recordProduct,
  recordRandomScores,
  recordUnitBits,
  recordUnitScores,
  unitCount,
} from "../../src/ops/select_scores.ts";
import { randomU32, STREAM } from "../../src/random/philox.ts";
import { assertClose, noise, quiet, runOps } from "./gpu.ts";

interface Case {
  readonly scores: Float32Array;
  readonly candidates: readonly number[];
  readonly ranges: readonly SelectRange[];
  readonly keep: readonly number[];
  readonly order: SelectOrder;
}

const words = (floats: Float32Array) => new Uint32Array(floats.buffer, floats.byteOffset, floats.length);

/** Selects on the device; the indices by segment. */
async function select({ scores, candidates, ranges, keep, order }: Case): Promise<number[][]> {
  const padded = new Float32Array(4 * Math.ceil(scores.length / 4)).fill(NaN);
  padded.set(scores);
  const bits = fromIndices("c", [scores.length], candidates).bits;
  const out = await runOps(({ recorder, input, output }) => {
    const selected = output("selected", bits.length, new Float32Array(bits.length));
    const operands = { scores: input(padded), candidates: input(bits), keep: input(Uint32Array.from(keep)), selected };
    recordSelect(recorder, { ranges, ...order }, operands);
  });
  const chosen = toIndices(maskFromBits("s", [scores.length], words(out.selected)));
  return keep.map((_, segment) =>
    [...chosen].filter((i) =>
      ranges.some(({ first, size, segment: own }) => own === segment && i >= first && i < first + size)
    )
  );
}

/** What the reference selects. */
function expected({ scores, candidates, ranges, keep, order }: Case): number[][] {
  return keep.map((count, segment) => {
    const own = candidates.filter((i) =>
      ranges.some(({ first, size, segment: s }) => s === segment && i >= first && i < first + size)
    );
    return selectBest(scores, own, count, order);
  });
}

const ORDERS: SelectOrder[] = (["largest", "smallest"] as const).flatMap((direction) => [
  { direction },
  { direction, absolute: true },
]);

Deno.test("the reference: ties by index, −0 as 0, no number last", () => {
  const scores = [1, NaN, -3, 0, -0, 1, -Infinity, 2];
  const all = scores.map((_, i) => i);
  assert.deepEqual(selectBest(scores, all, 2, { direction: "largest" }), [0, 7]);
  assert.deepEqual(selectBest(scores, all, 5, { direction: "largest" }), [0, 3, 4, 5, 7].slice(0, 5));
  assert.deepEqual(selectBest(scores, all, 2, { direction: "smallest" }), [2, 6]);
  assert.deepEqual(selectBest(scores, all, 1, { direction: "smallest", absolute: true }), [3]);
  assert.deepEqual(selectBest(scores, all, 7, { direction: "smallest" }), [0, 2, 3, 4, 5, 6, 7]);
  assert.deepEqual(selectBest(scores, [1, 2], 9, { direction: "largest" }), [1, 2]);
});

Deno.test({
  name: "selection is exact for any scores, candidates, segments and counts",
  ...quiet,
  fn: async () => {
    const value = fc.oneof(
      fc.constantFrom(0, -0, 1, -1, NaN, Infinity, -Infinity, 1e-42, -1e-42, 0.5),
      fc.float({ noNaN: true }),
      fc.integer({ min: -3, max: 3 }),
    );
    const segment = fc.record({ values: fc.array(value, { maxLength: 150 }), keep: fc.integer({ min: 0, max: 160 }) });
    const property = fc.asyncProperty(
      fc.array(segment, { minLength: 1, maxLength: 4 }),
      fc.constantFrom(...ORDERS),
      fc.integer({ min: 1, max: 9 }),
      async (segments, order, seed) => {
        const scores: number[] = [], ranges: SelectRange[] = [];
        segments.forEach(({ values }, segment) => {
          ranges.push({ first: scores.length, size: values.length, segment });
          scores.push(...values);
          while (scores.length % 32 !== 0) scores.push(7);
        });
        if (scores.length === 0) return;
        const draws = noise(scores.length, seed);
        const candidates = scores.map((_, i) => i).filter((i) => draws[i] < 0.6);
        const keep = segments.map(({ keep }) => keep);
        const made = { scores: Float32Array.from(scores), candidates, ranges, keep, order };
        assert.deepEqual(await select(made), expected(made));
      },
    );
    await fc.assert(property, { numRuns: 40, seed: 1 });
  },
});

Deno.test({
  name: "ranges of one segment compete, over many workgroups, and equal scores go by index",
  ...quiet,
  fn: async () => {
    const size = 70_000, scores = noise(size, 3).map((x) => Math.round(20 * x) / 20);
    const ranges = [{ first: 0, size: 20_001, segment: 0 }, { first: 20_032, size: 30_000, segment: 0 }, {
      first: 50_048,
      size: size - 50_048,
      segment: 1,
    }];
    const draws = noise(size, 4), candidates = [...scores.keys()].filter((i) => draws[i] < 0);
    for (const order of ORDERS) {
      const made = { scores, candidates, ranges, keep: [5003, 777], order };
      const chosen = await select(made);
      assert.deepEqual(chosen.map(({ length }) => length), [5003, 777]);
      assert.deepEqual(chosen, expected(made));
    }
  },
});

Deno.test({
  name: "sets are combined word by word",
  ...quiet,
  fn: async () => {
    const a = Uint32Array.of(0b1100, 0xffff0000, 1), b = Uint32Array.of(0b1010, 0x0ff00000, 0);
    const out = await runOps(({ recorder, input, output }) => {
      for (const operation of ["both", "without", "either"] as const) {
        recordCombineBits(recorder, 3, operation, { a: input(a), b: input(b), result: output(operation, 3) });
      }
    });
    assert.deepEqual([...words(out.both)], [0b1000, 0x0ff00000, 0]);
    assert.deepEqual([...words(out.without)], [0b0100, 0xf00f0000, 1]);
    assert.deepEqual([...words(out.either)], [0b1110, 0xffff0000, 1]);
  },
});

Deno.test({
  name: "random scores are the generator's numbers at the weights' places, products are products",
  ...quiet,
  fn: async () => {
    const size = 1001, seed = 2 ** 33 + 5, a = noise(64, 1), b = noise(64, 2);
    const out = await runOps(({ recorder, input, output }) => {
      recordRandomScores(recorder, size, { seed, layer: 3, turn: 7 }, output("random", size));
      recordProduct(recorder, 64, { a: input(a), b: input(b), scores: output("product", 64) });
    });
    const drawn = randomU32(seed, STREAM.score, 3, 7, size);
    assert.deepEqual(out.random, Float32Array.from(drawn, (word) => (word >>> 8) / 2 ** 24));
    assert.deepEqual(out.product, a.map((x, i) => x * b[i]));
  },
});

Deno.test({
  name:
    "blocks have the sums of their kept weights' scores, dense and packed, and selecting them selects their weights",
  ...quiet,
  fn: async () => {
    for (const shape of [[6, 5, 3, 3], [37, 19], [4, 3, 1, 1]]) {
      for (const block of [[4, 2], [8, 8], [1, 1]] as const) {
        const size = shape.reduce((a, b) => a * b), draws = noise(size, 7), [outputs, inputs] = shape;
        const mask = fromDense("m", shape, Array.from(draws, (x) => Number(x < -0.2)));
        const pattern = makePattern(mask, block), grid = blockGrid(shape, block), taps = size / (outputs * inputs);
        const unitOfWeight = (weight: number) => {
          const output = Math.floor(weight / (inputs * taps)), input = Math.floor(weight / taps) % inputs;
          const [outs, ins] = grid.block, column = Math.floor(input / ins);
          return (Math.floor(output / outs) * grid.blocks[1] + column) * taps + weight % taps;
        };
        const weights = slotIndices(pattern), area = grid.block[0] * grid.block[1];
        const storages = [
          { stored: undefined, weightOf: Uint32Array.from({ length: size }, (_, i) => i) },
          { stored: pattern.count, weightOf: weights },
        ];
        for (const { stored, weightOf } of storages) {
          const count = weightOf.length, offset = 64, unitOffset = 32;
          const units = unitCount({ shape, block, stored });
          const unitOf = weightOf.map((weight, i) =>
            stored === undefined ? unitOfWeight(weight) : Math.floor(i / area)
          );
          const kept = (i: number) => weightOf[i] !== NO_WEIGHT && keeps(mask, weightOf[i]);
          const chosen = (unit: number) => unit % 3 !== 1;
          const bits = (length: number, from: number, has: (i: number) => boolean) =>
            fromIndices("b", [from + length], [...Array(length).keys()].filter(has).map((i) => from + i)).bits;
          const keptBits = bits(count, offset, kept), scores = noise(offset + count, 9);
          const layer = { shape, block, stored, offset, unitOffset, scoresOffset: offset };
          const out = await runOps(({ recorder, input, output }) => {
            const zeros = (length: number) => new Float32Array(length);
            recordUnitScores(recorder, layer, true, {
              scores: input(scores),
              kept: input(keptBits),
              sums: output("sums", unitOffset + units, zeros(unitOffset + units)),
              candidates: output("candidates", 1 + Math.ceil(units / 32), zeros(1 + Math.ceil(units / 32))),
            });
            recordUnitBits(recorder, layer, count, {
              units: input(bits(units, unitOffset, chosen)),
              kept: input(keptBits),
              selected: output("selected", keptBits.length, zeros(keptBits.length)),
            });
          });
          const what = `[${shape}] in ${block}, ${stored === undefined ? "dense" : "packed"}`;
          const expected = unitScores({ unitOf, units }, scores.subarray(offset), kept, true);
          assertClose(out.sums.subarray(unitOffset), expected.sums, 1e-6, `${what}: sums`);
          const candidates = bits(units, unitOffset, (unit) => expected.candidates[unit]);
          assert.deepEqual(words(out.candidates), candidates, `${what}: blocks with weights`);
          const stay = unitBits({ unitOf, units }, chosen, kept);
          assert.deepEqual(words(out.selected), bits(count, offset, (i) => stay[i]), `${what}: weights`);
        }
      }
    }
  },
});
