/** A labelled image data set in memory, as bytes: normalisation and augmentation happen on the GPU. */

/** Images with their labels, in the order of the data set's files. */
export interface Split {
  /** `count` images one after the other, each [channels, rows, columns], values 0 to 255. */
  images: Uint8Array<ArrayBuffer>;
  /** The class of each image, below `classes.length`. */
  labels: Uint8Array<ArrayBuffer> | Uint16Array<ArrayBuffer>;
  count: number;
}

/** A data set: the training part, from which a validation split is taken, and the test part. */
export interface Dataset {
  name: string;
  /** [channels, rows, columns] of an image. */
  shape: [number, number, number];
  /** The names of the classes, by label. */
  classes: string[];
  train: Split;
  test: Split;
}
