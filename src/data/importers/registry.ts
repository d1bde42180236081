/** The importers by format, and how a format is told from the content of a source. */
import { UserError } from "../../errors.ts";
import type { Format } from "../registry.ts";
import { importCifar10, importCifar100 } from "./cifar.ts";
import { importIdx, isIdxName } from "./idx.ts";
import { importImageFolder } from "./image_folder.ts";
import { forEachEntry, IMAGE_LIMITS } from "./images.ts";
import { type Importer, type ImportSession, isFolder } from "./session.ts";
import { importTinyImagenet } from "./tiny_imagenet.ts";

/** What reads each format. */
export const IMPORTERS: Readonly<Record<Format, Importer>> = {
  idx: importIdx,
  cifar10: importCifar10,
  cifar100: importCifar100,
  "tiny-imagenet": importTinyImagenet,
  "image-folder": importImageFolder,
  // its parser is large, and no page reads tables
  csv: async (session) => await (await import("./csv.ts")).importCsv(session),
};

/** File names that only one format has. */
const SIGNS: readonly (readonly [Format, (member: string) => boolean])[] = [
  ["idx", isIdxName],
  ["cifar10", (member) => member === "data_batch_1.bin"],
  ["cifar100", (member) => member === "fine_label_names.txt" || member === "train.bin"],
  ["tiny-imagenet", (member) => member === "wnids.txt"],
];

/**
 * The format of the session's source, by the names of its files.
 * @throws UserError when there is none, or more than one that it could be
 */
export async function detectFormat(session: ImportSession): Promise<Format> {
  const { host, source } = session;
  const member = (name: string) => name.slice(name.lastIndexOf("/") + 1);
  const isFile = !await isFolder(host, source);
  if (isFile && /\.csv$/i.test(source)) return "csv";
  if (isFile && isIdxName(member(source))) return "idx";
  const found = new Set<Format>();
  let images = false;
  await forEachEntry(session, IMAGE_LIMITS, ({ name }) => {
    for (const [format, has] of SIGNS) if (has(member(name))) found.add(format);
    images ||= /(^|\/)[^/]+\/[^/]+\.(jpe?g|png)$/i.test(name);
  });
  if (found.size === 0 && images) return "image-folder";
  if (found.size === 1) return [...found][0];
  throw new UserError(
    found.size === 0
      ? `${source}: nothing in it tells what format it has`
      : `${source} could be of format ${[...found].join(" or ")}`,
    { hint: `Say which: --format ${Object.keys(IMPORTERS).join("|")}` },
  );
}
