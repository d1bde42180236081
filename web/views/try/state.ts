/** What the view "Try it" knows: the picture, what each network says of it, and the training images near it. */
import { batch, computed, signal } from "@preact/signals";
import { UserError } from "../../../src/errors.ts";
import type { NearPicture, PhotoPicture, PictureData } from "../../../src/worker/pictures.ts";
import type { Prediction } from "../../../src/worker/predict.ts";
import { type Grey, scaleByArea } from "../../../src/data/picture/grey.ts";
import { digitSeen } from "../../../src/data/picture/digits.ts";
import { type Seen, seenAs, SIDE } from "../../../src/data/picture/seen.ts";
import { template, type TemplateName } from "../../../src/data/picture/templates.ts";
import { cpu, lab, slowCpu } from "../../connect.ts";
import { latest } from "../../state/latest.ts";
import { type Lane, lanes } from "../../state/lanes.ts";
import { tried } from "../../state/tried.ts";

/** Pixels of a pad's side for each that a network sees. */
export const FINER = 4;
/** Side of a pad's picture. */
export const PAD_SIDE = SIDE * FINER;
/** Between two questions to the networks: 10 a second. */
const ASK_MS = 100;
const NEAREST = 6;

/** Where the picture on the pad comes from. */
export type Origin =
  | { readonly kind: "drawing" }
  | { readonly kind: "test"; readonly index: number; readonly label: number }
  | { readonly kind: "template"; readonly name: TemplateName }
  | { readonly kind: "photo"; readonly name: string; readonly photo: PhotoPicture };

/** The runs that could answer: recordings have no network. */
export const askable = computed<readonly Lane[]>(() =>
  lanes.value.filter(({ recorded, phase }) => !recorded && phase.value !== "failed")
);

function dataName({ config }: Lane): string {
  return (config as { data: { name: string } }).data.name;
}

/** The data set that pictures are of: that of the first run. */
export const wantedData = computed<string | undefined>(() => askable.value[0] && dataName(askable.value[0]));
/** The runs that are asked. */
export const asked = computed(() => askable.value.filter((lane) => dataName(lane) === wantedData.value));
/** Runs on other data, which the pictures do not fit. */
export const others = computed(() => askable.value.filter((lane) => dataName(lane) !== wantedData.value));

export const data = signal<PictureData | undefined>(undefined);
export const problem = signal<{ readonly message: string; readonly hint?: string } | undefined>(undefined);
export const origin = signal<Origin>({ kind: "drawing" });
/** The pad's picture; its pixels change in place, and {@link strokes} tells. */
export const pad = signal<Grey>(emptyPad());
export const strokes = signal(0);
/** What the networks get: bytes as the data set has them. */
export const input = signal<Uint8Array<ArrayBuffer> | undefined>(undefined);
export const seen = signal<Seen | undefined>(undefined);
export const answers = signal<ReadonlyMap<string, Prediction>>(new Map());
export const near = signal<readonly NearPicture[]>([]);

function emptyPad(): Grey {
  return { width: PAD_SIDE, height: PAD_SIDE, data: new Uint8Array(PAD_SIDE * PAD_SIDE) };
}

function fail(error: unknown): void {
  problem.value = error instanceof UserError
    ? { message: error.message, hint: error.hint }
    : { message: String(error) };
}

/** Reads what is to be known of the wanted data set. */
export async function readData(): Promise<void> {
  const name = wantedData.peek();
  if (name === undefined || data.peek()?.name === name) return;
  try {
    const facts = await cpu().pictureData(name);
    batch(() => {
      problem.value = undefined;
      data.value = facts;
      clearPad();
      markOwn();
    });
  } catch (error) {
    fail(error);
  }
}

