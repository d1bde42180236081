/**
 * The records of CIFAR's binary version (https://www.cs.toronto.edu/~kriz/cifar.html): one label byte (CIFAR-10), or the
 * coarse and then the fine one (CIFAR-100), then 3,072 pixel bytes: the planes of red, green and blue, each row-major.
 */
import { UserError } from "../errors.ts";

/** Pixel bytes of a record: [3, 32, 32]. */
export const CIFAR_PIXELS = 3 * 32 * 32;

/** What comes before the pixels. */
export interface CifarLayout {
  /** 2: the coarse label, which is checked and left out, before the label. */
  labelBytes: 1 | 2;
  classes: number;
  /** Of the coarse label. */
  coarseClasses?: number;
}

/** Records taken apart. */
export interface CifarRecords {
  labels: Uint8Array<ArrayBuffer>;
  /** [records, 3, 32, 32] */
  pixels: Uint8Array<ArrayBuffer>;
}

/**
 * Takes a file of records apart.
 * @param file how messages call the data
 * @throws UserError for a part of a record at the end, and for labels out of range
 */
export function readCifar(bytes: Uint8Array, layout: CifarLayout, file: string): CifarRecords {
  const { labelBytes, classes, coarseClasses = Infinity } = layout;
  const recordBytes = labelBytes + CIFAR_PIXELS;
  const count = Math.floor(bytes.length / recordBytes);
  if (count === 0 || count * recordBytes !== bytes.length) {
    throw new UserError(
      `${file} is cut off or no file of CIFAR's binary version: ` +
        `its ${bytes.length} bytes are not a number of records of ${recordBytes}`,
      { hint: "Copy or download it again." },
    );
  }
  const labels = new Uint8Array(count);
  const pixels = new Uint8Array(count * CIFAR_PIXELS);
  for (let i = 0; i < count; i++) {
    const start = i * recordBytes;
    const label = bytes[start + labelBytes - 1];
    checkLabel(label, classes, "label", i, file);
    if (labelBytes === 2) checkLabel(bytes[start], coarseClasses, "coarse label", i, file);
    labels[i] = label;
    pixels.set(bytes.subarray(start + labelBytes, start + recordBytes), i * CIFAR_PIXELS);
  }
  return { labels, pixels };
}

function checkLabel(label: number, classes: number, what: string, record: number, file: string): void {
  if (label < classes) return;
  throw new UserError(`${file}: record ${record} has the ${what} ${label}, expected 0 to ${classes - 1}`);
}
