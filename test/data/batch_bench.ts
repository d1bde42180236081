/** Batches as the device makes them, beside those of the reference: for the tests of the data path. */
import { strict as assert } from "node:assert";
import { type BatchOptions, recordBatch } from "../../src/data/batch.ts";
import { type BatchSourceOptions, createBatchSource } from "../../src/data/batch_source.ts";
import type { Split } from "../../src/data/dataset.ts";
import { type BatchPosition, referenceBatch } from "../../src/data/reference.ts";
import { Recorder } from "../../src/gpu/recorder.ts";
import { Runner } from "../../src/gpu/runner.ts";
import { randomU32, STREAM } from "../../src/random/philox.ts";
import { assertClose, assertPadding, stepBlock, testGpu } from "../ops/gpu.ts";

export type Shape = readonly [number, number, number];

/** Random pixels and labels up to 255, or as high as `classes`. */
export function randomSplit(shape: Shape, count: number, seed = 1, classes = 256): Split {
  const bytes = count * shape[0] * shape[1] * shape[2];
  const random = randomU32(seed, STREAM.init, 0, 0, bytes + count);
  return {
    images: Uint8Array.from(random.subarray(count)),
    labels: Uint16Array.from(random.subarray(0, count), (word) => word % classes),
    count,
  };
}

/** The same samples where they stay in a file: read one by one, counted. */
export function inFile(split: Split): Split & { reads: number } {
  const all = split.images as Uint8Array, bytes = all.length / split.count;
  const result = {
    ...split,
    reads: 0,
    images: {
      bytes,
      readInto: (index: number, target: Uint8Array) => {
        assert.equal(target.length, bytes);
        result.reads++;
        target.set(all.subarray(index * bytes, (index + 1) * bytes));
      },
      close: () => {},
    },
  };
  return result;
}

/** Unlike constants for each channel. */
export function normalisationOf(channels: number): { mean: number[]; std: number[] } {
  const of = (first: number, step: number) => Array.from({ length: channels }, (_, c) => first + step * c);
  return { mean: of(0.25, 0.25), std: of(0.2, 0.1) };
}

/** A source's batches of one program, one for each position. */
export async function batches(
  source: BatchSourceOptions,
  options: BatchOptions,
  positions: readonly BatchPosition[],
): Promise<{ batch: Float32Array; samples: Uint32Array }[]> {
  const gpu = await testGpu();
  const dataset = createBatchSource(gpu, source);
  const recorder = new Recorder(gpu.memory, gpu.kernels), runner = new Runner(gpu);
  const { batch, samples } = recordBatch(recorder, dataset, options);
  recorder.keep(batch);
  recorder.keep(samples);
  const list = recorder.finish();
  const found: { batch: Float32Array; samples: Uint32Array }[] = [];
  const size = dataset.shape.reduce((a, b) => a * b) * options.capacity;
  for (const { order, ...step } of positions) {
    dataset.setOrder(Uint32Array.from(order));
    dataset.provide(step.start, step.count);
    runner.submit(list, [stepBlock(step)]);
    const read = await runner.readFloats(list.locate(batch));
    const pairs = new Uint32Array(await runner.read(list.locate(samples)));
    found.push({ batch: read.slice(0, size), samples: pairs.slice(0, 2 * options.capacity) });
  }
  list.destroy();
  runner.destroy();
  dataset.destroy();
  return found;
}

/** Fails unless the device's batches are the reference's. */
export async function assertBatches(
  source: BatchSourceOptions,
  options: BatchOptions,
  positions: readonly BatchPosition[],
  what: string,
): Promise<Float32Array[]> {
  const found = await batches(source, options, positions);
  positions.forEach((position, i) => {
    const expected = referenceBatch(source, options, position);
    const label = `${what}, epoch ${position.epoch}, from ${position.start}`;
    assert.deepEqual(found[i].samples, expected.samples, label);
    assertClose(found[i].batch, expected.batch, 2e-6, label);
    const count = Math.max(0, Math.min(options.capacity, position.count - options.first));
    assertPadding(found[i].batch, { columns: options.capacity, count }, label);
  });
  return found.map(({ batch }) => batch);
}
