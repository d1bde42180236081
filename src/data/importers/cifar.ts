/**
 * CIFAR-10 and CIFAR-100 in the binary version: records of one label byte (CIFAR-100: coarse, then fine) and 3,072
 * pixels, three planes of 32×32. Members are matched by name, since archives have them in any order.
 */
import { UserError } from "../../errors.ts";
import type { ArchiveLimits } from "../../formats/archive.ts";
import { CIFAR_PIXELS as PIXELS, type CifarLayout, type CifarRecords, readCifar } from "../../formats/cifar.ts";
import { forEachEntry } from "./images.ts";
import type { Imported, Importer, ImportSession } from "./session.ts";
import { Spool } from "./spool.ts";

const MIB = 2 ** 20;
const LIMITS: ArchiveLimits = { entries: 10_000, entryBytes: 512 * MIB, totalBytes: 2048 * MIB };
const MOST_TEXT = MIB;
const MOST_RECORDS = 1_000_000;
const BLOCK_RECORDS = 1000;

interface Layout {
  readonly title: string;
  readonly records: CifarLayout;
  /** The members of the training part, in order. */
  readonly train: readonly string[];
  readonly test: string;
  /** The member that names the classes, one a line. */
  readonly names: string;
  /** A member of the version for Python, to tell people what they have. */
  readonly python: string;
}

const CIFAR10: Layout = {
  title: "CIFAR-10",
  records: { labelBytes: 1, classes: 10 },
  train: [1, 2, 3, 4, 5].map((i) => `data_batch_${i}.bin`),
  test: "test_batch.bin",
  names: "batches.meta.txt",
  python: "data_batch_1",
};

const CIFAR100: Layout = {
  title: "CIFAR-100",
  records: { labelBytes: 2, classes: 100, coarseClasses: 20 },
  train: ["train.bin"],
  test: "test.bin",
  names: "fine_label_names.txt",
  python: "train",
};

/** Imports CIFAR-10 from a tar.gz or tar file, or a folder. */
export const importCifar10: Importer = (session) => importCifar(session, CIFAR10);

/** Imports CIFAR-100 with its fine labels from a tar.gz or tar file, or a folder. */
export const importCifar100: Importer = (session) => importCifar(session, CIFAR100);

async function importCifar(session: ImportSession, layout: Layout): Promise<Imported> {
  const { source } = session, { classes } = layout.records;
  const spools = {
    train: await Spool.open(session, "train", PIXELS),
    test: await Spool.open(session, "test", PIXELS),
  };
  const batches = new Map<string, readonly number[]>();
  let names: string[] | undefined, python = false, done = 0;
  await forEachEntry(session, LIMITS, async (entry) => {
    const member = entry.name.slice(entry.name.lastIndexOf("/") + 1), file = `${source}: ${entry.name}`;
    if (member === layout.names) names = readNames(await entry.read(MOST_TEXT), classes, file);
    python ||= member === layout.python;
    const index = layout.train.indexOf(member), part = member === layout.test ? "test" : "train";
    if (index < 0 && part === "train") return;
    if (batches.has(member)) throw new UserError(`${file}: the archive has a second member of this name`);
    const bytes = await entry.read(LIMITS.entryBytes), labels: number[] = [];
    // The place among all records is known only when all members are: until then batches are far apart.
    const start = index < 0 ? 0 : index * MOST_RECORDS;
    for (const records of recordBlocks(bytes, layout.records, file)) {
      for (let i = 0; i < records.labels.length; i++) {
        session.progress("read", done++, session.expected && session.expected.train + session.expected.test, "images");
        await spools[part].add(records.pixels.subarray(i * PIXELS, (i + 1) * PIXELS), start + labels.length);
        labels.push(records.labels[i]);
      }
    }
    batches.set(member, labels);
  });
  const missing = [...layout.train, layout.test].find((member) => !batches.has(member));
  if (missing !== undefined) {
    const hint = python
      ? `This is the version for Python. Take the binary version: ${
        layout.title === "CIFAR-10" ? "cifar-10" : "cifar-100"
      }-binary.tar.gz`
      : undefined;
    throw new UserError(`${source}: ${missing} is missing, so this is not the binary version of ${layout.title}`, {
      hint,
    });
  }
  const known = session.expected?.classNames;
  if (names === undefined && known === undefined) {
    throw new UserError(`${source}: ${layout.names}, which names the classes, is missing`);
  }
  await spools.train.finish();
  await spools.test.finish();
  return {
    shape: [3, 32, 32],
    classes: names ?? known!,
    sampleKind: "u8",
    train: layout.train.flatMap((member) => batches.get(member)!),
    test: batches.get(layout.test)!,
  };
}

/** The records of a member, some at a time, so that they are not held twice. */
function* recordBlocks(bytes: Uint8Array, layout: CifarLayout, file: string): Generator<CifarRecords> {
  const block = BLOCK_RECORDS * (layout.labelBytes + PIXELS);
  for (let start = 0; start === 0 || start < bytes.length; start += block) {
    let records: CifarRecords;
    try {
      records = readCifar(bytes.subarray(start, start + block), layout, file);
    } catch (error) {
      // The message of the whole counts records from its start.
      readCifar(bytes, layout, file);
      throw error;
    }
    yield records;
  }
}

function readNames(bytes: Uint8Array, classes: number, file: string): string[] {
  const names = new TextDecoder().decode(bytes).split("\n").map((line) => line.trim()).filter((line) => line !== "");
  if (names.length !== classes || new Set(names).size !== classes) {
    throw new UserError(`${file} has ${new Set(names).size} different names, expected ${classes} classes, one a line`);
  }
  return names;
}
