/**
 * Image folders in torchvision's layout: `train/<class>/*` and `test/<class>/*` (or `val`, `valid`, `validation`), maybe
 * inside one folder that wraps all. Classes are sorted by name, images by class and name. Without a test part the images
 * are split by a seed, each class giving its share.
 */
import { UserError } from "../../errors.ts";
import { forEachEntry, IMAGE_LIMITS, type ImagePlan, importImages, type PlannedImage } from "./images.ts";
import type { Imported, ImportSession } from "./session.ts";
import { splitForTest } from "./split.ts";

const READABLE = /\.(jpe?g|png)$/i;
/** Images that torchvision or people would count, and that cannot be read here: leaving them out would be another set. */
const OTHER_IMAGES = /\.(bmp|gif|ppm|pgm|tiff?|webp|avif|heic|jp2|jxl)$/i;
const TRAIN = "train";
const TEST = ["test", "val", "valid", "validation"] as const;

interface Listed {
  /** Name in the source. */
  readonly name: string;
  /** Its folders and file below what wraps all. */
  readonly path: readonly string[];
}

/** Imports a folder, tar or zip file of images in folders of their class. */
export async function importImageFolder(session: ImportSession): Promise<Imported> {
  const images = unwrap(await list(session));
  const { plan, classes } = planImages(session, images);
  const shape = await importImages(session, plan);
  return {
    shape,
    classes,
    sampleKind: "u8",
    train: plan.train.map(({ label }) => label),
    test: plan.test.map(({ label }) => label),
  };
}

async function list(session: ImportSession): Promise<Listed[]> {
  const images: Listed[] = [], others: string[] = [];
  let entries = 0;
  await forEachEntry(session, IMAGE_LIMITS, ({ name }) => {
    session.progress("list", entries++, undefined, "entries");
    if (READABLE.test(name)) images.push({ name, path: name.split("/") });
    else if (OTHER_IMAGES.test(name)) {
      throw new UserError(`${session.source}: ${name} is neither a JPEG nor a PNG file`, {
        hint: "Convert such images, or take them out.",
      });
    } else others.push(name);
  });
  if (images.length === 0) {
    throw new UserError(`${session.source} has no image: expected .jpg, .jpeg or .png files in train/<class>/`);
  }
  if (others.length > 0) session.notes.push(`left out, since they are no images: ${some(others)}`);
  return images;
}

const isPart = (folder: string) => folder === TRAIN || TEST.some((name) => name === folder);

/** Takes off one folder that wraps all, if it is not itself a part of the set. */
function unwrap(images: readonly Listed[]): Listed[] {
  const top = images[0].path[0];
  const wraps = !isPart(top) && images.every(({ path }) => path.length > 2 && path[0] === top);
  return images.map(({ name, path }) => ({ name, path: wraps ? path.slice(1) : path }));
}

function planImages(session: ImportSession, images: readonly Listed[]): { plan: ImagePlan; classes: string[] } {
  const { source, options: { testFraction } } = session;
  const folders = new Set(images.map(({ path }) => path[0]));
  const tests = TEST.filter((name) => folders.has(name));
  const below = (part: string) =>
    images.filter(({ path }) => path[0] === part).map(({ name, path }) => ({ name, path: path.slice(1) }));
  if (folders.has(TRAIN) && tests.length > 0) {
    if (testFraction !== undefined) {
      throw new UserError(
        `${source} has a test part of its own (${tests[0]}/): --test-fraction is for sets without one`,
      );
    }
    leaveOut(session, images.filter(({ path }) => path[0] !== TRAIN && path[0] !== tests[0]), `${tests[0]}/`);
    const train = byClass(session, below(TRAIN), `${TRAIN}/`), test = byClass(session, below(tests[0]), `${tests[0]}/`);
    const classes = sortedClasses(session, train);
    const stranger = [...test.keys()].find((name) => !train.has(name));
    if (stranger !== undefined) {
      throw new UserError(`${source}: ${tests[0]}/${stranger} is a class that train/ has not got`);
    }
    return { plan: { train: planned(classes, train), test: planned(classes, test) }, classes };
  }
  if (!folders.has(TRAIN) && tests.length > 0) {
    throw new UserError(`${source} has ${tests[0]}/ and no train/: there is nothing to train on`);
  }
  if (testFraction === undefined) {
    throw new UserError(
      `${source} has no test part: expected ${folders.has(TRAIN) ? "" : "train/<class>/* and "}test/<class>/* or ` +
        `val/<class>/*, found the folders ${some([...folders].sort())}`,
      { hint: "Have a fifth of the images of each class set aside for testing: --test-fraction 0.2 (and --seed)" },
    );
  }
  if (folders.has(TRAIN)) leaveOut(session, images.filter(({ path }) => path[0] !== TRAIN), `${TRAIN}/`);
  const all = folders.has(TRAIN) ? byClass(session, below(TRAIN), `${TRAIN}/`) : byClass(session, images, "");
  const classes = sortedClasses(session, all), whole = planned(classes, all);
  const { train, test } = splitForTest(session, whole.map(({ label }) => label));
  const pick = (indices: Uint32Array) => Array.from(indices, (i) => whole[i]);
  return { plan: { train: pick(train), test: pick(test) }, classes };
}

/** Images by the name of their class. */
function byClass(session: ImportSession, images: readonly Listed[], part: string): Map<string, Listed[]> {
  const classes = new Map<string, Listed[]>();
  for (const image of images) {
    const [folder, ...rest] = image.path;
    if (rest.length === 0) {
      throw new UserError(`${session.source}: ${image.name} lies in no folder of a class: expected ${part}<class>/*`);
    }
    if (rest.length > 1) {
      throw new UserError(
        `${session.source}: ${image.name} lies in a folder inside the folder of class "${folder}": ` +
          `expected ${part}<class>/*`,
      );
    }
    const members = classes.get(folder);
    if (members) members.push(image);
    else classes.set(folder, [image]);
  }
  return classes;
}

function sortedClasses({ source }: ImportSession, images: ReadonlyMap<string, unknown>): string[] {
  if (images.size < 2) {
    throw new UserError(`${source} has one class only (${[...images.keys()]}): there is nothing to tell apart`);
  }
  return [...images.keys()].sort();
}

function planned(classes: readonly string[], images: ReadonlyMap<string, readonly Listed[]>): PlannedImage[] {
  return classes.flatMap((name, label) =>
    (images.get(name) ?? []).map((image) => image.name).sort().map((image) => ({ name: image, label }))
  );
}

function leaveOut(session: ImportSession, images: readonly Listed[], used: string): void {
  if (images.length === 0) return;
  session.notes.push(`left out, since they are outside train/ and ${used}: ${some(images.map(({ name }) => name))}`);
}

/** The first three of a list and how many more. */
function some(names: readonly string[]): string {
  const shown = names.slice(0, 3).join(", ");
  return names.length > 3 ? `${shown} and ${names.length - 3} more` : shown;
}
