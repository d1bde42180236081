/** Pictures for the view that tries networks out: test images, nearest training images, photographs. */
import { type Dataset, imageBytes } from "../data/dataset.ts";
import { loadDataset } from "../data/load.ts";
import { clothesSeen } from "../data/picture/clothes.ts";
import { digitSeen } from "../data/picture/digits.ts";
import { type Grey, greyOf, scaleByArea } from "../data/picture/grey.ts";
import { type Near, nearestImages } from "../data/picture/nearest.ts";
import { UserError } from "../errors.ts";
import type { Host } from "../host/host.ts";

/** How pictures of a data set come to be. */
export type PictureKind =
  /** White ink on black, as MNIST. */
  | "digits"
  /** Photographs of clothes, light on black, as Fashion-MNIST. */
  | "clothes"
  /** Anything else: its own images, and photographs in its size. */
  | "other";

/** What is to be known of a data set before its images are seen. */
export interface PictureData {
  readonly name: string;
  readonly kind: PictureKind;
  /** [channels, height, width]. */
  readonly shape: readonly [number, number, number];
  readonly classes: readonly string[];
  readonly train: number;
  readonly test: number;
}

/** Images with their labels, bytes one after the other. */
export interface Pictures {
  readonly images: Uint8Array<ArrayBuffer>;
  readonly labels: readonly number[];
}

/** A training image that is near to a picture. */
export interface NearPicture extends Near {
  readonly label: number;
  readonly image: Uint8Array<ArrayBuffer>;
}

/** What became of a photograph. */
export interface PhotoPicture {
  /** As it came, small enough to be shown: [width, height] and pixels with colour and opacity. */
  readonly shown: { readonly width: number; readonly height: number; readonly rgba: ImageData["data"] };
  /** As the network gets it. */
  readonly image: Uint8Array<ArrayBuffer>;
  /** There was nothing but background. */
  readonly blank: boolean;
  readonly inverted: boolean;
}

/** Photographs are reduced to so many pixels at their longer side before anything else. */
const MOST_SIDE = 1024;

/** The data sets that were asked for; one is kept. */
export class PictureShelf {
  #loaded: { readonly name: string; readonly dataset: Promise<Dataset> } | undefined;

  constructor(readonly host: Host) {}

  async #dataset(name: string): Promise<Dataset> {
    if (this.#loaded?.name !== name) {
      this.#loaded?.dataset.then((dataset) => dataset.close(), () => {});
      this.#loaded = { name, dataset: loadDataset(name, this.host) };
    }
    try {
      return await this.#loaded.dataset;
    } catch (error) {
      this.#loaded = undefined;
      throw error;
    }
  }

  /** @throws {UserError} for a table, and for a data set that is not there */
  async facts(name: string): Promise<PictureData> {
    const { shape, classes, train, test } = await this.#dataset(name);
    if (train.images instanceof Float32Array) {
      throw new UserError(`${name} holds rows of numbers: there is no picture to try`);
    }
    return { name, kind: kindOf(name, shape, classes), shape, classes, train: train.count, test: test.count };
  }

  /** Images of the test part. */
  async test(name: string, indices: readonly number[]): Promise<Pictures> {
    const { shape: [channels, height, width], test } = await this.#dataset(name), size = channels * height * width;
    const all = imageBytes(test), images = new Uint8Array(indices.length * size);
    indices.forEach((index, i) => images.set(all.subarray(index * size, (index + 1) * size), i * size));
    return { images, labels: indices.map((index) => test.labels[index]) };
  }

  /** The training images that are nearest to a picture, pixel by pixel. */
  async nearest(name: string, picture: Uint8Array, count: number): Promise<NearPicture[]> {
    const { train } = await this.#dataset(name), all = imageBytes(train), size = picture.length;
    return nearestImages(picture, all, count).map((near) => {
      const image = all.slice(near.index * size, (near.index + 1) * size);
      return { ...near, label: train.labels[near.index], image };
    });
  }

  /** @throws {UserError} for a file that is no picture */
  async photo(name: string, file: Blob): Promise<PhotoPicture> {
    const { kind, shape } = await this.facts(name), pixels = await decode(file);
    const shown = { width: pixels.width, height: pixels.height, rgba: pixels.data };
    if (kind === "other") return { shown, image: squareOf(pixels, shape), blank: false, inverted: false };
    const grey = greyOf(pixels);
    if (kind === "clothes") {
      const { picture, blank, inverted } = clothesSeen(grey);
      return { shown, image: picture.data, blank, inverted };
    }
    // ink on paper: darker than its ground
    const inverted = mean(grey) > 127;
    const ink = inverted ? { ...grey, data: grey.data.map((value) => 255 - value) } : grey;
    const { picture, blank } = digitSeen(ink);
    return { shown, image: picture.data, blank, inverted };
  }
}

function kindOf(name: string, [channels, height, width]: Dataset["shape"], classes: readonly string[]): PictureKind {
  if (channels !== 1 || height !== 28 || width !== 28) return "other";
  if (classes.length === 10 && classes.every((each, i) => each === String(i))) return "digits";
  return name.startsWith("fashion-mnist") ? "clothes" : "other";
}

function mean({ data }: Grey): number {
  return data.reduce((sum, value) => sum + value, 0) / data.length;
}

/** What is used of a canvas; TypeScript's types of a worker's are not at hand. */
interface Context {
  imageSmoothingQuality: "high";
  drawImage(image: ImageBitmap, x: number, y: number, width: number, height: number): void;
  getImageData(x: number, y: number, width: number, height: number): ImageData;
}

async function decode(file: Blob): Promise<ImageData> {
  let bitmap: ImageBitmap;
  try {
    bitmap = await createImageBitmap(file);
  } catch (cause) {
    throw new UserError("this file is no picture that this browser can read", {
      hint: "PNG, JPEG, WebP, GIF and AVIF are pictures.",
      cause,
    });
  }
  const scale = Math.min(1, MOST_SIDE / Math.max(bitmap.width, bitmap.height));
  const width = Math.max(1, Math.round(bitmap.width * scale)), height = Math.max(1, Math.round(bitmap.height * scale));
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d") as unknown as Context;
  context.imageSmoothingQuality = "high";
  context.drawImage(bitmap, 0, 0, width, height);
  bitmap.close();
  return context.getImageData(0, 0, width, height);
}

/** The square in the middle, in the size and channels of a data set. */
function squareOf(
  { width, height, data }: ImageData,
  [channels, rows, columns]: PictureData["shape"],
): Uint8Array<ArrayBuffer> {
  const side = Math.min(width, height), left = Math.floor((width - side) / 2), top = Math.floor((height - side) / 2);
  const image = new Uint8Array(channels * rows * columns);
  for (let channel = 0; channel < channels; channel++) {
    const plane = new Uint8Array(side * side);
    for (let y = 0; y < side; y++) {
      for (let x = 0; x < side; x++) {
        const at = 4 * ((top + y) * width + left + x);
        plane[y * side + x] = channels === 1
          ? Math.round(0.299 * data[at] + 0.587 * data[at + 1] + 0.114 * data[at + 2])
          : data[at + Math.min(channel, 2)];
      }
    }
    image.set(scaleByArea({ width: side, height: side, data: plane }, columns, rows).data, channel * rows * columns);
  }
  return image;
}
