/**
 * What data set some files are, told by their content: counts and sizes where a look at headers gives them, and what is
 * wrong with them before anything is imported. Names decide only which file of a set is which.
 */
import { UserError } from "../errors.ts";
import { type ArchiveEntry, type ArchiveLimits, openArchive } from "../formats/archive.ts";
import { CIFAR_PIXELS } from "../formats/cifar.ts";
import { decodeImage } from "../formats/image.ts";
import { joinPath } from "../host/host.ts";
import { looksLikeImage, startOf } from "../formats/magic.ts";
import { gzipLength, isPlainGzipTar } from "./recognise_gzip.ts";
import { recogniseIdx } from "./recognise_idx.ts";
import type { Recognised, RecogniseHost } from "./recognised.ts";
import { type Cut, cutShort, knownByArchive } from "./recognise_words.ts";
import { knownDataset } from "./registry.ts";

const LIMITS: ArchiveLimits = { entries: 4_000_000, entryBytes: 2 ** 31, totalBytes: 2 ** 39 };
/** Members of a stream that are looked at before it is given up. */
const MOST_OF_STREAM = 8;

interface Cifar {
  readonly format: "cifar10" | "cifar100";
  readonly words: string;
  readonly recordBytes: number;
  readonly members: ReadonlyMap<string, number>;
}

const CIFARS: readonly Cifar[] = [
  {
    format: "cifar10",
    words: "CIFAR-10 binary",
    recordBytes: 1 + CIFAR_PIXELS,
    members: new Map([...[1, 2, 3, 4, 5].map((i) => `data_batch_${i}.bin`), "test_batch.bin"].map((n) => [n, 10_000])),
  },
  {
    format: "cifar100",
    words: "CIFAR-100 binary",
    recordBytes: 2 + CIFAR_PIXELS,
    members: new Map([["train.bin", 50_000], ["test.bin", 10_000]]),
  },
];

const base = (name: string) => name.slice(name.lastIndexOf("/") + 1);

/**
 * Recognises a file or folder as a data set; `undefined` where it is none.
 * @throws UserError where it is one and cannot be read: cut short, damaged, a member missing
 */
export async function recogniseDataset(host: RecogniseHost, source: string): Promise<Recognised | undefined> {
  const status = await host.stat(source);
  if (status?.isFile) {
    const start = await startOf(host, source);
    const idx = await recogniseIdx(host, source, [base(source)]);
    if (idx) return idx;
    if (!isPacked(start)) return await recogniseRecords(host, source);
  }
  const archive = await openArchive(host, source, LIMITS);
  try {
    if (archive.kind === "tar.gz") await isPlainGzipTar(host, source);
    if (archive.kind === "folder") {
      const idx = await recogniseIdx(host, source, (await host.list(source)).map(({ name }) => name));
      if (idx) return idx;
    }
    return await scan(host, source, archive.kind, archive.entries());
  } finally {
    await archive.close();
  }
}

const isPacked = (start: Uint8Array) =>
  (start[0] === 0x50 && start[1] === 0x4b) || (start[0] === 0x1f && start[1] === 0x8b) ||
  String.fromCharCode(...start.subarray(257, 262)) === "ustar";

/** What a walk over the members finds. */
interface Found {
  readonly cifar: Map<string, number>;
  readonly images: Map<string, number>;
  tiny: boolean;
  first?: { readonly width: number; readonly height: number };
  classes?: number;
}

