/** `startsparse compare`: two runs beside each other. */
import { comparedResults, compareRuns, totalOverlap } from "../experiment/compare_runs.ts";
import { formatInteger, formatLoss, formatPercent, NONE } from "../experiment/results_numbers.ts";
import type { Host } from "../host/host.ts";
import { checkFolder } from "./context.ts";
import { jsonText, openOutput } from "./output.ts";
import { alignColumns } from "./text.ts";

/** Compares two runs. @returns the exit status */
export async function compareCommand(
  host: Host,
  folders: readonly [string, string],
  options: { json?: boolean },
): Promise<number> {
  const [a, b] = folders.map((folder) => checkFolder(folder)), output = openOutput({ json: options.json });
  const comparison = await compareRuns(host, a, b), { config, curves, masks } = comparison;
  if (options.json) {
    const results = { a: comparison.a.result, b: comparison.b.result };
    output.data(jsonText({ format: 1, a, b, config, results, curves, masks }));
    return 0;
  }
  const say = (title: string, rows: readonly (readonly string[])[]) => {
    output.say(output.colours.bold(title));
    for (const line of alignColumns(rows)) output.say(`  ${line}`);
    output.say();
  };
  const same = [["the same configuration"]];
  say(
    "configuration",
    config.length === 0 ? same : [["", "a", "b"], ...config.map(({ key, a, b }) => [key, a ?? NONE, b ?? NONE])],
  );
  say("result", [["", "a", "b"], ...comparedResults(comparison)]);
  const percent = (value: number | null) => formatPercent(value);
  say("test accuracy, % and training loss by epoch", [
    ["epoch", "a", "b", "loss a", "loss b"],
    ...curves.map((row) => [
      String(row.epoch),
      percent(row.accuracyA),
      percent(row.accuracyB),
      formatLoss(row.lossA),
      formatLoss(row.lossB),
    ]),
  ]);
  if (masks === null || masks.length === 0) {
    output.say("masks: no layer that both have a mask for");
    return 0;
  }
  const total = totalOverlap(masks);
  say("masks", [
    ["layer", "kept a", "kept b", "both", "overlap"],
    ...masks.map(({ name, keptA, keptB, both, jaccard }) => {
      return [name, formatInteger(keptA), formatInteger(keptB), formatInteger(both), jaccard.toFixed(3)];
    }),
    [
      "all",
      formatInteger(total.keptA),
      formatInteger(total.keptB),
      formatInteger(total.both),
      total.jaccard.toFixed(3),
    ],
  ]);
  output.say("overlap: weights that both keep over those that either keeps");
  return 0;
}
