import { strict as assert } from "node:assert";
import { UserError } from "../../src/errors.ts";
import { readSafetensors, type Tensor } from "../../src/formats/safetensors.ts";
import { readSealed, writeSealed } from "../../src/formats/sealed.ts";

const tensors = new Map<string, Tensor>([
  ["ä", { dtype: "F32", shape: [2], data: Float32Array.of(1, -0) }],
  ["b", { dtype: "U8", shape: [3], data: Uint8Array.of(1, 2, 3) }],
]);

Deno.test("a sealed file is read back, and is a safetensors file for everybody else", async () => {
  const bytes = await writeSealed(tensors, { format: "pt", note: "größer" });
  const read = await readSealed(bytes, "f");
  assert.deepEqual(read.metadata, { format: "pt", note: "größer" });
  assert.deepEqual(read.tensors, tensors);
  assert.deepEqual(readSafetensors(bytes).tensors, tensors);
  assert.deepEqual(await writeSealed(tensors, { note: "größer", format: "pt" }), bytes, "equal contents, equal bytes");
});

Deno.test("each flipped bit and each missing end is found", async () => {
  const bytes = await writeSealed(tensors, { note: "x" });
  for (let bit = 0; bit < 8 * bytes.length; bit++) {
    const flipped = bytes.slice();
    flipped[bit >> 3] ^= 1 << (bit & 7);
    await assert.rejects(
      readSealed(flipped, "file.x"),
      (error) => error instanceof UserError && /file\.x/.test(error.message),
    );
  }
  for (let length = 0; length < bytes.length; length++) {
    await assert.rejects(readSealed(bytes.slice(0, length), "file.x"), UserError);
  }
});
