/** The image that activations are shown of: that of "Try it", else the first test image of the run's data. */
import { signal } from "@preact/signals";
import { cpu } from "../../connect.ts";
import { tried, type TriedPicture } from "../../state/tried.ts";
import { networkClient } from "./client.ts";
import { activations, unmet } from "./stage.ts";

/** Which image it is, in words; undefined while none is shown. */
export const imageWords = signal<string | undefined>(undefined);

let turn = 0;

/** Shows activations of an image of a data set; none where it is left out. */
export async function showActivations(data?: string): Promise<void> {
  const mine = ++turn;
  if (data === undefined) {
    // the view's worker is not opened for nothing
    if (imageWords.peek() === undefined) return;
    imageWords.value = undefined;
    return await (await networkClient()).activations(undefined);
  }
  try {
    const { image, words } = await imageOf(data);
    if (mine !== turn) return;
    imageWords.value = words;
    await (await networkClient()).activations(image);
  } catch (error) {
    if (mine !== turn) return;
    activations.value = false;
    const reason = error instanceof Error ? error.message : String(error);
    unmet.value = [...unmet.peek(), `activations cannot be shown: ${reason}`];
  }
}

async function imageOf(data: string): Promise<Pick<TriedPicture, "image" | "words">> {
  const now = tried.peek();
  if (now?.data === data) return now;
  const { images } = await cpu().testPictures(data, [0]);
  return { image: images, words: "test image 0" };
}
