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

/** Parts a line's name from what it is a form by: "ERK · flow off". */
export const FORM_MARK = " · ";

/** Dashes of lines that share a colour and a mark: those of a rule in several forms, of a family's methods. */
const DASHES = [[1, 0], [8, 3], [2, 2], [4, 2], [8, 3, 2, 3], [14, 4], [1, 5]];

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
    const name = [nameOf(group), ...labelWords(group)].join(FORM_MARK);
    byName.set(name, [...byName.get(name) ?? [], group]);
  }
  const all = [...byName].map(([name, members]) => {
    return { name, own: look(members[0]), hollow: members[0].rule === "dense", members };
  });
  // a second line of a rule keeps its colour and its mark, which stand for the rule everywhere, and so dashes differ where
  // hollow marks do not; a rule's own dash is its first line's
  const taken = new Set<string>();
  const key = (own: RuleStyle, hollow: boolean, dash: readonly number[]) => `${own.light} ${hollow} ${dash}`;
  const first = all.map(({ own, hollow }) => {
    const wanted = key(own, hollow, own.dash), free = !taken.has(wanted);
    taken.add(wanted);
    return free;
  });
  return all.map(({ name, own, hollow, members }, i): Series => {
    const free = (dash: readonly number[]) => !taken.has(key(own, hollow, dash));
    const dash = first[i] ? own.dash : DASHES.find(free) ?? own.dash;
    taken.add(key(own, hollow, dash));
    return { name, style: { ...own, dash }, hollow, groups: members };
  });
}

/** "lr 0.02": what else tells a group from others; densities are on the axis, those of mask files too. */
function labelWords({ labels }: ResultGroup): string[] {
  // a method that does not read a setting has no word for it
  const unread = (key: string, value: string) => value === "" && /^(method|score)\./.test(key);
  return Object.entries(labels)
    .filter(([key, value]) => !/\.densit(y|ies)$/.test(key) && key !== "mask.path" && !unread(key, value))
    .map(([key, value]) => `${key.replace(/^(train|model|data|mask|method|score)\./, "")} ${value || "default"}`);
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

function methodLook({ runs: [{ method, score }] }: ResultGroup): RuleStyle {
  return methodStyle(method?.name ?? "fixed", score);
}
