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
