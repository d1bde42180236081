/** Tar archives, plain or inside gzip, read as a stream from one end to the other. */
import { createTarDecoder, type TarHeader } from "modern-tar";
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
import { type ByteStream, streamFile, watchStream } from "./byte_stream.ts";
import { gunzipStream } from "./gzip.ts";

/** Reads an open file as tar; closing the archive closes the file. */
export function tarArchive(file: FileHandle, kind: "tar" | "tar.gz", limits: ArchiveLimits): Archive {
  return {
    path: file.path,
    kind,
    entries: () => entries(file, kind, limits),
    close: () => Promise.resolve(file.close()),
  };
}

/** Headers, their padding and the long names of one member; what an archive has beyond its members' content. */
const OVERHEAD_BYTES = 4096;

async function* entries(
  file: FileHandle,
  kind: "tar" | "tar.gz",
  limits: ArchiveLimits,
): AsyncGenerator<ArchiveEntry, void> {
  const { path } = file;
  const gate = createGate(path, limits, kind === "tar" ? undefined : file.size);
  const members = tarStream(file, kind, limits).pipeThrough(createTarDecoder({ strict: true })).getReader();
  let last = "";
  // Read to its end, not cancelled: a cancelled body of a packed archive leaves Chromium waiting for the next header.
  const passOver = async (body: ReadableStream) => {
    const reader = body.getReader();
    try {
      while (!(await reader.read()).done);
    } catch (cause) {
      throw damaged(path, last, cause);
    }
  };
  try {
    for (;;) {
      const { done, value } = await members.read().catch((cause) => {
        throw damaged(path, last, cause);
      });
      if (done) break;
      const { header, body } = value;
      const size = header.size;
      const name = gate.admit({ name: header.name, kind: memberKind(header), size });
      last = header.name;
      if (kind === "tar" && size > file.size) {
        throw refuseMember(path, header.name, `it says it has ${size} bytes, more than the archive's ${file.size}`);
      }
      if (name === undefined) {
        await passOver(body);
        continue;
      }
      if (Object.keys(header.pax ?? {}).some((key) => key.startsWith("GNU.sparse"))) {
        throw refuseMember(path, header.name, "it is stored with holes, which is not read here");
      }
      const { read, end } = readOnce(async (limit = limits.entryBytes) => {
        checkSize(path, name, size, limit);
        return await collect(body, size).catch((cause) => {
          throw damaged(path, name, cause);
        });
      });
      yield { name, size, read };
      // What nobody read has to be passed over for the next one to come.
      if (!end()) await passOver(body);
    }
  } finally {
    await members.cancel().catch(() => {});
  }
}

function tarStream(file: FileHandle, kind: "tar" | "tar.gz", limits: ArchiveLimits): ByteStream {
  if (kind === "tar") return streamFile(file, 1 << 18);
  // Also what belongs to no member is unpacked, without end if an archive is made so.
  const gate = createGate(file.path, {
    ...limits,
    totalBytes: limits.totalBytes + OVERHEAD_BYTES * (limits.entries + 16),
  }, file.size);
  return watchStream(gunzipStream(streamFile(file), file.path), (piece) => gate.count(piece.length));
}

function memberKind({ type = "file" }: TarHeader): Member["kind"] {
  if (type === "file") return "file";
  if (type === "directory") return "folder";
  return type === "link" || type === "symlink" ? "link" : "other";
}

async function collect(body: ReadableStream<Uint8Array>, size: number): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(size);
  let done = 0;
  for await (const piece of body) {
    bytes.set(piece, done);
    done += piece.length;
  }
  if (done !== size) throw new Error("Tar archive is truncated.");
  return bytes;
}

function damaged(path: string, last: string, cause: unknown): UserError {
  if (cause instanceof UserError) return cause;
  const message = cause instanceof Error ? cause.message : String(cause);
  const where = last === "" ? "at its start" : `at or after its member ${JSON.stringify(last.slice(0, 200))}`;
  const what = message.includes("truncated") ? "is cut off" : "is damaged";
  return new UserError(`${path} ${what} ${where}: ${message.replace(/\.$/, "")}`, {
    hint: "Copy or download the file again.",
    cause,
  });
}
