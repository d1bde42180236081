/** What the comparison and its competitors say to each other: JSON, a line each, tensors in safetensors files. */
import type { Work } from "./work.ts";

/** Number formats that a competitor computes with: they say how near its results can be. */
export type Precision = "float32" | "tf32" | "bfloat16" | "float16";

/** What a competitor is asked. */
export type Question =
  | { readonly ask: "hello" }
  /** Builds a work from the tensors of a file; the answer is {@link Prepared}. */
  | { readonly ask: "prepare"; readonly work: Work; readonly inputs: string }
  /** Computes from the inputs and writes the results to a file; the answer is {@link Checked}. */
  | { readonly ask: "check"; readonly results: string }
  /** Does the work so many times and waits until all of it is done; the answer is {@link Timed}. */
  | { readonly ask: "time"; readonly times: number }
  /** Forgets the work. */
  | { readonly ask: "free" };

/** What a competitor says of itself. */
export interface Greeting {
  /** By package. */
  readonly versions: Readonly<Record<string, string>>;
  /** What it computes on. */
  readonly device: string;
  /** Whether that is a CUDA device. */
  readonly cuda: boolean;
  /** Threads that it computes with, where it is a program on the CPU that knows. */
  readonly threads: number | null;
  /** How it knows that the work is done. */
  readonly waits: string;
}

/** How a work was built. */
export interface Prepared {
  /** In a few words: kernels, settings. */
  readonly how: string;
  readonly precision: Precision;
}

/** The first run. */
export interface Checked {
  /** Milliseconds of the first runs with their compilation. */
  readonly firstMs: number;
}

/** A sample. */
export interface Timed {
  /** Milliseconds of all runs together, by the competitor's clock. */
  readonly wallMs: number;
  /** The same by the device's own clock, where there is one. */
  readonly deviceMs?: number;
}

/** An answer: `ok`, or why not. */
export type Answer = { readonly ok: unknown } | { readonly error: string };
