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
  /** Set for a symbolic link, which counts as no folder. */
  isLink?: true;
}

/** What there is at a path; a link is told as itself, not as what it points to. */
export interface FileStatus {
  isFile: boolean;
  isFolder: boolean;
  isLink: boolean;
  /** Bytes of a file. */
  size: number;
}

/** A file that is open for reading at any place. */
export interface FileHandle {
  readonly path: string;
  /** Bytes, when the file was opened. */
  readonly size: number;
  /** @returns exactly `length` bytes from `offset` on. @throws UserError naming the file, when it ends before */
  read(offset: number, length: number): Promise<Uint8Array<ArrayBuffer>>;
  /** Fills `target` from `offset` on, at once. @throws UserError naming the file, when it ends before */
  readInto(offset: number, target: Uint8Array): void;
  /** Gives the file back; a second time does nothing. */
  close(): void;
}

/** A file that is written from one end to the other. */
export interface FileWriter {
  /** Adds `bytes` at the end; the caller may use them again when it has resolved. @throws UserError with the reason */
  write(bytes: Uint8Array): Promise<void>;
  /** Brings the content to the disk and gives the file back; a second time does nothing. @throws UserError with the reason */
  close(): Promise<void>;
}

/** Memory in bytes. */
export interface MemoryStatus {
  /** What this process holds. */
  resident: number;
  /** What the machine can still give. */
  available?: number;
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

/** Which WebGPU is wanted. */
export interface BackendChoice {
  /** The host's own when left out: {@link HostBackend.name} "wgpu" under Deno, "browser" in a page. */
  readonly backend?: "wgpu" | "dawn";
  /** Whether kernels are kept inside their buffers; only Dawn can do without. Default: true. */
  readonly boundsChecks?: boolean;
}

/** A WebGPU of the host, as `src/gpu` takes it. */
export interface HostBackend {
  readonly name: "wgpu" | "dawn" | "browser";
  readonly gpu: GPU | undefined;
  readonly boundsChecks: boolean;
  /** What its user can do where it finds no adapter. */
  readonly noAdapter?: string;
}

/** The terminal that standard output goes to. */
export interface Terminal {
  isTerminal: boolean;
  /** Width in characters; 80 where it is not known. */
  columns: number;
}

/**
 * Small texts that last: files of the cache folder, and in a page entries of the browser's storage for its origin. Names
 * are words with "/" between them.
 */
export interface KeptTexts {
  /** Where a text is, as messages name it. */
  place(name: string): string;
  /** `undefined` where there is none. @throws UserError naming the place and the reason */
  read(name: string): Promise<string | undefined>;
  /** Replaces a text as a whole: a reader finds the old one or the new one. @throws UserError with place and reason */
  write(name: string, text: string): Promise<void>;
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
  /** Opens a file for reading at any place. @throws UserError naming `path` and the reason */
  openFile(path: string): Promise<FileHandle>;
  /**
   * Opens a file for writing from the start, or from its end with `append`; it is made when there is none. Unlike
   * {@link Host.writeFile}, a part of it can be seen: write to another name, then {@link Host.rename}.
   * @throws UserError naming `path` and the reason
   */
  openWriter(path: string, options?: { append?: boolean }): Promise<FileWriter>;
  /**
   * Gives a file or folder another name in one step; a file that has the name is replaced, a folder never.
   * @throws UserError naming both paths and the reason
   */
  rename(from: string, to: string): Promise<void>;
  /** What there is at `path`; `undefined` when there is nothing. @throws UserError when that cannot be told */
  stat(path: string): Promise<FileStatus | undefined>;

  /** Where a file of data set `name` comes from, as messages name it. */
  datasetUrl(name: string, file: string): string;
  /**
   * Reads a file of data set `name`; `onBytes` is told now and then how many have come.
   * @throws UserError naming the place, when it is missing
   */
  readDataset(name: string, file: string, onBytes?: (bytes: number) => void): Promise<Uint8Array<ArrayBuffer>>;
  /** Where what can be made again is kept between runs (XDG: `$XDG_CACHE_HOME/startsparse`). It need not exist. */
  cacheFolder(): string;
  /** What this machine has been found to be like, such as kernel times; worth keeping, and no part of any run. */
  readonly kept: KeptTexts;

  /** The date and time. */
  now(): Date;
  /** Milliseconds from an arbitrary start, never going back: for durations. */
  milliseconds(): number;
  /** An environment variable; `undefined` when it is not set, and always in a page. */
  environment(name: string): string | undefined;
  terminal(): Terminal;
  platform(): Platform;
  /** Memory of process and machine; `undefined` where it is not told, as in a page. */
  memory(): MemoryStatus | undefined;
  /**
   * Calls `handler` at each Ctrl-C or request to end, in place of ending the program. In a page it is never called.
   * @returns a function that restores what was before
   */
  onInterrupt(handler: () => void): () => void;
  /** The entry to the runtime's own WebGPU; `undefined` where there is none. */
  gpu(): GPU | undefined;
  /**
   * The WebGPU that is asked for. Dawn is loaded at the first call that wants it.
   * @throws UserError where this host or this machine has no such backend
   */
  backend(choice?: BackendChoice): Promise<HostBackend>;
}

/** The part of a {@link Host} that reads files. */
export type ReadFiles = Pick<Host, "readFile" | "readText" | "exists" | "list" | "stat">;

/** Puts the parts of a path together with single slashes; empty parts are left out. */
export function joinPath(...parts: string[]): string {
  return parts.filter((part) => part !== "").join("/").replace(/\/{2,}/g, "/");
}
