/** Marks and dashes of rules and methods: colour never stands alone. */
import { methodStyle } from "../../src/experiment/method_style.ts";
import { type RuleId, ruleLabel, type RuleStyle, ruleStyle } from "../../src/experiment/rule_style.ts";
import { theme } from "../state/theme.ts";

/** Outlines of Vega's mark shapes on a square of 16; all of an outline but where it begins is relative to that. */
export const OUTLINES: Readonly<Record<string, string>> = {
  circle: "M8 2.5a5.5 5.5 0 1 1 0 11 5.5 5.5 0 0 1 0-11z",
  square: "M3 3h10v10h-10z",
  "triangle-up": "M8 2l6.5 11.5h-13z",
  "triangle-down": "M8 14l-6.5-11.5h13z",
  "triangle-right": "M14 8l-11.5 6.5v-13z",
  diamond: "M8 1l7 7-7 7-7-7z",
  cross: "M6 2h4v4h4v4h-4v4h-4v-4h-4v-4h4z",
};

/** The outline of a shape with its middle at a point, in its own units: a 16th of its square. Many make one path. */
export function outlineAt(shape: string, x: number, y: number): string {
  const [, left, top, rest] = /^M([\d.]+) ([\d.]+)(.*)$/.exec(OUTLINES[shape])!;
  return `M${x - 8 + Number(left)} ${y - 8 + Number(top)}${rest}`;
}

interface MarkProps {
  readonly style: Omit<RuleStyle, "dash" | "glyph">;
  /** An outline: started dense. */
  readonly hollow?: boolean;
  readonly size?: number;
}

/** A mark in the colour of the theme, without words of its own. */
export function Mark({ style, hollow = false, size = 14 }: MarkProps) {
  const color = theme.value === "light" ? style.light : style.dark;
  return (
    <svg class="mark" viewBox="0 0 16 16" width={size} height={size} aria-hidden="true" focusable="false">
      <path d={OUTLINES[style.shape]} fill={hollow ? "none" : color} stroke={color} stroke-width={1.5} />
    </svg>
  );
}

/** The mark of a rule. Dense is hollow. */
export function RuleGlyph(
  { rule, hollow = rule === "dense", size }: {
    readonly rule: RuleId;
    readonly hollow?: boolean;
    readonly size?: number;
  },
) {
  return <Mark style={ruleStyle(rule)} hollow={hollow} size={size} />;
}

/** The mark of a method, or of a score. */
export function MethodGlyph(
  { method, score, hollow, size }: {
    readonly method: string;
    readonly score?: string;
    readonly hollow?: boolean;
    readonly size?: number;
  },
) {
  return <Mark style={methodStyle(method, score)} hollow={hollow} size={size} />;
}

/** A piece of a rule's line, for legends and tables. */
export function RuleDash({ rule, width = 32 }: { readonly rule: RuleId; readonly width?: number }) {
  const { light, dark, dash } = ruleStyle(rule);
  return (
    <svg class="mark" viewBox={`0 0 ${width} 8`} width={width} height={8} aria-hidden="true" focusable="false">
      <path
        d={`M0 4h${width}`}
        stroke={theme.value === "light" ? light : dark}
        stroke-width={2}
        stroke-dasharray={dash[1] === 0 ? undefined : dash.join(" ")}
      />
    </svg>
  );
}

/** A rule's mark and name. */
export function RuleName({ rule }: { readonly rule: RuleId }) {
  return (
    <span class="with-mark">
      <RuleGlyph rule={rule} />
      {ruleLabel(rule)}
    </span>
  );
}
