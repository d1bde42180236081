/** Run folders as zip archives, and back: what `startsparse results`, `resume` and `eval` read when it is unpacked. */
import { UserError } from "../errors.ts";
import type { Archive, ArchiveLimits } from "../formats/archive.ts";
import { writeZip, type ZipMember } from "../formats/zip_write.ts";
import { type Host, joinPath } from "../host/host.ts";
import { IMPORTED_MARK } from "./run_files.ts";

/** What an archive of runs may hold: a sweep of some thousand runs with their checkpoints. */
export const RUN_LIMITS: ArchiveLimits = { entries: 200_000, entryBytes: 2 ** 31, totalBytes: 2 ** 36 };

/** Names that belong to whoever keeps the folder: half-written files, and the mark. */
const isOwn = (name: string) => name.endsWith(".tmp") || name === IMPORTED_MARK;

interface Listed {
  readonly path: string;
  readonly bytes: number;
}

/**
 * Packs folders, each under its own name, so that they unpack beside each other.
 * @param onBytes may throw to stop
 */
export async function packFolders(
  host: Pick<Host, "list" | "stat" | "readFile" | "exists" | "now">,
  folders: readonly string[],
  onBytes: (done: number, total: number) => void = () => {},
): Promise<Blob> {
  const members: ZipMember[] = [], date = host.now();
  let total = 0;
  for (const folder of folders) {
    const name = folder.slice(folder.lastIndexOf("/") + 1);
    for (const { path, bytes } of await filesBelow(host, folder)) {
      total += bytes;
      const file = joinPath(folder, path);
      // a run that goes on meanwhile lets old checkpoints go
      const read = async () => {
        try {
          return await host.readFile(file);
        } catch (error) {
          if (await host.exists(file)) throw error;
          return undefined;
        }
      };
      members.push({ name: `${name}/${path}`, read, date });
    }
  }
  return await writeZip(members, (done) => onBytes(Math.min(done, total), total));
}

async function filesBelow(host: Pick<Host, "list" | "stat">, folder: string, below = ""): Promise<Listed[]> {
  const files: Listed[] = [];
  for (const { name, isFolder } of await host.list(joinPath(folder, below))) {
    const path = below === "" ? name : `${below}/${name}`;
    if (isOwn(name)) continue;
    if (isFolder) files.push(...await filesBelow(host, folder, path));
    else files.push({ path, bytes: (await host.stat(joinPath(folder, path)))?.size ?? 0 });
  }
  return files;
}

/** Where the members of an archive go: their path below `top`, undefined for those that are left out. */
export function below(top: string, name: string): string | undefined {
  if (top === "") return name;
  return name.startsWith(`${top}/`) ? name.slice(top.length + 1) : undefined;
}

/**
 * Unpacks what lies below `top` into a folder that is there as a whole or not at all.
 * @param check is given the unpacked folder before it takes its place; it throws to refuse it
 * @param onEntry may throw to stop
 * @throws UserError for whatever is wrong with the archive; everything is then as it was
 */
export async function unpackFolder(
  host: Host,
  archive: Archive,
  top: string,
  folder: string,
  check: (unpacked: string) => Promise<void>,
  onEntry: (name: string, bytes: number) => void = () => {},
): Promise<void> {
  const slash = folder.lastIndexOf("/");
  const unpacked = `${folder.slice(0, slash + 1)}.${folder.slice(slash + 1)}.importing`;
  if (await host.exists(folder)) throw new UserError(`there is ${folder} already`);
  await host.remove(unpacked);
  await host.makeDirectory(unpacked);
  try {
    for await (const entry of archive.entries()) {
      const path = below(top, entry.name);
      if (path === undefined || isOwn(path.slice(path.lastIndexOf("/") + 1))) continue;
      const bytes = await entry.read();
      const target = joinPath(unpacked, path);
      await host.makeDirectory(target.slice(0, target.lastIndexOf("/")));
      await host.writeFile(target, bytes);
      onEntry(entry.name, bytes.length);
    }
    await check(unpacked);
    await host.rename(unpacked, folder);
  } catch (error) {
    await host.remove(unpacked);
    throw error;
  }
}
