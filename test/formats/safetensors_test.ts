import { strict as assert } from "node:assert";
import { UserError } from "../../src/errors.ts";
import { readSafetensors, type Tensor, writeSafetensors } from "../../src/formats/safetensors.ts";

const EVERY_DTYPE: Record<string, Tensor> = {
  "f32": { dtype: "F32", shape: [2, 3], data: new Float32Array([1, -2.5, 3e-8, Infinity, -0, 7]) },
  "f64": { dtype: "F64", shape: [2], data: new Float64Array([Math.PI, -1e300]) },
  "f16": { dtype: "F16", shape: [2], data: new Uint16Array([0x3c00, 0xc000]) },
  "i64": { dtype: "I64", shape: [2], data: new BigInt64Array([-5n, 2n ** 40n]) },
  "i32": { dtype: "I32", shape: [1, 2], data: new Int32Array([-7, 2 ** 30]) },
  "u32": { dtype: "U32", shape: [1], data: new Uint32Array([4294967295]) },
  "i16": { dtype: "I16", shape: [1], data: new Int16Array([-300]) },
  "u16": { dtype: "U16", shape: [1], data: new Uint16Array([65535]) },
  "u8": { dtype: "U8", shape: [3], data: new Uint8Array([0, 128, 255]) },
  "bool": { dtype: "BOOL", shape: [2], data: new Uint8Array([1, 0]) },
  "scalar": { dtype: "F32", shape: [], data: new Float32Array([42]) },
  "empty": { dtype: "F32", shape: [0, 4], data: new Float32Array(0) },
};

/** A file from a header as text: for headers that the writer would never make. */
function file(header: string, data: number[] = []): Uint8Array {
  const json = new TextEncoder().encode(header);
  const bytes = new Uint8Array(8 + json.length + data.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true);
  bytes.set(json, 8);
  bytes.set(data, 8 + json.length);
  return bytes;
}

function refuses(bytes: Uint8Array, pattern: RegExp): void {
  assert.throws(() => readSafetensors(bytes, "weights.safetensors"), (error: unknown) => {
    assert(error instanceof UserError);
    assert.match(error.message, /^weights\.safetensors is not a valid safetensors file: /);
    assert.match(error.message, pattern);
    return true;
  });
}

Deno.test("safetensors: every dtype comes back as it was written", () => {
  const metadata = { seed: "1", "weiß": 'ä "quoted"\n' };
  const { tensors, metadata: found } = readSafetensors(writeSafetensors(EVERY_DTYPE, metadata));
  assert.deepEqual(found, metadata);
  assert.deepEqual(Object.fromEntries(tensors), EVERY_DTYPE);
});

Deno.test("safetensors: bytes do not depend on the order given, the header is a multiple of 8, data is aligned", () => {
  const forward = writeSafetensors(EVERY_DTYPE, { a: "1", b: "2" });
  const backward = writeSafetensors(new Map(Object.entries(EVERY_DTYPE).reverse()), { b: "2", a: "1" });
  assert.deepEqual(forward, backward);
  const length = Number(new DataView(forward.buffer).getBigUint64(0, true));
  assert.equal(length % 8, 0);
  const header = JSON.parse(new TextDecoder().decode(forward.subarray(8, 8 + length)));
  for (const [name, { data }] of Object.entries(EVERY_DTYPE)) {
    assert.equal(header[name].data_offsets[0] % data.BYTES_PER_ELEMENT, 0, name);
  }
});

Deno.test("safetensors: names that look like indices or prototypes are ordinary names", () => {
  const one: Tensor = { dtype: "U8", shape: [1], data: new Uint8Array([1]) };
  const names = ["10", "2", "__proto__", "constructor"];
  const { tensors } = readSafetensors(writeSafetensors(new Map(names.map((name) => [name, one]))));
  assert.deepEqual([...tensors.keys()], names);
});

