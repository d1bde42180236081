import { strict as assert } from "node:assert";
import fc from "fast-check";
import { UserError } from "../../src/errors.ts";
import { matchMasks, readMasks, type StoredMask, writeMasks } from "../../src/formats/masks.ts";
import { readSafetensors, type Tensor, writeSafetensors } from "../../src/formats/safetensors.ts";

function maskOf(name: string, shape: number[], keeps: (i: number) => boolean): StoredMask {
  const weights = shape.reduce((total, extent) => total * extent, 1);
  const bits = new Uint32Array(Math.ceil(weights / 32));
  let nnz = 0;
  for (let i = 0; i < weights; i++) {
    if (!keeps(i)) continue;
    bits[i >>> 5] |= 1 << (i & 31);
    nnz++;
  }
  return { name, shape, bits, nnz };
}

const CONV = maskOf("conv1.weight", [3, 1, 3, 3], (i) => i % 3 === 0);
const LINEAR = maskOf("fc.weight", [10, 7], (i) => i % 2 === 1);

function refuses(act: () => unknown, pattern: RegExp): void {
  assert.throws(act, (error: unknown) => {
    assert(error instanceof UserError);
    assert.match(error.message, pattern);
    return true;
  });
}

Deno.test("masks: bits, shapes, counts and metadata come back, whatever the order they were given in", () => {
  const bytes = writeMasks([LINEAR, CONV], { seed: "3" });
  assert.deepEqual(bytes, writeMasks([CONV, LINEAR], { seed: "3" }));
  assert.deepEqual(readMasks(bytes), { masks: [CONV, LINEAR], metadata: { seed: "3" } });
});

Deno.test("masks: on file they are U8, lowest bit first", () => {
  const { tensors, metadata } = readSafetensors(writeMasks([maskOf("w", [10], (i) => i === 1 || i === 8)]));
  assert.deepEqual(tensors.get("w.mask"), { dtype: "U8", shape: [2], data: new Uint8Array([0b10, 0b1]) });
  assert.deepEqual(metadata, { "w.shape": "[10]" });
});

Deno.test("masks: any mask survives the file", () => {
  fc.assert(fc.property(fc.array(fc.boolean(), { minLength: 1, maxLength: 200 }), (kept) => {
    const mask = maskOf("w", [kept.length], (i) => kept[i]);
    assert.deepEqual(readMasks(writeMasks([mask])).masks, [mask]);
  }));
});

Deno.test("masks: files that are no mask files are refused", () => {
  const u8 = (length: number, last = 0): Tensor => {
    const data = new Uint8Array(length);
    data[length - 1] = last;
    return { dtype: "U8", shape: [length], data };
  };
  const weights: Tensor = { dtype: "F32", shape: [1], data: new Float32Array(1) };
  const read = (tensors: Record<string, Tensor>, metadata = {}) => () =>
    readMasks(writeSafetensors(tensors, metadata), "m");
  refuses(read({ "w": weights }), /^m is not a mask file: tensor w is F32 \[1\], expected U8/);
  refuses(read({ "w.mask": u8(1) }), /metadata w\.shape must be .*: it is missing/);
  refuses(read({ "w.mask": u8(1) }, { "w.shape": "3x3" }), /found "3x3"/);
  refuses(read({ "w.mask": u8(1) }, { "w.shape": "[0]" }), /w\.shape must be/);
  refuses(read({ "w.mask": u8(1) }, { "w.shape": "[3,3]" }), /mask of w has 1 bytes .* \[3, 3\] needs 2/);
  refuses(read({ "w.mask": u8(2, 2) }, { "w.shape": "[3,3]" }), /bits set after its last weight/);
  assert.doesNotThrow(read({ "w.mask": u8(2, 1) }, { "w.shape": "[3,3]" }));
  refuses(() => readMasks(new Uint8Array(3), "m"), /^m is not a valid safetensors file/);
  assert.throws(() => writeMasks([CONV, CONV]), RangeError);
  assert.throws(() => writeMasks([{ ...CONV, shape: [3, 3, 3, 3] }]), RangeError);
});

Deno.test("masks: they are matched to the layers by name and shape", () => {
  const layers = [{ name: "fc.weight", shape: [10, 7] }, { name: "conv1.weight", shape: [3, 1, 3, 3] }];
  assert.deepEqual(matchMasks([CONV, LINEAR], layers), [LINEAR, CONV]);
  refuses(
    () => matchMasks([CONV, LINEAR], [layers[0], { name: "conv1.weight", shape: [6, 1, 3, 3] }], "m.safetensors"),
    /^m\.safetensors does not fit the model: the mask of conv1\.weight has shape \[3, 1, 3, 3\] and .* has \[6, 1, 3, 3\]$/,
  );
  refuses(() => matchMasks([CONV], layers), /no mask for fc\.weight \[10, 7\]/);
  refuses(
    () => matchMasks([CONV, LINEAR], [layers[1]]),
    /a mask for fc\.weight \[10, 7\], which the model does not mask/,
  );
  refuses(() => matchMasks([CONV], [layers[0]]), /\(and 1 more that do not fit\)/);
});
