/** Files under Deno, with the operating system's refusals in plain words. */
import { UserError } from "../errors.ts";
import { fileHandle } from "./file_handle.ts";
import { type FileHandle, type FileStatus, type FileWriter, type FolderEntry, joinPath } from "./host.ts";
import type { Files } from "./memory_files.ts";

/** The files of the machine. */
export function createDenoFiles(): Files {
  return {
    readFile: (path) => attempt(`cannot read ${path}`, () => Deno.readFile(path)),
    readText: (path) => attempt(`cannot read ${path}`, () => Deno.readTextFile(path)),
    writeFile: (path, content) => attempt(`cannot write ${path}`, () => writeAtomically(path, content)),
    appendFile: (path, content) =>
      attempt(`cannot write ${path}`, () => Deno.writeFile(path, toBytes(content), { append: true })),
    makeDirectory: (path) => attempt(`cannot write into the folder ${path}`, () => makeWritableFolder(path)),
    exists,
    list: (path) => attempt(`cannot list the folder ${path}`, () => list(path)),
    remove: (path) => attempt(`cannot remove ${path}`, () => remove(path)),
    openFile: (path) => attempt(`cannot read ${path}`, () => Promise.resolve(openFile(path))),
    openWriter: (path, options) => attempt(`cannot write ${path}`, () => openWriter(path, options?.append ?? false)),
    rename: (from, to) => attempt(`cannot rename ${from} to ${to}`, () => rename(from, to)),
    stat: (path) => attempt(`cannot look at ${path}`, () => stat(path)),
  };
}

/** What the operating system's refusals mean, for the person who reads the message. */
const REASONS: Record<string, string> = {
  ENOENT: "there is no such file or folder",
  ENOTDIR: "a part of the path is a file, not a folder",
  EISDIR: "it is a folder",
  EXDEV: "the two paths are on different file systems",
  EEXIST: "there is a file of that name",
  EACCES: "permission denied",
  EPERM: "permission denied",
  EROFS: "the file system is read-only",
  ENOSPC: "the disk is full",
};

/** Runs `act` and turns what the operating system refuses into one clear message. */
export async function attempt<T>(what: string, act: () => Promise<T>, hint?: string): Promise<T> {
  try {
    return await act();
  } catch (cause) {
    throw explained(what, cause, hint);
  }
}

/** The same for an error that is at hand. */
function explained(what: string, cause: unknown, hint?: string): UserError {
  if (cause instanceof UserError) return cause;
  const error = cause as Error & { code?: string };
  return new UserError(`${what}: ${REASONS[error.code ?? ""] ?? error.message}`, { cause, hint });
}

/** A word that no other process has: what a killed one has left must not stand in the way of one with its number. */
const temporaryWord = () => crypto.randomUUID().slice(0, 13);

async function writeAtomically(path: string, content: Uint8Array | string): Promise<void> {
  // In the same folder, because a rename is atomic only within one file system.
  const temporary = `${path}.${temporaryWord()}.tmp`;
  try {
    const file = await Deno.open(temporary, { write: true, createNew: true });
    try {
      const bytes = toBytes(content);
      for (let written = 0; written < bytes.length;) written += await file.write(bytes.subarray(written));
      // Otherwise a power cut could keep the rename and lose the content.
      await file.syncData();
    } finally {
      file.close();
    }
    await Deno.rename(temporary, path);
  } catch (error) {
    await Deno.remove(temporary).catch(() => {});
    throw error;
  }
  await syncFolder(path);
}

/** Refusals that mean a system without such a thing: Windows opens no folders, some file systems sync none. */
const NO_FOLDER_SYNC = new Set(["EINVAL", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EACCES", "EPERM", "EISDIR", "EBADF"]);

/** Brings a folder's list of names to the disk, that of `path` in it: otherwise a power cut could take a rename back. */
async function syncFolder(path: string): Promise<void> {
  const cut = path.lastIndexOf("/");
  try {
    const folder = await Deno.open(cut < 0 ? "." : path.slice(0, Math.max(1, cut)));
    try {
      await folder.sync();
    } finally {
      folder.close();
    }
  } catch (error) {
    const { code } = error as { code?: string };
    if (Deno.build.os !== "windows" && !NO_FOLDER_SYNC.has(code ?? "")) throw error;
  }
}

async function makeWritableFolder(path: string): Promise<void> {
  await Deno.mkdir(path, { recursive: true });
  const probe = joinPath(path, `.write-test-${temporaryWord()}.tmp`);
  (await Deno.open(probe, { write: true, createNew: true })).close();
  await Deno.remove(probe);
}

async function exists(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch {
    return false;
  }
}

async function list(path: string): Promise<FolderEntry[]> {
  const entries: FolderEntry[] = [];
  for await (const { name, isDirectory, isSymlink } of Deno.readDir(path)) {
    entries.push({ name, isFolder: isDirectory, ...(isSymlink && { isLink: true }) });
  }
  return entries.sort((a, b) => a.name < b.name ? -1 : 1);
}

async function remove(path: string): Promise<void> {
  try {
    await Deno.remove(path, { recursive: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

function openFile(path: string): FileHandle {
  // The synchronous calls take a tenth of the time of the others for small files, of which data sets have many.
  // Looked at first, because to open a pipe means to wait for whoever writes into it.
  const { size, isFile, isDirectory } = Deno.statSync(path);
  if (isDirectory) throw new UserError(`cannot read ${path}: it is a folder`);
  if (!isFile) throw new UserError(`cannot read ${path}: it is not a file`);
  const file = Deno.openSync(path);
  return fileHandle({
    path,
    size,
    // Seeking and reading stay together, since a file has one position.
    readSome: (part, at) => {
      file.seekSync(at, Deno.SeekMode.Start);
      return file.readSync(part) ?? 0;
    },
    refused: (cause) => explained(`cannot read ${path}`, cause),
    close: () => file.close(),
  });
}

async function openWriter(path: string, append: boolean): Promise<FileWriter> {
  let file: Deno.FsFile | undefined = await Deno.open(path, {
    create: true,
    ...(append ? { append: true } : { write: true, truncate: true }),
  });
  return {
    write: (bytes) =>
      attempt(`cannot write ${path}`, async () => {
        if (file === undefined) throw new UserError(`cannot write ${path}: it is closed`);
        for (let written = 0; written < bytes.length;) written += await file.write(bytes.subarray(written));
      }),
    close: () =>
      attempt(`cannot write ${path}`, async () => {
        const open = file;
        file = undefined;
        try {
          await open?.sync();
        } finally {
          open?.close();
        }
      }),
  };
}

async function rename(from: string, to: string): Promise<void> {
  // The operating system would put a folder in the place of an empty one.
  if ((await stat(to))?.isFolder) throw new UserError(`cannot rename ${from} to ${to}: there is a folder of that name`);
  await Deno.rename(from, to);
  await syncFolder(to);
}

async function stat(path: string): Promise<FileStatus | undefined> {
  try {
    const { isFile, isDirectory, isSymlink, size } = await Deno.lstat(path);
    return { isFile, isFolder: isDirectory, isLink: isSymlink, size: isFile ? size : 0 };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return undefined;
    throw error;
  }
}

function toBytes(content: Uint8Array | string): Uint8Array {
  return typeof content === "string" ? new TextEncoder().encode(content) : content;
}
