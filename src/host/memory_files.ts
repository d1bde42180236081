/** Files in memory, for the life of a page: what stands in where there is no disk. */
import { UserError } from "../errors.ts";
import { type FileHandle, type FileWriter, type FolderEntry, type Host, joinPath } from "./host.ts";

/** The part of a {@link Host} that keeps files. */
export type Files = Pick<
  Host,
  | "readFile"
  | "readText"
  | "writeFile"
  | "appendFile"
  | "makeDirectory"
  | "exists"
  | "list"
  | "remove"
  | "openFile"
  | "openWriter"
  | "rename"
  | "stat"
>;

/**
 * Files kept in a map from path to content, with the rules of a disk: a file needs its folder, and a file is no folder.
 * The working folder and "/" are there from the start.
 */
export function createMemoryFiles(): Files {
  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  const folders = new Set<string>();

  const inside = (folder: string) => folder === "" || folder.endsWith("/") ? folder : folder + "/";
  const paths = () => [...files.keys(), ...folders];
  const isFolder = (path: string) =>
    path === "" || folders.has(path) || paths().some((other) => other.startsWith(inside(path)));

  function parents(path: string): string[] {
    const parts = path.split("/").slice(0, -1);
    return parts.map((_, i) => parts.slice(0, i + 1).join("/"));
  }
  function read(path: string): Uint8Array<ArrayBuffer> {
    const content = files.get(normal(path));
    if (content === undefined) throw new UserError(`cannot read ${path}: there is no such file`);
    return content;
  }
  function write(path: string, content: Uint8Array | string, before = new Uint8Array()): void {
    const key = normal(path);
    if (isFolder(key)) throw new UserError(`cannot write ${path}: it is a folder`);
    if (parents(key).some((parent) => files.has(parent))) {
      throw new UserError(`cannot write ${path}: a part of the path is a file, not a folder`);
    }
    const folder = parents(key).at(-1);
    if (folder !== undefined && !isFolder(folder)) {
      throw new UserError(`cannot write ${path}: there is no such file or folder`);
    }
    const added = typeof content === "string" ? new TextEncoder().encode(content) : content;
    const bytes = new Uint8Array(before.length + added.length);
    bytes.set(before);
    bytes.set(added, before.length);
    files.set(key, bytes);
  }
  function openFile(path: string): FileHandle {
    if (isFolder(normal(path))) throw new UserError(`cannot read ${path}: it is a folder`);
    const content = read(path);
    const readInto = (offset: number, target: Uint8Array) => {
      if (offset + target.length > content.length) {
        throw new UserError(
          `cannot read ${path}: it ends at byte ${content.length}, before byte ${offset + target.length}`,
        );
      }
      target.set(content.subarray(offset, offset + target.length));
    };
    const readBytes = (offset: number, length: number) => {
      const bytes = new Uint8Array(length);
      readInto(offset, bytes);
      return bytes;
    };
    return {
      path,
      size: content.length,
      readInto,
      read: (offset, length) => soon(() => readBytes(offset, length)),
      close: () => {},
    };
  }
  function openWriter(path: string, append: boolean): FileWriter {
    write(path, new Uint8Array(), append ? files.get(normal(path)) : undefined);
    let buffer = files.get(normal(path))!;
    let length = buffer.length;
    let isOpen = true;
    return {
      write: (bytes) =>
        soon(() => {
          if (!isOpen) throw new UserError(`cannot write ${path}: it is closed`);
          if (length + bytes.length > buffer.length) {
            const larger = new Uint8Array(2 * (length + bytes.length));
            larger.set(buffer.subarray(0, length));
            buffer = larger;
          }
          buffer.set(bytes, length);
          length += bytes.length;
          files.set(normal(path), buffer.subarray(0, length));
        }),
      close: () => soon(() => void (isOpen = false)),
    };
  }
  function rename(path: string, name: string): void {
    const [old, key] = [normal(path), normal(name)];
    const fail = (why: string) => new UserError(`cannot rename ${path} to ${name}: ${why}`);
    const folder = parents(key).at(-1);
    if (!files.has(old) && !isFolder(old)) throw fail("there is no such file or folder");
    if (isFolder(key)) throw fail("there is a folder of that name");
    if (isFolder(old) && files.has(key)) throw fail("there is a file of that name");
    if (key.startsWith(inside(old))) throw fail("a folder cannot go into itself");
    if (folder !== undefined && !isFolder(folder)) throw fail("there is no such file or folder");
    const moves = (other: string) => other === old || other.startsWith(inside(old));
    for (const other of [...files.keys()].filter(moves)) {
      files.set(key + other.slice(old.length), files.get(other)!);
      files.delete(other);
    }
    for (const other of [...folders].filter(moves)) {
      folders.add(key + other.slice(old.length));
      folders.delete(other);
    }
  }
  // Each answers with a promise, and so must its errors: `then` turns a throw into a rejection.
  const soon = <T>(act: () => T): Promise<T> => Promise.resolve().then(act);

  return {
    readFile: (path) => soon(() => read(path).slice()),
    readText: (path) => soon(() => new TextDecoder().decode(read(path))),
    writeFile: (path, content) => soon(() => write(path, content)),
    appendFile: (path, content) => soon(() => write(path, content, files.get(normal(path)))),
    makeDirectory: (path) =>
      soon(() => {
        const key = normal(path);
        if ([key, ...parents(key)].some((part) => files.has(part))) {
          throw new UserError(`cannot write into the folder ${path}: a part of the path is a file, not a folder`);
        }
        folders.add(key);
      }),
    exists: (path) => soon(() => files.has(normal(path)) || isFolder(normal(path))),
    list: (path) =>
      soon(() => {
        const key = normal(path);
        if (!isFolder(key)) throw new UserError(`cannot list the folder ${path}: there is no such file or folder`);
        const entries = new Map<string, FolderEntry>();
        for (const other of paths().filter((other) => other.startsWith(inside(key)))) {
          const [name, ...rest] = other.slice(inside(key).length).split("/");
          if (name !== "") entries.set(name, { name, isFolder: rest.length > 0 || isFolder(other) });
        }
        return [...entries.values()].sort((a, b) => a.name < b.name ? -1 : 1);
      }),
    remove: (path) =>
      soon(() => {
        const gone = (other: string) => other === normal(path) || other.startsWith(inside(normal(path)));
        for (const other of files.keys()) if (gone(other)) files.delete(other);
        for (const other of folders) if (gone(other)) folders.delete(other);
      }),
    openFile: (path) => soon(() => openFile(path)),
    openWriter: (path, options) => soon(() => openWriter(path, options?.append ?? false)),
    rename: (path, name) => soon(() => rename(path, name)),
    stat: (path) =>
      soon(() => {
        const content = files.get(normal(path));
        if (content === undefined && !isFolder(normal(path))) return undefined;
        return { isFile: !!content, isFolder: !content, isLink: false, size: content?.length ?? 0 };
      }),
  };
}

/** One spelling for each path: no "." parts and no slash at the end. */
function normal(path: string): string {
  const parts = joinPath(path).split("/").filter((part) => part !== ".");
  return parts.join("/").replace(/(.)\/$/, "$1");
}
