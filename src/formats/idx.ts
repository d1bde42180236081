/**
 * IDX, the format of MNIST and Fashion-MNIST: two zero bytes, a type byte (0x08 for unsigned bytes), the number of
 * dimensions, each extent as a big-endian 32-bit number, then the values, row-major.
 */
import { UserError } from "../errors.ts";
import { isGzip } from "./gzip.ts";

/** An array of unsigned bytes with its shape: images are [count, rows, columns], labels [count]. */
export interface IdxArray {
  shape: number[];
  data: Uint8Array<ArrayBuffer>;
}

const UNSIGNED_BYTE = 0x08;

/** Bytes before the values of an IDX file. */
export function idxHeaderBytes(dimensions: number): number {
  return 4 + 4 * dimensions;
}

/**
 * The shape that an IDX file of unsigned bytes begins with.
 * @param bytes its first {@link idxHeaderBytes} bytes or more
 * @param dimensions how many dimensions the file must have: 3 for images, 1 for labels
 * @param file how messages call the data, normally its path
 * @throws UserError for a wrong type or number of dimensions, and for a file that is too short
 */
export function readIdxHeader(bytes: Uint8Array, dimensions: number, file = "IDX data"): number[] {
  const expected = [0, 0, UNSIGNED_BYTE, dimensions];
  if (bytes.length < 4 || expected.some((byte, i) => bytes[i] !== byte)) {
    throw new UserError(
      `${file} is not an IDX file of ${dimensions}-dimensional bytes: ` +
        `it should begin with ${hex(expected)} and begins with ${hex(bytes.subarray(0, 4)) || "nothing"}`,
      { hint: isGzip(bytes) ? "It is packed with gzip: unpack it first." : undefined },
    );
  }
  const headerBytes = idxHeaderBytes(dimensions);
  if (bytes.length < headerBytes) {
    throw new UserError(`${file} is cut off: an IDX header takes ${headerBytes} bytes and it has ${bytes.length}`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, headerBytes);
  return Array.from({ length: dimensions }, (_, i) => view.getUint32(4 + 4 * i));
}

/**
 * Reads an unpacked IDX file of unsigned bytes; the values are a copy.
 * @param dimensions how many dimensions the file must have: 3 for images, 1 for labels
 * @param file how messages call the data, normally its path
 * @throws UserError for a wrong type or number of dimensions, and for a file that is too short or too long
 */
export function readIdx(bytes: Uint8Array, dimensions: number, file = "IDX data"): IdxArray {
  const shape = readIdxHeader(bytes, dimensions, file), headerBytes = idxHeaderBytes(dimensions);
  const needed = product(shape);
  const found = bytes.length - headerBytes;
  if (found !== needed) {
    const how = found < needed ? "is cut off" : "has bytes after its end";
    throw new UserError(`${file} ${how}: its shape [${shape}] needs ${needed} bytes of values and it has ${found}`);
  }
  return { shape, data: bytes.slice(headerBytes) };
}

/**
 * Reads a pair of IDX files that belong together.
 * @throws UserError as {@link readIdx}, and when there are not as many labels as images
 */
export function readIdxPair(
  images: Uint8Array,
  labels: Uint8Array,
  imagesFile = "IDX images",
  labelsFile = "IDX labels",
): { images: IdxArray; labels: IdxArray } {
  const pair = { images: readIdx(images, 3, imagesFile), labels: readIdx(labels, 1, labelsFile) };
  const [imageCount, labelCount] = [pair.images.shape[0], pair.labels.shape[0]];
  if (imageCount !== labelCount) {
    throw new UserError(
      `${imagesFile} has ${imageCount} images and ${labelsFile} has ${labelCount} labels: they do not belong together`,
    );
  }
  return pair;
}

/**
 * The bytes of an IDX file.
 * @throws RangeError when `data` does not fill `shape`
 */
export function writeIdx({ shape, data }: { shape: readonly number[]; data: Uint8Array }): Uint8Array<ArrayBuffer> {
  if (data.length !== product(shape)) throw new RangeError(`${data.length} bytes do not fill [${shape}]`);
  const headerBytes = 4 + 4 * shape.length;
  const bytes = new Uint8Array(headerBytes + data.length);
  bytes.set([0, 0, UNSIGNED_BYTE, shape.length]);
  const view = new DataView(bytes.buffer);
  shape.forEach((extent, i) => view.setUint32(4 + 4 * i, extent));
  bytes.set(data, headerBytes);
  return bytes;
}

function product(shape: readonly number[]): number {
  return shape.reduce((total, extent) => total * extent, 1);
}

function hex(bytes: Iterable<number>): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(" ");
}