Deno.test("safetensors: reads from the middle of a larger buffer, at any alignment", () => {
  const bytes = writeSafetensors({ x: EVERY_DTYPE.f32 });
  const larger = new Uint8Array(bytes.length + 3);
  larger.set(bytes, 3);
  assert.deepEqual(readSafetensors(larger.subarray(3)).tensors.get("x"), EVERY_DTYPE.f32);
  const odd = file(
    '{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"b":{"dtype":"U16","shape":[1],"data_offsets":[1,3]}}',
    [9, 1, 2],
  );
  assert.deepEqual(readSafetensors(odd).tensors.get("b")?.data, new Uint16Array([0x0201]));
});

Deno.test("safetensors: an empty file of tensors is valid", () => {
  assert.deepEqual(readSafetensors(writeSafetensors({})), { metadata: {}, tensors: new Map() });
});

Deno.test("safetensors: every malformed file is refused with its reason", () => {
  const entry = (dtype: string, shape: string, from: number, to: number) =>
    `{"dtype":"${dtype}","shape":${shape},"data_offsets":[${from},${to}]}`;
  refuses(new Uint8Array(5), /5 bytes/);
  refuses(new Uint8Array([255, 255, 255, 255, 255, 255, 255, 255, 1]), /header of 18446744073709551615 bytes/);
  refuses(writeSafetensors({ x: EVERY_DTYPE.f32 }).subarray(0, 40), /announces a header/);
  refuses(writeSafetensors({ x: EVERY_DTYPE.f32 }).subarray(0, -1), /take 24 bytes and 23 follow/);
  refuses(file("{"), /not JSON/);
  refuses(file('{"a":"\xff"}').map((byte, i) => i > 8 && byte === 0xc3 ? 0xff : byte), /not JSON in UTF-8/);
  refuses(file("[]"), /not a JSON object/);
  refuses(file(`{"a":${entry("U8", "[1]", 0, 1)},"\\u0061":${entry("U8", "[1]", 0, 1)}}`, [1]), /"a" twice/);
  refuses(file(`{"a":{"dtype":"U8","dtype":"U8","shape":[1],"data_offsets":[0,1]}}`, [1]), /"dtype" twice/);
  refuses(file(`{"a":${entry("BF16", "[1]", 0, 2)}}`, [1, 2]), /tensor a has dtype "BF16"; supported are F64/);
  refuses(file(`{"a":${entry("toString", "[1]", 0, 2)}}`, [1, 2]), /dtype "toString"/);
  refuses(file(`{"a":${entry("U8", "[-1]", 0, 1)}}`, [1]), /no shape of whole numbers/);
  refuses(file(`{"a":${entry("U8", "[1.5]", 0, 1)}}`, [1]), /no shape of whole numbers/);
  refuses(file(`{"a":${entry("U8", "[1]", 1, 0)}}`, [1]), /begin <= end/);
  refuses(file(`{"a":${entry("F32", "[2]", 0, 4)}}`, [0, 0, 0, 0]), /tensor a, F32 \[2\], needs 8 bytes and .* give 4/);
  refuses(file(`{"a":${entry("U8", "[2]", 0, 2)},"b":${entry("U8", "[2]", 1, 3)}}`, [1, 2, 3]), /tensor b overlaps/);
  refuses(
    file(`{"a":${entry("U8", "[1]", 0, 1)},"b":${entry("U8", "[1]", 2, 3)}}`, [1, 2, 3]),
    /tensor b leaves a gap/,
  );
  refuses(file(`{"a":${entry("U8", "[1]", 0, 1)}}`, [1, 2]), /take 1 bytes and 2 follow/);
  refuses(file(`{"a":7}`), /tensor a is not described/);
  refuses(file(`{"__metadata__":{"a":7}}`), /entry "a" is not a string/);
  refuses(file(`{"__metadata__":[]}`), /__metadata__ is not an object/);
});

Deno.test("safetensors: the writer refuses data that do not fill their shape", () => {
  assert.throws(() => writeSafetensors({ x: { dtype: "F32", shape: [3], data: new Float32Array(2) } }), RangeError);
  assert.throws(() => writeSafetensors({ __metadata__: EVERY_DTYPE.u8 }), RangeError);
});
