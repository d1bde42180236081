/** Sets in MNIST's layout, told by IDX's magic bytes: which of four files is which follows from what is in them. */
import { formatInteger } from "../bytes.ts";
import { UserError } from "../errors.ts";
import { startOfStream, streamFile } from "../formats/byte_stream.ts";
import { gunzip, gunzipStream, isGzip } from "../formats/gzip.ts";
import { idxHeaderBytes, readIdxHeader } from "../formats/idx.ts";
import { idxDimensions } from "../formats/magic.ts";
import { sha256 } from "../formats/sha256.ts";
import { joinPath } from "../host/host.ts";
import type { Recognised, RecogniseHost } from "./recognised.ts";
import { gzipLength } from "./recognise_gzip.ts";
import { cutShort } from "./recognise_words.ts";
import { type DatasetEntry, DATASETS } from "./registry.ts";

interface IdxFile {
  readonly name: string;
  readonly path: string;
  readonly packed: boolean;
  readonly shape: readonly number[];
}

const ROLES = [
  "train-images-idx3-ubyte",
  "train-labels-idx1-ubyte",
  "t10k-images-idx3-ubyte",
  "t10k-labels-idx1-ubyte",
];
const MOST_FILES = 64;

/**
 * @param source the folder of the files, or a single file
 * @returns undefined where none of them is an IDX file
 * @throws UserError where some are and the set is not whole
 */
export async function recogniseIdx(
  host: RecogniseHost,
  source: string,
  names: readonly string[],
): Promise<Recognised | undefined> {
  if (names.length > MOST_FILES) return undefined;
  const single = (await host.stat(source))?.isFile === true, files: IdxFile[] = [];
  for (const name of names) {
    const path = single ? source : joinPath(source, name);
    if (!(await host.stat(path))?.isFile) continue;
    const found = await lookAt(host, path, name);
    // packed and unpacked side by side are one file
    if (found && !files.some((other) => other.name.replace(/\.gz$/, "") === name.replace(/\.gz$/, ""))) {
      files.push(found);
    }
  }
  if (files.length === 0) return undefined;
  const byCount = (dimensions: number) =>
    files.filter(({ shape }) => shape.length === dimensions).sort((a, b) => b.shape[0] - a.shape[0]);
  const images = byCount(3), labels = byCount(1);
  if (images.length !== 2 || labels.length !== 2) {
    const have = files.map(({ name, shape: [count, ...size] }) =>
      `${name} (${formatInteger(count)} ${size.length > 0 ? "images" : "labels"})`
    );
    throw new UserError(
      `a set in MNIST's layout is four IDX files, images and labels to train and to test on; here is ${
        have.join(", ")
      }`,
      { hint: "Drop the four files of one set together." },
    );
  }
  // of parts of equal size their names tell which one is to train on
  if (images[0].shape[0] === images[1].shape[0] && /train/i.test(images[1].name)) images.reverse();
  if (labels[0].shape[0] === labels[1].shape[0] && /train/i.test(labels[1].name)) labels.reverse();
  const ordered = [images[0], labels[0], images[1], labels[1]];
  const [, rows, columns] = images[0].shape, count = images[0].shape[0] + images[1].shape[0];
  const known = await knownByLabels(host, labels[0]);
  return {
    format: "idx",
    words: known?.title ?? `IDX images of ${rows}×${columns}`,
    known,
    images: count,
    classes: known?.classes,
    needs: count * (rows * columns + 1),
    names: new Map(ordered.map(({ name, packed }, i) => [name, ROLES[i] + (packed ? ".gz" : "")])),
  };
}

/** @throws UserError for an IDX file that is cut short */
async function lookAt(host: RecogniseHost, path: string, name: string): Promise<IdxFile | undefined> {
  const file = await host.openFile(path);
  try {
    let start = await file.read(0, Math.min(16, file.size));
    const packed = isGzip(start);
    if (packed) start = await startOfStream(gunzipStream(streamFile(file), name), 16).catch(() => new Uint8Array());
    const dimensions = idxDimensions(start);
    if (dimensions === undefined) return undefined;
    if (start.length < idxHeaderBytes(dimensions)) throw cutShort({ file: name, bytes: file.size });
    const shape = readIdxHeader(start, dimensions, name);
    const expected = idxHeaderBytes(dimensions) + shape.reduce((a, b) => a * b, 1);
    if (packed && await gzipLength(host, path) !== expected % 2 ** 32) throw cutShort({ file: name, bytes: file.size });
    if (!packed && file.size < expected) throw cutShort({ file: name, bytes: file.size, expected });
    return { name, path, packed, shape };
  } finally {
    file.close();
  }
}

/** The known set that these are the labels of. */
async function knownByLabels(host: RecogniseHost, { path, packed }: IdxFile): Promise<DatasetEntry | undefined> {
  const file = await host.openFile(path);
  try {
    if (file.size > 2 ** 20) return undefined;
    const bytes = await file.read(0, file.size), sum = await sha256(packed ? await gunzip(bytes, path) : bytes);
    return Object.values(DATASETS).find(({ files }) =>
      files.some(({ file, unpacked }) => file.startsWith(ROLES[1]) && unpacked?.sha256 === sum)
    );
  } finally {
    file.close();
  }
}
