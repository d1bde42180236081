/** Image files on their way into a cache: decoded, fitted to one size, in the order that was planned. */
import { UserError } from "../../errors.ts";
import { type ArchiveEntry, type ArchiveLimits, openArchive } from "../../formats/archive.ts";
import { centreCrop, decodeImage, resizeShort, toPlanes } from "../../formats/image.ts";
import type { ImportSession } from "./session.ts";
import { Spool } from "./spool.ts";

const MIB = 2 ** 20;

/** What archives of images may hold: beyond any that people have, and within what a machine survives. */
export const IMAGE_LIMITS: ArchiveLimits = { entries: 4_000_000, entryBytes: 64 * MIB, totalBytes: 512 * 1024 * MIB };

/** An image that is to be read. */
export interface PlannedImage {
  /** Its name in the archive. */
  readonly name: string;
  /** Its class. */
  readonly label: number;
}

/** The images of both parts, each in the order in which they are kept. */
export interface ImagePlan {
  readonly train: readonly PlannedImage[];
  readonly test: readonly PlannedImage[];
}

/** Calls `act` for each file of the session's source, in the source's order. */
export async function forEachEntry(
  session: ImportSession,
  limits: ArchiveLimits,
  act: (entry: ArchiveEntry) => Promise<void> | void,
): Promise<void> {
  const archive = await openArchive(session.host, session.source, limits);
  try {
    for await (const entry of archive.entries()) await act(entry);
  } finally {
    await archive.close();
  }
}

/**
 * Reads the images of a plan to `train-images.bin` and `test-images.bin`, as three planes each, grey ones three times
 * the same.
 * @returns [3, rows, columns]
 * @throws UserError naming the member, for an image that cannot be decoded or is not of the size of the others
 */
export async function importImages(session: ImportSession, plan: ImagePlan): Promise<[number, number, number]> {
  const { size } = session.options, parts = ["train", "test"] as const;
  const wanted = new Map(
    parts.flatMap((part) => plan[part].map(({ name }, place) => [name, { part, place }] as const)),
  );
  const total = wanted.size;
  let first: { name: string; width: number; height: number } | undefined;
  let spools: Record<"train" | "test", Spool> | undefined;
  let done = 0;
  await forEachEntry(session, IMAGE_LIMITS, async (entry) => {
    const target = wanted.get(entry.name);
    if (target === undefined) return;
    session.progress("read", done, total, "images");
    const file = `${session.source}: ${entry.name}`;
    let image = decodeImage(await entry.read(IMAGE_LIMITS.entryBytes), file);
    if (size !== undefined && (image.width !== size || image.height !== size)) {
      image = centreCrop(resizeShort(image, size), size);
    }
    const { width, height } = image;
    first ??= { name: entry.name, width, height };
    if (width !== first.width || height !== first.height) {
      throw new UserError(
        `${file} has ${width}×${height} pixels, and ${first.name} has ${first.width}×${first.height}: ` +
          "all images of a data set must have the same size",
        { hint: "Have them resized and cut to a square: --size 64" },
      );
    }
    const planes = toPlanes(image, 3);
    spools ??= {
      train: await Spool.open(session, "train", planes.length),
      test: await Spool.open(session, "test", planes.length),
    };
    await spools[target.part].add(planes, target.place);
    done++;
  });
  if (first === undefined || spools === undefined || done !== total) {
    throw new UserError(`${session.source} changed while it was read: ${done} of ${total} images were found again`);
  }
  for (const part of parts) await spools[part].finish();
  session.progress("read", done, total, "images");
  return [3, first.height, first.width];
}
