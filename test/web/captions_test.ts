import { strict as assert } from "node:assert";
import {
  learnsCaption,
  placesCaption,
  share,
  speedCaption,
  spokenStatus,
  starvesCaption,
  stepRatio,
} from "../../web/state/captions.ts";

/** Thin spaces as they are seen in a test's text. */
const plain = (text: string | undefined) => text?.replaceAll("\u2009", " ");
const time = (median: number, half: number, n = 40) => ({ median, low: median - half, high: median + half, n });

Deno.test("the first caption says both accuracies and what share is kept, or how far it is behind", () => {
  const dense = { accuracy: 0.861, density: 1 };
  const caption = (accuracy: number, tense: "now" | "recorded" = "now") =>
    plain(learnsCaption(dense, { accuracy, density: 0.1 }, tense));
  assert.equal(caption(0.8542), "Still learns: 86.1 % with every weight, 85.4 % with 10 % of them.");
  assert.equal(caption(0.8542, "recorded"), "Still learned: 86.1 % with every weight, 85.4 % with 10 % of them.");
  assert.equal(caption(0.82), "Learns, but 4.1 points behind.");
  assert.equal(caption(0.82, "recorded"), "Learned, but 4.1 points behind.");
  // a network that is ahead is not behind
  assert.equal(caption(0.9), "Still learns: 86.1 % with every weight, 90.0 % with 10 % of them.");
});

Deno.test("shares of weights are written without zeros that say nothing", () => {
  assert.deepEqual([0.1, 0.01, 0.005, 1, 0.123].map(share).map(plain), ["10 %", "1 %", "0.5 %", "100 %", "12.3 %"]);
});

Deno.test("a speed-up is told with its interval, and so is that there is none", () => {
  const here = { tense: "now", width: 16 } as const;
  assert.equal(
    speedCaption(time(12, 0.6), time(4, 0.2), here),
    "3.0× more images in the same GPU time (measured here, 2.8–3.2).",
  );
  assert.equal(
    speedCaption(time(4.1, 0.6), time(4, 0.5), here),
    "No measurable speed-up at this size: the GPU is idle between small layers. Try width 64.",
  );
  assert.equal(
    speedCaption(time(4.1, 0.6), time(4, 0.5), { ...here, width: 64 }),
    "No measurable speed-up at this size: the GPU is idle between small layers.",
  );
  assert.equal(
    speedCaption(time(4, 0.2), time(8, 0.4), here),
    "Slower at this size: 0.50× the images in the same GPU time (measured here, 0.47–0.54). Try width 64.",
  );
  assert.equal(speedCaption(time(12, 0.6, 4), time(4, 0.2), here), undefined);
  assert.equal(speedCaption(undefined, time(4, 0.2), here), undefined);
});

Deno.test("a software adapter's speed is not told of GPUs", () => {
  const times = [time(12, 0.6), time(4, 0.2)] as const;
  assert.equal(
    speedCaption(...times, { tense: "now", software: "llvmpipe" }),
    "Speed is not meaningful on a software adapter.",
  );
  assert.equal(speedCaption(...times, { tense: "recorded" }), "On the recorded machine: 3.0×.");
  assert.equal(
    speedCaption(...times, { tense: "recorded", software: "llvmpipe" }),
    "On the recorded machine: 3.0×. It has a software adapter: that says nothing about GPUs.",
  );
});

Deno.test("the interval of a ratio holds the ratio and is as wide as both errors together", () => {
  const ratio = stepRatio(time(10, 1), time(5, 0))!;
  assert.equal(ratio.ratio, 2);
  assert(Math.abs(ratio.low - 1.8) < 1e-9 && Math.abs(ratio.high - 2.2) < 1e-9);
  const both = stepRatio(time(10, 1), time(5, 0.5))!;
  assert(both.low < ratio.low && both.high > ratio.high);
  assert.equal(stepRatio(time(0, 0), time(5, 0)), undefined);
});

Deno.test("captions three and four count channels and compare places", () => {
  assert.equal(starvesCaption(13), "13 channels lost every input. Uniform starves the small layers.");
  assert.equal(starvesCaption(1), "1 channel lost every input. Uniform starves the small layers.");
  assert.equal(starvesCaption(0), "Every channel kept an input.");
  assert.equal(
    plain(placesCaption(0.712, 0.604)),
    "Same weights kept, 71.2 % against 60.4 %. Where they sit matters; which ones are kept does not.",
  );
  assert.equal(plain(placesCaption(0.6, 0.7)), "Same weights kept, 60.0 % against 70.0 %. Here it did not help.");
});

Deno.test("what is read aloud has units", () => {
  const runs = [{ name: "dense", accuracy: 0.861 }, { name: "sparse", accuracy: 0.8512 }];
  assert.equal(spokenStatus(runs, 41), "Dense 86 per cent, sparse 85, 40 seconds left");
  assert.equal(spokenStatus(runs, 300), "Dense 86 per cent, sparse 85, 5 minutes left");
  assert.equal(spokenStatus(runs, undefined), "Dense 86 per cent, sparse 85");
});
