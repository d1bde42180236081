/**
 * Methods and scores as people and programs read of them: what each is, what it starts from and ends at, its settings.
 */
import { SCORES } from "../methods/scores/registry.ts";
import type { ScoreEntry } from "../methods/scores/score.ts";
import { METHOD_NAMES, type MethodName, SCORE_NAMES, type ScoreName } from "../methods/names.ts";
import { type MethodEntry, METHODS } from "../methods/registry.ts";
import { configKeys } from "./config_keys.ts";

/** A setting of one method. */
export interface SettingInfo {
  /** Full path in a configuration. */
  key: string;
  /** What may be given, in words. */
  type: string;
  /** Value when left out; null where leaving it out has a meaning of its own, which the description says. */
  default: unknown;
  description: string;
}

/** A method. */
export interface MethodInfo {
  kind: "method";
  name: MethodName;
  description: string;
  /** The paper, or the code, that it is from. */
  from: string;
  /** What it starts from, in words. */
  source: string;
  /** Where the density of the trained network comes from, in words. */
  target: string;
  /** Whether packed layers stay packed while it trains. */
  packed: boolean;
  /** Whether its masks stay inside the source. */
  confined: MethodEntry["confined"];
  settings: SettingInfo[];
}

const SOURCE = "any mask, dense included (the section mask)";

const TARGETS: Readonly<Record<MethodEntry["target"], string>> = {
  source: "the source's own density (mask.density)",
  density: "method.density",
  settings: "its settings: no density is asked for",
};

/** Every method, in the registry's order. */
export function methodInfos(): MethodInfo[] {
  return METHOD_NAMES.map((name): MethodInfo => {
    const { description, from, target, packed, confined }: MethodEntry = METHODS[name];
    return {
      kind: "method",
      name,
      description,
      from,
      source: SOURCE,
      target: TARGETS[target],
      packed,
      confined,
      settings: settingsOf("method", name),
    };
  });
}

/** A score. */
export interface ScoreInfo {
  kind: "score";
  name: ScoreName;
  description: string;
  /** The paper that it is from. */
  from: string;
  /** What it starts from and ends at, in words. */
  source: string;
  target: string;
  /** Whether it is computed on training images. */
  images: boolean;
  /** Whether it is computed on packed layers. */
  packed: boolean;
  confined: "always";
  settings: SettingInfo[];
}

/** Every score, in the registry's order. */
export function scoreInfos(): ScoreInfo[] {
  return SCORE_NAMES.map((name): ScoreInfo => {
    const { description, from, defaults, dense = false }: ScoreEntry = SCORES[name];
    return {
      kind: "score",
      name,
      description,
      from,
      source: SOURCE,
      target: "score.density",
      images: defaults.imagesPerClass > 0,
      packed: !dense,
      confined: "always",
      settings: settingsOf("score", name),
    };
  });
}

/** The keys that a method or a score reads, with its own defaults. */
function settingsOf(section: "method" | "score", name: string): SettingInfo[] {
  return configKeys().flatMap(({ path, readers }) => {
    const own = path.startsWith(`${section}.`) ? readers?.get(name) : undefined;
    if (!own) return [];
    const { type, default: value, description } = own;
    return [{ key: path, type, default: value ?? null, description }];
  });
}
