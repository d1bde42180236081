/** A folder as an archive: the files in it and in the folders below, sorted by name. */
import { type Host, joinPath } from "../host/host.ts";
import {
  type Archive,
  type ArchiveEntry,
  type ArchiveLimits,
  checkSize,
  createGate,
  type Gate,
  readOnce,
} from "./archive_entry.ts";

/** Reads a folder; sizes are not asked for in advance, which would take longer than to read small files. */
export function folderArchive(host: Pick<Host, "list" | "openFile">, path: string, limits: ArchiveLimits): Archive {
  return {
    path,
    kind: "folder",
    entries: () => walk(host, { path, limits, gate: createGate(path, limits) }, ""),
    close: () => Promise.resolve(),
  };
}

interface Walk {
  path: string;
  limits: ArchiveLimits;
  gate: Gate;
}

async function* walk(
  host: Pick<Host, "list" | "openFile">,
  top: Walk,
  folder: string,
): AsyncGenerator<ArchiveEntry, void> {
  for (const { name, isFolder, isLink } of await host.list(joinPath(top.path, folder))) {
    const inside = folder === "" ? name : `${folder}/${name}`;
    const kind = isLink ? "link" : isFolder ? "folder" : "file";
    const admitted = top.gate.admit({ name: inside, kind, size: -1 });
    if (isFolder) {
      yield* walk(host, top, inside);
    } else if (admitted !== undefined) {
      const { read, end } = readOnce((limit) => readFile(host, top, inside, limit));
      yield { name: admitted, size: -1, read };
      end();
    }
  }
}

async function readFile(
  host: Pick<Host, "openFile">,
  { path, limits, gate }: Walk,
  name: string,
  limit = limits.entryBytes,
): Promise<Uint8Array<ArrayBuffer>> {
  const file = await host.openFile(joinPath(path, name));
  try {
    checkSize(path, name, file.size, Math.min(limit, limits.entryBytes));
    gate.count(file.size);
    return await file.read(0, file.size);
  } finally {
    file.close();
  }
}
