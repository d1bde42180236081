/** Twelve test images, first those that the networks disagree about. */
import { signal } from "@preact/signals";
import { cpu, lab } from "../../connect.ts";
import { asked, beginWith, data, origin } from "./state.ts";

/** A test image. */
export interface TestImage {
  readonly index: number;
  readonly label: number;
  readonly image: Uint8Array<ArrayBuffer>;
  /** Networks named different classes. */
  readonly disagreed: boolean;
}

const SHOWN = 12;
/** Images that are looked at for one dozen, and together. */
const MOST = 320, PART = 32;
/** Prime, so that steps of it visit every image of a set that it does not divide. */
const STRIDE = 7919;

export const twelve = signal<readonly TestImage[]>([]);
/** Images looked at while they are searched; undefined when it is done. */
export const searching = signal<number | undefined>(undefined);
/** Whether trained networks were compared on what is shown. */
export const compared = signal(false);

let place = 0, turn = 0;
/** Whether the view's first picture is one that they disagree about: then it stays. */
let begunWithDisagreed = false;

/** Finds the next twelve. Where there are not enough that networks disagree about, others fill up. */
export async function findTwelve(): Promise<void> {
  const facts = data.peek(), mine = ++turn;
  if (!facts) return;
  const found: TestImage[] = [], rest: TestImage[] = [], size = facts.shape.reduce((a, b) => a * b);
  searching.value = 0;
  const most = Math.min(MOST, facts.test);
  try {
    const remote = await lab();
    for (let looked = 0; looked < most && found.length < SHOWN; looked += PART) {
      const indices = Array.from({ length: Math.min(PART, most - looked) }, () => (place++ * STRIDE) % facts.test);
      const { images, labels } = await cpu().testPictures(facts.name, indices);
      if (mine !== turn) return;
      // any of them at once, and another as soon as the networks are known to disagree about one
      if (origin.peek().kind === "drawing") {
        begunWithDisagreed = false;
        beginWith(indices[0], labels[0], images.slice(0, size));
      }
      const told: number[][] = [];
      for (const { id } of asked.peek()) {
        const answer = await remote.predict(id, images);
        // an untrained network disagrees with everybody
        if (answer && answer.steps > 0) {
          told.push(indices.map((_, i) => best(answer.probabilities, i, answer.classes.length)));
        }
      }
      if (mine !== turn) return;
      compared.value = told.length > 1;
      indices.forEach((index, i) => {
        const disagreed = new Set(told.map((each) => each[i])).size > 1;
        const image = images.slice(i * size, (i + 1) * size);
        (disagreed ? found : rest).push({ index, label: labels[i], image, disagreed });
      });
      searching.value = looked + indices.length;
      twelve.value = [...found, ...rest].slice(0, SHOWN);
      if (!begunWithDisagreed && found.length > 0) {
        beginWith(found[0].index, found[0].label, found[0].image);
        begunWithDisagreed = true;
      }
      if (told.length < 2) break; // nobody to disagree with
    }
  } finally {
    if (mine === turn) searching.value = undefined;
  }
}

function best(probabilities: Float32Array, row: number, classes: number): number {
  const values = probabilities.subarray(row * classes, (row + 1) * classes);
  return values.indexOf(Math.max(...values));
}
