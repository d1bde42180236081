/** Whether what somebody brings under a known name is what the name stands for. */
import { UserError } from "../errors.ts";
import { createSha256 } from "../formats/sha256.ts";
import type { Host } from "../host/host.ts";
import type { DatasetEntry, FileSum } from "./registry.ts";

const PIECE = 4 * 2 ** 20;

/** What to do with other data than those that a known name stands for. */
export function ownNameHint(name: string, format: string): string {
  return `"${name}" stands for its own files only. Other data take a name of their own: ` +
    `startsparse data get NAME --from FILE --format ${format}`;
}

/**
 * Size and SHA-256 of a file, read piece by piece.
 * @param onBytes is told how much has been read; it may throw to stop
 */
export async function sumFile(
  host: Pick<Host, "openFile">,
  path: string,
  onBytes: (done: number, total: number) => void = () => {},
): Promise<FileSum> {
  const file = await host.openFile(path), sum = createSha256();
  try {
    for (let done = 0; done < file.size; done += PIECE) {
      sum.update(await file.read(done, Math.min(PIECE, file.size - done)));
      onBytes(Math.min(done + PIECE, file.size), file.size);
    }
    return { bytes: file.size, sha256: sum.digest() };
  } finally {
    file.close();
  }
}

/**
 * Makes sure that a file is the archive of a known data set.
 * @throws UserError saying what was expected and what was found
 */
export async function checkArchive(
  host: Pick<Host, "openFile" | "stat">,
  entry: DatasetEntry,
  path: string,
  onBytes?: (done: number, total: number) => void,
): Promise<FileSum> {
  const [official] = entry.files, hint = ownNameHint(entry.name, entry.format);
  const refuse = (found: string) =>
    new UserError(
      `${path} is not ${official.file} of ${entry.title}: expected ${official.bytes} bytes with SHA-256 ` +
        `${official.sha256}, found ${found}`,
      { hint },
    );
  const size = (await host.stat(path))?.size;
  // A link's own size says nothing.
  if (size !== undefined && size !== official.bytes && (await host.stat(path))?.isLink !== true) {
    throw refuse(`${size} bytes`);
  }
  const sum = await sumFile(host, path, onBytes);
  if (sum.sha256 !== official.sha256) throw refuse(`${sum.bytes} bytes with ${sum.sha256}`);
  return sum;
}

/**
 * Makes sure that what was read has the shape, counts and class names of a known data set.
 * @param unpacked it comes from an unpacked copy, which has no sum to be told by: its classes must be of equal size as
 * well, as those of CIFAR and Tiny ImageNet are (MNIST's are not)
 * @throws UserError naming the first difference
 */
export function checkStructure(
  entry: DatasetEntry,
  source: string,
  found: {
    readonly shape: readonly number[];
    readonly classes: readonly string[];
    readonly train: ArrayLike<number>;
    readonly test: ArrayLike<number>;
  },
  unpacked: boolean,
): void {
  const differs = (what: string, expected: unknown, has: unknown) =>
    new UserError(`${source} is not ${entry.title}: expected ${what} ${expected}, found ${has}`, {
      hint: ownNameHint(entry.name, entry.format),
    });
  if (String(found.shape) !== String(entry.shape)) throw differs("images of", `[${entry.shape}]`, `[${found.shape}]`);
  const { classNames } = entry;
  if (found.classes.length !== entry.classes) throw differs("classes:", entry.classes, found.classes.length);
  const other = classNames?.findIndex((name, i) => name !== found.classes[i]) ?? -1;
  if (other >= 0) throw differs(`class ${other} to be`, classNames?.[other], found.classes[other]);
  for (const part of ["train", "test"] as const) {
    const labels = found[part];
    if (labels.length !== entry[part]) throw differs(`${part} images:`, entry[part], labels.length);
    if (!unpacked) continue;
    const counts = new Uint32Array(entry.classes);
    for (let i = 0; i < labels.length; i++) counts[labels[i]]++;
    const each = entry[part] / entry.classes, wrong = counts.findIndex((count) => count !== each);
    if (wrong >= 0) throw differs(`${part} images of class ${found.classes[wrong]}:`, each, counts[wrong]);
  }
}
