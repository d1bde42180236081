/**
 * What a page and the storage worker say to each other: the runs that this browser keeps, what they take, zip files of
 * them, and whatever somebody drops on the page. Everything here can be sent between threads.
 */
import type { CachedInfo } from "../data/cache.ts";
import type { Collection } from "../experiment/results_collect.ts";
import type { RunSummary } from "../experiment/run_summary.ts";
import type { Format } from "../data/registry.ts";
import type { LayerPicture } from "./lab_types.ts";

export type { LastMetrics, RunState, RunSummary } from "../experiment/run_summary.ts";

/** The folder of the page's runs, `runs/<id>`; and of sweeps and reports that were brought in, `imports/<id>`. */
export const RUNS_FOLDER = "runs";
export const IMPORTS_FOLDER = "imports";

/** A run as the run strip shows it. */
export interface RunInfo extends RunSummary {
  /** Its folder's name below {@link RUNS_FOLDER}: the lane's id. */
  readonly id: string;
  /** Brought in from a file, not trained in this browser. */
  readonly imported: boolean;
}

/** Columns of {@link RunCurves.training}; those of lab_types' CURVE_COLUMNS. */
export type { CURVE_COLUMNS } from "./lab_types.ts";

/** The curves of a run, for a replay after a reload. */
export interface RunCurves {
  readonly id: string;
  /**
   * Rows of CURVE_COLUMNS (step, images, gpuSeconds, loss, accuracy): means over the steps since the row before.
   * `gpuSeconds` is what its epochs say they trained, spread over their steps (src/experiment/run_curves.ts).
   */
  readonly training: Float32Array<ArrayBuffer>;
  /** Each evaluation; test and validation. */
  readonly evaluations: readonly {
    readonly epoch: number;
    readonly step: number;
    readonly split: "train" | "validation" | "test";
    readonly loss: number;
    readonly accuracy: number;
    readonly seconds: number | null;
  }[];
  /** Densities of the masks over time. */
  readonly masks: readonly {
    readonly step: number;
    readonly reason: string;
    readonly realised: number;
    readonly compute: number;
  }[];
  readonly events: readonly { readonly event: string; readonly step?: number; readonly message?: string }[];
}

/** What the origin's storage has. */
export interface StorageUse {
  readonly used: number;
  readonly quota: number;
  /** Whether the browser has promised not to delete it when space is short. */
  readonly persisted: boolean;
  /** Bytes of runs, data sets and imports, by folder. */
  readonly runs: number;
  readonly datasets: number;
  readonly imports: number;
  /** What to say while it is not persisted: "This browser may delete runs when space is short." */
  readonly warning?: string;
}

/** A file that was dropped, pasted or chosen, with its path inside what was dropped. */
export interface DroppedFile {
  /** `cifar-10-batches-bin/data_batch_1.bin`; the file's name alone where it came by itself. */
  readonly path: string;
  readonly file: File;
}

/** What was dropped, told by its content. */
export type DropKind = "run" | "sweep" | "report" | "dataset" | "image" | "unknown";

/** What taking a drop would do; nothing has been written yet. */
export interface DropPlan {
  /** Names it for `take`, `cancel` and `forget`. */
  readonly id: string;
  readonly kind: DropKind;
  /** "CIFAR-10 binary, 60,000 images, 170 MB, needs 184 MB of storage"; what it is where it cannot be taken. */
  readonly sentence: string;
  /** What was dropped, as messages call it: a file's or folder's name. */
  readonly source: string;
  readonly files: number;
  readonly bytes: number;
  /** Bytes of storage that it would take; absent where that is not known beforehand. */
  readonly needs?: number;
  readonly available: number;
  /** Set where it cannot be taken: words for the state "Bad file". */
  readonly problem?: DropProblem;
  /** Of a data set. */
  readonly dataset?: {
    readonly format: Format;
    /** The name that it would have in the cache; known sets have theirs. */
    readonly name: string;
    readonly title: string;
    readonly images?: number;
    readonly classes?: number;
    /** The cache has a set of this name already. */
    readonly present: boolean;
    /** It has no test part: `take` needs a `testFraction`. */
    readonly needsTestFraction: boolean;
  };
  /** Of a run or sweep: the runs in it, by the names they will have. */
  readonly runs?: readonly string[];
}

/** Heading and body of the state "Bad file". */
export interface DropProblem {
  /** "train.bin is cut short" */
  readonly heading: string;
  /** "30,720,000 of 30,730,000 bytes. Nothing was changed." */
  readonly body: string;
  /** What to do about it. */
  readonly hint?: string;
}

