/**
 * The safetensors format (https://github.com/huggingface/safetensors): 8 bytes of little-endian header length, a JSON
 * header that gives each tensor's dtype, shape and byte range, then the bytes of all tensors without gaps.
 *
 * Typed arrays are read and written in the machine's byte order, which is little-endian on everything that runs WebGPU.
 */
import { UserError } from "../errors.ts";
import { duplicateJsonKey } from "./json_keys.ts";

/** The typed array that holds the values of each supported dtype. F16 is kept as its 16 bits, BOOL as bytes 0 or 1. */
export interface DtypeArrays<B extends ArrayBufferLike = ArrayBuffer> {
  F64: Float64Array<B>;
  I64: BigInt64Array<B>;
  F32: Float32Array<B>;
  I32: Int32Array<B>;
  U32: Uint32Array<B>;
  F16: Uint16Array<B>;
  I16: Int16Array<B>;
  U16: Uint16Array<B>;
  U8: Uint8Array<B>;
  BOOL: Uint8Array<B>;
}

/** Name of a supported element type, as the file spells it. */
export type Dtype = keyof DtypeArrays;

/** A tensor: `data` is row-major and holds as many elements as the product of `shape` (1 for the scalar shape `[]`). */
export type Tensor<B extends ArrayBufferLike = ArrayBuffer> = {
  [D in Dtype]: { dtype: D; shape: number[]; data: DtypeArrays<B>[D] };
}[Dtype];

/** What a safetensors file holds. `tensors` is in the order of the data in the file. */
export interface SafetensorsFile {
  metadata: Record<string, string>;
  tensors: Map<string, Tensor>;
}

const ARRAYS = {
  F64: Float64Array,
  I64: BigInt64Array,
  F32: Float32Array,
  I32: Int32Array,
  U32: Uint32Array,
  F16: Uint16Array,
  I16: Int16Array,
  U16: Uint16Array,
  U8: Uint8Array,
  BOOL: Uint8Array,
} as const;

/** The reference implementation refuses longer headers, so that a broken length cannot ask for gigabytes. */
const MAX_HEADER_BYTES = 100_000_000;

interface HeaderEntry {
  name: string;
  dtype: Dtype;
  shape: number[];
  begin: number;
  end: number;
}

/**
 * Reads a safetensors file. The tensors are copies: `bytes` may be reused afterwards.
 * @param file how messages call the data, normally its path
 * @throws UserError naming `file` and what was expected, for anything that the format does not allow
 */
export function readSafetensors(bytes: Uint8Array, file = "safetensors data"): SafetensorsFile {
  const { header, dataStart } = readHeader(bytes, file);
  const metadata = readMetadata(header.get("__metadata__"), file);
  const entries: HeaderEntry[] = [];
  for (const [name, value] of header) {
    if (name !== "__metadata__") entries.push(readEntry(name, value, file));
  }
  entries.sort((a, b) => a.begin - b.begin || a.end - b.end);
  checkRanges(entries, bytes.length - dataStart, file);
  const tensors = new Map<string, Tensor>();
  for (const { name, dtype, shape, begin, end } of entries) {
    const data = new ARRAYS[dtype](bytes.slice(dataStart + begin, dataStart + end).buffer);
    tensors.set(name, { dtype, shape, data } as Tensor);
  }
  return { metadata, tensors };
}

/**
 * The bytes of a safetensors file. Equal contents give equal bytes, whatever order they are given in: data and header are
 * sorted by element size (largest first, so that every tensor is aligned) and then by name, and the header is padded
 * with spaces to a multiple of 8.
 * @throws RangeError when a shape and its data disagree, or a name is not allowed
 */
