/**
 * Files that somebody has dropped or chosen in a browser, as a host reads files: by themselves, or as a folder beside a
 * host's own files, so that what imports from disk imports from them. They are read where they lie; nothing is copied.
 */
import { UserError } from "../errors.ts";
import type { FileHandle, FolderEntry, Host, ReadFiles } from "./host.ts";
import { readFileSync } from "./origin_handles.ts";

/** A file with its path inside what was dropped. */
export interface DroppedContent {
  readonly path: string;
  readonly content: Blob | Uint8Array<ArrayBuffer>;
}

/** Dropped files, to be read as a whole or at any place; paths below "", the folder that holds all. */
export type DroppedFiles = ReadFiles & Pick<Host, "openFile">;

/** Told how many bytes of a file have been read, from its start to the last that was. */
export type OnRead = (path: string, bytes: number) => void;

/** Read ahead, since each look into a dropped file asks another process. */
const WINDOW_BYTES = 2 ** 20;

/**
 * The files under their paths. Where two have one path the last one counts.
 * @throws UserError for a path that leads out of the folder
 */
export function createDroppedFiles(dropped: Iterable<DroppedContent>, onRead: OnRead = () => {}): DroppedFiles {
  const files = new Map<string, DroppedContent["content"]>();
  const folders = new Map<string, Map<string, FolderEntry>>([["", new Map()]]);
  for (const { path, content } of dropped) {
    const parts = partsOf(path);
    if (parts.includes("..") || parts.length === 0) throw new UserError(`the path ${path} leads nowhere`);
    files.set(parts.join("/"), content);
    for (const [i, name] of parts.entries()) {
      const folder = parts.slice(0, i).join("/"), entries = folders.get(folder) ?? new Map<string, FolderEntry>();
      entries.set(name, { name, isFolder: i < parts.length - 1 });
      folders.set(folder, entries);
    }
  }
  const contentAt = (path: string) => {
    const key = keyOf(path), content = files.get(key);
    if (content !== undefined) return content;
    throw new UserError(`cannot read ${path}: ${folders.has(key) ? "it is a folder" : "there is no such file"}`);
  };
  const readFile = async (path: string) => {
    const content = contentAt(path);
    const bytes = content instanceof Blob ? await whole(path, content) : content.slice();
    onRead(keyOf(path), bytes.length);
    return bytes;
  };
  return {
    readFile,
    readText: async (path) => new TextDecoder().decode(await readFile(path)),
    exists: (path) => Promise.resolve(files.has(keyOf(path)) || folders.has(keyOf(path))),
    list: (path) => {
      const entries = folders.get(keyOf(path));
      if (!entries) {
        return Promise.reject(new UserError(`cannot list the folder ${path}: there is no such file or folder`));
      }
      return Promise.resolve([...entries.values()].sort((a, b) => (a.name < b.name ? -1 : 1)));
    },
    stat: (path) => {
      const content = files.get(keyOf(path)), isFolder = folders.has(keyOf(path));
      if (content === undefined && !isFolder) return Promise.resolve(undefined);
      const size = content === undefined ? 0 : sizeOf(content);
      return Promise.resolve({ isFile: content !== undefined, isFolder, isLink: false, size });
    },
    openFile: async (path) => await openDropped(path, contentAt(path), (bytes) => onRead(keyOf(path), bytes)),
  };
}

/**
 * A host that has dropped files below the folder `mount`, and all of its own elsewhere.
 * @throws UserError for a path that leads out of the folder, and for two files of one path
 */
export function withDropped<H extends DroppedFiles>(
  host: H,
  mount: string,
  dropped: readonly DroppedContent[],
  onRead?: OnRead,
): H {
  const files = createDroppedFiles(dropped, onRead), seen = new Set<string>();
  for (const key of dropped.map(({ path }) => keyOf(path))) {
    if (seen.has(key)) throw new UserError(`there are two files ${key}`);
    seen.add(key);
  }
  const inside = (path: string) => path === mount || path.startsWith(`${mount}/`);
  const below = <T>(method: (of: DroppedFiles, path: string) => Promise<T>) => (path: string) =>
    inside(path) ? method(files, path.slice(mount.length + 1)) : method(host, path);
  return {
    ...host,
    readFile: below((of, path) => of.readFile(path)),
    readText: below((of, path) => of.readText(path)),
    exists: below((of, path) => of.exists(path)),
    list: below((of, path) => of.list(path)),
    stat: below((of, path) => of.stat(path)),
    openFile: below((of, path) => of.openFile(path)),
  };
}

function openDropped(path: string, content: DroppedContent["content"], onRead: (bytes: number) => void): FileHandle {
  const size = sizeOf(content);
  let window = new Uint8Array(), start = 0, furthest = 0;
  const take = (offset: number, target: Uint8Array) => {
    if (content instanceof Blob) readFileSync(content, offset, target);
    else target.set(content.subarray(offset, offset + target.length));
  };
  const readInto = (offset: number, target: Uint8Array) => {
    if (offset + target.length > size) {
      throw new UserError(`cannot read ${path}: it ends at byte ${size}, before byte ${offset + target.length}`);
    }
    try {
      if (target.length > WINDOW_BYTES) take(offset, target);
      else {
        if (offset < start || offset + target.length > start + window.length) {
          window = new Uint8Array(Math.min(WINDOW_BYTES, size - offset));
          start = offset;
          take(offset, window);
        }
        target.set(window.subarray(offset - start, offset - start + target.length));
      }
    } catch (cause) {
      window = new Uint8Array();
      throw changed(path, cause);
    }
    furthest = Math.max(furthest, offset + target.length);
    onRead(furthest);
  };
  return {
    path,
    size,
    readInto,
    read: async (offset, length) => {
      const bytes = new Uint8Array(length);
      readInto(offset, bytes);
      // a real wait: other calls of the worker come in between
      await new Promise((done) => setTimeout(done));
      return bytes;
    },
    close: () => {
      window = new Uint8Array();
    },
  };
}

async function whole(path: string, content: Blob): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await content.arrayBuffer());
  } catch (cause) {
    throw changed(path, cause);
  }
}

function sizeOf(content: DroppedContent["content"]): number {
  return content instanceof Blob ? content.size : content.length;
}

function changed(path: string, cause: unknown): UserError {
  return new UserError(`cannot read ${path}: it has changed or gone since it was dropped`, {
    hint: "Drop it again.",
    cause,
  });
}

function partsOf(path: string): string[] {
  return path.split("/").filter((part) => part !== "" && part !== ".");
}

function keyOf(path: string): string {
  return partsOf(path).join("/");
}
