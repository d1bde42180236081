/**
 * Files in the browser's origin-private file system: they survive a reload, and the workers of all of the origin's pages
 * share them. For dedicated workers; the page's own thread can only read.
 *
 * The working folder and "/" are the origin's root. A whole file is written beside its place and moved there, so that a
 * crash leaves the old one: Chromium, Safari and Firefox all have `FileSystemFileHandle.move`. Where a browser's `move`
 * replaces no file (Firefox's did not at first), the file is replaced by `createWritable`, which the standard makes
 * atomic as well. Folders are renamed by origin_rename.ts.
 *
 * A file that is being written is locked against other writers; whoever wants it too waits a second for it.
 */
import { UserError } from "../errors.ts";
import { fileHandle } from "./file_handle.ts";
import type { FileHandle, FileStatus, FileWriter, FolderEntry } from "./host.ts";
import type { Files } from "./memory_files.ts";
import { attemptOrigin, nameOf, quotaExceeded, refused } from "./origin_errors.ts";
import {
  type AccessHandle,
  type OriginFile,
  type OriginFolder,
  originStorage,
  readFileSync,
} from "./origin_handles.ts";
import { baseName, parentOf, partsOf, walk } from "./origin_paths.ts";
import { finishRenames, JOURNAL_FOLDER, moveFile, renameFolder } from "./origin_rename.ts";

/** The origin's files. Nothing is asked of the browser before the first call. */
export function createOriginFiles(): Files {
  let ready: Promise<OriginFolder> | undefined;
  const open = async () => {
    const storage = originStorage();
    if (!storage) {
      throw new UserError("this browser lets the page keep no files", {
        hint: "Open the page over https or from localhost, and not in a private window.",
      });
    }
    const root = await storage.getDirectory();
    await finishRenames(root);
    return root;
  };
  const root = () => {
    ready ??= open();
    // what has failed once may work later
    ready.catch(() => ready = undefined);
    return ready;
  };
  const within = <T>(what: string, act: (root: OriginFolder) => Promise<T>) =>
    attemptOrigin(what, async () => await act(await root()));

  return {
    readFile: (path) => within(`cannot read ${path}`, (root) => readWhole(root, path)),
    readText: (path) =>
      within(`cannot read ${path}`, async (root) => new TextDecoder().decode(await readWhole(root, path))),
    writeFile: (path, content) => within(`cannot write ${path}`, (root) => writeWhole(root, path, toBytes(content))),
    appendFile: (path, content) => within(`cannot write ${path}`, (root) => append(root, path, toBytes(content))),
    makeDirectory: (path) =>
      within(`cannot write into the folder ${path}`, async (root) => {
        await walk(root, partsOf(path), true);
      }),
    exists: async (path) => {
      try {
        return await statusOf(await root(), path) !== undefined;
      } catch {
        return false;
      }
    },
    list: (path) => within(`cannot list the folder ${path}`, (root) => list(root, path)),
    remove: (path) => within(`cannot remove ${path}`, (root) => remove(root, path)),
    openFile: (path) => within(`cannot read ${path}`, (root) => openFile(root, path)),
    openWriter: (path, options) =>
      within(`cannot write ${path}`, (root) => openWriter(root, path, options?.append ?? false)),
    rename: (from, to) => within(`cannot rename ${from} to ${to}`, (root) => rename(root, from, to)),
    stat: (path) => within(`cannot look at ${path}`, (root) => statusOf(root, path)),
  };
}

async function fileAt(root: OriginFolder, path: string, create = false): Promise<OriginFile> {
  if (partsOf(path).length === 0) throw new Error("it is a folder");
  const folder = await walk(root, parentOf(path));
  try {
    return await folder.getFileHandle(baseName(path), { create });
  } catch (cause) {
    if (nameOf(cause) !== "TypeMismatchError") throw cause;
    throw new Error("it is a folder", { cause });
  }
}

const PATIENCE_MILLISECONDS = 1000;

/** Opens a file for itself alone, when whoever has it gives it back. */
async function exclusive(file: OriginFile): Promise<AccessHandle> {
  if (typeof file.createSyncAccessHandle !== "function") {
    throw new UserError("files of the browser's storage are written in workers only");
  }
  const patience = performance.now() + PATIENCE_MILLISECONDS;
  for (let pause = 2;; pause = Math.min(2 * pause, 50)) {
    try {
      return await file.createSyncAccessHandle();
    } catch (cause) {
      if (nameOf(cause) !== "NoModificationAllowedError" || performance.now() > patience) throw cause;
      await new Promise((done) => setTimeout(done, pause));
    }
  }
}

async function readWhole(root: OriginFolder, path: string): Promise<Uint8Array<ArrayBuffer>> {
  for (let tries = 0;; tries++) {
    try {
      return new Uint8Array(await (await (await fileAt(root, path)).getFile()).arrayBuffer());
    } catch (cause) {
      // it was replaced or added to between the two calls
      if (nameOf(cause) !== "NotReadableError" || tries === 10) throw cause;
    }
  }
}

function writeAll(handle: AccessHandle, bytes: Uint8Array, at: number): void {
  for (let written = 0; written < bytes.length;) {
    const count = handle.write(bytes.subarray(written), { at: at + written });
    if (count === 0) throw quotaExceeded();
    written += count;
  }
}

/** A word that no other worker has: what a killed one has left must not stand in the way. */
const temporaryWord = () => crypto.randomUUID().slice(0, 13);