const askNetworks = latest(async (image: Uint8Array<ArrayBuffer>) => {
  const start = performance.now(), remote = await lab(), found = new Map<string, Prediction>();
  for (const { id } of asked.peek()) {
    const answer = await remote.predict(id, image);
    if (answer) found.set(id, answer);
  }
  return { found, start };
}, async ({ found, start }) => {
  answers.value = found;
  await new Promise((resolve) => setTimeout(resolve, Math.max(0, ASK_MS - (performance.now() - start))));
}, fail);

const askNear = latest(
  (picture: { name: string; image: Uint8Array<ArrayBuffer> }) =>
    slowCpu().nearestPictures(picture.name, picture.image, NEAREST),
  (found) => void (near.value = found),
  () => void (near.value = []),
);

/** Asks everybody about the picture as it is. */
export function ask(): void {
  const image = input.peek(), facts = data.peek();
  if (!image || !facts) return;
  askNetworks(image);
  askNear({ name: facts.name, image });
}

function show(next: { image: Uint8Array<ArrayBuffer>; seen?: Seen; origin?: Origin }): void {
  batch(() => {
    problem.value = undefined;
    if (next.origin) origin.value = next.origin;
    seen.value = next.seen;
    if (next.seen?.blank) {
      input.value = undefined;
      answers.value = new Map();
      near.value = [];
    } else {
      input.value = next.image;
      const from = origin.peek(),
        words = from.kind === "test" ? `test image ${from.index}` : "the picture of Try it";
      const facts = data.peek();
      if (facts) tried.value = { data: facts.name, image: next.image, words };
    }
  });
  if (!next.seen?.blank) ask();
}

/** The pad's picture has changed: what the network sees of it. */
export function padChanged(): void {
  strokes.value++;
  const drawn = data.peek()?.kind === "digits" && origin.peek().kind === "drawing";
  // clothes stay where they are in the frame; a digit is cut out and centred
  const now = drawn ? digitSeen(pad.peek()) : seenAs(scaleByArea(pad.peek(), SIDE, SIDE));
  show({ image: now.picture.data, seen: now });
}

/** An empty pad. */
export function clearPad(): void {
  batch(() => {
    pad.value = emptyPad();
    origin.value = { kind: "drawing" };
    padChanged();
  });
}

/** Puts a silhouette on the pad. */
export function showTemplate(name: TemplateName): void {
  batch(() => {
    pad.value = template(name, PAD_SIDE);
    origin.value = { kind: "template", name };
    padChanged();
  });
}

/** What the page itself has put on the pad; another origin or a stroke is the visitor's. */
let own: { readonly origin: Origin; readonly strokes: number } | undefined;

/**
 * Begins with a test image, in the place of an empty pad or of another one that the page began with: nobody can sketch what
 * these networks know. Digits are drawn.
 */
export function beginWith(index: number, label: number, image: Uint8Array<ArrayBuffer>): void {
  if (data.peek()?.kind === "digits" || own?.origin !== origin.peek() || own.strokes !== strokes.peek()) return;
  showTest(index, label, image);
  markOwn();
}

function markOwn(): void {
  own = { origin: origin.peek(), strokes: strokes.peek() };
}

/** Puts an image of the test part on the pad, where it can be painted on. */
export function showTest(index: number, label: number, image: Uint8Array<ArrayBuffer>): void {
  showImage(image, { kind: "test", index, label });
}

function showImage(image: Uint8Array<ArrayBuffer>, from: Origin): void {
  const facts = data.peek()!;
  if (facts.kind === "other") return show({ image, origin: from });
  batch(() => {
    pad.value = scaleByArea({ width: SIDE, height: SIDE, data: image }, PAD_SIDE, PAD_SIDE);
    origin.value = from;
    padChanged();
  });
}

/** Takes a photograph. */
export async function showPhoto(file: Blob & { readonly name?: string }): Promise<void> {
  const facts = data.peek();
  if (!facts) return;
  try {
    const photo = await cpu().photo(facts.name, file);
    problem.value = undefined;
    showImage(photo.image, { kind: "photo", name: file.name ?? "pasted picture", photo });
  } catch (error) {
    fail(error);
  }
}
