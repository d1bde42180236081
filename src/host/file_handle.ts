/** A file that is open for reading at any place, over one read of the system's that may give less than was asked for. */
import { UserError } from "../errors.ts";
import type { FileHandle } from "./host.ts";

/** What the system gives. */
export interface OpenFile {
  readonly path: string;
  /** Bytes, when the file was opened. */
  readonly size: number;
  /** Reads from `at` on into `part`, at once. @returns how many bytes; 0 at the file's end */
  readSome(part: Uint8Array, at: number): number;
  /** An error of the system in plain words. */
  refused(cause: unknown): unknown;
  close(): void;
}

/** The file as every host gives it. @throws UserError naming the path, from each call */
export function fileHandle({ path, size, readSome, refused, close }: OpenFile): FileHandle {
  let isOpen = true;
  const readInto = (offset: number, target: Uint8Array) => {
    if (!isOpen) throw new UserError(`cannot read ${path}: it is closed`);
    let done = 0;
    try {
      while (done < target.length) {
        const count = readSome(target.subarray(done), offset + done);
        if (count === 0) break;
        done += count;
      }
    } catch (cause) {
      throw refused(cause);
    }
    if (done < target.length) {
      throw new UserError(
        `cannot read ${path}: it ends at byte ${offset + done}, before byte ${offset + target.length}`,
      );
    }
  };
  return {
    path,
    size,
    readInto,
    read: (offset, length) =>
      new Promise((resolve) => {
        const bytes = new Uint8Array(length);
        readInto(offset, bytes);
        resolve(bytes);
      }),
    close: () => {
      if (isOpen) close();
      isOpen = false;
    },
  };
}