async function scan(
  host: RecogniseHost,
  source: string,
  kind: string,
  entries: AsyncIterable<ArchiveEntry>,
): Promise<Recognised | undefined> {
  const found: Found = { cifar: new Map(), images: new Map(), tiny: false };
  let seen = 0, stream: Cifar | undefined;
  for await (const entry of entries) {
    const member = base(entry.name);
    const cifar = CIFARS.find(({ members }) => members.has(member));
    if (cifar) {
      const size = entry.size >= 0 ? entry.size : (await host.stat(joinPath(source, entry.name)))?.size ?? 0;
      checkRecords(cifar, member, size);
      found.cifar.set(member, size);
      stream = cifar;
    }
    if (member === "wnids.txt") {
      found.tiny = true;
      found.classes = new TextDecoder().decode(await entry.read(2 ** 20)).split("\n").filter((id) => id.trim()).length;
    }
    await countImage(found, entry);
    // unpacking a whole stream takes as long as importing it
    if (kind === "tar.gz" && (stream || ++seen >= MOST_OF_STREAM)) break;
  }
  const cifar = CIFARS.find(({ members }) => [...found.cifar.keys()].some((name) => members.has(name)));
  if (cifar) return await cifarSet(host, source, kind, cifar, found.cifar);
  const count = (pattern: RegExp) =>
    [...found.images].reduce((sum, [folder, n]) => sum + (pattern.test(folder) ? n : 0), 0);
  const bytes = found.first && 3 * found.first.width * found.first.height;
  if (found.tiny) {
    const known = await knownByArchive(host, source, "tiny-imagenet");
    const images = kind === "tar.gz"
      ? known && known.train + known.test
      : count(/(^|\/)train\//) + count(/(^|\/)val(\/|$)/);
    return {
      format: "tiny-imagenet",
      words: "Tiny ImageNet",
      known,
      images,
      classes: found.classes,
      needs: bytes && images && images * (bytes + 1),
    };
  }
  if (found.images.size === 0) return undefined;
  const images = count(/./), folders = [...found.images.keys()].map((folder) => folder.split("/"));
  const has = (names: readonly string[]) => folders.some((parts) => parts.some((part) => names.includes(part)));
  return {
    format: "image-folder",
    words: "Image folder",
    images: kind === "tar.gz" ? undefined : images,
    classes: kind === "tar.gz" ? undefined : new Set(folders.map((parts) => parts.at(-1))).size,
    needs: kind === "tar.gz" || !bytes ? undefined : images * (bytes + 1),
    needsTestFraction: kind === "tar.gz" ? undefined : !(has(["train"]) && has(["test", "val", "valid", "validation"])),
  };
}

/** Counts images by their folder; the first one tells the size of all. */
async function countImage(found: Found, entry: ArchiveEntry): Promise<void> {
  const slash = entry.name.lastIndexOf("/");
  if (slash <= 0 || !/\.(jpe?g|png)$/i.test(entry.name)) return;
  const folder = entry.name.slice(0, slash);
  if (found.images.size === 0) {
    const bytes = await entry.read(64 * 2 ** 20);
    if (!looksLikeImage(bytes)) return;
    const { width, height } = decodeImage(bytes, entry.name);
    found.first = { width, height };
  }
  found.images.set(folder, (found.images.get(folder) ?? 0) + 1);
}

async function cifarSet(
  host: RecogniseHost,
  source: string,
  kind: string,
  { format, words, recordBytes, members }: Cifar,
  sizes: ReadonlyMap<string, number>,
): Promise<Recognised> {
  const entry = knownDataset(format)!;
  if (kind === "tar.gz") {
    // one member stands for all, which are checked when they are read
    const [[name, size]] = sizes, isWhole = size === members.get(name)! * recordBytes;
    const images = isWhole ? entry.train + entry.test : undefined;
    const needs = images === undefined ? await gzipLength(host, source) : images * (1 + CIFAR_PIXELS);
    return { format, words, known: await knownByArchive(host, source, format), images, classes: entry.classes, needs };
  }
  const missing = [...members.keys()].find((name) => !sizes.has(name));
  if (missing !== undefined) {
    throw new UserError(`${missing} is missing: ${words} is ${[...members.keys()].join(", ")}`, {
      hint: "Drop the folder, or all of its files.",
    });
  }
  const images = [...sizes.values()].reduce((sum, size) => sum + size / recordBytes, 0);
  const genuine = [...members].every(([name, records]) => sizes.get(name) === records * recordBytes);
  const known = genuine ? entry : undefined;
  return { format, words, known, images, classes: entry.classes, needs: images * (1 + CIFAR_PIXELS) };
}

/** @throws UserError for a file that is no whole number of records */
function checkRecords({ members, recordBytes }: Cifar, member: string, size: number): void {
  if (size % recordBytes === 0 && size > 0) return;
  const official = members.get(member)! * recordBytes;
  const expected = size < official ? official : Math.ceil(size / recordBytes) * recordBytes;
  throw cutShort({ file: member, bytes: size, expected });
}

/** A single file of records, by the labels at their places: part of a set, or cut short. */
async function recogniseRecords(host: RecogniseHost, source: string): Promise<Recognised | undefined> {
  const file = await host.openFile(source);
  try {
    for (const { format, words, recordBytes, members } of CIFARS) {
      const labels = recordBytes - CIFAR_PIXELS, count = Math.floor(file.size / recordBytes);
      if (count < 8) continue;
      const isRecord = (i: number) => {
        const label = new Uint8Array(labels);
        file.readInto(i * recordBytes, label);
        return label[labels - 1] < (labels === 1 ? 10 : 100) && (labels === 1 || label[0] < 20);
      };
      if (!Array.from({ length: 64 }, (_, i) => Math.floor(i * (count - 1) / 63)).every(isRecord)) continue;
      const name = base(source), official = (members.get(name) ?? 10_000) * recordBytes;
      const cut: Cut = { file: name, bytes: file.size, expected: Math.max(official, count * recordBytes) };
      if (file.size % recordBytes !== 0) throw cutShort(cut);
      throw new UserError(`${name} is one file of ${words}, which is ${[...members.keys()].join(", ")}`, {
        hint: `Drop the folder, or all of its files, or the archive (${knownDataset(format)!.files[0].file}).`,
      });
    }
    return undefined;
  } finally {
    file.close();
  }
}
