/** The picture that "Try it" asks networks about: other views may show what it does in them. */
import { signal } from "@preact/signals";

/** A picture, and of which data set it is one. */
export interface TriedPicture {
  readonly data: string;
  /** Bytes as the data set has them. */
  readonly image: Uint8Array<ArrayBuffer>;
  /** "test image 17", "the picture of Try it" */
  readonly words: string;
}

/** The last one; undefined before there is any. */
export const tried = signal<TriedPicture | undefined>(undefined);
