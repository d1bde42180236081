/** What a page and the network view in the engine's worker say to each other; all of it can be sent between threads. */
import type { CameraPose } from "../view3d/camera.ts";
import type { EdgeChoice } from "../view3d/edge_list.ts";
import type { ColourBy, Theme } from "../view3d/palette.ts";
import type { NetworkShape } from "../view3d/shape.ts";
import type { Relief } from "../view3d/budget.ts";

/** A picture's size in the page's pixels, and how many of the device's one of them has. */
export interface PictureSize {
  readonly width: number;
  readonly height: number;
  readonly pixelRatio: number;
}

/** What a layer keeps. */
export interface LayerCounts {
  readonly nnz: number;
  readonly size: number;
  readonly deadInputs: number;
  readonly deadOutputs: number;
}

/** A lane's network in words and numbers. */
export interface NetworkDescription {
  readonly lane: string;
  readonly shape: NetworkShape;
  /** Parallel to the shape's planes. */
  readonly layers: readonly LayerCounts[];
  /** Optimizer steps so far, or when the masks were counted where a method decides them with every step. */
  readonly step: number;
  /** The step from which on survival is known: when the view first read the masks. */
  readonly since: number;
  /** Colours that cannot be shown, with the reason. */
  readonly unavailable: Partial<Record<ColourBy, string>>;
}

/** How everything is drawn. */
export interface NetworkLook {
  readonly theme: Theme;
  readonly colour: ColourBy;
  /** Planes are refreshed once a second at most. */
  readonly reducedMotion: boolean;
  /** Lines of the whole network beside the chosen unit's; none where it is left out. */
  readonly edges?: EdgeChoice;
  /** Fewer lines. */
  readonly narrow: boolean;
}

/** A picked kernel as it is now. */
export interface Inspection {
  readonly layer: number;
  readonly output: number;
  readonly input: number;
  readonly tap: number;
  /** Taps of the kernel, row by row. */
  readonly values: Float32Array;
  readonly kept: readonly boolean[];
  /** Kept weights that the output channel reads with, and with which others read it. */
  readonly unitIn: number;
  readonly unitOut: number;
  /** Root mean square of the layer's kept weights, where they are what is coloured; colours end at three times that. */
  readonly rms?: number;
  readonly step: number;
}

/** What has been drawn. */
export interface FrameInfo {
  readonly surface: string;
  readonly lane: string;
  /** Optimizer steps that what is drawn has had. */
  readonly step: number;
  readonly relief: Relief;
  /** Lines of the whole network: so many of all kept weights. */
  readonly edges?: { readonly shown: number; readonly all: number; readonly choice: EdgeChoice };
  /**
   * Four numbers a layer: root mean square of the kept values that are coloured, how many they are, and where the colours
   * of single weights and of kernels' means end. Absent until they have been read back.
   */
  readonly limits?: Float32Array;
  /** Why nothing can be drawn: the device refused it. */
  readonly problem?: string;
  /** Milliseconds of GPU time of this picture, where the device can tell. */
  readonly milliseconds?: number;
  /** The device's pixels of the picture. */
  readonly width: number;
  readonly height: number;
}

export type { CameraPose };
