/**
 * One view of a folder, a .tar, a .tar.gz and a .zip: a sequence of files. Archives come from strangers, so they are read
 * with suspicion (`archive_entry.ts` has the rules), and never held as a whole.
 */
import { UserError } from "../errors.ts";
import type { FileHandle, Host } from "../host/host.ts";
import type { Archive, ArchiveLimits } from "./archive_entry.ts";
import { archiveKind, isTar, KIND_BYTES } from "./archive_kind.ts";
import { startOfStream, streamFile } from "./byte_stream.ts";
import { folderArchive } from "./folder_archive.ts";
import { gunzipStream } from "./gzip.ts";
import { tarArchive } from "./tar_archive.ts";
import { zipArchive } from "./zip_archive.ts";

export type { Archive, ArchiveEntry, ArchiveLimits } from "./archive_entry.ts";

/**
 * Opens a folder or a packed file, whatever its name ends with.
 * @throws UserError when there is no such file, or it is no archive that can be read
 */
export async function openArchive(
  host: Pick<Host, "list" | "openFile" | "stat">,
  path: string,
  limits: ArchiveLimits,
): Promise<Archive> {
  const status = await host.stat(path);
  if (status === undefined) throw new UserError(`cannot read ${path}: there is no such file or folder`);
  if (status.isFolder || (status.isLink && await isListed(host, path))) return folderArchive(host, path, limits);
  const file = await host.openFile(path);
  try {
    return await openPacked(file, limits);
  } catch (error) {
    file.close();
    throw error;
  }
}

/** A single file as if it lay in a folder of its own. */
export async function singleFile(host: Pick<Host, "openFile">, path: string): Promise<Archive> {
  const file = await host.openFile(path), name = path.slice(path.lastIndexOf("/") + 1);
  return {
    path,
    kind: "folder",
    async *entries() {
      yield { name, size: file.size, read: () => file.read(0, file.size) };
    },
    close: () => Promise.resolve(file.close()),
  };
}

async function openPacked(file: FileHandle, limits: ArchiveLimits): Promise<Archive> {
  const found = archiveKind(await file.read(0, Math.min(KIND_BYTES, file.size)));
  if (found.kind === "other") throw new UserError(`${file.path} is ${found.what}`, { hint: found.hint });
  if (found.kind === "zip") return zipArchive(file, limits);
  if (found.kind === "tar") return tarArchive(file, "tar", limits);
  if (!isTar(await startOfStream(gunzipStream(streamFile(file), file.path), KIND_BYTES))) {
    throw new UserError(`${file.path} is a gzip file with something else than a tar archive inside`, {
      hint: "Unpack it first.",
    });
  }
  return tarArchive(file, "tar.gz", limits);
}

/** Whether a link leads to a folder: the one that was asked for may be a link, those inside may not. */
async function isListed(host: Pick<Host, "list">, path: string): Promise<boolean> {
  try {
    await host.list(path);
    return true;
  } catch {
    return false;
  }
}
