/**
 * The data sets that the machine which serves the page has imported: read only, through its server, in the place where the
 * page's own imports lie. `scripts/vite/datasets.ts` serves them; static hosts say that there are none. What the page has
 * imported itself comes first.
 */
import { UserError } from "../errors.ts";
import { type FileHandle, type FileStatus, joinPath } from "./host.ts";
import type { Files } from "./memory_files.ts";

/** A set as the server lists it: the sizes of its files by name. */
interface ServedSet {
  readonly name: string;
  readonly files: Readonly<Record<string, number>>;
}

/** A set, or one of its files, at a path. */
interface Found {
  readonly set: ServedSet;
  readonly file?: string;
}

/**
 * `files`, and beside what is in its `folder` the sets served at `base`. The list is asked for once, when something in the
 * folder is first looked for; without a server there are none.
 */
export function withServedCache(files: Files, folder: string, base: URL): Files {
  const prefix = folder.replace(/\/$/, "") + "/";
  let listed: Promise<readonly ServedSet[]> | undefined;
  const sets = () => listed ??= listSets(base);

  async function find(path: string): Promise<Found | undefined> {
    if (!path.startsWith(prefix)) return undefined;
    const [name, file, ...deeper] = path.slice(prefix.length).replace(/\/$/, "").split("/");
    const set = (await sets()).find((set) => set.name === name);
    if (!set || deeper.length > 0 || (file !== undefined && !(file in set.files))) return undefined;
    // A set is its own or the server's, never a mixture.
    return await files.exists(joinPath(folder, name)) ? undefined : { set, file };
  }
  async function findFile(path: string): Promise<{ url: URL; size: number } | undefined> {
    const found = await find(path);
    if (found?.file === undefined) return undefined;
    return { url: new URL(`${found.set.name}/${found.file}`, base), size: found.set.files[found.file] };
  }
  async function read(path: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const found = await findFile(path);
    return found && await load(found.url, path);
  }
  const isFolder = (path: string) => path.replace(/\/$/, "") + "/" === prefix;

  return {
    ...files,
    readFile: async (path) => await read(path) ?? await files.readFile(path),
    readText: async (path) => {
      const bytes = await read(path);
      return bytes ? new TextDecoder().decode(bytes) : await files.readText(path);
    },
    exists: async (path) =>
      await files.exists(path) || await find(path) !== undefined || (isFolder(path) && (await sets()).length > 0),
    stat: async (path): Promise<FileStatus | undefined> => {
      const own = await files.stat(path);
      if (own) return own;
      const found = await find(path);
      if (!found) return undefined;
      const isFile = found.file !== undefined;
      return { isFile, isFolder: !isFile, isLink: false, size: isFile ? found.set.files[found.file!] : 0 };
    },
    list: async (path) => {
      if (isFolder(path)) {
        const own = await files.exists(path) ? await files.list(path) : [];
        const served = (await sets()).filter(({ name }) => !own.some((entry) => entry.name === name));
        return [...own, ...served.map(({ name }) => ({ name, isFolder: true }))];
      }
      const found = await find(path);
      if (found && found.file === undefined) {
        return Object.keys(found.set.files).map((name) => ({ name, isFolder: false }));
      }
      return await files.list(path);
    },
    openFile: async (path) => {
      const found = await findFile(path);
      return found ? openServed(found.url, found.size, path) : await files.openFile(path);
    },
  };
}

async function listSets(base: URL): Promise<readonly ServedSet[]> {
  try {
    const response = await fetch(new URL("index.json", base));
    if (!response.ok) return [];
    const { sets } = await response.json() as { sets?: readonly ServedSet[] };
    return Array.isArray(sets) ? sets : [];
  } catch {
    // No server, or one that answers a missing file with its start page.
    return [];
  }
}

async function load(url: URL, path: string, range?: string): Promise<Uint8Array<ArrayBuffer>> {
  let response: Response;
  try {
    response = await fetch(url, range === undefined ? {} : { headers: { range } });
  } catch (cause) {
    throw new UserError(`cannot read ${path}: the server cannot be reached`, { cause });
  }
  if (response.status !== (range === undefined ? 200 : 206)) {
    await response.body?.cancel();
    throw new UserError(`cannot read ${path}: the server answered with status ${response.status}`);
  }
  return new Uint8Array(await response.arrayBuffer());
}

function openServed(url: URL, size: number, path: string): FileHandle {
  const rangeOf = (offset: number, length: number) => {
    if (offset + length <= size) return `bytes=${offset}-${offset + length - 1}`;
    throw new UserError(`cannot read ${path}: it ends after ${size} bytes`);
  };
  return {
    path,
    size,
    read: async (offset, length) => length === 0 ? new Uint8Array() : await load(url, path, rangeOf(offset, length)),
    readInto: (offset, target) => {
      if (target.length > 0) target.set(loadNow(url, path, rangeOf(offset, target.length)));
    },
    close: () => {},
  };
}

/** The part of XMLHttpRequest that is used here; Deno has none. */
interface Waiting {
  XMLHttpRequest: new () => {
    responseType: string;
    readonly response: unknown;
    readonly status: number;
    open(method: string, url: string, asynchronous: boolean): void;
    setRequestHeader(name: string, value: string): void;
    send(): void;
  };
}

/** What a {@link FileHandle} must have at once: workers may wait for an answer. */
function loadNow(url: URL, path: string, range: string): Uint8Array {
  const request = new (globalThis as unknown as Waiting).XMLHttpRequest();
  request.open("GET", url.href, false);
  request.responseType = "arraybuffer";
  request.setRequestHeader("range", range);
  try {
    request.send();
  } catch (cause) {
    throw new UserError(`cannot read ${path}: the server cannot be reached`, { cause });
  }
  if (request.status !== 206) {
    throw new UserError(`cannot read ${path}: the server answered with status ${request.status}`);
  }
  return new Uint8Array(request.response as ArrayBuffer);
}
