/** Small sources with the real layouts, and the tools to damage them. */
import { crc32, deflateRawSync, gzipSync } from "node:zlib";
import jpeg from "jpeg-js";
import { writeIdx } from "../../../src/formats/idx.ts";

/** A member of an archive; text is UTF-8. */
export interface Member {
  name: string;
  content: Uint8Array | string;
  /** tar: type flag, "0" for files, "2" for symbolic links. */
  type?: string;
  /** The size that the header declares. */
  declared?: number;
  /** zip: sets the flag of encryption. */
  encrypted?: boolean;
}

const bytesOf = (content: Uint8Array | string) =>
  typeof content === "string" ? new TextEncoder().encode(content) : content;

export function concat(...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** A ustar archive. */
export function tar(members: readonly Member[]): Uint8Array<ArrayBuffer> {
  const blocks: Uint8Array[] = [];
  for (const { name, content, type = "0", declared } of members) {
    const bytes = bytesOf(content), header = new Uint8Array(512);
    const put = (text: string, at: number) => header.set(new TextEncoder().encode(text), at);
    put(name, 0);
    put("0000644\0", 100);
    put("0000000\0".repeat(2), 108);
    put(`${(declared ?? (type === "2" ? 0 : bytes.length)).toString(8).padStart(11, "0")}\0`, 124);
    put("00000000000\0", 136);
    put("        ", 148);
    put(type, 156);
    if (type === "2") put(new TextDecoder().decode(bytes), 157);
    put("ustar\x0000", 257);
    put(`${header.reduce((a, b) => a + b, 0).toString(8).padStart(6, "0")}\0 `, 148);
    blocks.push(header);
    if (type === "2") continue;
    blocks.push(bytes, new Uint8Array((512 - bytes.length % 512) % 512));
  }
  return concat(...blocks, new Uint8Array(1024));
}

export function tarGz(members: readonly Member[]): Uint8Array<ArrayBuffer> {
  return new Uint8Array(gzipSync(tar(members)));
}

/** A zip archive, members deflated. */
export function zip(members: readonly Member[]): Uint8Array<ArrayBuffer> {
  const locals: Uint8Array[] = [], central: Uint8Array[] = [];
  let offset = 0;
  for (const { name, content, declared, encrypted } of members) {
    const bytes = bytesOf(content), packed = deflateRawSync(bytes), path = new TextEncoder().encode(name);
    const fields = new DataView(new ArrayBuffer(26));
    fields.setUint16(0, 20, true);
    fields.setUint16(2, encrypted ? 1 : 0, true);
    fields.setUint16(4, 8, true);
    fields.setUint16(8, 0x21, true);
    fields.setUint32(10, crc32(bytes), true);
    fields.setUint32(14, packed.length, true);
    fields.setUint32(18, declared ?? bytes.length, true);
    fields.setUint16(22, path.length, true);
    const common = new Uint8Array(fields.buffer);
    const local = concat(new Uint8Array([0x50, 0x4b, 3, 4]), common, path, packed);
    const tail = new DataView(new ArrayBuffer(14));
    tail.setUint32(10, offset, true);
    central.push(concat(
      new Uint8Array([0x50, 0x4b, 1, 2, 20, 0]),
      common,
      new Uint8Array(tail.buffer),
      path,
    ));
    locals.push(local);
    offset += local.length;
  }
  const directory = concat(...central), end = new DataView(new ArrayBuffer(18));
  end.setUint16(4, members.length, true);
  end.setUint16(6, members.length, true);
  end.setUint32(8, directory.length, true);
  end.setUint32(12, offset, true);
  return concat(...locals, directory, new Uint8Array([0x50, 0x4b, 5, 6]), new Uint8Array(end.buffer));
}

/** A colour JPEG of one colour, nearly (JPEG rounds). */
export function colourJpeg(size: number | [number, number], [r, g, b]: readonly number[]): Uint8Array {
  const [width, height] = typeof size === "number" ? [size, size] : size;
  const data = new Uint8Array(4 * width * height);
  for (let i = 0; i < data.length; i += 4) data.set([r, g, b, 255], i);
  return new Uint8Array(jpeg.encode({ width, height, data }, 95).data);
}

const base64 = (text: string) => Uint8Array.from(atob(text), (char) => char.charCodeAt(0));

/** 8×8, one channel, made by libjpeg: brightness 20 x + 10 y. */
export const GREY_JPEG = base64(
  "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAA0JCgsKCA0LCgsODg0PEyAVExISEyccHhcgLikxMC4pLSwzOko+MzZGNywtQFdBRkxOUlNSMj5aYVpQ" +
    "YEpRUk//wAALCAAIAAgBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAABP/EABgQAAIDAAAAAAAAAAAAAAAAAAAFBiIy/9oACAEBAAA/AAxZbip//9k=",
);

/** 8×8, four channels, made by libjpeg. */
export const CMYK_JPEG = base64(
  "/9j/7gAOQWRvYmUAZAAAAAAA/9sAQwANCQoLCggNCwoLDg4NDxMgFRMSEhMnHB4XIC4pMTAuKS0sMzpKPjM2RjcsLUBXQUZMTlJTUjI+WmFaUGBK" +
    "UVJP/8AAFAgACAAIBEMRAE0RAFkRAEsRAP/EABYAAQEBAAAAAAAAAAAAAAAAAAQGB//EAB0QAAECBwAAAAAAAAAAAAAAAAAFBhYiMUNjgaH/2gAO" +
    "BEMATQBZAEsAAD8Ac/bmx0b5elGqKVZjQj//2Q==",
);

/** The label bytes and pixels of a record: pixel p of record `index` has the value (index + p) mod 251. */
export function cifarRecord(labels: readonly number[], index: number): Uint8Array {
  return concat(new Uint8Array(labels), Uint8Array.from({ length: 3072 }, (_, p) => (index + p) % 251));
}

export const CIFAR10_NAMES = "airplane\nautomobile\nbird\ncat\ndeer\ndog\nfrog\nhorse\nship\ntruck\n\n";

/** CIFAR-10 of 15 training records (3 a batch, classes in turn) and 5 test records, members in a jumble. */
export function cifar10Members(): Member[] {
  const folder = "cifar-10-batches-bin/";
  const batch = (first: number, count: number) =>
    concat(...Array.from({ length: count }, (_, i) => cifarRecord([(first + i) % 10], first + i)));
  const batches = [4, 5, 2].map((k) => ({ name: `${folder}data_batch_${k}.bin`, content: batch(3 * (k - 1), 3) }));
  return [
    ...batches,
    { name: `${folder}batches.meta.txt`, content: CIFAR10_NAMES },
    { name: `${folder}data_batch_1.bin`, content: batch(0, 3) },
    { name: `${folder}test_batch.bin`, content: batch(100, 5) },
    { name: `${folder}readme.html`, content: "<html></html>" },
    { name: `${folder}data_batch_3.bin`, content: batch(6, 3) },
  ];
}

/** CIFAR-100 of 4 training and 3 test records; the fine label is 25 times the index, the coarse one its fifth. */
export function cifar100Members(): Member[] {
  const folder = "cifar-100-binary/";
  const records = (count: number) =>
    concat(...Array.from({ length: count }, (_, i) => cifarRecord([5 * i, 25 * i], i)));
  const names = (count: number, word: string) => Array.from({ length: count }, (_, i) => `${word}${i}\n`).join("");
  return [
    { name: `${folder}test.bin`, content: records(3) },
    { name: `${folder}coarse_label_names.txt`, content: names(20, "coarse") },
    { name: `${folder}fine_label_names.txt`, content: names(100, "fine") },
    { name: `${folder}train.bin`, content: records(4) },
  ];
}

/** Tiny ImageNet with 2 classes (not in the order of their names), 3 training and 1 validation image each, one grey. */
export function tinyMembers(): Member[] {
  const top = "tiny-imagenet-200/", red = colourJpeg(8, [250, 0, 0]), blue = colourJpeg(8, [0, 0, 250]);
  return [
    { name: `${top}wnids.txt`, content: "n02\nn01\n" },
    { name: `${top}words.txt`, content: "n00\tentity\nn01\tgoldfish, Carassius auratus\nn02\tcrane\n" },
    { name: `${top}test/images/test_0.JPEG`, content: "not read" },
    { name: `${top}train/n01/images/n01_0.JPEG`, content: red },
    { name: `${top}train/n01/images/n01_10.JPEG`, content: blue },
    { name: `${top}train/n01/images/n01_2.JPEG`, content: GREY_JPEG },
    { name: `${top}train/n01/n01_boxes.txt`, content: "n01_0.JPEG\t0\t0\t7\t7\n" },
    { name: `${top}train/n02/images/n02_0.JPEG`, content: blue },
    { name: `${top}train/n02/images/n02_1.JPEG`, content: blue },
    { name: `${top}train/n02/images/n02_2.JPEG`, content: red },
    { name: `${top}val/images/val_0.JPEG`, content: red },
    { name: `${top}val/images/val_1.JPEG`, content: blue },
    { name: `${top}val/val_annotations.txt`, content: "val_1.JPEG\tn02\t0\t0\t7\t7\nval_0.JPEG\tn01\t0\t0\t7\t7\n" },
  ];
}

/** Folders cat and dog in train and test, inside a folder that wraps all; members in a jumble. */
export function folderMembers(): Member[] {
  const red = colourJpeg(8, [250, 0, 0]), blue = colourJpeg(8, [0, 0, 250]);
  return [
    { name: "pets/test/dog/1.jpg", content: blue },
    { name: "pets/train/dog/b.JPG", content: blue },
    { name: "pets/train/cat/2.jpeg", content: red },
    { name: "pets/train/cat/1.jpg", content: GREY_JPEG },
    { name: "pets/train/dog/a.jpg", content: red },
    { name: "pets/test/cat/1.jpg", content: red },
    { name: "pets/README.txt", content: "pets" },
  ];
}

/** The four files of a set in MNIST's layout: 6 + 3 images of 2×3 pixels, the labels 0, 1, 2 in turn. */
export function idxMembers(): Member[] {
  const part = (name: string, count: number): Member[] => [
    {
      name: `${name}-images-idx3-ubyte.gz`,
      content: gzipSync(writeIdx({ shape: [count, 2, 3], data: Uint8Array.from({ length: 6 * count }, (_, i) => i) })),
    },
    {
      name: `${name}-labels-idx1-ubyte.gz`,
      content: gzipSync(writeIdx({ shape: [count], data: Uint8Array.from({ length: count }, (_, i) => i % 3) })),
    },
  ];
  return [...part("train", 6), ...part("t10k", 3)];
}

/** A table of 10 rows of each of two classes: a number, a word, a class. */
export function csvText(): string {
  const rows = Array.from(
    { length: 20 },
    (_, i) => `${i}.5,${["red", "green"][i % 2]},${["no", "yes"][i % 4 < 2 ? 0 : 1]}`,
  );
  return `age,colour,ill\n${rows.join("\n")}\n`;
}

/** Members with one of them changed, or left out where `change` gives nothing. */
export function changed(
  members: readonly Member[],
  name: RegExp,
  change: (member: Member) => Partial<Member> | undefined,
): Member[] {
  if (!members.some((member) => name.test(member.name))) throw new Error(`no member ${name}`);
  return members.flatMap((member) => {
    if (!name.test(member.name)) return [member];
    const partial = change(member);
    return partial === undefined ? [] : [{ ...member, ...partial }];
  });
}
