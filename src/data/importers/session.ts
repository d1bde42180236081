/** An import under way: the folder that a data set is put together in, its progress, and what it is asked for. */
import { UserError } from "../../errors.ts";
import { createSha256 } from "../../formats/sha256.ts";
import { type FileWriter, type Host, joinPath } from "../../host/host.ts";
import type { SampleKind } from "../fingerprint.ts";
import type { DatasetEntry, FileSum } from "../registry.ts";

/** What importing needs of a {@link Host}. */
export type ImportHost = Pick<
  Host,
  | "readFile"
  | "readText"
  | "exists"
  | "list"
  | "stat"
  | "openFile"
  | "openWriter"
  | "rename"
  | "remove"
  | "milliseconds"
>;

/** What an import is asked for beside its source; an importer takes what concerns it. */
export interface ImportOptions {
  /** Images are resized so that the shorter side is `size`, and cut to a square around the middle. */
  readonly size?: number;
  /** Part of the samples that becomes the test part, where the source has none: above 0 and below 1. */
  readonly testFraction?: number;
  /** Of the split into training and test samples. */
  readonly seed?: number;
  /** The column of a table that holds the classes. */
  readonly label?: string;
}

/** How far an import or download is. */
export interface Progress {
  /** "download", "check", "list", "read", "sort". */
  readonly phase: string;
  readonly done: number;
  readonly total?: number;
  readonly unit: "bytes" | "images" | "rows" | "entries";
}

/** What an importer has read; samples are in the session's folder already. */
export interface Imported {
  /** [channels, rows, columns], or [features, 1, 1]. */
  readonly shape: [number, number, number];
  readonly classes: readonly string[];
  readonly features?: readonly string[];
  readonly sampleKind: SampleKind;
  /** The class of each sample of the training part. */
  readonly train: ArrayLike<number>;
  /** The class of each sample of the test part. */
  readonly test: ArrayLike<number>;
}

/** Reads a source of one format. @throws UserError naming file and member for whatever is not as the format says */
export type Importer = (session: ImportSession) => Promise<Imported>;

/** Whether there is a folder at `path`, or a link that leads to one: people give both. */
export async function isFolder(host: Pick<Host, "stat" | "list">, path: string): Promise<boolean> {
  const status = await host.stat(path);
  if (status?.isLink !== true) return status?.isFolder === true;
  return await host.list(path).then(() => true, () => false);
}

const CHUNK = 2 ** 20;
const PROGRESS_MILLISECONDS = 100;

/** A file of the cache that is being written, summed on the way. */
export class SampleWriter {
  readonly #writer: FileWriter;
  readonly #sha256 = createSha256();
  readonly #chunk = new Uint8Array(CHUNK);
  #filled = 0;
  #bytes = 0;
  #closed = false;

  constructor(writer: FileWriter) {
    this.#writer = writer;
  }

  /** Adds bytes at the end; the caller may use `bytes` again when this has resolved. */
  async write(bytes: Uint8Array): Promise<void> {
    this.#sha256.update(bytes);
    this.#bytes += bytes.length;
    if (this.#filled + bytes.length > CHUNK) await this.#flush();
    if (bytes.length > CHUNK) return await this.#writer.write(bytes);
    this.#chunk.set(bytes, this.#filled);
    this.#filled += bytes.length;
  }

  async #flush(): Promise<void> {
    const filled = this.#filled;
    this.#filled = 0;
    if (filled > 0) await this.#writer.write(this.#chunk.subarray(0, filled));
  }

  /** Brings everything to the disk. @returns size and SHA-256 of the file */
  async close(): Promise<FileSum> {
    await this.#flush();
    this.#closed = true;
    await this.#writer.close();
    return { bytes: this.#bytes, sha256: this.#sha256.digest() };
  }

  /** Gives the file back, whatever state it is in. */
  async abandon(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#writer.close().catch(() => {});
  }
}

/** What a {@link ImportSession} is made from. */
export interface SessionOptions {
  readonly host: ImportHost;
  /** How messages call the data set. */
  readonly name: string;
  /** The file or folder that is imported. */
  readonly source: string;
  /** The folder that is written to. */
  readonly folder: string;
  readonly options: ImportOptions;
  /** For a known name: what its genuine content is. */
  readonly expected?: DatasetEntry;
  readonly onProgress?: (progress: Progress) => void;
  readonly signal?: AbortSignal;
}

/** An import under way. */
export class ImportSession {
  readonly host: ImportHost;
  readonly name: string;
  readonly source: string;
  readonly options: ImportOptions;
  readonly expected?: DatasetEntry;
  /** What the reader of the result should know: what was left out or chosen. */
  readonly notes: string[] = [];
  /** Sizes and sums of the files read, where the importer has them. */
  readonly sources: { file: string; bytes?: number; sha256?: string }[] = [];
  readonly #options: SessionOptions;
  readonly #writers: SampleWriter[] = [];
  readonly #sums = new Map<string, FileSum>();
  #reported = -Infinity;

  constructor(options: SessionOptions) {
    this.#options = options;
    ({
      host: this.host,
      name: this.name,
      source: this.source,
      options: this.options,
      expected: this.expected,
    } = options);
  }

  /** The path of a file in the folder. */
  path(file: string): string {
    return joinPath(this.#options.folder, file);
  }

  /**
   * Tells how far it is, ten times a second at most, and stops where that is asked for.
   * @throws UserError when the import was stopped
   */
  progress(phase: string, done: number, total: number | undefined, unit: Progress["unit"]): void {
    if (this.#options.signal?.aborted) {
      throw new UserError(`data set ${this.name}: the import was stopped; nothing was kept`);
    }
    const now = this.host.milliseconds();
    if (done !== total && now - this.#reported < PROGRESS_MILLISECONDS) return;
    this.#reported = now;
    this.#options.onProgress?.({ phase, done, total, unit });
  }

  /** Begins a file of the folder. */
  async begin(file: string): Promise<SampleWriter> {
    const writer = new SampleWriter(await this.host.openWriter(this.path(file)));
    this.#writers.push(writer);
    return writer;
  }

  /** Ends a file that was begun, under the name that it is to have. */
  async end(writer: SampleWriter, file: string, renameTo?: string): Promise<void> {
    const sum = await writer.close();
    if (renameTo !== undefined) await this.host.rename(this.path(file), this.path(renameTo));
    this.#sums.set(renameTo ?? file, sum);
  }

  /** Writes a whole file of the folder. */
  async write(file: string, bytes: Uint8Array): Promise<void> {
    const writer = await this.begin(file);
    await writer.write(bytes);
    await this.end(writer, file);
  }

  /** Size and SHA-256 of a file that has ended. @throws RangeError when the importer has not written it */
  sum(file: string): FileSum {
    const sum = this.#sums.get(file);
    if (sum === undefined) throw new RangeError(`${file} was not written`);
    return { ...sum };
  }

  /** Gives back what is open, so that the folder can be removed. */
  async abandon(): Promise<void> {
    for (const writer of this.#writers) await writer.abandon();
  }
}
