/**
 * Tiny ImageNet: `wnids.txt` (one class a line; the line is the class's number), `words.txt` (names of all of WordNet),
 * `train/<class>/images/*.JPEG`, and `val/images/*.JPEG` with `val/val_annotations.txt`, which becomes the test part.
 * `test/` has no labels and is not read. A subset in the same layout is read likewise.
 */
import { UserError } from "../../errors.ts";
import { forEachEntry, IMAGE_LIMITS, importImages, type PlannedImage } from "./images.ts";
import type { Imported, ImportSession } from "./session.ts";

const MOST_TEXT = 64 * 2 ** 20;
const TEXTS = ["wnids.txt", "words.txt", "val/val_annotations.txt"] as const;
const TRAIN = /^train\/([^/]+)\/(?:images\/)?([^/]+\.jpe?g)$/i;
const VALIDATION = /^val\/(?:images\/)?([^/]+\.jpe?g)$/i;

/** What the first pass over the source finds; names are those in the source. */
interface Listing {
  /** By path below the folder of the data set. */
  readonly texts: Map<string, string>;
  /** Images by class. */
  readonly train: Map<string, { name: string; file: string }[]>;
  /** Validation images by file name. */
  readonly validation: Map<string, string>;
}

/** Imports Tiny ImageNet or a part of it from a folder, zip or tar file. */
export async function importTinyImagenet(session: ImportSession): Promise<Imported> {
  const { source } = session;
  const { texts, train, validation } = await list(session);
  for (const file of ["wnids.txt", "val/val_annotations.txt"]) {
    if (!texts.has(file)) {
      throw new UserError(`${source}: ${file} is missing, so this is not in the layout of Tiny ImageNet`, {
        hint: "Folders train/<class>/* and test/<class>/* are imported by --format image-folder.",
      });
    }
  }
  const ids = readIds(texts.get("wnids.txt")!, `${source}: wnids.txt`);
  const labels = new Map(ids.map((id, label) => [id, label]));
  const stranger = [...train.keys()].find((id) => !labels.has(id));
  if (stranger !== undefined) throw new UserError(`${source}: train/${stranger} is a class that wnids.txt has not got`);
  const empty = ids.find((id) => !train.has(id));
  if (empty !== undefined) throw new UserError(`${source}: class ${empty} of wnids.txt has no image in train/${empty}`);
  const planned: PlannedImage[] = ids.flatMap((id, label) =>
    train.get(id)!.sort((a, b) => byNumber(a.file, b.file)).map(({ name }) => ({ name, label }))
  );
  const test = readAnnotations(
    texts.get("val/val_annotations.txt")!,
    `${source}: val/val_annotations.txt`,
    labels,
    validation,
  );
  const shape = await importImages(session, { train: planned, test });
  return {
    shape,
    classes: classNames(ids, texts.get("words.txt")),
    sampleKind: "u8",
    train: planned.map(({ label }) => label),
    test: test.map(({ label }) => label),
  };
}

/** First pass: names of all images, content of the text files. */
async function list(session: ImportSession): Promise<Listing> {
  const listing: Listing = { texts: new Map(), train: new Map(), validation: new Map() };
  let entries = 0;
  await forEachEntry(session, IMAGE_LIMITS, async (entry) => {
    session.progress("list", entries++, undefined, "entries");
    const path = belowTop(entry.name);
    const text = TEXTS.find((file) => file === path);
    if (text !== undefined) {
      if (listing.texts.has(text)) throw new UserError(`${session.source}: there are two files ${text}`);
      listing.texts.set(text, new TextDecoder().decode(await entry.read(MOST_TEXT)));
      return;
    }
    const training = TRAIN.exec(path), validation = VALIDATION.exec(path);
    if (training) {
      const [, id, file] = training, images = listing.train.get(id);
      if (images) images.push({ name: entry.name, file });
      else listing.train.set(id, [{ name: entry.name, file }]);
    } else if (validation) {
      listing.validation.set(validation[1], entry.name);
    }
  });
  return listing;
}

/** The path below the folder `tiny-imagenet-200`, or whatever folder wraps all. */
function belowTop(name: string): string {
  const inside = /^(?:[^/]+\/)?((?:train|val|test)\/.*|wnids\.txt|words\.txt)$/.exec(name);
  return inside ? inside[1] : name;
}

function lines(text: string): string[] {
  return text.split("\n").map((line) => line.replace(/\r$/, ""));
}

function readIds(text: string, file: string): string[] {
  const ids = lines(text).map((line) => line.trim()).filter((line) => line !== "");
  if (ids.length < 2) throw new UserError(`${file} names ${ids.length} classes: there must be at least 2`);
  const twice = ids.find((id, i) => ids.indexOf(id) !== i);
  if (twice !== undefined) throw new UserError(`${file} names class ${twice} twice`);
  return ids;
}

/** The validation images in the order of their annotations. */
function readAnnotations(
  text: string,
  file: string,
  labels: ReadonlyMap<string, number>,
  images: ReadonlyMap<string, string>,
): PlannedImage[] {
  const planned: PlannedImage[] = [], seen = new Set<string>();
  for (const [i, line] of lines(text).entries()) {
    if (line.trim() === "") continue;
    const where = `${file}, line ${i + 1}`, [image, id] = line.split("\t");
    if (id === undefined) {
      throw new UserError(`${where}: expected a file, a tab and a class, found "${line.slice(0, 60)}"`);
    }
    const label = labels.get(id.trim()), name = images.get(image);
    if (label === undefined) throw new UserError(`${where}: ${image} is of class "${id}", which wnids.txt has not got`);
    if (name === undefined) throw new UserError(`${where}: there is no image val/images/${image}`);
    if (seen.has(image)) throw new UserError(`${where}: ${image} is annotated a second time`);
    seen.add(image);
    planned.push({ name, label });
  }
  const left = [...images.keys()].find((image) => !seen.has(image));
  if (left !== undefined) throw new UserError(`${file}: val/images/${left} has no line, so its class is not known`);
  if (planned.length === 0) throw new UserError(`${file} has no line: there is no validation image to test on`);
  return planned;
}

/** The first word that WordNet has for each class; where two classes share it, their number stands behind it. */
function classNames(ids: readonly string[], words: string | undefined): string[] {
  const wanted = new Set(ids), names = new Map<string, string>();
  for (const line of lines(words ?? "")) {
    const tab = line.indexOf("\t"), id = line.slice(0, tab);
    if (tab > 0 && wanted.has(id)) names.set(id, line.slice(tab + 1).split(",")[0].trim());
  }
  const chosen = ids.map((id) => names.get(id) || id);
  return chosen.map((name, i) => chosen.indexOf(name) === chosen.lastIndexOf(name) ? name : `${name} (${ids[i]})`);
}

/** By the number at the end of the name (n01443537_2 before n01443537_10), then by the name. */
function byNumber(a: string, b: string): number {
  const number = (file: string) => Number(/(\d+)\.[^.]*$/.exec(file)?.[1] ?? -1);
  return number(a) - number(b) || (a < b ? -1 : 1);
}
