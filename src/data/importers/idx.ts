/**
 * Sets in MNIST's layout: four IDX files in one folder, images and labels of a training and a test part, each packed
 * with gzip or not. Files are read piece by piece; SHA-256 is taken of the unpacked content, since packed copies of the
 * same file differ from mirror to mirror in gzip's header.
 */
import { UserError } from "../../errors.ts";
import { type ByteStream, streamFile } from "../../formats/byte_stream.ts";
import { gunzipStream, isGzip } from "../../formats/gzip.ts";
import { idxHeaderBytes, readIdxHeader } from "../../formats/idx.ts";
import { createSha256 } from "../../formats/sha256.ts";
import { joinPath } from "../../host/host.ts";
import { ownNameHint } from "../official.ts";
import { type Imported, type ImportSession, isFolder } from "./session.ts";

/** train-images-idx3-ubyte.gz, t10k-labels.idx1-ubyte, emnist-letters-test-images-idx3-ubyte.gz */
const FILE = /(?:^|-)(train|t10k|test)-(images|labels)[.-]idx[13]-ubyte(\.gz)?$/;
const ROLES = ["train-images", "train-labels", "test-images", "test-labels"] as const;
type Role = typeof ROLES[number];
const USUAL: Record<Role, string> = {
  "train-images": "train-images-idx3-ubyte.gz",
  "train-labels": "train-labels-idx1-ubyte.gz",
  "test-images": "t10k-images-idx3-ubyte.gz",
  "test-labels": "t10k-labels-idx1-ubyte.gz",
};
/** No set in this layout comes near; a header that says more is wrong. */
const MOST_BYTES = 16 * 2 ** 30;
const MOST_CLASSES = 65536;

/** Whether a file has the name of an IDX file of such a set. */
export function isIdxName(name: string): boolean {
  return FILE.test(name);
}

/** Imports the four files of the session's folder, or of the folder that its file lies in. */
export async function importIdx(session: ImportSession): Promise<Imported> {
  const files = await findFiles(session);
  const shapes = {} as Record<Role, number[]>, labels = {} as Record<"train" | "test", Uint8Array>;
  for (const part of ["train", "test"] as const) {
    const images = files[`${part}-images`], labelsFile = files[`${part}-labels`];
    const writer = await session.begin(`${part}-images.bin`);
    shapes[`${part}-images`] = await readIdxFile(session, `${part}-images`, images, (bytes) => writer.write(bytes));
    await session.end(writer, `${part}-images.bin`);
    const pieces: Uint8Array<ArrayBuffer>[] = [];
    shapes[`${part}-labels`] = await readIdxFile(session, `${part}-labels`, labelsFile, (bytes) => {
      pieces.push(bytes.slice());
    });
    labels[part] = new Uint8Array(await new Blob(pieces).arrayBuffer());
    const [count] = shapes[`${part}-images`], [labelCount] = shapes[`${part}-labels`];
    if (count !== labelCount) {
      throw new UserError(
        `${images} has ${count} images and ${labelsFile} has ${labelCount} labels: they do not belong together`,
      );
    }
    if (count === 0) throw new UserError(`${images} has no image`);
  }
  const [, rows, columns] = shapes["train-images"], [, testRows, testColumns] = shapes["test-images"];
  if (rows !== testRows || columns !== testColumns) {
    throw new UserError(
      `${files["train-images"]} has images of ${rows}×${columns} pixels and ${files["test-images"]} of ` +
        `${testRows}×${testColumns}`,
    );
  }
  return {
    shape: [1, rows, columns],
    classes: classNames(session, files, labels),
    sampleKind: "u8",
    train: labels.train,
    test: labels.test,
  };
}

/** The paths of the four files. */
async function findFiles({ host, source }: ImportSession): Promise<Record<Role, string>> {
  const status = await host.stat(source);
  if (status === undefined) throw new UserError(`cannot read ${source}: there is no such file or folder`);
  const isFile = !await isFolder(host, source);
  const slash = source.lastIndexOf("/");
  const folder = !isFile ? source : slash < 0 ? "." : source.slice(0, slash + 1);
  if (isFile && !isIdxName(source.slice(slash + 1))) {
    throw new UserError(`${source} is none of the four IDX files of a data set`, {
      hint: `Give the folder that holds ${Object.values(USUAL).join(", ")} (unpacked or not).`,
    });
  }
  const found = new Map<Role, string[]>();
  for (const { name, isFolder } of await host.list(folder)) {
    const match = isFolder ? null : FILE.exec(name);
    if (match === null) continue;
    const role = `${match[1] === "train" ? "train" : "test"}-${match[2]}` as Role;
    found.set(role, [...found.get(role) ?? [], name]);
  }
  const paths = {} as Record<Role, string>;
  for (const role of ROLES) {
    const names = found.get(role) ?? [];
    if (names.length === 0) {
      throw new UserError(`${folder} lacks ${USUAL[role]}: the four files of a data set must lie in one folder`);
    }
    // The same file packed and unpacked side by side is what torchvision leaves behind.
    const plain = new Set(names.map((name) => name.replace(/\.gz$/, "")));
    if (plain.size > 1) {
      throw new UserError(`${folder} has several files for one part: ${names.join(", ")}`, {
        hint: "Put the four files of one data set into a folder of their own.",
      });
    }
    paths[role] = joinPath(folder, names.find((name) => !name.endsWith(".gz")) ?? names[0]);
  }
  return paths;
}

