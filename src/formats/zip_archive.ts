/** Zip archives, read member by member at their places in the file. */
import { type Entry, Reader, ZipReader } from "@zip.js/zip.js";
import { UserError } from "../errors.ts";
import type { FileHandle } from "../host/host.ts";
import {
  type Archive,
  type ArchiveEntry,
  type ArchiveLimits,
  checkSize,
  createGate,
  type Member,
  readOnce,
  refuseMember,
} from "./archive_entry.ts";

/** Reads an open file as zip; closing the archive closes the file. */
export function zipArchive(file: FileHandle, limits: ArchiveLimits): Archive {
  return {
    path: file.path,
    kind: "zip",
    entries: () => entries(file, limits),
    close: () => Promise.resolve(file.close()),
  };
}

/** The most bytes that are taken to memory at once; the table of contents of a million members is smaller. */
const MOST_READ_BYTES = 256 * 2 ** 20;
/** Deflate packs at best 1032 bytes into one. */
const MOST_DEFLATED = 1032;

/** What zip.js reads from. Reading at once is quicker than waiting, for members of some kilobytes. */
class FileReader extends Reader<FileHandle> {
  constructor(readonly file: FileHandle) {
    super(file);
    this.size = file.size;
  }

  override readUint8Array(index: number, length: number): Promise<Uint8Array> {
    if (length > MOST_READ_BYTES) return Promise.reject(new Error(`a part of it takes ${length} bytes`));
    const bytes = new Uint8Array(index < 0 ? 0 : Math.max(0, Math.min(length, this.size - index)));
    if (bytes.length > 0) this.file.readInto(index, bytes);
    return Promise.resolve(bytes);
  }
}

async function* entries(file: FileHandle, limits: ArchiveLimits): AsyncGenerator<ArchiveEntry, void> {
  const { path } = file;
  const gate = createGate(path, limits, file.size);
  const reader = new ZipReader(new FileReader(file), {
    // A worker for each small member would take longer than to unpack it.
    useWebWorkers: false,
    checkCrc32: true,
    // The gate looks at names, and says more about them.
    filenameValidation: "tolerant",
  });
  const list = reader.getEntriesGenerator();
  let packedBytes = 0;
  try {
    for (;;) {
      const next = await list.next().catch((cause) => {
        throw damaged(path, cause);
      });
      if (next.done) break;
      const member = next.value;
      const { filename, uncompressedSize: size } = member;
      if (member.encrypted) throw refuseMember(path, filename, "it is encrypted");
      const name = gate.admit({ name: filename, kind: memberKind(member), size });
      packedBytes += member.compressedSize;
      if (packedBytes > file.size) {
        throw new UserError(`${path}: its members overlap or are cut off: together they take more than the file`);
      }
      if (name === undefined) continue;
      if (member.compressionMethod !== 0 && member.compressionMethod !== 8) {
        throw refuseMember(
          path,
          filename,
          `it is packed by method ${member.compressionMethod}, which is not read here`,
        );
      }
      if (size > (MOST_DEFLATED + 1) * (member.compressedSize + 64)) {
        throw refuseMember(path, filename, `its ${member.compressedSize} packed bytes cannot hold ${size}`);
      }
      const { read, end } = readOnce((limit = limits.entryBytes) => {
        checkSize(path, name, size, limit);
        return unpack(path, member);
      });
      yield { name, size, read };
      end();
    }
  } finally {
    await reader.close();
  }
}

function memberKind({ directory, externalFileAttributes, filename }: Entry): Member["kind"] {
  if (directory || filename.endsWith("/")) return "folder";
  // The upper half is the mode of Unix, where the archive was made on one; 0 otherwise.
  const type = (externalFileAttributes >>> 16) & 0o170000;
  if (type === 0 || type === 0o100000) return "file";
  return type === 0o120000 ? "link" : "other";
}

async function unpack(path: string, member: Entry): Promise<Uint8Array<ArrayBuffer>> {
  if (member.directory) throw refuseMember(path, member.filename, "it is a folder");
  const bytes = new Uint8Array(member.uncompressedSize);
  let done = 0;
  const target = new WritableStream<Uint8Array>({
    write(piece) {
      if (done + piece.length > bytes.length) throw new Error(`it has more than the ${bytes.length} bytes it declares`);
      bytes.set(piece, done);
      done += piece.length;
    },
  });
  try {
    await member.getData(target);
  } catch (cause) {
    if (cause instanceof UserError) throw cause;
    throw refuseMember(path, member.filename, `it is cut off or damaged: ${messageOf(cause)}`, cause);
  }
  if (done !== bytes.length) {
    throw refuseMember(path, member.filename, `it has ${done} bytes and declares ${bytes.length}`);
  }
  return bytes;
}

function damaged(path: string, cause: unknown): UserError {
  if (cause instanceof UserError) return cause;
  return new UserError(`${path} is a zip archive that is cut off or damaged: ${messageOf(cause)}`, {
    hint: "Copy or download the file again.",
    cause,
  });
}

function messageOf(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : String(cause);
  return message.charAt(0).toLowerCase() + message.slice(1);
}
