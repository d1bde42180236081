/** The data path on the GPU against its reference: bytes in, augmented and normalised batches out. */
import { strict as assert } from "node:assert";
import type { BatchOptions } from "../../src/data/batch.ts";
import { type BatchSourceOptions, channelScale } from "../../src/data/batch_source.ts";
import { augmentation, type BatchPosition, referenceBatch } from "../../src/data/reference.ts";
import { UserError } from "../../src/errors.ts";
import { permutation } from "../../src/random/order.ts";
import { noise, quiet } from "../ops/gpu.ts";
import { assertBatches, batches, inFile, normalisationOf, randomSplit, type Shape } from "./batch_bench.ts";

const COUNT = 21;
const SEED = 3 * 2 ** 32 + 11;
const AUGMENTED: BatchOptions = { capacity: 12, first: 0, crop: 2, flip: true, seed: SEED, augment: true };

/** Sizes that are no multiple of 4, so that rows start in the middle of a word, and some that are. */
const SHAPES: Shape[] = [[3, 5, 7], [1, 6, 8], [3, 4, 3], [1, 9, 13]];

function sourceOf(shape: Shape, options: Partial<BatchSourceOptions> = {}): BatchSourceOptions {
  const splits = [randomSplit(shape, COUNT - 8), randomSplit(shape, 8, 2)];
  return { shape, splits, normalisation: normalisationOf(shape[0]), largestBatch: 12, ...options };
}

/** A whole epoch and the last, smaller batch of two more. */
const POSITIONS: BatchPosition[] = [0, 1, 5].flatMap((epoch) => {
  const order = permutation(SEED, epoch, COUNT);
  return [{ order, start: 0, count: 12, epoch }, { order, start: 12, count: 9, epoch }];
});

/** Bytes of a shard that holds so many images. */
const shard = (shape: Shape, images: number) => images * 4 * Math.ceil(shape[0] * shape[1] * shape[2] / 4) + 15;

for (const padding of ["zero", "reflect"] as const) {
  Deno.test({
    name: `cropped and mirrored batches are the reference's, padded by ${padding}`,
    ...quiet,
    fn: async () => {
      for (const shape of SHAPES) {
        const options = { ...AUGMENTED, padding };
        await assertBatches(sourceOf(shape), options, POSITIONS, `[${shape}]`);
      }
    },
  });
}

/** Plain crops for two shapes, of which one has a gap behind each image, and resized crops. */
const STORED = [
  { shape: SHAPES[0], size: undefined, resizedCrop: undefined },
  { shape: SHAPES[1], size: undefined, resizedCrop: undefined },
  { shape: SHAPES[0], size: 6, resizedCrop: { scale: [0.2, 1], ratio: [0.75, 4 / 3] } },
] as const;

Deno.test({
  name: "shards, files and streaming give the same bits as one buffer",
  ...quiet,
  fn: async () => {
    for (const { shape, size, resizedCrop } of STORED) {
      const options = { ...AUGMENTED, resizedCrop }, splits = sourceOf(shape).splits;
      const positions = POSITIONS.map(small), one = sourceOf(shape, { size });
      const whole = await assertBatches(one, options, positions, "one buffer");
      const others: Record<string, Partial<BatchSourceOptions>> = {
        "two shards": { shardBytes: shard(shape, 11) },
        "three shards": { shardBytes: shard(shape, 8) },
        "four shards": { shardBytes: shard(shape, 6) },
        files: { splits: [inFile(splits[0]), splits[1]] },
        "a ring": { placement: "stream", largestBatch: 10, shardBytes: shard(shape, 5) },
        "a ring of files": {
          placement: "stream",
          largestBatch: 8,
          shardBytes: shard(shape, 4),
          splits: splits.map(inFile),
        },
      };
      for (const [what, changed] of Object.entries(others)) {
        const found = await batches({ ...one, ...changed }, options, positions);
        found.forEach(({ batch }, i) => assert.deepEqual(batch, whole[i], `[${shape}], ${what}`));
      }
    }
  },
});

/** As much of a position as a small ring holds at once. */
const small = (position: BatchPosition) => ({ ...position, count: Math.min(position.count, 8) });

Deno.test({
  name: "a part of a batch is its columns from `first` on",
  ...quiet,
  fn: async () => {
    for (const augment of [true, false]) {
      for (const first of [4, 8, 12, 20]) {
        const options = { ...AUGMENTED, capacity: 8, first, padding: "reflect", augment } as const;
        const positions = [{ order: permutation(SEED, 2, COUNT), start: 3, count: 18, epoch: 2 }];
        await assertBatches(sourceOf(SHAPES[0]), options, positions, `first ${first}`);
        await assertBatches(sourceOf(SHAPES[0], { size: 4 }), options, positions, `first ${first}, resized`);
      }
    }
  },
});

Deno.test({
  name: "resized images and resized crops are the reference's, in training and in evaluation",
  ...quiet,
  fn: async () => {
    const crops = [undefined, { scale: [0.08, 1], ratio: [3 / 4, 4 / 3] }, { scale: [0.9, 1], ratio: [3, 4] }] as const;
    for (const shape of SHAPES) {
      for (const size of [undefined, 3, 11]) {
        for (const resizedCrop of crops) {
          for (const augment of [true, false]) {
            if (!size && !resizedCrop) continue;
            const options = { ...AUGMENTED, crop: 1, padding: "reflect", resizedCrop, augment } as const;
            const what = `[${shape}] to ${size}, ${augment ? "training" : "evaluation"}, ${resizedCrop?.scale}`;
            await assertBatches(sourceOf(shape, { size }), options, POSITIONS.slice(1, 3), what);
          }
        }
      }
    }
  },
});

