/**
 * What differs between Deno and a browser page, behind one interface: files or their stand-in, the embedded data sets,
 * clock, terminal, interruption, and which `GPU` object there is. Everything above this floor is the same code in both.
 *
 * Paths use "/" and are relative to the working folder unless they begin with one; {@link joinPath} puts them together.
 */

/** A file or folder inside a folder. */
export interface FolderEntry {
  name: string;
  isFolder: boolean;
}

/** What the machine calls itself, for the provenance of a run. */
export interface Platform {
  /** "Deno 2.9.6", or the browser's user agent. */
  runtime: string;
  /** "linux", "darwin", "windows"; in a page what the browser tells. */
  os: string;
  /** "x86_64", "aarch64"; "unknown" where a browser does not tell. */
  arch: string;
}

/** The terminal that standard output goes to. */
export interface Terminal {
  isTerminal: boolean;
  /** Width in characters; 80 where it is not known. */
  columns: number;
}

/** The machine that the program runs on. */
export interface Host {
  readonly kind: "deno" | "page";

  /** @throws UserError naming `path`, when there is no such file or it cannot be read */
  readFile(path: string): Promise<Uint8Array<ArrayBuffer>>;
  /** As {@link Host.readFile}, decoded as UTF-8. */
  readText(path: string): Promise<string>;
  /**
   * Writes a whole file so that a reader finds the old content or the new one, never a part, also after a crash.
   * @throws UserError naming `path` and the reason
   */
  writeFile(path: string, content: Uint8Array | string): Promise<void>;
  /** Adds to the end of a file, which is made when there is none. @throws UserError naming `path` and the reason */
  appendFile(path: string, content: Uint8Array | string): Promise<void>;
  /**
   * Makes a folder with those above it, and makes sure that files can be written into it: so that a run whose results
   * could not be kept stops before it starts. Costs nothing when the folder exists.
   * @throws UserError naming `path` and the reason
   */
  makeDirectory(path: string): Promise<void>;
  /** Whether there is a file or folder at `path`. */
  exists(path: string): Promise<boolean>;
  /** What a folder holds, sorted by name. @throws UserError when it cannot be listed */
  list(path: string): Promise<FolderEntry[]>;
  /** Removes a file, or a folder with all it holds. Nothing there is no error. @throws UserError with the reason */
  remove(path: string): Promise<void>;

  /** Where a file of data set `name` comes from, as messages name it. */
  datasetUrl(name: string, file: string): string;
  /** Reads a file of data set `name`. @throws UserError naming the place, when it is missing */
  readDataset(name: string, file: string): Promise<Uint8Array<ArrayBuffer>>;
  /** Where what can be made again is kept between runs (XDG: `$XDG_CACHE_HOME/startsparse`). It need not exist. */
  cacheFolder(): string;

  /** The date and time. */
  now(): Date;
  /** Milliseconds from an arbitrary start, never going back: for durations. */
  milliseconds(): number;
  /** An environment variable; `undefined` when it is not set, and always in a page. */
  environment(name: string): string | undefined;
  terminal(): Terminal;
  platform(): Platform;
  /**
   * Calls `handler` at each Ctrl-C or request to end, in place of ending the program. In a page it is never called.
   * @returns a function that restores what was before
   */
  onInterrupt(handler: () => void): () => void;
  /** The entry to WebGPU; `undefined` where there is none. */
  gpu(): GPU | undefined;
}

/** Puts the parts of a path together with single slashes; empty parts are left out. */
export function joinPath(...parts: string[]): string {
  return parts.filter((part) => part !== "").join("/").replace(/\/{2,}/g, "/");
}