/** Reads one file and gives its values on. @returns its shape */
async function readIdxFile(
  session: ImportSession,
  role: Role,
  path: string,
  take: (values: Uint8Array<ArrayBuffer>) => void | Promise<void>,
): Promise<number[]> {
  const dimensions = role.endsWith("images") ? 3 : 1, headerBytes = idxHeaderBytes(dimensions);
  const file = await session.host.openFile(path);
  try {
    const packed = isGzip(await file.read(0, Math.min(2, file.size)));
    let stream: ByteStream = streamFile(file);
    if (packed) stream = gunzipStream(stream, path);
    const sum = createSha256(), header = new Uint8Array(headerBytes);
    let bytes = 0, shape: number[] | undefined;
    for await (const piece of stream) {
      sum.update(piece);
      const ofHeader = Math.min(piece.length, Math.max(0, headerBytes - bytes));
      if (ofHeader > 0) header.set(piece.subarray(0, ofHeader), bytes);
      bytes += piece.length;
      if (bytes < headerBytes) continue;
      shape ??= checkedShape(header, dimensions, path);
      const needed = product(shape), values = bytes - headerBytes;
      if (values > needed) {
        throw new UserError(`${path} has bytes after its end: its shape [${shape}] needs ${needed} bytes of values`);
      }
      session.progress("read", values, needed, "bytes");
      await take(piece.subarray(ofHeader));
    }
    shape ??= checkedShape(header.subarray(0, bytes), dimensions, path);
    const needed = product(shape);
    if (bytes - headerBytes < needed) {
      throw new UserError(
        `${path} is cut off: its shape [${shape}] needs ${needed} bytes of values and it has ${bytes - headerBytes}`,
      );
    }
    checkGenuine(session, role, path, { bytes, sha256: sum.digest() });
    return shape;
  } finally {
    file.close();
  }
}

function checkedShape(header: Uint8Array, dimensions: number, path: string): number[] {
  const shape = readIdxHeader(header, dimensions, path);
  if (product(shape) <= MOST_BYTES) return shape;
  throw new UserError(`${path} says that it holds [${shape}] bytes, more than ${MOST_BYTES}: is it damaged?`);
}

function product(shape: readonly number[]): number {
  return shape.reduce((total, extent) => total * extent, 1);
}

/** For a known name: only its own files pass. */
function checkGenuine(session: ImportSession, role: Role, path: string, found: { bytes: number; sha256: string }) {
  // Of the unpacked content, so without the ending of what it was packed in.
  session.sources.push({ file: path.slice(path.lastIndexOf("/") + 1).replace(/\.gz$/, ""), ...found });
  const { expected, name } = session;
  if (expected === undefined) return;
  const official = expected.files.find(({ file }) => file === USUAL[role])?.unpacked;
  if (official === undefined || official.sha256 === found.sha256) return;
  throw new UserError(
    `${path} is not that of ${expected.title}: unpacked it should have ${official.bytes} bytes with SHA-256 ` +
      `${official.sha256}, and it has ${found.bytes} with ${found.sha256}`,
    { hint: ownNameHint(name, "idx") },
  );
}

function classNames(
  { expected }: ImportSession,
  files: Record<Role, string>,
  labels: Record<"train" | "test", Uint8Array>,
): readonly string[] {
  const largest = (values: Uint8Array) => values.reduce((a, b) => Math.max(a, b), 0);
  const classes = largest(labels.train) + 1, inTest = largest(labels.test) + 1;
  if (inTest > classes) {
    throw new UserError(
      `${files["test-labels"]} has the label ${inTest - 1}, which ${files["train-labels"]} has not got`,
    );
  }
  if (classes < 2) {
    throw new UserError(`${files["train-labels"]} has one class only: there is nothing to tell apart`);
  }
  return expected?.classNames ?? Array.from({ length: Math.min(classes, MOST_CLASSES) }, (_, i) => String(i));
}
