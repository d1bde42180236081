/** A labelled data set: images as bytes, or rows of a table. Normalisation and augmentation happen on the GPU. */

/** Samples that stay in a file and are read one by one, because memory would be too small for them. */
export interface SampleFile {
  /** Bytes of one sample. */
  readonly bytes: number;
  /** Reads sample `index` into `target`, which has that many bytes. Waits for the disk. */
  readInto(index: number, target: Uint8Array): void;
  close(): void;
}

/** Samples with their labels, in the order of the data set's files. */
export interface Split {
  /**
   * `count` samples one after the other: images [channels, rows, columns] of values 0 to 255, in memory or in a file, or
   * the rows of a table as numbers.
   */
  images: Uint8Array<ArrayBuffer> | Float32Array<ArrayBuffer> | SampleFile;
  /** The class of each sample, below `classes.length`. */
  labels: Uint8Array<ArrayBuffer> | Uint16Array<ArrayBuffer>;
  count: number;
}

/** A data set: the training part, from which a validation split is taken, and the test part. */
export interface Dataset {
  name: string;
  /** [channels, rows, columns] of an image; [features, 1, 1] of a table's row. */
  shape: [number, number, number];
  /** The names of the classes, by label. */
  classes: string[];
  train: Split;
  test: Split;
  /** SHA-256 over everything in it, 64 hexadecimal digits: two runs with the same one saw the same data. */
  fingerprint: string;
  /** Closes the files that samples are read from. */
  close(): void;
}

/** Copies a sample's bytes, of the numbers' too, into `target`; `bytes` is what a sample has. */
export function copySample({ images }: Pick<Split, "images">, index: number, bytes: number, target: Uint8Array): void {
  if ("readInto" in images) images.readInto(index, target);
  else target.set(new Uint8Array(images.buffer, images.byteOffset + index * bytes, bytes));
}

/** The pixels of a split that is in memory. @throws {RangeError} for a table, or samples that stay in their file */
export function imageBytes({ images }: Pick<Split, "images">): Uint8Array<ArrayBuffer> {
  if (images instanceof Uint8Array) return images;
  throw new RangeError("these samples are no bytes in memory");
}

/** Told how much of a data set has been read while it is loaded. */
export type OnLoad = (progress: { done: number; total: number; unit: "bytes" }) => void;
