/** Figures are drawn for light ground; on dark ground a style sheet gives each of their colours its counterpart. */
import { darkStyles } from "../../src/experiment/chart_theme.ts";
import { methodStyle } from "../../src/experiment/method_style.ts";
import { type RuleId, ruleStyle } from "../../src/experiment/rule_style.ts";
import { METHOD_NAMES, SCORE_NAMES } from "../../src/methods/names.ts";

const RULES: readonly RuleId[] = ["dense", "uniform", "erk", "balanced", "pyramidal", "custom"];

let adopted = false;

/** Puts the style sheet into the document, once. Made by script, it needs no leave of the content policy. */
export function adoptDarkFigures(): void {
  if (adopted) return;
  adopted = true;
  const looks = [
    ...RULES.map((rule) => ruleStyle(rule)),
    ...METHOD_NAMES.map((method) => methodStyle(method)),
    ...SCORE_NAMES.map((score) => methodStyle("fixed", score)),
  ];
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(darkStyles(':root[data-theme="dark"] .figure-drawing', looks));
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}