async function writeWhole(root: OriginFolder, path: string, bytes: Uint8Array): Promise<void> {
  const status = await statusOf(root, path);
  if (status?.isFolder || partsOf(path).length === 0) throw new UserError(`cannot write ${path}: it is a folder`);
  const folder = await walk(root, parentOf(path)), temporary = `${baseName(path)}.${temporaryWord()}.tmp`;
  const file = await folder.getFileHandle(temporary, { create: true });
  try {
    const handle = await exclusive(file);
    try {
      writeAll(handle, bytes, 0);
      handle.flush();
    } finally {
      handle.close();
    }
    await moveFile(file, folder, folder, baseName(path));
  } catch (error) {
    await folder.removeEntry(temporary).catch(() => {});
    throw error;
  }
}

async function append(root: OriginFolder, path: string, bytes: Uint8Array): Promise<void> {
  const handle = await exclusive(await fileAt(root, path, true)), size = handle.getSize();
  try {
    writeAll(handle, bytes, size);
    handle.flush();
  } catch (error) {
    // a part of what was to be added is worse than nothing
    handle.truncate(size);
    throw error;
  } finally {
    handle.close();
  }
}

/** What browsers put beside a file that `createWritable` writes. */
const isSwap = (name: string) => name.endsWith(".crswap");

async function list(root: OriginFolder, path: string): Promise<FolderEntry[]> {
  const parts = partsOf(path), entries: FolderEntry[] = [];
  for await (const [name, { kind }] of (await walk(root, parts)).entries()) {
    if (isSwap(name) || (parts.length === 0 && name === JOURNAL_FOLDER)) continue;
    entries.push({ name, isFolder: kind === "directory" });
  }
  return entries.sort((a, b) => a.name < b.name ? -1 : 1);
}

async function remove(root: OriginFolder, path: string): Promise<void> {
  if (await statusOf(root, path) === undefined) return;
  const parts = partsOf(path);
  if (parts.length > 0) {
    return await (await walk(root, parentOf(path))).removeEntry(baseName(path), { recursive: true });
  }
  for (const { name } of await list(root, path)) await root.removeEntry(name, { recursive: true });
}

async function statusOf(root: OriginFolder, path: string): Promise<FileStatus | undefined> {
  const isFolder = { isFile: false, isFolder: true, isLink: false, size: 0 };
  const parts = partsOf(path);
  if (parts.length === 0) return isFolder;
  try {
    const folder = await walk(root, parentOf(path));
    try {
      const file = await folder.getFileHandle(baseName(path));
      return { isFile: true, isFolder: false, isLink: false, size: (await file.getFile()).size };
    } catch (cause) {
      if (nameOf(cause) === "TypeMismatchError") return isFolder;
      throw cause;
    }
  } catch (cause) {
    if (["NotFoundError", "TypeMismatchError"].includes(nameOf(cause))) return undefined;
    throw cause;
  }
}

/** Reads at once through a shared access handle; without those, through the file as it is now. */
async function openFile(root: OriginFolder, path: string): Promise<FileHandle> {
  const file = await fileAt(root, path), handle = await readOnly(file);
  const snapshot = handle ? undefined : await file.getFile();
  const size = handle ? handle.getSize() : snapshot!.size;
  return fileHandle({
    path,
    size,
    readSome: (part, at) => handle ? handle.read(part, { at }) : readFileSync(snapshot!, at, part),
    refused: (cause) => refused(`cannot read ${path}`, cause),
    close: () => handle?.close(),
  });
}

/** A handle that others may have at the same time; undefined where this browser has none, or somebody writes the file. */
async function readOnly(file: OriginFile): Promise<AccessHandle | undefined> {
  try {
    const handle = await file.createSyncAccessHandle({ mode: "read-only" });
    if (handle.mode === "read-only") return handle;
    // a browser without modes has locked the file
    handle.close();
  } catch (cause) {
    if (nameOf(cause) === "NotFoundError") throw cause;
  }
  return undefined;
}

async function openWriter(root: OriginFolder, path: string, append: boolean): Promise<FileWriter> {
  let handle: AccessHandle | undefined = await exclusive(await fileAt(root, path, true));
  if (!append) handle.truncate(0);
  let end = handle.getSize(), rested = performance.now();
  return {
    write: (bytes) =>
      attemptOrigin(`cannot write ${path}`, async () => {
        if (handle === undefined) throw new UserError(`cannot write ${path}: it is closed`);
        writeAll(handle, bytes, end);
        end += bytes.length;
        // writing waits for nothing: without a rest a long import would not hear that it is to stop
        if (performance.now() - rested < 30) return;
        await new Promise((done) => setTimeout(done));
        rested = performance.now();
      }),
    close: () =>
      attemptOrigin(`cannot write ${path}`, async () => {
        const open = handle;
        handle = undefined;
        try {
          await open?.flush();
        } finally {
          open?.close();
        }
      }),
  };
}

async function rename(root: OriginFolder, from: string, to: string): Promise<void> {
  const [old, there] = [await statusOf(root, from), await statusOf(root, to)];
  const fail = (why: string) => new UserError(`cannot rename ${from} to ${to}: ${why}`);
  if (!old) throw fail("there is no such file or folder");
  if (there?.isFolder) throw fail("there is a folder of that name");
  if (old.isFolder && there) throw fail("there is a file of that name");
  if (`${partsOf(to).join("/")}/`.startsWith(`${partsOf(from).join("/")}/`)) {
    throw fail("a folder cannot go into itself");
  }
  if (old.isFolder) return await renameFolder(root, from, to);
  const target = await walk(root, parentOf(to));
  await moveFile(await fileAt(root, from), await walk(root, parentOf(from)), target, baseName(to));
}

function toBytes(content: Uint8Array | string): Uint8Array {
  return typeof content === "string" ? new TextEncoder().encode(content) : content;
}
