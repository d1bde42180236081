import { strict as assert } from "node:assert";
import type { Lane } from "../../web/state/lanes.ts";
import { nextSettings, spokenOf, storyOf } from "../../web/state/story.ts";

/** As much of a lane as the story reads. */
function lane(rule: Lane["rule"], density: number, accuracy?: number, milliseconds = 4): Lane {
  const settings = { "mask.rule": rule, ...(rule === "dense" ? {} : { "mask.density": density }), "model.width": 64 };
  const step = { median: milliseconds, low: milliseconds * 0.95, high: milliseconds * 1.05, n: 50 };
  const time = { step, secondsLeft: 21 };
  const reading = <T>(value: T) => ({ value, peek: () => value });
  return {
    id: `${rule}-${density}`,
    title: rule === "dense" ? "dense" : `${density} ${rule}`,
    rule,
    settings,
    phase: reading("running"),
    epochs: reading(accuracy === undefined ? [] : [{ epoch: 1, test: { accuracy, loss: 1 } }]),
    time: reading(time),
    report: reading({ totals: { deadOutputs: 13 } }),
  } as unknown as Lane;
}

const now = { tense: "now" } as const;
const ids = (lanes: Lane[]) => storyOf(lanes, now).captions.map(({ id }) => id);

Deno.test("the story waits for both lanes' first evaluation, and goes on lane by lane", () => {
  const dense = lane("dense", 1, 0.86, 12), sparse = lane("erk", 0.1, 0.85);
  assert.deepEqual(storyOf([dense, lane("erk", 0.1)], now), { captions: [], next: undefined, exits: false });
  assert.deepEqual(ids([dense, sparse]), ["learns", "pays"]);
  assert.equal(storyOf([dense, sparse], now).next, "one per cent");
  assert.equal(storyOf([dense, sparse, lane("uniform", 0.01)], now).next, undefined);
  const starved = lane("uniform", 0.01, 0.4);
  assert.deepEqual(ids([dense, sparse, starved]), ["learns", "pays", "starves"]);
  assert.equal(storyOf([dense, sparse, starved], now).next, "small layers");
  const all = storyOf([dense, sparse, starved, lane("erk", 0.01, 0.6)], now);
  assert.deepEqual(all.captions.map(({ id }) => id), ["learns", "pays", "starves", "places"]);
  assert.equal(all.next, undefined);
  assert(all.captions[2].text.startsWith("13 channels lost every input."));
  assert(all.captions[3].text.replaceAll("\u2009", " ").startsWith("Same weights kept, 60.0 % against 40.0 %."));
});

Deno.test("the third and fourth lane are the second's settings at one per cent", () => {
  const settings = { "mask.rule": "erk", "model.width": 8, "seed": 3 };
  assert.deepEqual(nextSettings("one per cent", settings), {
    ...settings,
    "mask.rule": "uniform",
    "mask.density": 0.01,
  });
  assert.deepEqual(nextSettings("small layers", settings), { ...settings, "mask.density": 0.01 });
});

Deno.test("what is said aloud counts the time of all lanes together", () => {
  assert.equal(
    spokenOf([lane("dense", 1, 0.86), lane("erk", 0.1, 0.852)]),
    "Dense 86 per cent, sparse 85, 40 seconds left",
  );
  assert.equal(spokenOf([lane("dense", 1)]), undefined);
});
