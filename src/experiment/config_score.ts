/**
 * The section `score` of a configuration: the score by which the source is pruned before training, with the keys that it
 * has a use for and its published defaults. What it leaves is what the method starts from.
 */
import * as z from "zod";
import { SCORE_NAMES, type ScoreName } from "../methods/names.ts";
import { SCORE_FACTS } from "../methods/scores/facts.ts";
import { scoreSettings } from "../methods/scores/settings.ts";
import { namedSection } from "./named_section.ts";

/** The name that stands for no score: the source is trained as it was drawn. */
export const NO_SCORE = "none";

const { shape } = scoreSettings;
const shared = { density: shape.density, scope: shape.scope, ratios: shape.ratios };

/** Settings of a score with its own defaults. */
function settingsOf(name: ScoreName): z.ZodObject {
  const { defaults: { rounds, imagesPerClass, temperature }, batches } = SCORE_FACTS[name];
  const own: Record<string, z.ZodType> = { ...shared };
  const standard = (key: "rounds" | "imagesPerClass" | "temperature", value: number) => {
    own[key] = shape[key].unwrap().default(value).describe(shape[key].description!);
  };
  if (rounds > 1 || imagesPerClass > 0) standard("rounds", rounds);
  if (imagesPerClass > 0) {
    standard("imagesPerClass", imagesPerClass);
    own.batch = shape.batch;
    standard("temperature", temperature);
    // halves of a few images have statistics of their own, always
    if (!batches) own.statistics = shape.statistics;
  }
  return z.strictObject(own);
}

type Shared = z.output<z.ZodObject<typeof shared>>;

/** A checked score; settings that it has no use for are not there. */
export type ScoreConfig =
  | { name: typeof NO_SCORE }
  | ({ name: ScoreName } & Shared & Omit<z.output<typeof scoreSettings>, "name" | keyof Shared>);

/** What may be written. */
export type ScoreConfigInput =
  | { name?: typeof NO_SCORE }
  | ({ name: ScoreName } & Omit<z.input<typeof scoreSettings>, "name">);

const branches = {
  [NO_SCORE]: z.strictObject({}),
  ...Object.fromEntries(SCORE_NAMES.map((name) => [name, settingsOf(name)])),
} as Record<typeof NO_SCORE | ScoreName, z.ZodObject>;

/** The schema of the section. */
export const scoreSchema = namedSection(
  branches,
  NO_SCORE,
  "Score by which the source is pruned before training, if any: `startsparse methods`.",
) as unknown as z.ZodType<ScoreConfig, ScoreConfigInput>;
