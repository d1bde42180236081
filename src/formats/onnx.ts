/**
 * ONNX models (https://onnx.ai/onnx/repo-docs/IR.html) of float32 tensors: what a graph is made of, and its bytes. Field
 * numbers are those of onnx/onnx.proto.
 */
import { ProtobufWriter } from "./protobuf.ts";

/** A constant of the graph. */
export interface OnnxTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** An attribute: a float is given as { float }, a whole number or a list of them as it is. */
export type OnnxAttribute = number | readonly number[] | { readonly float: number };

/** An operator with the names of what it reads and writes. */
export interface OnnxNode {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly output: string;
  readonly attributes?: Readonly<Record<string, OnnxAttribute>>;
}

/** An input or output of the graph: a size, or the name of one that is free. */
export interface OnnxValue {
  readonly name: string;
  readonly shape: readonly (number | string)[];
}

/** A model with one input and one output. */
export interface OnnxModel {
  readonly name: string;
  readonly producer: { readonly name: string; readonly version: string };
  readonly input: OnnxValue;
  readonly output: OnnxValue;
  readonly nodes: readonly OnnxNode[];
  readonly constants: readonly OnnxTensor[];
  readonly metadata: Readonly<Record<string, string>>;
}

/** Of the format, and of the operators: both old enough for every current runtime. */
const IR_VERSION = 8, OPSET = 13;
const FLOAT = 1;
const ATTRIBUTE = { float: 1, integer: 2, integers: 7 } as const;

/** The bytes of an `.onnx` file. */
export function encodeOnnx(model: OnnxModel): Uint8Array<ArrayBuffer> {
  const graph = new ProtobufWriter();
  model.nodes.forEach((node, i) => graph.message(1, encodeNode(node, i)));
  graph.text(2, model.name);
  for (const constant of model.constants) graph.message(5, encodeTensor(constant));
  graph.message(11, encodeValue(model.input)).message(12, encodeValue(model.output));
  const writer = new ProtobufWriter().integer(1, IR_VERSION).text(2, model.producer.name)
    .text(3, model.producer.version).message(7, graph)
    .message(8, new ProtobufWriter().text(1, "").integer(2, OPSET));
  for (const [key, value] of Object.entries(model.metadata)) {
    writer.message(14, new ProtobufWriter().text(1, key).text(2, value));
  }
  return writer.finish();
}

function encodeNode({ op, inputs, output, attributes = {} }: OnnxNode, index: number): ProtobufWriter {
  const writer = new ProtobufWriter();
  for (const name of inputs) writer.text(1, name);
  writer.text(2, output).text(3, `${op} ${index}`).text(4, op);
  for (const [name, value] of Object.entries(attributes)) writer.message(5, encodeAttribute(name, value));
  return writer;
}

function encodeAttribute(name: string, value: OnnxAttribute): ProtobufWriter {
  const writer = new ProtobufWriter().text(1, name);
  if (typeof value === "number") return writer.integer(3, value).integer(20, ATTRIBUTE.integer);
  if ("float" in value) return writer.float(2, value.float).integer(20, ATTRIBUTE.float);
  for (const one of value) writer.integer(8, one);
  return writer.integer(20, ATTRIBUTE.integers);
}

function encodeTensor({ name, shape, data }: OnnxTensor): ProtobufWriter {
  const writer = new ProtobufWriter();
  for (const size of shape) writer.integer(1, size);
  // the machine's byte order is the format's: little-endian on everything that runs WebGPU
  return writer.integer(2, FLOAT).text(8, name).bytes(9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
}

function encodeValue({ name, shape }: OnnxValue): ProtobufWriter {
  const dimensions = new ProtobufWriter();
  for (const size of shape) {
    const dimension = new ProtobufWriter();
    dimensions.message(1, typeof size === "number" ? dimension.integer(1, size) : dimension.text(2, size));
  }
  const tensor = new ProtobufWriter().integer(1, FLOAT).message(2, dimensions);
  return new ProtobufWriter().text(1, name).message(2, new ProtobufWriter().message(1, tensor));
}
