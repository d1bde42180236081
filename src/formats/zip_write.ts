/** Writes zip archives. Nothing is packed in workers: those of the library come from blobs, which a strict policy forbids. */
import { BlobWriter, Uint8ArrayReader, ZipWriter } from "@zip.js/zip.js";

/** A member to be written. */
export interface ZipMember {
  /** Parts separated by "/". */
  readonly name: string;
  /** Asked for when it is its turn, so that one is in memory at a time; undefined leaves it out after all. */
  readonly read: () => Promise<Uint8Array<ArrayBuffer> | undefined>;
  readonly date: Date;
}

/**
 * Packs members in their order.
 * @param onBytes is told of the unpacked bytes so far; it may throw to stop
 * @returns the archive, which a browser may keep on disk
 */
export async function writeZip(
  members: readonly ZipMember[],
  onBytes: (done: number) => void = () => {},
): Promise<Blob> {
  const target = new BlobWriter("application/zip");
  const writer = new ZipWriter(target, { useWebWorkers: false, extendedTimestamp: true });
  let done = 0;
  for (const { name, read, date } of members) {
    const bytes = await read();
    if (bytes === undefined) continue;
    await writer.add(name, new Uint8ArrayReader(bytes), { lastModDate: date });
    done += bytes.length;
    onBytes(done);
  }
  return await writer.close();
}
