import { strict as assert } from "node:assert";
import { UserError } from "../../src/errors.ts";
import { gzip } from "../../src/formats/gzip.ts";
import { readIdx, readIdxPair, writeIdx } from "../../src/formats/idx.ts";

const IMAGES = { shape: [2, 2, 3], data: Uint8Array.from({ length: 12 }, (_, i) => 255 - i) };
const LABELS = { shape: [2], data: new Uint8Array([7, 1]) };

function refuses(read: () => unknown, pattern: RegExp): void {
  assert.throws(read, (error: unknown) => {
    assert(error instanceof UserError);
    assert.match(error.message, pattern);
    return true;
  });
}

Deno.test("idx: the bytes are those of MNIST's files", () => {
  const bytes = writeIdx(IMAGES);
  assert.deepEqual([...bytes.subarray(0, 16)], [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 3]);
  assert.deepEqual(readIdx(bytes, 3), IMAGES);
  assert.deepEqual([...writeIdx(LABELS)], [0, 0, 8, 1, 0, 0, 0, 2, 7, 1]);
  assert.deepEqual(readIdxPair(bytes, writeIdx(LABELS)), { images: IMAGES, labels: LABELS });
});

Deno.test("idx: every malformed file is refused with its reason", async () => {
  const bytes = writeIdx(IMAGES);
  refuses(
    () => readIdx(writeIdx(LABELS), 3, "x"),
    /^x is not an IDX file of 3-.* begin with 00 00 08 03 .* 00 00 08 01/,
  );
  refuses(() => readIdx(new Uint8Array(0), 3, "x"), /begins with nothing/);
  refuses(() => readIdx(bytes.subarray(0, 9), 3, "x"), /^x is cut off: an IDX header takes 16 bytes and it has 9/);
  refuses(() => readIdx(bytes.subarray(0, -1), 3, "x"), /^x is cut off: its shape \[2,2,3\] needs 12 bytes .* has 11/);
  refuses(() => readIdx(new Uint8Array([...bytes, 0]), 3, "x"), /^x has bytes after its end: .* needs 12 .* has 13/);
  refuses(() => readIdxPair(bytes, writeIdx({ shape: [3], data: new Uint8Array(3) }), "i", "l"), /i has 2 .* l has 3/);
  const packed = await gzip(bytes);
  assert.throws(() => readIdx(packed, 3, "x"), (error: UserError) => /unpack it/.test(error.hint ?? ""));
  assert.throws(() => writeIdx({ shape: [3], data: new Uint8Array(2) }), RangeError);
});
