/** How each method looks, fixed for ever: a colour and a mark a family, a dash a member. */

import type { MethodName, ScoreName } from "../methods/names.ts";
import type { RuleStyle } from "./rule_style.ts";

type Look = Omit<RuleStyle, "dash">;

const FIXED: Look = { light: "#014967", dark: "#6386A4", shape: "circle", glyph: "●" };
const LEVELS: Look = { light: "#8E474F", dark: "#B67065", shape: "square", glyph: "■" };
const GRADUAL: Look = { light: "#463500", dark: "#FFDF98", shape: "triangle-up", glyph: "▲" };
const REGROWING: Look = { light: "#058085", dark: "#0DC0A2", shape: "diamond", glyph: "◆" };
const CONTINUOUS: Look = { light: "#8555E7", dark: "#AAA4FF", shape: "triangle-down", glyph: "▼" };
const POPUP: Look = { light: "#757804", dark: "#9BA906", shape: "cross", glyph: "✚" };
const SCORED: Look = { light: "#B52A88", dark: "#C583AB", shape: "triangle-right", glyph: "▶" };

/** Dashes of a family's members, in order. */
const DASHES = [[1, 0], [8, 3], [4, 2], [2, 2], [8, 3, 2, 3], [12, 3, 2, 3, 2, 3]];

const METHODS: Readonly<Record<MethodName, RuleStyle>> = {
  fixed: { ...FIXED, dash: DASHES[0] },
  imp: { ...LEVELS, dash: DASHES[0] },
  lrr: { ...LEVELS, dash: DASHES[1] },
  gmp: { ...GRADUAL, dash: DASHES[0] },
  rigl: { ...REGROWING, dash: DASHES[0] },
  set: { ...REGROWING, dash: DASHES[1] },
  granet: { ...REGROWING, dash: DASHES[2] },
  str: { ...CONTINUOUS, dash: DASHES[0] },
  continuous: { ...CONTINUOUS, dash: DASHES[1] },
  "edge-popup": { ...POPUP, dash: DASHES[0] },
};

const SCORES: Readonly<Record<ScoreName, RuleStyle>> = {
  random: { ...SCORED, dash: DASHES[0] },
  magnitude: { ...SCORED, dash: DASHES[1] },
  snip: { ...SCORED, dash: DASHES[2] },
  "iter-snip": { ...SCORED, dash: DASHES[3] },
  synflow: { ...SCORED, dash: DASHES[4] },
  grasp: { ...SCORED, dash: DASHES[5] },
};

/** The look of a method, or of a score where the mask is fixed behind it; results may come from other versions. */
export function methodStyle(method: string, score?: string): RuleStyle {
  if (method === "fixed" && score !== undefined) return SCORES[score as ScoreName] ?? { ...SCORED, dash: DASHES[0] };
  return METHODS[method as MethodName] ?? METHODS.fixed;
}
