/** What was found, as text for people. */
import { alignColumns, wrapText } from "../../src/cli/text.ts";
import { fixedSignificant, formatSeconds, NONE } from "../../src/experiment/results_numbers.ts";
import type { Problem } from "./compare.ts";
import type { Ratio } from "./ratios.ts";
import type { Absent } from "./roster.ts";

const HEADINGS = ["work", "peer", "startsparse", "peer", "times faster", "middle half", "rounds", "apart"];

const times = (ratio: number) => `${fixedSignificant(ratio, 3)}×`;
const milliseconds = (ms: number) => formatSeconds(ms / 1000);

/** A table of ratios; a work is named in its first row. */
export function ratioLines(ratios: readonly Ratio[]): string[] {
  const rows = ratios.map((ratio, i) => [
    ratios[i - 1]?.work === ratio.work ? "" : ratio.work,
    ratio.peer,
    milliseconds(ratio.medianMs),
    milliseconds(ratio.peerMs),
    times(ratio.timesFaster),
    `${fixedSignificant(ratio.spread.low, 3)}–${times(ratio.spread.high)}`,
    String(ratio.rounds),
    ratio.check.error === 0 ? "0" : ratio.check.error.toExponential(0),
  ]);
  return rows.length === 0 ? [] : alignColumns([HEADINGS, ...rows], [2, 3, 4, 5, 6, 7]);
}

/** How the best of PyTorch was reached, who is not there, and what failed. */
export function noteLines(
  ratios: readonly Ratio[],
  absent: readonly Absent[],
  problems: readonly Problem[],
  width: number,
): string[] {
  const best = ratios.filter(({ peer }) => peer === "pytorch-best").map((
    { work, theirs },
  ) => `${work}: ${theirs.how}`);
  const first = Math.max(
    0,
    ...ratios.flatMap(({ ours, theirs }) => [ours.firstMs, theirs.firstMs]),
  );
  const lines = [
    "times are by the wall clock, waiting included; times faster is the median over the rounds of the peer's time over " +
    `startsparse's. Not in them: getting ready, and first runs of up to ${first > 0 ? milliseconds(first) : NONE}`,
    ...best.map((line) => `pytorch-best, ${line}`),
    ...absent.map(({ peer, why }) => `${peer} did not take part: ${why}`),
    ...problems.map(({ work, peer, message }) => `${peer} failed at ${work}: ${message}`),
  ];
  return lines.flatMap((line) => wrapText(line, width, "  "));
}
