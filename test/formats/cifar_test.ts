import { strict as assert } from "node:assert";
import { UserError } from "../../src/errors.ts";
import { CIFAR_PIXELS, readCifar } from "../../src/formats/cifar.ts";

const TEN = { labelBytes: 1, classes: 10 } as const;
const HUNDRED = { labelBytes: 2, classes: 100, coarseClasses: 20 } as const;

/** Records whose pixels tell record and place. */
function records(labels: readonly (readonly number[])[]): Uint8Array {
  return new Uint8Array(
    labels.flatMap((label, i) => [...label, ...Array.from({ length: CIFAR_PIXELS }, (_, k) => (31 * i + k) % 251)]),
  );
}

function refuses(act: () => unknown, pattern: RegExp): void {
  assert.throws(act, (error: unknown) => error instanceof UserError && pattern.test(error.message));
}

Deno.test("CIFAR: labels and planes of both versions; of two labels the fine one", () => {
  const ten = readCifar(records([[3], [9], [0]]), TEN, "data_batch_1.bin");
  assert.deepEqual([...ten.labels], [3, 9, 0]);
  assert.equal(ten.pixels.length, 3 * 3072);
  const hundred = readCifar(records([[19, 99], [0, 7]]), HUNDRED, "train.bin");
  assert.deepEqual([...hundred.labels], [99, 7]);
  for (const { pixels, labels } of [ten, hundred]) {
    labels.forEach((_, i) => {
      for (const k of [0, 1023, 1024, 3071]) assert.equal(pixels[i * CIFAR_PIXELS + k], (31 * i + k) % 251);
    });
  }
});

Deno.test("CIFAR: cut off records and labels out of range name file, record and range", () => {
  const whole = records([[3], [9]]);
  refuses(() => readCifar(whole.slice(0, -1), TEN, "x.bin"), /^x\.bin is cut off .* its 6145 bytes .* records of 3073/);
  refuses(() => readCifar(new Uint8Array(), TEN, "x.bin"), /its 0 bytes/);
  refuses(() => readCifar(whole, HUNDRED, "x.bin"), /records of 3074/);
  refuses(() => readCifar(records([[1], [10]]), TEN, "x.bin"), /^x\.bin: record 1 has the label 10, expected 0 to 9$/);
  refuses(() => readCifar(records([[0, 100]]), HUNDRED, "x.bin"), /record 0 has the label 100, expected 0 to 99/);
  refuses(() => readCifar(records([[20, 1]]), HUNDRED, "x.bin"), /record 0 has the coarse label 20, expected 0 to 19/);
});
