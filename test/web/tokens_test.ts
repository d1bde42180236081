/** The page's colours: as strong against their grounds as page.md says, and the same that charts and reports have. */
import { equal, ok } from "node:assert/strict";
import { type RuleId, ruleStyle } from "../../src/experiment/rule_style.ts";

const CSS = await Deno.readTextFile(new URL("../../web/style/tokens.css", import.meta.url));
const THEMES = { light: tokens(":root"), dark: tokens(':root[data-theme="dark"]') } as const;
const GROUNDS = ["bg", "surface", "sunken"];

/** The colours of a block, by name. */
function tokens(selector: string): ReadonlyMap<string, string> {
  const start = CSS.indexOf(`${selector} {`), block = CSS.slice(start, CSS.indexOf("}", start));
  ok(start >= 0, selector);
  return new Map([...block.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(([, name, value]) => [name, value]));
}

/** WCAG 2: relative luminance, and the contrast of two. */
function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16) / 255)
    .map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (light + 0.05) / (dark + 0.05);
}

for (const [theme, colours] of Object.entries(THEMES)) {
  Deno.test(`${theme}: text has 4.5:1 on every ground, borders of controls 3:1, marks of rules 4.5:1`, () => {
    const strength = (name: string, ground: string) => contrast(colours.get(name)!, colours.get(ground)!);
    const weak: string[] = [];
    const atLeast = (least: number, names: readonly string[], grounds: readonly string[]) => {
      for (const name of names) {
        for (const ground of grounds) {
          const has = strength(name, ground);
          if (!(has >= least)) weak.push(`${name} on ${ground}: ${has.toFixed(2)} < ${least}`);
        }
      }
    };
    atLeast(4.5, ["ink", "ink2", "ink3", "ok", "warn", "bad"], GROUNDS);
    atLeast(3, ["control"], GROUNDS);
    atLeast(4.5, [...colours.keys()].filter((name) => name.startsWith("rule-")), ["bg", "surface"]);
    // the primary button
    ok(strength("ink", "bg") > 15);
    equal(weak.join("\n"), "");
  });
}

Deno.test("rules have the colours of the reports", () => {
  const RULES: Readonly<Record<string, RuleId>> = {
    dense: "dense",
    uniform: "uniform",
    erk: "erk",
    balanced: "balanced",
    pyramidal: "pyramidal",
    other: "custom",
  };
  for (const [token, rule] of Object.entries(RULES)) {
    for (const theme of ["light", "dark"] as const) {
      equal(THEMES[theme].get(`rule-${token}`)?.toUpperCase(), ruleStyle(rule)[theme], `${rule}, ${theme}`);
    }
  }
});
