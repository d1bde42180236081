/** What a data set's content is called in a run's provenance, the same wherever it was loaded from. */
import { sha256 } from "../formats/sha256.ts";

/** How the samples of a data set are stored: pixels as bytes, or rows of a table as float32. */
export type SampleKind = "u8" | "f32";

/** What a fingerprint is made of: SHA-256 of samples and labels as a cache stores them, of both parts. */
export interface Content {
  readonly sampleKind: SampleKind;
  readonly shape: readonly number[];
  readonly classes: readonly string[];
  readonly trainImages: string;
  readonly trainLabels: string;
  readonly testImages: string;
  readonly testLabels: string;
}

/** SHA-256 over kind, shape, class names and the sums of the four arrays, in hexadecimal. */
export function fingerprintOf(content: Content): Promise<string> {
  const { sampleKind, shape, classes, trainImages, trainLabels, testImages, testLabels } = content;
  const text = JSON.stringify([sampleKind, shape, classes, trainImages, trainLabels, testImages, testLabels]);
  return sha256(new TextEncoder().encode(text));
}
