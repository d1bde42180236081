/** Files that somebody has dropped or chosen in a browser, as a host reads files: each is read when it is asked for. */
import { UserError } from "../errors.ts";
import type { FolderEntry, ReadFiles } from "./host.ts";

/** A file with its path inside what was dropped. */
export interface DroppedContent {
  readonly path: string;
  readonly content: Blob | Uint8Array<ArrayBuffer>;
}

/** The files under their paths; "" is the folder that holds all. Where two have one path the last one counts. */
export function createDroppedFiles(dropped: Iterable<DroppedContent>): ReadFiles {
  const files = new Map<string, DroppedContent["content"]>();
  const folders = new Map<string, Map<string, FolderEntry>>([["", new Map()]]);
  for (const { path, content } of dropped) {
    const parts = partsOf(path);
    files.set(parts.join("/"), content);
    for (const [i, name] of parts.entries()) {
      const folder = parts.slice(0, i).join("/"), entries = folders.get(folder) ?? new Map<string, FolderEntry>();
      entries.set(name, { name, isFolder: i < parts.length - 1 });
      folders.set(folder, entries);
    }
  }
  const keyOf = (path: string) => partsOf(path).join("/");
  const readFile = async (path: string) => {
    const content = files.get(keyOf(path));
    if (content === undefined) throw new UserError(`cannot read ${path}: there is no such file`);
    if (!(content instanceof Blob)) return content.slice();
    try {
      return new Uint8Array(await content.arrayBuffer());
    } catch (cause) {
      // a file that was changed or removed after it was dropped
      throw new UserError(`cannot read ${path}: ${cause instanceof Error ? cause.message : String(cause)}`, {
        hint: "Drop it again.",
        cause,
      });
    }
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
      const size = content === undefined ? 0 : content instanceof Blob ? content.size : content.length;
      return Promise.resolve({ isFile: content !== undefined, isFolder, isLink: false, size });
    },
  };
}

function partsOf(path: string): string[] {
  return path.split("/").filter((part) => part !== "" && part !== ".");
}