Deno.test({
  name: "rows of a table are standardised numbers",
  ...quiet,
  fn: async () => {
    const shape = [5, 1, 1] as const;
    const splits = [13, 8].map((count, i) => ({
      images: noise(5 * count, i + 1) as Float32Array<ArrayBuffer>,
      labels: Uint16Array.from({ length: count }, (_, k) => 300 * k),
      count,
    }));
    const source = sourceOf(shape, { splits });
    const plain = { ...AUGMENTED, crop: 0, flip: false };
    const [batch] = await assertBatches(source, plain, POSITIONS, "table");
    const { mean, std } = source.normalisation, image = POSITIONS[0].order[0];
    const number = image < 13 ? splits[0].images[5 * image + 2] : splits[1].images[5 * (image - 13) + 2];
    assert.ok(Math.abs(batch[2 * 12] - (number - mean[2]) / std[2]) < 1e-6);
    const ring = { ...source, placement: "stream", largestBatch: 8, shardBytes: shard([5, 4, 1], 4) } as const;
    await assertBatches(ring, plain, POSITIONS.map(small), "ring");
    await assert.rejects(batches(source, AUGMENTED, []), /a table has no images to crop/);
    await assert.rejects(batches({ ...source, size: 4 }, plain, []), /a table has no images to resize/);
  },
});

Deno.test({
  name: "evaluation shows the images as they are",
  ...quiet,
  fn: async () => {
    const source = sourceOf(SHAPES[0]), [split] = source.splits;
    const order = Array.from({ length: COUNT }, (_, i) => i);
    const evaluation = { ...AUGMENTED, capacity: 8, augment: false };
    const [found] = await batches(source, evaluation, [{ order, start: 4, count: 8, epoch: 3 }]);
    const scale = channelScale(source.normalisation), plane = 35;
    found.batch.forEach((value, k) => {
      const n = k % 8, at = Math.floor(k / 8), c = Math.floor(at / plane);
      const byte = (split.images as Uint8Array)[(4 + n) * 3 * plane + at];
      assert.ok(Math.abs(value - (byte * scale[2 * c] + scale[2 * c + 1])) < 1e-6);
    });
    assert.deepEqual([...found.samples], order.slice(4, 12).flatMap((i) => [i, split.labels[i]]));
  },
});

Deno.test("normalised bytes are (byte / 255 − mean) / std", () => {
  const normalisation = normalisationOf(3), scale = channelScale(normalisation);
  for (const byte of [0, 100, 255]) {
    normalisation.mean.forEach((mean, c) => {
      const expected = (byte / 255 - mean) / normalisation.std[c];
      assert.ok(Math.abs(byte * scale[2 * c] + scale[2 * c + 1] - expected) < 1e-6);
    });
  }
});

Deno.test("padding: zero is black before normalisation, reflect mirrors without the edge", () => {
  const row = { images: Uint8Array.of(10, 20, 30, 40), labels: Uint8Array.of(0), count: 1 };
  const shape = [1, 1, 4] as const;
  const source = { shape, splits: [row], normalisation: { mean: [0], std: [1 / 255] } };
  const shown = (padding: "zero" | "reflect") => {
    const rows = new Set<string>();
    for (let epoch = 0; epoch < 200; epoch++) {
      const options = { ...AUGMENTED, capacity: 1, flip: false, padding };
      const { down } = augmentation(SEED, epoch, 0, options);
      if (down !== 0) continue;
      rows.add([...referenceBatch(source, options, { order: [0], start: 0, count: 1, epoch }).batch].join());
    }
    return [...rows].sort();
  };
  const middle = ["10,20,30,40"];
  assert.deepEqual(shown("zero"), [...middle, "0,0,10,20", "0,10,20,30", "20,30,40,0", "30,40,0,0"].sort());
  assert.deepEqual(shown("reflect"), [...middle, "30,20,10,20", "20,10,20,30", "20,30,40,30", "30,40,30,20"].sort());
});

Deno.test("augmentation is a function of seed, epoch and position, and covers all shifts and both sides", () => {
  const moves = (seed: number, epoch: number) =>
    Array.from({ length: 2000 }, (_, position) => augmentation(seed, epoch, position, AUGMENTED));
  const first = moves(SEED, 0);
  assert.deepEqual(first, moves(SEED, 0));
  assert.notDeepEqual(first, moves(SEED, 1));
  assert.notDeepEqual(first, moves(SEED + 1, 0));
  for (const key of ["down", "right"] as const) {
    assert.deepEqual([...new Set(first.map((move) => move[key]))].sort((a, b) => a - b), [-2, -1, 0, 1, 2]);
  }
  const mirrored = first.filter((move) => move.mirrored).length;
  assert.ok(Math.abs(mirrored - 1000) < 5 * Math.sqrt(500), `${mirrored} of 2000 mirrored`);
  assert.ok(!augmentation(SEED, 0, 1, { ...AUGMENTED, flip: false }).mirrored);
  // runs of earlier versions repeat: these numbers never change
  assert.deepEqual([0, 1, 2, 3].map((position) => Object.values(augmentation(1, 2, position, AUGMENTED))), PINNED);
});

const PINNED = [[0, 2, false], [1, -2, false], [0, 2, true], [1, 2, false]];

Deno.test({
  name: "a reflection larger than the image is refused",
  ...quiet,
  fn: async () => {
    const options = { ...AUGMENTED, crop: 5, padding: "reflect" } as const;
    const refused = (error: unknown) =>
      error instanceof UserError && /crop of 5 .* image of 5 pixels/.test(error.message);
    await assert.rejects(batches(sourceOf(SHAPES[0]), options, []), refused);
    await batches(sourceOf(SHAPES[0]), { ...options, crop: 4 }, []);
  },
});
