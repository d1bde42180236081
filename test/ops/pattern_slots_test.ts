/** Repacking on the device against plain TypeScript: packed and dense in every direction, the same bits. */
import { strict as assert } from "node:assert";
import type { Slice } from "../../src/gpu/memory.ts";
import { type BlockSize, NO_BLOCKS } from "../../src/masks/blocks.ts";
import { emptyMask, fromDense, fullMask, keeps, type Mask } from "../../src/masks/mask.ts";
import { makePattern, NO_WEIGHT, type Pattern } from "../../src/masks/pattern.ts";
import {
  recordCopyWords,
  recordKeptSlots,
  recordMarkWeights,
  recordRepack,
  recordSlots,
  recordSources,
  recordSpread,
  type SlotStorage,
} from "../../src/ops/pattern_slots.ts";
import { repack, storedWeights } from "../../src/ops/reference/repack.ts";
import { type Bench, noise, quiet, runOps } from "./gpu.ts";

const words = (floats: Float32Array) => new Uint32Array(floats.buffer, floats.byteOffset, floats.length);
const sizeOf = (shape: readonly number[]) => shape.reduce((product, n) => product * n, 1);

function randomMask(shape: number[], density: number, seed: number): Mask {
  return fromDense("w", shape, noise(sizeOf(shape), seed).map((x) => +(x < 2 * density - 1)));
}

interface Stored {
  readonly mask: Mask;
  readonly block?: BlockSize; // packed in blocks of this size; dense where it is left out
}

/** A storage with its pattern, and a bit for each slot. */
function lay({ input }: Bench, { mask, block }: Stored) {
  const pattern: Pattern | undefined = block && makePattern(mask, block);
  const weights = storedWeights(mask, pattern);
  const kept = fromDense(
    "slots",
    [Math.max(weights.length, 1)],
    Array.from(
      { length: Math.max(weights.length, 1) },
      (_, i) => +(i < weights.length && weights[i] !== NO_WEIGHT && keeps(mask, weights[i])),
    ),
  );
  const storage: SlotStorage = pattern
    ? {
      storage: "packed",
      block: pattern.block,
      rowStart: input(pattern.rowStart),
      entries: input(room(pattern.entries)),
    }
    : { storage: "dense" };
  return { pattern, weights, storage, kept: { bits: input(kept.bits), by: "slot" } as const };
}

/** A pattern's arrays lie in buffers with room for more, full of what was there before. */
function room(array: Uint32Array): Uint32Array {
  const larger = new Uint32Array(array.length + 9).fill(0x00000111);
  larger.set(array);
  return larger;
}

const OTHER: Record<string, (mask: Mask) => Mask> = {
  "half pruned": (mask) =>
    fromDense("w", mask.shape, noise(sizeOf(mask.shape), 5).map((x, i) => +(keeps(mask, i) && x < 0))),
  "dropped and grown": (mask) =>
    fromDense("w", mask.shape, noise(sizeOf(mask.shape), 6).map((x, i) => +(keeps(mask, i) ? x < 0.4 : x > 0.7))),
  "emptied": (mask) => emptyMask("w", mask.shape),
  "filled": (mask) => fullMask("w", mask.shape),
};

for (const [how, change] of Object.entries(OTHER)) {
  Deno.test({
    name: `repacking to a mask that is ${how} moves values as the reference does, in every storage and with new values`,
    ...quiet,
    fn: async () => {
      for (const shape of [[6, 5, 3, 3], [37, 19], [4, 3, 1, 1], [2, 2, 5, 7]]) {
        const mask = randomMask(shape, 0.4, 11), next = change(mask), size = sizeOf(shape);
        const storages: (BlockSize | undefined)[] = [undefined, NO_BLOCKS, [4, 2]];
        for (const from of storages) {
          for (const to of storages) {
            const old: Stored = { mask, block: from }, wanted: Stored = { mask: next, block: to };
            const fresh = noise(size, 3), expected: Record<string, Float32Array> = {};
            const out = await runOps((bench) => {
              const { recorder, input, output } = bench;
              const a = lay(bench, old), b = lay(bench, wanted);
              const values = noise(a.weights.length, 8), slots = b.weights.length;
              values.forEach((_, i) => {
                const weight = a.weights[i];
                if (weight === NO_WEIGHT || !keeps(mask, weight)) values[i] = 0;
              });
              const was = { mask, pattern: a.pattern, values }, is = { mask: next, pattern: b.pattern };
              expected.zero = repack(was, is);
              expected.fresh = repack(was, is, fresh);
              const kept = { bits: input(next.bits), by: "weight" } as const;
              // more slots than there are: the capacity is larger than the pattern
              const weights = recordSlots(recorder, shape, b.storage, slots + (to ? 5 : 0), kept);
              const sources = recordSources(recorder, shape, weights, slots, a.storage, a.kept);
              const stored: Slice = input(values.length > 0 ? values : new Float32Array(1));
              recordRepack(recorder, slots, { sources, old: stored, values: output("zero", slots) });
              const operands = { sources, old: stored, values: output("fresh", slots), fresh: input(fresh) };
              recordRepack(recorder, slots, operands);
              recordKeptSlots(recorder, slots, { weights, kept: output("kept", Math.ceil(slots / 32) + 3) }, {
                first: 1,
                words: Math.ceil(slots / 32) + 1,
              });
              recordMarkWeights(recorder, slots, next.bits.length, {
                weights,
                bits: output("marked", next.bits.length),
              });
              const own = recordSlots(recorder, shape, b.storage, slots, b.kept);
              recordCopyWords(recorder, { source: own, copy: output("own", slots) }, slots);
              const loaded = output("loaded", slots);
              recordRepack(recorder, slots, { sources: own, old: input(fresh), values: loaded });
              recordSpread(recorder, slots, size, { weights: own, values: loaded, dense: output("spread", size) });
              expected.weights = new Float32Array(
                b.weights.map((w) => w !== NO_WEIGHT && keeps(next, w) ? w : NO_WEIGHT),
              );
            });
            const what = `[${shape}] from ${from ?? "dense"} to ${to ?? "dense"}`;
            assert.deepEqual(out.zero.subarray(0, expected.zero.length), expected.zero, what);
            assert.deepEqual(out.fresh.subarray(0, expected.fresh.length), expected.fresh, `${what}, new values`);
            assert.deepEqual(words(out.marked), next.bits, `${what}, the mask of the slots`);
            assert.deepEqual(Float32Array.from(words(out.own)), expected.weights, `${what}, the weights of slots`);
            const masked = fresh.map((value, i) => keeps(next, i) ? value : 0);
            assert.deepEqual(out.spread, masked, `${what}, loaded and spread`);
            const kept = words(out.kept), bits = kept.map(() => 0);
            bits[0] = bits[bits.length - 1] = 0x40e00000; // the 7 that was there: these words are not the layer's
            expected.weights.forEach((weight, i) => bits[1 + (i >>> 5)] |= +(weight < 2 ** 31) << (i & 31));
            assert.deepEqual(kept, bits, `${what}, kept slots`);
          }
        }
      }
    },
  });
}
