/** A few samples as a split of their own: from memory, from files, of tables. */
import { strict as assert } from "node:assert";
import type { Split } from "../../src/data/dataset.ts";
import { takeSamples } from "../../src/data/take_samples.ts";

const bytes = (count: number, from: number): Split => ({
  images: Uint8Array.from({ length: 2 * count }, (_, i) => from + i),
  labels: Uint8Array.from({ length: count }, (_, i) => from + i),
  count,
});

Deno.test("samples are numbered over all splits, and may lie in files", () => {
  const first = bytes(3, 0), second = bytes(2, 100), memory = second.images as Uint8Array<ArrayBuffer>;
  const file: Split = {
    ...second,
    images: { bytes: 2, readInto: (i, target) => target.set(memory.subarray(2 * i, 2 * i + 2)), close: () => {} },
  };
  for (const splits of [[first, second], [first, file]]) {
    const { images, labels, count } = takeSamples(splits, [4, 0, 2], 2);
    assert.deepEqual([...images as Uint8Array], [102, 103, 0, 1, 4, 5]);
    assert.deepEqual([...labels], [101, 0, 2]);
    assert.equal(count, 3);
    assert.throws(() => takeSamples(splits, [5], 2), RangeError);
  }
});

Deno.test("rows of a table stay numbers", () => {
  const table: Split = { images: Float32Array.of(0.5, 1.5, -2, 3), labels: Uint16Array.of(7, 300), count: 2 };
  const { images, labels } = takeSamples([table], [1, 0], 2);
  assert.deepEqual(images, Float32Array.of(-2, 3, 0.5, 1.5));
  assert.deepEqual([...labels], [300, 7]);
});
