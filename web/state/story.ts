/** Which captions and which buttons of the first minute stand beside the lanes, by what the lanes have shown. */
import type { Lane } from "./lanes.ts";
import { learnsCaption, placesCaption, speedCaption, spokenStatus, starvesCaption, type Tense } from "./captions.ts";
import { settingOf, type Settings } from "./settings.ts";

/** A sentence, by the name under which it is dismissed. */
export interface Caption {
  readonly id: "learns" | "pays" | "starves" | "places";
  readonly text: string;
}

/** What the story knows besides the lanes. */
export interface StoryPlace {
  readonly tense: Tense;
  /** Name of the adapter, where it is a software adapter. */
  readonly software?: string;
}

/** The story so far; `next` is the button that goes on with it. */
export interface Story {
  readonly captions: readonly Caption[];
  readonly next?: "one per cent" | "small layers";
  /** There is something to see elsewhere. */
  readonly exits: boolean;
}

/** Density of the third and fourth lane. */
export const ONE_PER_CENT = 0.01;

/** Reads the lanes' signals. */
export function storyOf(lanes: readonly Lane[], { tense, software }: StoryPlace): Story {
  const dense = lanes.find(({ rule }) => rule === "dense");
  const sparse = lanes.find((lane) => lane.rule !== "dense" && densityOf(lane) > ONE_PER_CENT);
  const starved = lanes.find((lane) => lane.rule === "uniform" && densityOf(lane) === ONE_PER_CENT);
  const placed = lanes.find((lane) => lane.rule === "erk" && densityOf(lane) === ONE_PER_CENT);
  const captions: Caption[] = [];
  const learned = dense && sparse && [learnedBy(dense), learnedBy(sparse)];
  const bothLearned = learned?.[0] !== undefined && learned[1] !== undefined;
  if (bothLearned) captions.push({ id: "learns", text: learnsCaption(learned[0]!, learned[1]!, tense) });
  if (dense && sparse && bothLearned) {
    const width = Number(sparse.settings["model.width"] ?? 16);
    const text = speedCaption(dense.time.value?.step, sparse.time.value?.step, { tense, software, width });
    if (text !== undefined) captions.push({ id: "pays", text });
  }
  const starvedLearned = starved && learnedBy(starved);
  if (starved && starvedLearned) {
    captions.push({ id: "starves", text: starvesCaption(starved.report.value?.totals.deadOutputs ?? 0) });
  }
  const placedLearned = placed && learnedBy(placed);
  if (starvedLearned && placedLearned) {
    captions.push({ id: "places", text: placesCaption(placedLearned.accuracy, starvedLearned.accuracy) });
  }
  const next = !bothLearned
    ? undefined
    : !starved
    ? "one per cent"
    : starvedLearned && !placed
    ? "small layers"
    : undefined;
  return { captions, next, exits: bothLearned };
}

/** The third and the fourth lane, from the second's settings. */
export function nextSettings(next: NonNullable<Story["next"]>, sparse: Settings): Settings {
  const rule = next === "one per cent" ? "uniform" : "erk";
  return { ...sparse, "mask.rule": rule, "mask.density": ONE_PER_CENT };
}

/** What is said aloud of lanes at work. */
export function spokenOf(lanes: readonly Lane[]): string | undefined {
  const runs = lanes.flatMap((lane) => {
    const accuracy = lane.epochs.value.at(-1)?.test.accuracy;
    return accuracy === undefined
      ? []
      : [{ name: lanes.length === 2 && lane.rule !== "dense" ? "sparse" : lane.title, accuracy }];
  });
  if (runs.length === 0) return undefined;
  const going = lanes.filter(({ phase }) => phase.value === "running");
  // lanes take turns: together they take as long as all of them
  const left = going.map(({ time }) => time.peek()?.secondsLeft).filter((seconds) => seconds !== undefined);
  return spokenStatus(runs, left.length > 0 && left.length === going.length ? left.reduce((a, b) => a + b) : undefined);
}

function densityOf({ settings }: Lane): number {
  return Number(settingOf(settings, "mask.density"));
}

function learnedBy(lane: Lane) {
  const accuracy = lane.epochs.value.at(-1)?.test.accuracy;
  return accuracy === undefined ? undefined : { accuracy, density: densityOf(lane) };
}
