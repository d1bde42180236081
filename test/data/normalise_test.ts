import { strict as assert } from "node:assert";
import { UserError } from "../../src/errors.ts";
import { measureNormalisation, resolveNormalisation } from "../../src/data/normalise.ts";

/** Three images of 2 channels and 1×2 pixels. */
const SPLIT = { images: new Uint8Array([0, 255, 51, 51, 102, 102, 0, 0, 255, 0, 51, 102]), count: 3 };
const SHAPE: [number, number, number] = [2, 1, 2];
const DATASET = { name: "tiny", shape: SHAPE, train: { ...SPLIT, labels: new Uint8Array(3) } };

function close(actual: number[], expected: number[]): void {
  assert.equal(actual.length, expected.length);
  actual.forEach((value, i) => assert(Math.abs(value - expected[i]) < 1e-15, `${actual} is not ${expected}`));
}

Deno.test("normalise: mean and deviation of each channel, on the scale 0 to 1", () => {
  const { mean, std } = measureNormalisation(SPLIT, SHAPE);
  close(mean, [(0 + 1 + 0.4 + 0.4 + 1 + 0) / 6, (0.2 + 0.2 + 0 + 0 + 0.2 + 0.4) / 6]);
  const deviation = (values: number[], m: number) =>
    Math.sqrt(values.reduce((sum, v) => sum + (v - m) ** 2, 0) / values.length);
  close(std, [deviation([0, 1, 0.4, 0.4, 1, 0], mean[0]), deviation([0.2, 0.2, 0, 0, 0.2, 0.4], mean[1])]);
});

Deno.test("normalise: only the chosen images count, their order does not", () => {
  const chosen = measureNormalisation(SPLIT, SHAPE, new Uint32Array([0, 2]));
  close(chosen.mean, [0.5, 0.25]);
  assert.deepEqual(measureNormalisation(SPLIT, SHAPE, [2, 0]), chosen);
  assert.throws(() => measureNormalisation(SPLIT, SHAPE, [3]), RangeError);
});

Deno.test("normalise: what cannot be normalised is one message", () => {
  assert.throws(() => measureNormalisation(SPLIT, SHAPE, []), UserError);
  assert.throws(() => measureNormalisation(SPLIT, SHAPE, [0]), (error: unknown) => {
    assert(error instanceof UserError);
    assert.match(error.message, /channel 1 has the same value/);
    return true;
  });
});

Deno.test("normalise: constants are taken as given, and must fit the channels", () => {
  const constants = { mean: [0.5, 0.5], std: [0.25, 0.5] };
  assert.deepEqual(resolveNormalisation(constants, DATASET), constants);
  assert.deepEqual(resolveNormalisation("train", DATASET, [0, 2]), measureNormalisation(SPLIT, SHAPE, [0, 2]));
  assert.throws(() => resolveNormalisation({ ...constants, mean: [0.5] }, DATASET), /mean has 1 numbers .* 2 channels/);
  assert.throws(() => resolveNormalisation({ ...constants, std: [0.5, 0] }, DATASET), /std must be above 0/);
  assert.throws(() => resolveNormalisation({ ...constants, mean: [0, NaN] }, DATASET), UserError);
});

Deno.test("normalise: images that stay in their file are measured like those in memory", () => {
  const read: number[] = [];
  const images = {
    bytes: 4,
    readInto: (index: number, target: Uint8Array) => {
      read.push(index);
      target.set(SPLIT.images.subarray(4 * index, 4 * index + 4));
    },
    close: () => {},
  };
  assert.deepEqual(
    measureNormalisation({ images, count: 3 }, SHAPE, [2, 0]),
    measureNormalisation(SPLIT, SHAPE, [2, 0]),
  );
  assert.deepEqual(read, [2, 0]);
});

Deno.test("normalise: a table is standardised a feature, and one that is the same everywhere becomes 0", () => {
  const rows = new Float32Array([1000001, 2, 0.1, 1000003, 4, 0.1, 7, 7, 7, 1000002, 6, 0.1]);
  const split = { images: rows, count: 4 };
  const { mean, std } = measureNormalisation(split, [3, 1, 1], [0, 1, 3]);
  close(mean, [1000002, 4, Math.fround(0.1)]);
  close(std, [Math.sqrt(2 / 3), Math.sqrt(8 / 3), 1]);
});

Deno.test("normalise: the paper's constants are those of the known sets alone", () => {
  const of = (name: string, channels: number) =>
    resolveNormalisation("paper", { ...DATASET, name, shape: [channels, 8, 8] });
  assert.deepEqual(of("cifar10", 3), { mean: [0.4914, 0.4822, 0.4465], std: [0.2023, 0.1994, 0.2010] });
  assert.deepEqual(of("mnist", 1), { mean: [0.1307], std: [0.3081] });
  assert.throws(() => of("tiny", 2), /the paper gives no constants for data set tiny/);
  assert.throws(() => of("constructor", 2), /the paper gives no constants/);
  assert.throws(() => of("cifar10", 1), /mean has 3 numbers .* 1 channels/);
});
