/** Of a grid with variants: what a cell costs in one variant over what it costs in the first, such as a dense source. */
import type { Estimate, ResultGroup } from "./results_groups.ts";
import { formatRatio } from "./results_numbers.ts";

/** A cell in two variants. */
interface Pair {
  readonly cell: string;
  readonly epochs: number;
  readonly seconds: number;
  /** Whether the intervals of the seconds overlap, or a single run has none: then neither is said to be the faster. */
  readonly close: boolean;
}

/**
 * A sentence for each variant but the first: in which cells it takes less wall time than the first variant, in which more,
 * and where the intervals overlap, each with the ratios of seconds and of dense epochs. Empty without variants.
 */
export function variantSentences(groups: readonly ResultGroup[]): string[] {
  const named = groups.flatMap((group) => group.variant === null ? [] : [{ ...group, variant: group.variant }]);
  const [first, ...others] = new Set(named.map(({ variant }) => variant));
  return others.flatMap((variant) => {
    const pairs = named.filter((group) => group.variant === variant).flatMap((group) => {
      const cell = baseOf(group);
      const reference = named.find((other) => other.variant === first && baseOf(other) === cell);
      return reference ? compare(cell, group, reference) : [];
    });
    if (pairs.length === 0) return [];
    const list = (chosen: readonly Pair[]) =>
      chosen.map(({ cell, seconds, epochs }) => `${cell} ${formatRatio(seconds)} (${formatRatio(epochs)})`).join(", ");
    const parts = [
      ["less in", pairs.filter(({ seconds, close }) => !close && seconds < 1)],
      ["more in", pairs.filter(({ seconds, close }) => !close && seconds >= 1)],
      ["not told apart in", pairs.filter(({ close }) => close)],
    ] as const;
    const said = parts.filter(([, chosen]) => chosen.length > 0).map(([word, chosen]) => `${word} ${list(chosen)}`);
    return [`Wall time from ${variant} over that from ${first} (dense epochs in brackets): ${said.join("; ")}.`];
  });
}

/** A cell's name without its variant. */
function baseOf({ cell, variant }: Pick<ResultGroup, "cell" | "variant">): string {
  return cell!.slice(0, -(variant!.length + 1));
}

function compare(cell: string, group: ResultGroup, reference: ResultGroup): Pair[] {
  const { seconds, denseEpochs } = group;
  if (!seconds || !denseEpochs || !reference.seconds || !reference.denseEpochs) return [];
  return [{
    cell,
    seconds: seconds.mean / reference.seconds.mean,
    epochs: denseEpochs.mean / reference.denseEpochs.mean,
    close: overlap(seconds, reference.seconds),
  }];
}

function overlap(a: Estimate, b: Estimate): boolean {
  return a.half === null || b.half === null || Math.abs(a.mean - b.mean) <= a.half + b.half;
}
