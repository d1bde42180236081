/** What kind of archive a file is, told by its first bytes and not by its name. */
import { isGzip } from "./gzip.ts";

/** How many first bytes {@link archiveKind} needs: a block of tar. */
export const KIND_BYTES = 512;

/** Kinds that can be read, and in plain words what else a file is. */
export type ArchiveKind = { kind: "tar" | "gzip" | "zip" } | { kind: "other"; what: string; hint: string };

const OTHERS: readonly { magic: readonly number[]; what: string }[] = [
  { magic: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00], what: "an .xz file" },
  { magic: [0x42, 0x5a, 0x68], what: "a .bz2 file" },
  { magic: [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c], what: "a .7z archive" },
  { magic: [0x52, 0x61, 0x72, 0x21, 0x1a, 0x07], what: "a .rar archive" },
  { magic: [0x28, 0xb5, 0x2f, 0xfd], what: "a .zst file" },
];
const READABLE = "A folder, .tar, .tar.gz or .zip is expected.";

/** @param start the first {@link KIND_BYTES} bytes of the file, or all of a shorter one */
export function archiveKind(start: Uint8Array): ArchiveKind {
  const begins = (magic: readonly number[]) => magic.every((byte, i) => start[i] === byte);
  if (isGzip(start)) return { kind: "gzip" };
  // A member, the end record of an empty archive, the mark of a split one.
  if ([[3, 4], [5, 6], [7, 8]].some((mark) => begins([0x50, 0x4b, ...mark]))) return { kind: "zip" };
  const other = OTHERS.find(({ magic }) => begins(magic));
  if (other) return { kind: "other", what: other.what, hint: "Unpack it first, and give the folder." };
  if (isTar(start)) return { kind: "tar" };
  if (start.length === 0) return { kind: "other", what: "empty", hint: "Copy or download the file again." };
  const text = new TextDecoder("latin1").decode(start).trimStart().toLowerCase();
  if (["<!doctype", "<html", "<?xml", "\u00ef\u00bb\u00bf<"].some((tag) => text.startsWith(tag))) {
    return { kind: "other", what: "a web page", hint: "The download did not give the file: download it again." };
  }
  return { kind: "other", what: "not an archive", hint: READABLE };
}

/** Whether a block is a header of tar: its checksum fits, in the bytes' sum with the checksum itself as blanks. */
export function isTar(block: Uint8Array): boolean {
  if (block.length < 512 || block.every((byte) => byte === 0)) return false;
  const stored = parseInt(new TextDecoder("latin1").decode(block.subarray(148, 156)).replace(/\0.*$/s, "").trim(), 8);
  let sum = 0;
  for (let i = 0; i < 512; i++) sum += i >= 148 && i < 156 ? 0x20 : block[i];
  return stored === sum;
}
