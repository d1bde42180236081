/** What is known of the visitor's GPU; the engine's side sets it, the chip in the frame says it. */
import { signal } from "@preact/signals";

/** Where the adapter stands. */
export type AdapterState =
  /** Nothing was asked yet, and the answer is awaited. */
  | { readonly kind: "unasked" | "looking" }
  | { readonly kind: "preparing" | "ready" | "software" | "lost"; readonly name: string }
  /** This browser has no WebGPU, or no adapter for it. */
  | { readonly kind: "none"; readonly why?: string };

/** The one adapter of the page. */
export const adapter = signal<AdapterState>("gpu" in navigator ? { kind: "unasked" } : { kind: "none" });
