/** What the view Density shows, and how its address says it. Keys are those of the command line. */
import type { DrawMethod } from "../../../src/masks/draw.ts";
import type { FlowMode } from "../../../src/masks/flow.ts";
import type { RuleName } from "../../../src/masks/rules/registry.ts";
import { differences } from "../../state/query.ts";

/** The four places for rules, in their order. */
export const PLACES = ["uniform", "erk", "balanced", "pyramidal"] as const;
/** One of {@link PLACES}. */
export type Place = typeof PLACES[number];

/** The rules that a place may show. */
export const VARIANTS: Readonly<Record<Place, readonly RuleName[]>> = {
  uniform: ["uniform"],
  erk: ["erk", "erk-str"],
  balanced: ["balanced", "balanced-partial", "balanced-fill"],
  pyramidal: ["pyramidal"],
};

/** What is chosen. */
export interface Choice {
  readonly model: string;
  /** The model's own where it is left out. */
  readonly width?: number;
  readonly data: string;
  readonly density: number;
  readonly block: readonly [number, number];
  readonly draw: DrawMethod;
  readonly flow: FlowMode;
  readonly seed: number;
  /** The rule of each place. */
  readonly erk: RuleName;
  readonly balanced: RuleName;
  /** The place whose layers are listed, and that is shown where there is room for one. */
  readonly place: Place;
}

/** What a fresh page shows. */
export const FIRST: Choice = {
  model: "vgg16",
  data: "cifar10",
  density: 0.01,
  block: [1, 1],
  draw: "bernoulli",
  flow: "off",
  seed: 1,
  erk: "erk",
  balanced: "balanced",
  place: "uniform",
};

/** Blocks that are offered: output × input channels. */
export const BLOCKS = ["1,1", "4,1", "4,4", "8,4", "8,8", "16,16"] as const;

/** The densities that the slider covers. */
export const LEAST_DENSITY = 0.001;

/** The rule that a place shows. */
export function ruleAt(choice: Choice, place: Place): RuleName {
  return place === "erk" || place === "balanced" ? choice[place] : place;
}

const DRAWS: readonly DrawMethod[] = ["bernoulli", "exact"];
const FLOWS: readonly FlowMode[] = ["off", "paper", "released"];

/** Keys of the address: the command line's, and three of this view alone. */
const KEYS = {
  "model": (choice: Choice) => choice.model,
  "model.width": (choice: Choice) => choice.width === undefined ? undefined : String(choice.width),
  "data": (choice: Choice) => choice.data,
  "mask.density": (choice: Choice) => String(choice.density),
  "mask.block": (choice: Choice) => choice.block.join(","),
  "mask.draw": (choice: Choice) => choice.draw,
  "mask.flow": (choice: Choice) => choice.flow,
  "seed": (choice: Choice) => String(choice.seed),
  "erk": (choice: Choice) => choice.erk,
  "balanced": (choice: Choice) => choice.balanced,
  "show": (choice: Choice) => choice.place,
} as const;

/** A choice as an address has it: what is not as on a fresh page. */
export function queryOf(choice: Choice): string {
  return differences(KEYS, choice, FIRST);
}

/** A choice from an address, and what of the address was not used, a sentence each. */
export function readChoice(query: string): { choice: Choice; ignored: readonly string[] } {
  const ignored: string[] = [], found: { -readonly [Key in keyof Choice]?: Choice[Key] } = {};
  const refuse = (key: string, value: string, expected: string, using: unknown) =>
    ignored.push(`${key} ${value} is not ${expected}; using ${using}`);
  const number = (key: string, text: string, least: number, most: number, using: number | undefined) => {
    const value = Number(text);
    if (text.trim() !== "" && value >= least && value <= most) return value;
    refuse(key, text, `in ${least}–${most}`, using ?? "the model's own");
    return using;
  };
  const word = <Word extends string>(key: string, text: string, words: readonly Word[], using: Word): Word => {
    const value = words.find((each) => each === text);
    if (value === undefined) refuse(key, text, `one of ${words.join(", ")}`, using);
    return value ?? using;
  };
  for (const [key, text] of new URLSearchParams(query)) {
    switch (key) {
      case "v":
        break;
      case "model":
        found.model = text;
        break;
      case "model.width":
      case "width":
        found.width = number("width", text, 0.01, 1024, FIRST.width);
        break;
      case "data":
        found.data = text;
        break;
      case "mask.density":
        found.density = number("density", text, LEAST_DENSITY, 1, FIRST.density) ?? FIRST.density;
        break;
      case "mask.block": {
        const sides = text.split(",").map(Number);
        const right = sides.length === 2 && sides.every((side) => Number.isInteger(side) && side >= 1 && side <= 64);
        if (right) found.block = [sides[0], sides[1]];
        else refuse("block", text, "two whole numbers", "1,1");
        break;
      }
      case "mask.draw":
        found.draw = word("draw", text, DRAWS, FIRST.draw);
        break;
      case "mask.flow":
        found.flow = word("flow", text, FLOWS, FIRST.flow);
        break;
      case "seed":
        found.seed = Math.round(number("seed", text, 0, 2 ** 53 - 1, FIRST.seed) ?? FIRST.seed);
        break;
      case "erk":
        found.erk = word("erk", text, VARIANTS.erk, FIRST.erk);
        break;
      case "balanced":
        found.balanced = word("balanced", text, VARIANTS.balanced, FIRST.balanced);
        break;
      case "show":
        found.place = word("show", text, PLACES, FIRST.place);
        break;
      default:
        ignored.push(`Ignored in this link: ${key}`);
    }
  }
  return { choice: { ...FIRST, ...found }, ignored };
}

/** The query of the view Train for a rule of this choice. */
export function trainQuery(choice: Choice, rule: RuleName): string {
  const { model, width, data, density, block, draw, flow, seed } = choice;
  const pairs: [string, string | undefined][] = [
    ["v", "1"],
    ["data", data],
    ["model", model],
    ["model.width", width === undefined ? undefined : String(width)],
    ["mask.rule", rule],
    ["mask.density", String(density)],
    ["mask.block", block.join() === "1,1" ? undefined : `[${block.join(",")}]`],
    ["mask.draw", draw === FIRST.draw ? undefined : draw],
    ["mask.flow", flow === FIRST.flow ? undefined : flow],
    ["seed", String(seed)],
  ];
  return pairs.flatMap(([key, value]) => value === undefined ? [] : [`${key}=${encodeURIComponent(value)}`]).join("&");
}
