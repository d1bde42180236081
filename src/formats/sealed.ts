/**
 * Safetensors with a checksum of their own: the metadata's `sha256` is the SHA-256 of the whole file with zeros in its
 * place. Any reader of safetensors reads such a file; {@link readSealed} also finds a single flipped bit.
 */
import { UserError } from "../errors.ts";
import { readSafetensors, type SafetensorsFile, type Tensor, writeSafetensors } from "./safetensors.ts";
import { sha256 } from "./sha256.ts";

const KEY = "sha256", DIGITS = 64;
const BLANK = "0".repeat(DIGITS);

/**
 * The bytes of a sealed file; equal contents give equal bytes.
 * @throws RangeError as writeSafetensors, and for metadata with a `sha256` of its own
 */
export async function writeSealed(
  tensors: ReadonlyMap<string, Tensor>,
  metadata: Readonly<Record<string, string>>,
): Promise<Uint8Array<ArrayBuffer>> {
  if (KEY in metadata) throw new RangeError(`${KEY} is the seal's own word`);
  const bytes = writeSafetensors(tensors, { ...metadata, [KEY]: BLANK });
  const at = sealAt(bytes, BLANK);
  bytes.set(new TextEncoder().encode(await sha256(bytes)), at);
  return bytes;
}

/**
 * Reads a sealed file.
 * @param file how messages call the data, normally its path
 * @throws UserError naming the file, where it is no safetensors file, has no seal, or is not what was sealed
 */
export async function readSealed(bytes: Uint8Array<ArrayBuffer>, file: string): Promise<SafetensorsFile> {
  const found = readSafetensors(bytes, file), { [KEY]: sum = "", ...metadata } = found.metadata;
  const at = /^[0-9a-f]{64}$/.test(sum) ? sealAt(bytes, sum) : -1;
  if (at < 0) throw new UserError(`${file} has no checksum`);
  const blank = bytes.slice();
  blank.set(new TextEncoder().encode(BLANK), at);
  if (await sha256(blank) !== sum) throw new UserError(`${file} is damaged: its checksum does not match`);
  return { ...found, metadata };
}

/** Where the header has the digits of the seal; -1 where it has not, or more than once. */
function sealAt(bytes: Uint8Array, digits: string): number {
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true));
  // bytes as characters one to one, so that positions in the text are positions in the file
  const header = new TextDecoder("latin1").decode(bytes.subarray(8, 8 + length));
  const entry = `"${KEY}":"${digits}"`, at = header.indexOf(entry);
  if (at < 0 || header.indexOf(entry, at + 1) >= 0) return -1;
  return 8 + at + entry.length - 1 - DIGITS;
}
