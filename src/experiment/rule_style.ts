/** How each rule looks, fixed for ever: label, colour on light and on dark ground, glyph, dash. */

import type { RunResult } from "./run_result.ts";

/** Name of a rule in a configuration and in results. */
export type RuleId = RunResult["rule"];

/** The look of a rule; variants of a rule share it and differ in their label. */
export interface RuleStyle {
  light: string;
  dark: string;
  /** Vega's name of the mark's shape. */
  shape: string;
  /** The mark as a character, for text. */
  glyph: string;
  dash: number[];
}

const BALANCED: RuleStyle = { light: "#00664C", dark: "#8CCB9C", shape: "triangle-up", glyph: "▲", dash: [4, 2] };
const ERK: RuleStyle = { light: "#7A2E00", dark: "#F0621A", shape: "square", glyph: "■", dash: [8, 3] };
const OTHER: RuleStyle = { light: "#827200", dark: "#FFE04A", shape: "triangle-down", glyph: "▼", dash: [8, 3, 2, 3] };

const STYLES: Record<RuleId, RuleStyle> = {
  dense: { light: "#1B1D21", dark: "#E9EBEE", shape: "circle", glyph: "○", dash: [6, 4] },
  uniform: { light: "#3A62EA", dark: "#6A88FF", shape: "circle", glyph: "●", dash: [1, 0] },
  erk: ERK,
  "erk-str": ERK,
  balanced: BALANCED,
  "balanced-partial": BALANCED,
  "balanced-fill": BALANCED,
  pyramidal: { light: "#B52A88", dark: "#C583AB", shape: "diamond", glyph: "◆", dash: [2, 2] },
  custom: OTHER,
  file: OTHER,
  "file-ratios": OTHER,
  "file-scaled": OTHER,
};

const LABELS: Partial<Record<RuleId, string>> = {
  erk: "ERK",
  "erk-str": "ERK (STR)",
  "balanced-partial": "balanced (partial)",
  "balanced-fill": "balanced (fill)",
  file: "mask file",
  "file-ratios": "ratios of a mask file",
  "file-scaled": "scaled ratios of a mask file",
};

/** Colour, glyph and dash of a rule. */
export function ruleStyle(rule: RuleId): RuleStyle {
  return STYLES[rule];
}

/** A rule's name for people. */
export function ruleLabel(rule: RuleId): string {
  return LABELS[rule] ?? rule;
}
