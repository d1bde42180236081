/** What telling a data set by its content asks of a host, and what it finds. */
import type { Host } from "../host/host.ts";
import type { DatasetEntry, Format } from "./registry.ts";

/** What reading needs of a {@link Host}. */
export type RecogniseHost = Pick<Host, "list" | "openFile" | "stat">;

/** A data set that was recognised. */
export interface Recognised {
  readonly format: Format;
  /** "CIFAR-10 binary" */
  readonly words: string;
  /** The known set that it says it is. */
  readonly known?: DatasetEntry;
  readonly images?: number;
  readonly classes?: number;
  /** Bytes that it takes in the cache. */
  readonly needs?: number;
  readonly needsTestFraction?: boolean;
  /** Other names for its files, by which the importer finds them. */
  readonly names?: ReadonlyMap<string, string>;
}
