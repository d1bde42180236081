/** What a page and the engine's worker say to each other about lanes: networks that train side by side on one device. */
import type { RunEvent } from "../experiment/run_events.ts";
import type { MissingMemory } from "../errors.ts";
import type { AdapterInfo } from "../gpu/adapter.ts";
import type { Normalisation } from "../data/normalise.ts";
import type { Model, Size } from "../nn/model.ts";
import type { RecordMask } from "../nn/read_masks.ts";
import type { ParameterStore } from "../nn/store.ts";
import type { WeightTransform } from "../nn/transform.ts";
import type { Runner } from "../gpu/runner.ts";

/** One layer's mask, for a picture. */
export interface LayerPicture {
  /** Its parameter's name. */
  readonly layer: string;
  /** [outputs, inputs] or [outputs, inputs, height, width]. */
  readonly shape: readonly number[];
  /** Bit i is the row-major weight i. */
  readonly bits: Uint32Array;
  readonly kept: number;
  /** Optimizer steps that it has had; absent where it is the same from the start to the end, or has not begun. */
  readonly step?: number;
}

/** A lane as the page asks for it. Its run folder is `runs/<id>` of the host. */
export interface LaneRequest {
  /** Chosen by the page, unique among its runs and good as a folder's name. */
  readonly id: string;
  /** A configuration, checked again in the worker. */
  readonly config: unknown;
  readonly name: string;
  readonly preset?: string;
  /** The command that repeats it; found by the lab where it is left out. */
  readonly command?: string;
  /** Go on with what is in the folder, from its last checkpoint. */
  readonly resume?: boolean;
  /** Read the data and compile, then wait for `play`. */
  readonly paused?: boolean;
}

/** Where a lane stands. */
export type LanePhase =
  /** Reading data, drawing masks, compiling. */
  | "preparing"
  /** Prepared, and waits for its first `play`. */
  | "ready"
  | "running"
  | "paused"
  /** The device was lost; it will go on from its last checkpoint. */
  | "recovering"
  /** Has its result. */
  | "finished"
  /** Ended before its end by `stop`, and can go on. */
  | "stopped"
  | "failed";

/** Columns of a block of curve points, row after row in one Float32Array. */
export const CURVE_COLUMNS = ["step", "images", "gpuSeconds", "loss", "accuracy"] as const;

/** A time with its 95 % interval, in milliseconds. */
export interface TimeEstimate {
  readonly median: number;
  readonly low: number;
  readonly high: number;
  /** Measurements that it is taken from. */
  readonly n: number;
}

/** What happens in the lab; everything in it can be sent between threads. */
export type LabEvent =
  | { readonly kind: "phase"; readonly lane: string; readonly phase: LanePhase; readonly error?: LaneError }
  /** What a lane is busy with before its first step: images read, kernels compiled. */
  | {
    readonly kind: "preparing";
    readonly lane: string;
    readonly what: "images" | "kernels";
    readonly done: number;
    readonly total: number;
  }
  /** What the lane's run says: see RunEvent. "progress" is left out, `curve` stands for it. */
  | { readonly kind: "run"; readonly lane: string; readonly event: RunEvent }
  /** New points of the training curve (means since the last point), rows of {@link CURVE_COLUMNS}; at most twice a second. */
  | { readonly kind: "curve"; readonly lane: string; readonly rows: Float32Array }
  /** How long training steps take within the lane's own slices, compilation left out; and what it has had of the GPU. */
  | {
    readonly kind: "time";
    readonly lane: string;
    readonly step: TimeEstimate;
    /** Images trained on, over {@link gpuSeconds}: of training steps alone. */
    readonly images: number;
    readonly gpuSeconds: number;
    /** Share of the run's steps that are done. */
    readonly done: number;
    /** Seconds until the end at this rate, shared with the lanes that play now; absent before two seconds or 20 steps. */
    readonly secondsLeft?: number;
  }
  /** Milliseconds of each layer's kernels in one profiled step; `by` says how they were measured. */
  | {
    readonly kind: "layers";
    readonly lane: string;
    readonly by: "timestamps" | "clock";
    readonly layers: LayerTime[];
  }
  /** One layer's mask as it is now, where the method or a score changes masks: after each change that the run tells of. */
  | { readonly kind: "picture"; readonly lane: string; readonly mask: LayerPicture }
  /** A checkpoint was written. */
  | { readonly kind: "saved"; readonly lane: string; readonly step: number }
  | { readonly kind: "lost"; readonly losses: number; readonly givenUp: boolean }
  | { readonly kind: "recovered"; readonly lane: string; readonly step: number; readonly repeated: number };

/** Time of a layer in a training step. */
export interface LayerTime {
  readonly layer: string;
  readonly storage: "dense" | "packed";
  readonly forward: number;
  readonly backward: number;
}

/** Why a lane failed, with what a page offers. */
export interface LaneError {
  readonly kind: "user" | "out-of-memory" | "engine" | "diverged" | "storage";
  readonly message: string;
  readonly hint?: string;
  /** What memory there was not, of "out-of-memory". */
  readonly missing?: MissingMemory;
  /** The step that it stopped at, and that it is saved at. */
  readonly step?: number;
  readonly savedStep?: number;
}

/** The network of a lane on the device: in training, or as it was trained. */
export interface LaneNetwork {
  readonly lane: string;
  readonly model: Model;
  readonly store: ParameterStore;
  readonly runner: Runner;
  /** [channels, height, width] of the stored images, what is done to them, and the classes' names. */
  readonly shape: Size;
  readonly normalisation: Normalisation;
  readonly classes: readonly string[];
  /** What the method makes of weights on their way into a layer, by parameter name; none where it is left out. */
  readonly transforms?: ReadonlyMap<string, WeightTransform>;
  /** Records the mask that a layer computes with, where the method decides it and not the store: see Method. */
  readonly recordMask?: RecordMask;
  /** Optimizer steps that its weights have had; changes with every update. */
  steps(): number;
}

/** Where views of the engine's worker find networks. */
export interface LaneNetworks {
  /** The lane's network, from its run folder where it is not on the device. Undefined where it has none yet. */
  find(lane: string): Promise<LaneNetwork | undefined>;
  /** Calls `handler` after a lane's weights may have changed, at most a few times a second, and when it is gone. */
  onChange(handler: (lane: string, gone: boolean) => void): () => void;
}

/** What the lab says when it has opened its device. */
export interface LabStatus {
  readonly adapter: AdapterInfo;
}
