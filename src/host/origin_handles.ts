/**
 * The parts of the File System standard (https://fs.spec.whatwg.org) that are used here, typed: Deno's types have none of
 * them, and those of browsers lack `move` and the modes of access handles.
 */

/** A file that is open for reading and writing at once, in a dedicated worker. */
export interface AccessHandle {
  /** Absent where the browser knows no modes. */
  readonly mode?: string;
  read(target: Uint8Array, options: { at: number }): number;
  write(bytes: Uint8Array, options: { at: number }): number;
  truncate(size: number): void;
  getSize(): number;
  flush(): void;
  close(): void;
}

/** A file of the origin. */
export interface OriginFile {
  readonly kind: "file";
  readonly name: string;
  getFile(): Promise<File>;
  createSyncAccessHandle(options?: { mode: "read-only" | "readwrite" }): Promise<AccessHandle>;
  createWritable(): Promise<WritableStream<Uint8Array>>;
  move(folder: OriginFolder, name: string): Promise<void>;
}

/** A folder of the origin. */
export interface OriginFolder {
  readonly kind: "directory";
  readonly name: string;
  getFileHandle(name: string, options?: { create: boolean }): Promise<OriginFile>;
  getDirectoryHandle(name: string, options?: { create: boolean }): Promise<OriginFolder>;
  removeEntry(name: string, options?: { recursive: boolean }): Promise<void>;
  entries(): AsyncIterable<[string, OriginFile | OriginFolder]>;
  /** Chromium moves files only. */
  move?(folder: OriginFolder, name: string): Promise<void>;
}

/** The browser's storage of this origin. */
export interface OriginStorage {
  getDirectory(): Promise<OriginFolder>;
  estimate(): Promise<{ usage?: number; quota?: number }>;
  persist(): Promise<boolean>;
  persisted(): Promise<boolean>;
}

/** Reads a `File` at once; only in workers. */
interface FileReaderSync {
  readAsArrayBuffer(blob: Blob): ArrayBuffer;
}

/** The web platform, as far as it is used and Deno's types have not got it. */
export const web = globalThis as unknown as {
  readonly navigator: {
    readonly storage?: OriginStorage;
    readonly locks?: { request<T>(name: string, act: () => Promise<T>): Promise<T> };
  };
  readonly FileReaderSync?: new () => FileReaderSync;
};

/** The origin's storage, `undefined` where there is none: in insecure pages and some private windows. */
export function originStorage(): OriginStorage | undefined {
  const { storage } = web.navigator;
  return typeof storage?.getDirectory === "function" ? storage : undefined;
}

/** Bytes of a part of a `File`, read at once. */
export function readFileSync(file: Blob, offset: number, target: Uint8Array): number {
  if (!web.FileReaderSync) throw new TypeError("files are read at once in workers only");
  const bytes = new Uint8Array(new web.FileReaderSync().readAsArrayBuffer(file.slice(offset, offset + target.length)));
  target.set(bytes);
  return bytes.length;
}
