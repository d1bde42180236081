/** Whether a gzip file is whole, by its last bytes: without unpacking it. */
import type { Host } from "../host/host.ts";
import { cutShort } from "./recognise_words.ts";
import { DATASETS } from "./registry.ts";

/** Unpacked bytes as a gzip file's end says, in 32 bits. */
export async function gzipLength(host: Pick<Host, "openFile">, path: string): Promise<number> {
  const file = await host.openFile(path);
  try {
    const end = await file.read(Math.max(0, file.size - 4), Math.min(4, file.size));
    return end.length < 4 ? 0 : new DataView(end.buffer).getUint32(0, true);
  } finally {
    file.close();
  }
}

/**
 * Makes sure that a tar.gz has its end: a tar is a number of blocks of 512 bytes, and the last bytes of a file that was
 * cut somewhere hardly ever say so.
 * @throws UserError for one that is cut short
 */
export async function isPlainGzipTar(host: Pick<Host, "openFile" | "stat">, path: string): Promise<void> {
  if (await gzipLength(host, path) % 512 === 0) return;
  const bytes = (await host.stat(path))!.size, name = path.slice(path.lastIndexOf("/") + 1);
  const official = Object.values(DATASETS).flatMap(({ files }) => files).find(({ file }) => file === name);
  const expected = official && official.bytes > bytes ? official.bytes : undefined;
  throw cutShort({ file: name, bytes, expected });
}