export function writeSafetensors(
  tensors:
    | ReadonlyMap<string, Tensor<ArrayBufferLike>>
    | Readonly<Record<string, Tensor<ArrayBufferLike>>>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  const entries: [string, Tensor<ArrayBufferLike>][] = tensors instanceof Map ? [...tensors] : Object.entries(tensors);
  const size = (tensor: Tensor<ArrayBufferLike>) => ARRAYS[tensor.dtype].BYTES_PER_ELEMENT;
  entries.sort(([a, x], [b, y]) => size(y) - size(x) || compare(a, b));

  // The header is put together from text: an object would move names such as "0" to the front.
  const parts: string[] = [];
  const pairs = Object.entries(metadata).sort(([a], [b]) => compare(a, b));
  if (pairs.length > 0) {
    const inner = pairs.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`);
    parts.push(`"__metadata__":{${inner.join(",")}}`);
  }
  let end = 0;
  for (const [name, { dtype, shape, data }] of entries) {
    if (name === "__metadata__") throw new RangeError("a tensor cannot be called __metadata__");
    if (!(data instanceof ARRAYS[dtype]) || data.length !== product(shape)) {
      throw new RangeError(`tensor ${name}: ${data.length} values do not fill ${dtype} [${shape}]`);
    }
    const begin = end;
    end += data.byteLength;
    const entry = { dtype, shape: [...shape], data_offsets: [begin, end] };
    parts.push(`${JSON.stringify(name)}:${JSON.stringify(entry)}`);
  }
  const json = new TextEncoder().encode(`{${parts.join(",")}}`);
  const headerLength = Math.ceil(json.length / 8) * 8;

  const bytes = new Uint8Array(8 + headerLength + end);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerLength), true);
  bytes.set(json, 8);
  bytes.fill(0x20, 8 + json.length, 8 + headerLength);
  let offset = 8 + headerLength;
  for (const [, { data }] of entries) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), offset);
    offset += data.byteLength;
  }
  return bytes;
}

function readHeader(bytes: Uint8Array, file: string): { header: Map<string, unknown>; dataStart: number } {
  if (bytes.length < 8) throw broken(file, `it has ${bytes.length} bytes, and a header length alone takes 8`);
  const announced = new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true);
  if (announced > BigInt(Math.min(bytes.length - 8, MAX_HEADER_BYTES))) {
    throw broken(file, `it announces a header of ${announced} bytes and has ${bytes.length - 8} after the length`);
  }
  const dataStart = 8 + Number(announced);
  let text: string;
  let header: unknown;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(8, dataStart));
    header = JSON.parse(text);
  } catch (cause) {
    throw broken(file, `its header is not JSON in UTF-8 (${(cause as Error).message})`, cause);
  }
  if (!isObject(header)) throw broken(file, "its header is not a JSON object");
  const twice = duplicateJsonKey(text);
  if (twice !== undefined) throw broken(file, `its header gives "${twice}" twice`);
  return { header: new Map(Object.entries(header)), dataStart };
}

function readMetadata(value: unknown, file: string): Record<string, string> {
  if (value === undefined) return {};
  if (!isObject(value)) throw broken(file, "its __metadata__ is not an object");
  const pairs: [string, string][] = Object.entries(value).map(([key, text]) => {
    if (typeof text !== "string") throw broken(file, `its __metadata__ entry "${key}" is not a string`);
    return [key, text];
  });
  return Object.fromEntries(pairs);
}

function readEntry(name: string, value: unknown, file: string): HeaderEntry {
  if (!isObject(value)) throw broken(file, `tensor ${name} is not described by an object`);
  const { dtype, shape, data_offsets: offsets } = value;
  if (typeof dtype !== "string" || !Object.hasOwn(ARRAYS, dtype)) {
    const known = Object.keys(ARRAYS).join(", ");
    throw broken(file, `tensor ${name} has dtype ${JSON.stringify(dtype)}; supported are ${known}`);
  }
  if (!isNaturalList(shape)) throw broken(file, `tensor ${name} has no shape of whole numbers`);
  if (!isNaturalList(offsets) || offsets.length !== 2 || offsets[0] > offsets[1]) {
    throw broken(file, `tensor ${name} has no data_offsets [begin, end] with begin <= end`);
  }
  const [begin, end] = offsets;
  const expected = product(shape) * ARRAYS[dtype as Dtype].BYTES_PER_ELEMENT;
  if (end - begin !== expected) {
    throw broken(
      file,
      `tensor ${name}, ${dtype} [${shape}], needs ${expected} bytes and its offsets give ${end - begin}`,
    );
  }
  return { name, dtype: dtype as Dtype, shape, begin, end };
}

/** The ranges, sorted, must cover the data exactly: no overlap, no gap, no byte left over or missing. */
function checkRanges(entries: readonly HeaderEntry[], dataBytes: number, file: string): void {
  let end = 0;
  for (const entry of entries) {
    if (entry.begin !== end) {
      const what = entry.begin < end ? "overlaps the tensor before it" : "leaves a gap before it";
      throw broken(file, `tensor ${entry.name} ${what}: it begins at byte ${entry.begin} of the data, expected ${end}`);
    }
    end = entry.end;
  }
  if (end !== dataBytes) {
    throw broken(file, `its tensors take ${end} bytes and ${dataBytes} follow the header`);
  }
}

function broken(file: string, why: string, cause?: unknown): UserError {
  return new UserError(`${file} is not a valid safetensors file: ${why}`, {
    hint: "The file may be cut off or of another format: copy or export it again.",
    cause,
  });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isNaturalList(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && item >= 0);
}

function product(shape: readonly number[]): number {
  return shape.reduce((total, extent) => total * extent, 1);
}

/** By code unit: `localeCompare` would make the bytes depend on the machine's language. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
