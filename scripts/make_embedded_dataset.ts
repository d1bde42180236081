/**
 * Makes `datasets/fashion-mnist-10k` from the official files of Fashion-MNIST: the first 1,000 training and the first 200
 * test images of each class, in the official order. Nothing is random: anybody can make it again and compare.
 *
 *     deno run --allow-read --allow-write scripts/make_embedded_dataset.ts FOLDER-OF-OFFICIAL-FILES [OUTPUT-FOLDER]
 */
import { constants, gzipSync } from "node:zlib";
import type { FileEntry, Manifest } from "../src/data/manifest.ts";
import { DATASETS } from "../src/data/registry.ts";
import { UserError } from "../src/errors.ts";
import { gunzip } from "../src/formats/gzip.ts";
import { type IdxArray, readIdxPair, writeIdx } from "../src/formats/idx.ts";
import { sha256 } from "../src/formats/sha256.ts";
import { createDenoHost } from "../src/host/deno.ts";
import { joinPath } from "../src/host/host.ts";

const FASHION_MNIST = DATASETS["fashion-mnist"];
const CLASSES = [...FASHION_MNIST.classNames ?? []];
const PER_CLASS = { train: 1000, test: 200 } as const;

const host = createDenoHost();

/** Positions of the first `perClass` images of each class, in ascending order. */
function firstOfEachClass(labels: Uint8Array, perClass: number): number[] {
  const taken = CLASSES.map(() => 0);
  const chosen = [...labels.keys()].filter((i) => taken[labels[i]]++ < perClass);
  if (chosen.length !== perClass * CLASSES.length) throw new UserError(`a class has fewer than ${perClass} images`);
  return chosen;
}

function pick({ shape, data }: IdxArray, chosen: readonly number[]): IdxArray {
  const size = data.length / shape[0];
  const picked = new Uint8Array(chosen.length * size);
  chosen.forEach((from, to) => picked.set(data.subarray(from * size, (from + 1) * size), to * size));
  return { shape: [chosen.length, ...shape.slice(1)], data: picked };
}

/** Packed as well as gzip can, with a header that says nothing of the machine: no time, system "unknown". */
function pack(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const packed = new Uint8Array(gzipSync(bytes, { level: constants.Z_BEST_COMPRESSION, memLevel: 9 }));
  packed.fill(0, 4, 8);
  packed[9] = 255;
  return packed;
}

/** An official file without gzip: packed ones differ from mirror to mirror in gzip's header. */
async function readOfficial(folder: string, name: string): Promise<Uint8Array<ArrayBuffer>> {
  const file = `${name}.gz`, path = joinPath(folder, file);
  const bytes = await gunzip(await host.readFile(path), path);
  const found = await sha256(bytes),
    sum = FASHION_MNIST.files.find((official) => official.file === file)?.unpacked?.sha256;
  if (found !== sum) {
    throw new UserError(`${path} is not the official file: SHA-256 ${found} unpacked, expected ${sum}`);
  }
  return bytes;
}

async function writePacked(folder: string, name: string, array: IdxArray): Promise<FileEntry> {
  const bytes = writeIdx(array);
  const packed = pack(bytes);
  await host.writeFile(joinPath(folder, `${name}.gz`), packed);
  const describe = async (content: Uint8Array<ArrayBuffer>) => ({
    bytes: content.length,
    sha256: await sha256(content),
  });
  return { file: `${name}.gz`, ...await describe(packed), unpacked: await describe(bytes) };
}

async function makeSplit(from: string, to: string, part: "train" | "test"): Promise<Manifest["train"]> {
  const prefix = part === "train" ? "train" : "t10k", perClass = PER_CLASS[part];
  const imagesFile = `${prefix}-images-idx3-ubyte`, labelsFile = `${prefix}-labels-idx1-ubyte`;
  const { images, labels } = readIdxPair(
    await readOfficial(from, imagesFile),
    await readOfficial(from, labelsFile),
    imagesFile,
    labelsFile,
  );
  const chosen = firstOfEachClass(labels.data, perClass);
  console.log(`${part}: ${chosen.length} images, the last one is number ${chosen.at(-1)} of the official file`);
  return {
    count: chosen.length,
    images: await writePacked(to, imagesFile, pick(images, chosen)),
    labels: await writePacked(to, labelsFile, pick(labels, chosen)),
  };
}

async function main(from: string, to: string): Promise<void> {
  await host.makeDirectory(to);
  const manifest: Manifest = {
    name: "fashion-mnist-10k",
    title: "Fashion-MNIST, the first 1,000 training and 200 test images of each class",
    format: "idx.gz",
    shape: [1, 28, 28],
    classes: CLASSES,
    train: await makeSplit(from, to, "train"),
    test: await makeSplit(from, to, "test"),
    licence: "MIT, Copyright (c) 2017 Zalando SE, https://tech.zalando.com",
    source: "https://github.com/zalandoresearch/fashion-mnist",
  };
  await host.writeFile(joinPath(to, "manifest.json"), JSON.stringify(manifest, null, 2) + "\n");
}

if (import.meta.main) {
  const [from, to = decodeURIComponent(new URL("../datasets/fashion-mnist-10k", import.meta.url).pathname)] = Deno.args;
  if (from === undefined) {
    console.error("usage: make_embedded_dataset.ts FOLDER-OF-OFFICIAL-FILES [OUTPUT-FOLDER]");
    Deno.exit(2);
  }
  await main(from, to).catch((error: unknown) => {
    if (!(error instanceof UserError)) throw error;
    console.error(error.message);
    Deno.exit(1);
  });
}
