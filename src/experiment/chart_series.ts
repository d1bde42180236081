/**
 * The lines of a report's charts. Colour stands for the rule or for the method, never for both: where methods differ, a
 * line is a method, and where its sources differ too, each method has charts of its own with a line a source.
 */

import { methodStyle } from "./method_style.ts";
import { changesMasks, comparesMethods, isPlainDense, type ResultGroup } from "./results_groups.ts";
import { ruleLabel, type RuleStyle, ruleStyle } from "./rule_style.ts";

/** One line: groups that differ in density alone. */
export interface Series {
  /** Unique within a chart, and what stands at the line's end. */
  readonly name: string;
  readonly style: RuleStyle;
  /** Started dense, where others started sparse: its marks are hollow. */
  readonly hollow: boolean;
  readonly groups: readonly ResultGroup[];
}

/** The lines of one chart, and what they are compared with. */
export interface SeriesSet {
  /** What the chart is of, where there are several: a method. Empty for the only one. */
  readonly title: string;
  /** What colours mean: "rule", "method", "rule of the source". */
  readonly colour: string;
  readonly series: readonly Series[];
  readonly dense: ResultGroup | undefined;
  /** Runs that are not drawn by themselves; they count in every mean. */
  readonly hidden?: ReadonlySet<ResultGroup["runs"][number]>;
}

/** Dashes of the dense network's line. */
export const DASH_OF_DENSE = ruleStyle("dense").dash;

/** Looks that a line takes whose own is another line's. */
const LOOKS = ["uniform", "erk", "balanced", "pyramidal", "custom"] as const;

/** The lines of groups of one model and data set: one set, or one for each method. */
export function seriesSets(groups: readonly ResultGroup[]): SeriesSet[] {
  const dense = groups.find(isPlainDense), others = groups.filter((group) => !isPlainDense(group));
  if (others.length === 0) return [];
  if (!comparesMethods(others)) {
    return [{ title: "", colour: "rule", dense, series: lines(others, (group) => ruleLabel(group.rule), ruleLook) }];
  }
  const rules = new Set(others.filter(({ rule }) => rule !== "dense").map(sourceRule));
  if (rules.size <= 1) return [{ title: "", colour: "method", dense, series: lines(others, methodSource, methodLook) }];
  const methods = [...new Set(others.map(methodName))];
  return methods.map((method) => ({
    title: method,
    colour: "rule of the source",
    dense,
    series: lines(others.filter((group) => methodName(group) === method), source, ruleLook),
  }));
}

/** The look of a line by its name; "dense" is the dense network's. */
export function lookOf({ series }: SeriesSet): (name: string) => RuleStyle {
  const styles = new Map(series.map(({ name, style }) => [name, style]));
  return (name) => styles.get(name) ?? ruleStyle("dense");
}

/** Whether a line's marks are hollow, by its name. */
export function hollowOf({ series }: SeriesSet): (name: string) => boolean {
  const names = new Set(series.filter(({ hollow }) => hollow).map(({ name }) => name));
  return (name) => names.has(name) || name === "dense";
}

function lines(
  groups: readonly ResultGroup[],
  nameOf: (group: ResultGroup) => string,
  look: (group: ResultGroup) => RuleStyle,
): Series[] {
  const byName = new Map<string, ResultGroup[]>();
  for (const group of groups) {
    const name = [nameOf(group), ...labelWords(group)].join(" · ");
    byName.set(name, [...byName.get(name) ?? [], group]);
  }
  const taken = new Set<RuleStyle>();
  return [...byName].map(([name, members]): Series => {
    const own = look(members[0]);
    const style = [own, ...LOOKS.map((rule) => ruleStyle(rule))].find((style) => !taken.has(style)) ?? own;
    taken.add(style);
    return { name, style, hollow: members[0].rule === "dense", groups: members };
  });
}

/** "lr 0.02": what else tells a group from others; densities are on the axis, those of mask files too. */
function labelWords({ labels }: ResultGroup): string[] {
  return Object.entries(labels).filter(([key]) => !key.endsWith(".density") && key !== "mask.path").map(
    ([key, value]) => {
      return `${key.replace(/^(train|model|data)\./, "")} ${value || "default"}`;
    },
  );
}

/** "snip + gmp": what is done to the mask. */
export function methodName({ runs: [{ score, method }] }: Pick<ResultGroup, "runs">): string {
  const words = [score, method?.name].filter((word) => word !== undefined && word !== "fixed");
  return words.join(" + ") || "fixed mask";
}

function source(group: ResultGroup): string {
  if (group.rule === "dense") return "dense start";
  const density = group.runs.some(changesMasks) ? group.source : null;
  return density === null ? sourceRule(group) : `${sourceRule(group)} ${Number(density.toPrecision(2))}`;
}

function sourceRule({ rule }: ResultGroup): string {
  return ruleLabel(rule);
}

function methodSource(group: ResultGroup): string {
  const method = methodName(group);
  return group.runs.some(changesMasks) ? `${method}, ${source(group)}` : `${method}, ${sourceRule(group)}`;
}

function ruleLook(group: ResultGroup): RuleStyle {
  return ruleStyle(group.rule);
}

/** One object a method, so that a second line of one gets another look only where it must: hollow marks tell starts. */
function methodLook({ rule, runs: [{ method, score }] }: ResultGroup): RuleStyle {
  const style = methodStyle(method?.name ?? "fixed", score);
  return rule === "dense" ? { ...style } : style;
}
