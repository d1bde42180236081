/** The host under Deno: files, signals, the terminal. The one file below the command line that knows `Deno`. */
import { UserError } from "../errors.ts";
import { type FolderEntry, type Host, joinPath, type Platform, type Terminal } from "./host.ts";

/** Settings of {@link createDenoHost}. */
export interface DenoHostOptions {
  /** The folder of the data sets, as a URL that ends in "/". Default: `datasets/` of this project. */
  datasets?: URL;
}

/** A host over Deno's files and signals. */
export function createDenoHost(options: DenoHostOptions = {}): Host {
  const datasets = options.datasets ?? new URL("../../datasets/", import.meta.url);
  const datasetFile = (name: string, file: string) => new URL(`${name}/${file}`, datasets);
  return {
    kind: "deno",
    readFile: (path) => attempt(`cannot read ${path}`, () => Deno.readFile(path)),
    readText: (path) => attempt(`cannot read ${path}`, () => Deno.readTextFile(path)),
    writeFile: (path, content) => attempt(`cannot write ${path}`, () => writeAtomically(path, content)),
    appendFile: (path, content) =>
      attempt(`cannot write ${path}`, () => Deno.writeFile(path, toBytes(content), { append: true })),
    makeDirectory: (path) => attempt(`cannot write into the folder ${path}`, () => makeWritableFolder(path)),
    exists,
    list: (path) => attempt(`cannot list the folder ${path}`, () => list(path)),
    remove: (path) => attempt(`cannot remove ${path}`, () => remove(path)),
    datasetUrl: (name, file) => readable(datasetFile(name, file)),
    readDataset: (name, file) => {
      const url = datasetFile(name, file);
      return attempt(
        `data set ${name}: cannot read ${readable(url)}`,
        () => Deno.readFile(url),
        "The file belongs to the project: restore it (git checkout), or install the package again.",
      );
    },
    cacheFolder,
    now: () => new Date(),
    milliseconds: () => performance.now(),
    environment: (name) => Deno.env.get(name),
    terminal,
    platform: (): Platform => ({ runtime: `Deno ${Deno.version.deno}`, os: Deno.build.os, arch: Deno.build.arch }),
    onInterrupt,
    gpu: () => navigator.gpu,
  };
}

/** What the operating system's refusals mean, for the person who reads the message. */
const REASONS: Record<string, string> = {
  ENOENT: "there is no such file or folder",
  ENOTDIR: "a part of the path is a file, not a folder",
  EISDIR: "it is a folder",
  EEXIST: "there is a file of that name",
  EACCES: "permission denied",
  EPERM: "permission denied",
  EROFS: "the file system is read-only",
  ENOSPC: "the disk is full",
};

/** Runs `act` and turns what the operating system refuses into one clear message. */
async function attempt<T>(what: string, act: () => Promise<T>, hint?: string): Promise<T> {
  try {
    return await act();
  } catch (cause) {
    if (cause instanceof UserError) throw cause;
    const error = cause as Error & { code?: string };
    throw new UserError(`${what}: ${REASONS[error.code ?? ""] ?? error.message}`, { cause, hint });
  }
}

let temporaryFiles = 0;

async function writeAtomically(path: string, content: Uint8Array | string): Promise<void> {
  // In the same folder, because a rename is atomic only within one file system.
  const temporary = `${path}.${Deno.pid}-${temporaryFiles++}.tmp`;
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
}

async function makeWritableFolder(path: string): Promise<void> {
  await Deno.mkdir(path, { recursive: true });
  const probe = joinPath(path, `.write-test-${Deno.pid}-${temporaryFiles++}.tmp`);
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
  for await (const { name, isDirectory } of Deno.readDir(path)) entries.push({ name, isFolder: isDirectory });
  return entries.sort((a, b) => a.name < b.name ? -1 : 1);
}

async function remove(path: string): Promise<void> {
  try {
    await Deno.remove(path, { recursive: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

function cacheFolder(): string {
  const name = "startsparse";
  // The XDG specification: an empty or relative value counts as not set.
  const xdg = Deno.env.get("XDG_CACHE_HOME");
  if (xdg?.startsWith("/")) return joinPath(xdg, name);
  const home = Deno.env.get("HOME") ?? Deno.env.get("USERPROFILE");
  if (home) return joinPath(home, ".cache", name);
  throw new UserError("no cache folder: neither XDG_CACHE_HOME nor HOME is set", {
    hint: "Set XDG_CACHE_HOME to the absolute path of a folder.",
  });
}

function terminal(): Terminal {
  const isTerminal = Deno.stdout.isTerminal();
  return { isTerminal, columns: isTerminal ? Deno.consoleSize().columns || 80 : 80 };
}

function onInterrupt(handler: () => void): () => void {
  // Windows knows no SIGTERM.
  const signals: Deno.Signal[] = Deno.build.os === "windows" ? ["SIGINT"] : ["SIGINT", "SIGTERM"];
  for (const signal of signals) Deno.addSignalListener(signal, handler);
  return () => {
    for (const signal of signals) Deno.removeSignalListener(signal, handler);
  };
}

function toBytes(content: Uint8Array | string): Uint8Array {
  return typeof content === "string" ? new TextEncoder().encode(content) : content;
}

function readable(url: URL): string {
  return url.protocol === "file:" ? decodeURIComponent(url.pathname) : url.href;
}
