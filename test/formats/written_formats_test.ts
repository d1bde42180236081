import { strict as assert } from "node:assert";
import { encodeOnnx } from "../../src/formats/onnx.ts";
import { ProtobufWriter } from "../../src/formats/protobuf.ts";
import { encodeEvents, maskedCrc } from "../../src/formats/tfevents.ts";

type Field = { field: number; value: bigint | Uint8Array };

/** The fields of a message, read apart from the writer. */
function fieldsOf(bytes: Uint8Array): Field[] {
  const fields: Field[] = [], view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let at = 0;
  const varint = () => {
    let value = 0n, shift = 0n;
    for (;;) {
      const byte = bytes[at++];
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 128) return value;
      shift += 7n;
    }
  };
  while (at < bytes.length) {
    const tag = Number(varint()), field = tag >> 3, wire = tag & 7;
    if (wire === 0) fields.push({ field, value: varint() });
    else if (wire === 2) {
      const length = Number(varint());
      fields.push({ field, value: bytes.slice(at, at += length) });
    } else if (wire === 1) fields.push({ field, value: view.getBigUint64((at += 8) - 8, true) });
    else fields.push({ field, value: bytes.slice(at, at += 4) });
  }
  return fields;
}

const text = (value: unknown) => new TextDecoder().decode(value as Uint8Array);
const all = (fields: Field[], field: number) => fields.filter((one) => one.field === field).map(({ value }) => value);

Deno.test("protocol buffers: the documentation's own examples", () => {
  // https://protobuf.dev/programming-guides/encoding: 150 in field 1, "testing" in field 2, −2 in ten bytes
  assert.deepEqual([...new ProtobufWriter().integer(1, 150).finish()], [0x08, 0x96, 0x01]);
  assert.deepEqual([...new ProtobufWriter().text(2, "testing").finish()], [
    0x12,
    7,
    ...new TextEncoder().encode("testing"),
  ]);
  const minus = [...new ProtobufWriter().integer(1, -2).finish()];
  assert.deepEqual(minus, [0x08, 0xfe, ...new Array(8).fill(0xff), 0x01]);
});

Deno.test("event files: records with TensorFlow's checksums, histograms that count every value", () => {
  // CRC-32C of "123456789" is e3069283 (RFC 3720, B.4); TensorFlow's mask rotates it and adds a constant
  const crc = 0xe3069283;
  assert.equal(maskedCrc(new TextEncoder().encode("123456789")), (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0);
  const values = Float32Array.from({ length: 1000 }, (_, i) => Math.sin(i));
  const bytes = encodeEvents([{
    step: 300,
    wallTime: 1.5e9,
    values: [{ kind: "scalar", tag: "loss", value: 0.5 }, { kind: "histogram", tag: "w", values }],
  }]);
  const view = new DataView(bytes.buffer), records: Uint8Array[] = [];
  for (let at = 0; at < bytes.length;) {
    const length = Number(view.getBigUint64(at, true));
    assert.equal(view.getUint32(at + 8, true), maskedCrc(bytes.subarray(at, at + 8)));
    records.push(bytes.slice(at + 12, at + 12 + length));
    assert.equal(view.getUint32(at + 12 + length, true), maskedCrc(records.at(-1)!));
    at += 16 + length;
  }
  assert.equal(records.length, 2);
  assert.equal(text(all(fieldsOf(records[0]), 3)[0]), "brain.Event:2");
  const event = fieldsOf(records[1]);
  assert.equal(all(event, 2)[0], 300n);
  const [scalar, histogram] = all(fieldsOf(all(event, 5)[0] as Uint8Array), 1).map((value) =>
    fieldsOf(value as Uint8Array)
  );
  assert.equal(text(all(scalar, 1)[0]), "loss");
  assert.deepEqual([...all(scalar, 2)[0] as Uint8Array], [0, 0, 0, 0x3f]);
  const counts = all(fieldsOf(all(histogram, 5)[0] as Uint8Array), 7)[0] as Uint8Array;
  assert.equal(new Float64Array(counts.slice().buffer).reduce((a, b) => a + b), 1000);
});

Deno.test("ONNX: operators, attributes, constants and sizes are where onnx.proto has them", () => {
  const bytes = encodeOnnx({
    name: "net",
    producer: { name: "startsparse", version: "0" },
    input: { name: "x", shape: ["N", 2] },
    output: { name: "y", shape: ["N", 3] },
    nodes: [{ op: "Gemm", inputs: ["x", "w"], output: "y", attributes: { transB: 1, alpha: { float: 1 } } }],
    constants: [{ name: "w", shape: [3, 2], data: Float32Array.of(1, 2, 3, 4, 5, 6) }],
    metadata: { key: "value" },
  });
  const model = fieldsOf(bytes), graph = fieldsOf(all(model, 7)[0] as Uint8Array);
  assert.equal(all(fieldsOf(all(model, 8)[0] as Uint8Array), 2)[0], 13n);
  const node = fieldsOf(all(graph, 1)[0] as Uint8Array);
  assert.deepEqual([...all(node, 1), ...all(node, 2)].map(text), ["x", "w", "y"]);
  assert.equal(text(all(node, 4)[0]), "Gemm");
  const attributes = all(node, 5).map((value) => fieldsOf(value as Uint8Array));
  assert.deepEqual(attributes.map((fields) => [text(all(fields, 1)[0]), all(fields, 20)[0]]), [["transB", 2n], [
    "alpha",
    1n,
  ]]);
  const constant = fieldsOf(all(graph, 5)[0] as Uint8Array);
  assert.deepEqual(all(constant, 1), [3n, 2n]);
  assert.deepEqual([...new Float32Array((all(constant, 9)[0] as Uint8Array).slice().buffer)], [1, 2, 3, 4, 5, 6]);
  assert.equal(text(all(fieldsOf(all(graph, 11)[0] as Uint8Array), 1)[0]), "x");
});