/** What can be chosen when a drop is taken. */
export interface TakeOptions {
  /** Another name for a data set. */
  readonly name?: string;
  readonly testFraction?: number;
  /** Images are cut to a square of this side. */
  readonly size?: number;
  /** Replaces a data set, or a run, of the same name. */
  readonly replace?: boolean;
}

/** How far taking a drop is. */
export interface TakeProgress {
  readonly plan: string;
  /** "Reading cifar-10-binary.tar.gz: 84 of 170 MB" */
  readonly text: string;
  readonly done: number;
  readonly total?: number;
}

/** What became of a drop. */
export type Taken =
  | { readonly kind: "run"; readonly runs: readonly RunInfo[] }
  | { readonly kind: "sweep" | "report"; readonly import: ImportInfo }
  | { readonly kind: "dataset"; readonly dataset: CachedInfo }
  | { readonly kind: "image"; readonly image: TakenImage };

/** A picture: its encoded bytes, checked and measured. */
export interface TakenImage {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  /** 1 grey, 3 colour; pixels row-major, channels last. */
  readonly channels: number;
  readonly pixels: Uint8Array<ArrayBuffer>;
}

/** A sweep or report that was brought in. */
export interface ImportInfo {
  readonly id: string;
  readonly kind: "sweep" | "report";
  readonly folder: string;
  readonly name: string;
  readonly runs: number;
  readonly bytes: number;
  readonly changed: string;
  /** Path of a report's page. */
  readonly page?: string;
}

/** A data set that was brought in. */
export interface KeptDataset {
  readonly name: string;
  readonly bytes: number;
  readonly info?: CachedInfo;
  readonly problem?: string;
}

/** A file to be saved by the page (`URL.createObjectURL`). */
export interface ExportedFile {
  /** "lab-uniform-0.1-s1.zip" */
  readonly name: string;
  readonly file: File;
}

/** How far an export is. */
export interface ExportProgress {
  readonly text: string;
  readonly done: number;
  readonly total: number;
}

/**
 * What the storage worker exposes (src/worker/storage.ts). Functions among the arguments are passed as `comlink.proxy`.
 * Mistakes and refusals arrive as UserError; a full storage is told by `isStorageFull` of src/host/origin_errors.ts.
 */
export interface StorageApi {
  /** Every run that this browser keeps, the newest first. */
  runs(): Promise<RunInfo[]>;
  run(id: string): Promise<RunInfo>;
  curves(id: string): Promise<RunCurves>;
  /** A layer's mask out of a run's file: as it was trained, or as it began (step 0) where the run has not ended. */
  picture(id: string, layer: string): Promise<LayerPicture | undefined>;
  /** What the Results view draws: all that has ended under these folders (default: runs and imports). */
  results(folders?: readonly string[]): Promise<Collection>;
  /** Removes a run's folder. Whoever trains it is to be stopped before. */
  removeRun(id: string): Promise<void>;
  use(): Promise<StorageUse>;
  /** Asks the browser to keep what there is. @returns whether it will */
  persist(): Promise<boolean>;
  /** Packs a run's folder, so that `startsparse results`, `resume` and `eval` read it when it is unpacked. */
  exportRun(id: string, onProgress?: (progress: ExportProgress) => void): Promise<ExportedFile>;
  /** The same for several runs: a folder each, in one file. */
  exportRuns(ids: readonly string[], onProgress?: (progress: ExportProgress) => void): Promise<ExportedFile>;
  /** Tells what was dropped, by its content; changes nothing. */
  plan(files: readonly DroppedFile[]): Promise<DropPlan>;
  /** Does what a plan says. A failure leaves everything as it was. */
  take(id: string, options?: TakeOptions, onProgress?: (progress: TakeProgress) => void): Promise<Taken>;
  /** Stops a `take`, which then fails with "… was stopped; nothing was kept". */
  cancel(id: string): Promise<void>;
  /** Lets a plan go that is not taken. */
  forget(id: string): Promise<void>;
  /** Imported data sets with what they take; damaged ones have no info. */
  datasets(): Promise<KeptDataset[]>;
  removeDataset(name: string): Promise<void>;
  imports(): Promise<ImportInfo[]>;
  removeImport(id: string): Promise<void>;
  /** The bytes of a stored file, such as a report's page. */
  readFile(path: string): Promise<Uint8Array<ArrayBuffer>>;
}
