/** What a library has to bring to take part. */
import type { Tensors } from "./inputs.ts";
import type { Greeting, Precision } from "./protocol.ts";
import type { Work } from "./work.ts";

/** A library, ready for works. */
export interface Competitor {
  readonly greeting: Greeting;
  /** Puts the inputs on the device in the library's own layout and gets everything ready but the first run. */
  prepare(work: Work, inputs: Tensors): Promise<PreparedWork>;
}

/** A work as a library does it. */
export interface PreparedWork {
  readonly how: string;
  readonly precision: Precision;
  /** Computes once from the inputs. A step takes {@link CHECKED_STEPS}, and stays where they lead to. */
  results(): Promise<Tensors>;
  /** Does the work so many times in a row and waits until all of it is done. */
  run(times: number): Promise<void>;
  free(): void;
}

/** Steps whose losses are compared: the third is the first that momentum has a part in. */
export const CHECKED_STEPS = 3;

/** How those that compute on WebGPU wait: all alike, so that what a readback costs is in everyone's times. */
export const WAITS = "one readback of a few bytes of the last result";
