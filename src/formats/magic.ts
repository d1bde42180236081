/** What a file is, by its first bytes. */
import type { Host } from "../host/host.ts";
import { KIND_BYTES } from "./archive_kind.ts";

/** The first bytes of a file, as many as any format needs to be told by. */
export async function startOf(host: Pick<Host, "openFile">, path: string): Promise<Uint8Array<ArrayBuffer>> {
  const file = await host.openFile(path);
  try {
    return await file.read(0, Math.min(KIND_BYTES, file.size));
  } finally {
    file.close();
  }
}

/** Whether bytes begin like a PNG or JPEG file. */
export function looksLikeImage(start: Uint8Array): boolean {
  return (start[0] === 0xff && start[1] === 0xd8 && start[2] === 0xff) ||
    [0x89, 0x50, 0x4e, 0x47].every((byte, i) => start[i] === byte);
}

/** Whether bytes begin an IDX file of unsigned bytes: its number of dimensions. */
export function idxDimensions(start: Uint8Array): number | undefined {
  const [a, b, type, dimensions] = start;
  return a === 0 && b === 0 && type === 8 && (dimensions === 1 || dimensions === 3) ? dimensions : undefined;
}

/** Whether bytes are text that a table could begin with: lines of equally many fields. */
export function looksLikeTable(start: Uint8Array): boolean {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(start.subarray(0, start.length - 4));
  } catch {
    return false;
  }
  if ([...text].some((letter) => letter < " " && !"\t\r\n".includes(letter))) return false;
  const lines = text.split("\n").slice(0, -1).slice(0, 5);
  return [",", ";", "\t"].some((mark) => {
    const counts = new Set(lines.map((line) => line.split(mark).length));
    return lines.length >= 2 && counts.size === 1 && !counts.has(1);
  });
}
