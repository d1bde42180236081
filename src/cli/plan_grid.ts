/** `startsparse plan` of a grid: its cells, the work, the memory and the expected time, before anything starts. */
import { describeDevice } from "../experiment/adapters.ts";
import { loadGrid } from "../experiment/grid.ts";
import { byteWords } from "../bytes.ts";
import { fixedSignificant, formatDensity, formatInteger, formatSeconds, NONE } from "../experiment/results_numbers.ts";
import { sweepRuns } from "../experiment/sweep_folder.ts";
import { type CellPlan, planCell } from "../experiment/sweep_plan.ts";
import { readTuning } from "../tune/tuning_file.ts";
import { type CommandContext, overridesOf, type PlanOptions, withDevice } from "./context.ts";
import { jsonText, openOutput } from "./output.ts";
import { alignColumns, wrapText } from "./text.ts";

/** Shows the plan of a grid. @returns the exit status */
export async function planGrid(
  { host }: CommandContext,
  preset: string,
  words: readonly string[],
  options: PlanOptions,
): Promise<number> {
  const grid = await loadGrid(host, preset, overridesOf(words, options)), runs = await sweepRuns(grid);
  const adapter = await describeDevice(host, withDevice(runs[0].config, options).device);
  const tuning = adapter && await readTuning(host, adapter);
  const cells = new Map<string, typeof runs>();
  for (const run of runs) cells.set(run.cell, [...cells.get(run.cell) ?? [], run]);
  const plans: { cell: string; runs: number; plan: CellPlan }[] = [];
  for (const [cell, same] of cells) {
    // Runs that differ in their seeds differ in the last digits of a drawn density only.
    plans.push({ cell, runs: same.length, plan: await planCell(same[0].config, { host, adapter, tuning }) });
  }
  const total = (value: (plan: CellPlan) => number) =>
    plans.reduce((sum, { runs, plan }) => sum + runs * value(plan), 0);
  const totals = {
    runs: runs.length,
    cells: plans.length,
    flops: total(({ flops }) => flops),
    denseEpochs: total(({ denseEpochs }) => denseEpochs),
    seconds: total(({ seconds }) => seconds),
    memory: Math.max(...plans.map(({ plan }) => plan.memory)),
  };
  const output = openOutput({ json: options.json });
  if (options.json) {
    output.data(jsonText({ name: grid.name, adapter: adapter ?? null, totals, cells: plans }));
    return 0;
  }
  const { config } = runs[0];
  output.say(`${output.colours.bold(grid.name)}: ${plans.length} cells, ${runs.length} runs`);
  for (const line of wrapText(grid.description, output.columns)) output.say(line);
  output.say();
  const head = ["cell", "runs", "epochs", "density", "target", "c", "FLOPs", "dense epochs", "memory", "time"];
  const rows = plans.map(({ cell, runs, plan }) => [
    cell,
    String(runs),
    formatInteger(plan.epochs),
    formatDensity(plan.density),
    plan.target === undefined ? NONE : formatDensity(plan.target),
    formatDensity(plan.compute),
    marked(plan, flopWords(plan.flops)),
    marked(plan, fixedSignificant(plan.denseEpochs, 3)),
    byteWords(plan.memory),
    `${plan.bound === "exact" ? "" : "≤ "}${formatSeconds(plan.seconds)}`,
  ]);
  for (const line of alignColumns([head, ...rows], [1, 2, 3, 4, 5, 6, 7, 8, 9])) output.say(line);
  output.say();
  output.say(
    `all: ${flopWords(totals.flops)} FLOPs, ${formatInteger(totals.denseEpochs)} dense epochs, ` +
      `${byteWords(totals.memory)} at most, ${formatSeconds(totals.seconds)} one after the other`,
  );
  const by = new Set(plans.map(({ plan }) => plan.by));
  const speeds = by.has("prior") || by.has("mixed")
    ? "by priors of its class, which are another machine's: startsparse tune measures this one"
    : "as measured on it";
  const notes = [
    "A row is one run of the cell: FLOPs of training, at the kept weights alone (two a multiply-add, three passes); " +
    "c is the source's compute density. ≈: a score or levels change it as planned; ≤: a method lowers it as it goes.",
    `time: convolutions and linear layers on ${
      adapter?.description ?? "an adapter (this machine has none)"
    }, ${speeds}; ` +
    "batch norms, reading data and compiling come on top.",
  ];
  if (plans.some(({ plan }) => !plan.present)) {
    notes.push(`${config.data.name} is not here yet: startsparse data get ${config.data.name}`);
  }
  for (const note of notes) for (const line of wrapText(note, output.columns, "  ")) output.say(line);
  return 0;
}

function marked({ bound }: CellPlan, text: string): string {
  return { exact: "", about: "≈ ", most: "≤ " }[bound] + text;
}

/** "1.23 P": with the prefix of thousands. */
function flopWords(flops: number): string {
  const prefixes = ["", "k", "M", "G", "T", "P", "E", "Z"];
  let step = 0;
  for (; flops >= 1000 && step < prefixes.length - 1; step++) flops /= 1000;
  return `${fixedSignificant(flops, 3)} ${prefixes[step]}`.trim();
}
