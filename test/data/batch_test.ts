/** The data path on the GPU against its reference: bytes in, augmented and normalised batches out. */
import { strict as assert } from "node:assert";
import { type BatchOptions, channelScale, DeviceDataset, recordBatch } from "../../src/data/batch.ts";
import type { Split } from "../../src/data/dataset.ts";
import { augmentation, type BatchPosition, referenceBatch } from "../../src/data/reference.ts";
import { GpuError, UserError } from "../../src/errors.ts";
import type { Gpu } from "../../src/gpu/device.ts";
import { Recorder } from "../../src/gpu/recorder.ts";
import { Runner } from "../../src/gpu/runner.ts";
import { permutation } from "../../src/random/order.ts";
import { randomU32, STREAM } from "../../src/random/philox.ts";
import { assertClose, assertPadding, quiet, stepBlock, testGpu } from "../ops/gpu.ts";

/** Sizes that are no multiple of 4: an image starts in the middle of a word. */
const SHAPE = [3, 5, 7] as const;
const COUNT = 21;
const SEED = 3 * 2 ** 32 + 11;

const random = randomU32(1, STREAM.init, 0, 0, COUNT * 3 * 5 * 7 + COUNT);
const split: Split = {
  images: Uint8Array.from(random.subarray(COUNT)),
  labels: Uint8Array.from(random.subarray(0, COUNT)),
  count: COUNT,
};
const normalisation = { mean: [0.25, 0.5, 0.75], std: [0.2, 0.3, 0.4] };
const options = { split, shape: SHAPE, normalisation };

/** Batches of one program, one for each position. */
async function batches(batchOptions: BatchOptions, positions: BatchPosition[]) {
  const gpu = await testGpu();
  const dataset = new DeviceDataset(gpu, options);
  const recorder = new Recorder(gpu.memory, gpu.kernels), runner = new Runner(gpu);
  const { batch, samples } = recordBatch(recorder, dataset, batchOptions);
  recorder.keep(batch);
  recorder.keep(samples);
  const list = recorder.finish();
  const found: { batch: Float32Array; samples: Uint32Array }[] = [];
  for (const { order, ...step } of positions) {
    dataset.setOrder(Uint32Array.from(order));
    runner.submit(list, [stepBlock(step)]);
    const size = SHAPE[0] * SHAPE[1] * SHAPE[2] * batchOptions.capacity;
    const read = await runner.readFloats(list.locate(batch));
    const pairs = new Uint32Array(await runner.read(list.locate(samples)));
    found.push({ batch: read.subarray(0, size), samples: pairs.subarray(0, 2 * batchOptions.capacity) });
  }
  list.destroy();
  runner.destroy();
  dataset.destroy();
  return found;
}

const AUGMENTED = { capacity: 12, crop: 2, flip: true, seed: SEED, augment: true };

Deno.test({
  name: "cropped and mirrored batches of several epochs are the reference's, the last partial batch too",
  ...quiet,
  fn: async () => {
    const positions = [0, 1, 5].flatMap((epoch) => {
      const order = permutation(SEED, epoch, COUNT);
      return [{ order, start: 0, count: 12, epoch }, { order, start: 12, count: 9, epoch }];
    });
    const found = await batches(AUGMENTED, positions);
    positions.forEach((position, i) => {
      const expected = referenceBatch(options, AUGMENTED, position);
      const what = `epoch ${position.epoch}, from ${position.start}`;
      assertClose(found[i].batch, expected.batch, 1e-6, what);
      assert.deepEqual(found[i].samples, expected.samples, what);
      assertPadding(found[i].batch, { columns: 12, count: position.count }, what);
    });
  },
});

Deno.test({
  name: "evaluation shows the images as they are",
  ...quiet,
  fn: async () => {
    const order = Array.from({ length: COUNT }, (_, i) => i);
    const evaluation = { ...AUGMENTED, augment: false };
    const [found] = await batches(evaluation, [{ order, start: 4, count: 12, epoch: 3 }]);
    const scale = channelScale(normalisation), plane = SHAPE[1] * SHAPE[2];
    const expected = Float32Array.from(found.batch, (_, k) => {
      const n = k % 12, at = Math.floor(k / 12), c = Math.floor(at / plane);
      return split.images[(4 + n) * 3 * plane + at] * scale[2 * c] + scale[2 * c + 1];
    });
    assertClose(found.batch, expected, 1e-6, "batch");
    assert.deepEqual([...found.samples], order.slice(4, 16).flatMap((i) => [i, split.labels[i]]));
  },
});

Deno.test("normalised bytes are (byte / 255 − mean) / std", () => {
  const scale = channelScale(normalisation);
  for (const byte of [0, 100, 255]) {
    normalisation.mean.forEach((mean, c) => {
      const expected = (byte / 255 - mean) / normalisation.std[c];
      assert.ok(Math.abs(byte * scale[2 * c] + scale[2 * c + 1] - expected) < 1e-6);
    });
  }
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
});

Deno.test({
  name: "an order that does not fit the data set is refused",
  ...quiet,
  fn: async () => {
    const gpu = await testGpu(), { memory } = gpu;
    const before = memory.bytes;
    const dataset = new DeviceDataset(gpu, options);
    assert.throws(() => dataset.setOrder(new Uint32Array(COUNT + 1)), RangeError);
    assert.throws(() => dataset.setOrder(Uint32Array.of(0, COUNT)), /image 21 of 21/);
    dataset.setOrder(Uint32Array.of(3)); // shorter is fine
    dataset.destroy();
    assert.equal(memory.bytes, before);
  },
});

Deno.test({
  name: "too many classes and too many images are refused with the reason",
  ...quiet,
  fn: async () => {
    const gpu = await testGpu();
    const labels = Uint16Array.from({ length: COUNT }, (_, i) => 240 + i);
    assert.throws(
      () => new DeviceDataset(gpu, { ...options, split: { ...split, labels } }),
      (error) => error instanceof UserError && /above 255.*256 classes/.test(error.message),
    );
    const limits = { ...gpu.device.limits, maxStorageBufferBindingSize: 2 ** 10 };
    const small = { ...gpu, memory: gpu.memory, device: { limits } as GPUDevice } as Gpu;
    assert.throws(() => new DeviceDataset(small, options), (error) => {
      assert.ok(error instanceof GpuError);
      assert.equal(error.kind, "out-of-memory");
      assert.match(error.message, /21 images need .* MiB.*binds at most/);
      assert.match(error.hint ?? "", /data\.limit/);
      return true;
    });
  },
});
