/** Where samples are on the device: shards, the ring, what does not fit and what does not belong together. */
import { strict as assert } from "node:assert";
import { type BatchSource, type BatchSourceOptions, createBatchSource } from "../../src/data/batch_source.ts";
import type { Split } from "../../src/data/dataset.ts";
import { GpuError, UserError } from "../../src/errors.ts";
import { dryGpu } from "../../src/gpu/dry.ts";
import { whole } from "../../src/gpu/memory.ts";
import { Runner } from "../../src/gpu/runner.ts";
import { permutation } from "../../src/random/order.ts";
import { quiet, testGpu } from "../ops/gpu.ts";
import { inFile, normalisationOf, randomSplit } from "./batch_bench.ts";

/** 15 bytes an image, 16 with the gap: 21 images. */
const SHAPE = [3, 1, 5] as const, COUNT = 21;
const split = randomSplit(SHAPE, COUNT);
const OPTIONS: BatchSourceOptions = {
  shape: SHAPE,
  splits: [split],
  normalisation: normalisationOf(3),
  largestBatch: 4,
};
/** Bytes of a shard of so many images. */
const shard = (images: number) => 16 * images + 15;

async function withSource(options: Partial<BatchSourceOptions>, act: (source: BatchSource) => Promise<void> | void) {
  const gpu = await testGpu(), before = gpu.memory.bytes;
  const source = createBatchSource(gpu, { ...OPTIONS, ...options });
  assert.equal(source.bytes, gpu.memory.bytes - before);
  try {
    await act(source);
  } finally {
    source.destroy();
  }
  assert.equal(gpu.memory.bytes, before, "everything is freed");
}

/** The images in the slots, without the gaps, as read back. */
async function slots({ samples }: BatchSource): Promise<number[][]> {
  const runner = new Runner(await testGpu());
  const found: number[][] = [];
  for (const buffer of samples.shards) {
    const bytes = new Uint8Array(await runner.read(whole(buffer)));
    for (let at = 0; at + 15 <= bytes.length; at += 16) found.push([...bytes.subarray(at, at + 15)]);
  }
  runner.destroy();
  return found;
}

const image = (i: number) => [...(split.images as Uint8Array).subarray(15 * i, 15 * i + 15)];

Deno.test({
  name: "samples lie in as few shards as they need, from memory or from a file",
  ...quiet,
  fn: async () => {
    for (const [images, shards] of [[100, 1], [21, 1], [20, 2], [7, 3], [6, 4]]) {
      for (const splits of [[split], [inFile(split)]]) {
        await withSource({ shardBytes: shard(images), splits }, async (source) => {
          assert.equal(source.samples.shards.length, shards);
          assert.equal(source.mostImages, Infinity);
          assert.deepEqual(await slots(source), Array.from({ length: COUNT }, (_, i) => image(i)));
          source.setOrder(Uint32Array.of(3, 1));
          source.provide(0, 2);
        });
      }
    }
  },
});

Deno.test({
  name: "a ring holds the latest positions of the order and reads each sample once",
  ...quiet,
  fn: async () => {
    const file = inFile(split);
    await withSource({ shardBytes: shard(2), splits: [file] }, async (source) => {
      assert.equal(source.samples.window, 8, "5 shards would be needed");
      assert.equal(source.mostImages, 4);
      const order = permutation(1, 0, COUNT);
      source.setOrder(order);
      const expected: number[][] = new Array(8).fill(new Array(15).fill(0));
      for (const [start, count] of [[0, 4], [4, 3], [7, 4], [11, 4], [15, 4], [19, 2]]) {
        source.provide(start, count);
        for (let p = start; p < start + count; p++) expected[p % 8] = image(order[p]);
        assert.deepEqual(await slots(source), expected, `positions ${start} to ${start + count - 1}`);
      }
      assert.equal(file.reads, COUNT);
      assert.throws(() => source.provide(0, 5), /5 images at once; at most 4/);
      assert.throws(() => source.provide(19, 3), /images 19 to 21 of an order of 21/);
    });
  },
});

Deno.test({
  name: "a ring has room for two batches, and no more slots than there are images",
  ...quiet,
  fn: async () => {
    await withSource({ placement: "stream" }, ({ samples, mostImages }) => {
      assert.equal(samples.window, COUNT);
      assert.equal(mostImages, COUNT);
    });
    // without a device: images of 48 MiB, of which 256 MiB hold five
    const split: Split = {
      images: { bytes: 3 * 2 ** 24, readInto: () => assert.fail("nothing is read yet"), close: () => {} },
      labels: new Uint16Array(50),
      count: 50,
    };
    const large = { ...OPTIONS, shape: [3, 4096, 4096], splits: [split] } as const;
    const gpu = dryGpu();
    assert.equal(createBatchSource(gpu, { ...large, largestBatch: 1 }).samples.window, 5);
    assert.equal(createBatchSource(gpu, { ...large, largestBatch: 4 }).samples.window, 8, "four bindings of two");
    assert.throws(() => createBatchSource(gpu, { ...large, largestBatch: 5 }), (error) => {
      assert.ok(error instanceof GpuError && error.kind === "out-of-memory");
      assert.match(error.message, /Two batches of 5 images need 480\.0 MiB, .* 4 times 128\.0 MiB/);
      assert.match(error.hint ?? "", /train\.batch/);
      return true;
    });
  },
});

Deno.test({
  name: "what cannot be on the device is refused with the reason",
  ...quiet,
  fn: async () => {
    const gpu = await testGpu(), before = gpu.memory.bytes;
    assert.throws(
      () => createBatchSource(gpu, { ...OPTIONS, placement: "device", shardBytes: shard(5) }),
      (error) => {
        assert.ok(error instanceof GpuError && error.kind === "out-of-memory");
        assert.match(error.message, /21 images need .* MiB.*binds at most 4 times/);
        assert.match(error.hint ?? "", /data\.placement/);
        return true;
      },
    );
    const table = { ...split, images: new Float32Array(15 * COUNT) };
    const refused = (splits: Split[], message: RegExp) =>
      assert.throws(
        () => createBatchSource(gpu, { ...OPTIONS, splits }),
        (error) => error instanceof UserError && message.test(error.message),
      );
    refused([split, table], /one part of the data set holds pixels and another one numbers/);
    refused([{ ...split, images: new Uint8Array(14 * COUNT) }], /14 bytes.*shape \[3,1,5\] has 15/);
    assert.equal(gpu.memory.bytes, before, "nothing is left on the device");
  },
});

Deno.test({
  name: "a file that fails in the middle says so at the step that needs it",
  ...quiet,
  fn: async () => {
    const readInto = (index: number, target: Uint8Array) => {
      if (index === 9) throw new UserError("pixels.bin: too short");
      target.set(image(index));
    };
    const file = { ...split, images: { bytes: 15, readInto, close: () => {} } };
    await withSource({ splits: [file], placement: "stream" }, (source) => {
      source.setOrder(Uint32Array.from({ length: COUNT }, (_, i) => i));
      source.provide(0, 9);
      assert.throws(() => source.provide(9, 4), /pixels\.bin: too short/);
    });
  },
});

Deno.test({
  name: "an order that does not fit the data set is refused",
  ...quiet,
  fn: () =>
    withSource({}, (source) => {
      assert.throws(() => source.setOrder(new Uint32Array(COUNT + 1)), RangeError);
      assert.throws(() => source.setOrder(Uint32Array.of(0, COUNT)), /image 21 of 21/);
      source.setOrder(Uint32Array.of(3)); // shorter is fine
    }),
});
