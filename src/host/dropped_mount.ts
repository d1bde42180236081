/**
 * Files that somebody dropped on a page, as a folder beside a host's own files: what imports from disk imports from them.
 * They are read where they lie; nothing is copied.
 */
import { UserError } from "../errors.ts";
import type { FileHandle, FolderEntry, Host } from "./host.ts";
import { readFileSync } from "./origin_handles.ts";

/** A dropped file, with its path inside the folder. */
export interface Dropped {
  readonly path: string;
  readonly file: File;
}

/** What reads files. */
type Reading = "readFile" | "readText" | "exists" | "stat" | "list" | "openFile";

/** Read ahead, since each look into a dropped file asks another process. */
const WINDOW_BYTES = 2 ** 20;

/**
 * A host that has the dropped files below `mount`, and all of its own elsewhere.
 * @param onRead is told how many bytes of a file have been read, from its start to the last that was
 */
export function withDropped<H extends Pick<Host, Reading>>(
  host: H,
  mount: string,
  dropped: readonly Dropped[],
  onRead: (path: string, bytes: number) => void = () => {},
): H {
  const files = new Map<string, File>(), folders = new Map<string, Map<string, FolderEntry>>([["", new Map()]]);
  for (const { path, file } of dropped) {
    const parts = path.split("/").filter((part) => part !== "" && part !== ".");
    if (parts.includes("..") || parts.length === 0) throw new UserError(`the path ${path} leads nowhere`);
    const name = parts.join("/");
    if (files.has(name)) throw new UserError(`there are two files ${name}`);
    files.set(name, file);
    for (let i = parts.length - 1, isFolder = false; i >= 0; i--, isFolder = true) {
      const parent = parts.slice(0, i).join("/"), entries = folders.get(parent) ?? new Map<string, FolderEntry>();
      entries.set(parts[i], { name: parts[i], isFolder });
      folders.set(parent, entries);
    }
  }
  /** The path below the mount; undefined elsewhere. */
  const inside = (path: string) => {
    const normal = path.replace(/\/+$/, "");
    if (normal === mount) return "";
    return normal.startsWith(`${mount}/`) ? normal.slice(mount.length + 1) : undefined;
  };
  const fileAt = (path: string, name: string) => {
    const file = files.get(name);
    if (file) return file;
    const why = folders.has(name) ? "it is a folder" : "there is no such file or folder";
    throw new UserError(`cannot read ${path}: ${why}`);
  };
  const whole = async (path: string, name: string) => {
    const file = fileAt(path, name);
    try {
      const bytes = new Uint8Array(await file.arrayBuffer());
      onRead(name, bytes.length);
      return bytes;
    } catch (cause) {
      throw unreadable(path, cause);
    }
  };
  const own: Pick<Host, Reading> = {
    readFile: (path) => {
      const name = inside(path);
      return name === undefined ? host.readFile(path) : whole(path, name);
    },
    readText: async (path) => {
      const name = inside(path);
      return name === undefined ? await host.readText(path) : new TextDecoder().decode(await whole(path, name));
    },
    exists: async (path) => {
      const name = inside(path);
      return name === undefined ? await host.exists(path) : files.has(name) || folders.has(name);
    },
    stat: async (path) => {
      const name = inside(path);
      if (name === undefined) return await host.stat(path);
      const file = files.get(name);
      if (!file && !folders.has(name)) return undefined;
      return { isFile: !!file, isFolder: !file, isLink: false, size: file?.size ?? 0 };
    },
    list: async (path) => {
      const name = inside(path);
      if (name === undefined) return await host.list(path);
      const entries = folders.get(name);
      if (!entries) throw new UserError(`cannot list the folder ${path}: there is no such folder`);
      return [...entries.values()].sort((a, b) => a.name < b.name ? -1 : 1);
    },
    openFile: async (path) => {
      const name = inside(path);
      if (name === undefined) return await host.openFile(path);
      return openDropped(path, fileAt(path, name), (bytes) => onRead(name, bytes));
    },
  };
  return { ...host, ...own };
}

function openDropped(path: string, file: File, onRead: (bytes: number) => void): FileHandle {
  const { size } = file;
  let window = new Uint8Array(), start = 0, furthest = 0;
  const readInto = (offset: number, target: Uint8Array) => {
    if (offset + target.length > size) {
      throw new UserError(`cannot read ${path}: it ends at byte ${size}, before byte ${offset + target.length}`);
    }
    try {
      if (target.length > WINDOW_BYTES) readFileSync(file, offset, target);
      else {
        if (offset < start || offset + target.length > start + window.length) {
          window = new Uint8Array(Math.min(WINDOW_BYTES, size - offset));
          start = offset;
          readFileSync(file, offset, window);
        }
        target.set(window.subarray(offset - start, offset - start + target.length));
      }
    } catch (cause) {
      window = new Uint8Array();
      throw unreadable(path, cause);
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

function unreadable(path: string, cause: unknown): UserError {
  return new UserError(`cannot read ${path}: it has changed or gone since it was dropped`, {
    hint: "Drop it again.",
    cause,
  });
}
