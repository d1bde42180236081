/** What a reader must know before the numbers: shown above every table and chart of results. */

import { changesMasks, type ResultGroup } from "./results_groups.ts";
import { formatDensity } from "./results_numbers.ts";
import { ruleLabel } from "./rule_style.ts";

/** Warnings of single runs that {@link resultWarnings} gives for the whole set. */
const SAID_FOR_ALL = /^realised density|software adapter/;

const NUMBER = /\d+(?:\.\d+)?/g;

/** Texts that differ in their numbers as one, with the least and the greatest of each number. */
function ranged(texts: readonly string[]): string {
  const numbers = texts.map((text) => text.match(NUMBER) ?? []);
  let place = 0;
  return texts[0].replace(NUMBER, () => {
    const values = numbers.map((of) => of[place]).toSorted((a, b) => Number(a) - Number(b));
    place++;
    const [least] = values, greatest = values.at(-1);
    return least === greatest ? least : `${least} to ${greatest}`;
  });
}

/** One sentence each, the gravest first; empty where there is nothing to warn of. */
export function resultWarnings(groups: readonly ResultGroup[]): string[] {
  const runs = groups.flatMap((group) => group.runs);
  const warnings: string[] = [];

  const interrupted = runs.filter((run) => run.interrupted);
  if (interrupted.length > 0) {
    warnings.push(`Interrupted before the end: ${interrupted.map((run) => run.name).join(", ")}.`);
  }
  // A run's own warnings are often the same one in many runs, if with other numbers; some of them are said below for all
  // runs at once.
  const own = new Map<string, { texts: string[]; names: string[] }>();
  for (const run of runs) {
    for (const text of run.warnings.filter((text) => !SAID_FOR_ALL.test(text))) {
      const form = text.replace(NUMBER, "#"), same = own.get(form) ?? { texts: [], names: [] };
      own.set(form, { texts: [...same.texts, text], names: [...same.names, run.name] });
    }
  }
  for (const { texts, names } of own.values()) {
    warnings.push(names.length === runs.length ? ranged(texts) : `${few(names)}: ${ranged(texts)}`);
  }

  const deviates = (value: number, from: number | null) => from !== null && Math.abs(value / from - 1) > 0.01;
  const off = groups.filter((group) => deviates(group.realised, group.nominal));
  if (off.length > 0) {
    const list = off.map((group) => {
      // A rule whose layers are full cannot place what it was asked for; otherwise the coin tosses, and edges that flow
      // preservation adds, moved the number of weights.
      const changed = group.runs.some(changesMasks);
      const reason = changed
        ? "by the method"
        : deviates(group.expected, group.nominal)
        ? "by the rule"
        : group.runs.some(({ mask }) => mask.flow !== undefined && mask.flow !== "off")
        ? "by the draw and by flow preservation"
        : "by the draw";
      const asked = formatDensity(group.nominal);
      return `${changed && group.cell ? group.cell : ruleLabel(group.rule)} ${asked} asked → ${
        formatDensity(group.realised)
      } kept, ${reason}`;
    });
    warnings.push(`Realised density differs from the asked one by more than 1 %: ${[...new Set(list)].join("; ")}.`);
  }

  const counts = groups.map((group) => group.runs.length);
  const fewest = Math.min(...counts);
  if (fewest === 1) {
    const all = Math.max(...counts) === 1;
    const which = all ? "A single seed (n = 1)" : "Some rows have a single seed (n = 1)";
    warnings.push(`${which}: differences between rules may be chance, and no interval can be given.`);
  } else if (fewest === 2) {
    warnings.push("Fewer than 3 seeds: the intervals are wide and uncertain.");
  }
  const unvalidated = runs.filter((run) => run.best === null && run.last !== null);
  if (unvalidated.length > 0) {
    warnings.push("No validation split: accuracies are those of the last epoch only.");
  }

  const software = [...new Set(runs.filter((run) => run.adapter.software).map((run) => run.adapter.name))];
  if (software.length > 0) {
    warnings.push(`Software adapter (${software.join(", ")}): training is real, but speeds say nothing about GPUs.`);
  }
  const adapters = new Set(runs.map((run) => run.adapter.name));
  if (adapters.size > 1) warnings.push(`Speeds come from ${adapters.size} adapters and do not compare.`);
  return warnings;
}

function few(names: readonly string[]): string {
  return names.length <= 3 ? names.join(", ") : `${names.slice(0, 2).join(", ")} and ${names.length - 2} more`;
}
