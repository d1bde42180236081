/** `startsparse plan`: what a run (or a grid of runs, see plan_grid.ts) would train and how much memory it needs, before anything starts and without its data. */
import { datasetInfo } from "../data/info.ts";
import { describeDevice } from "../experiment/adapters.ts";
import { isGrid } from "../experiment/grid.ts";
import { splitAxes } from "../experiment/grid_axes.ts";
import { byteWords } from "../bytes.ts";
import { estimateRun, type MemoryEstimate } from "../experiment/memory.ts";
import { buildNetwork, networkWarnings } from "../experiment/network.ts";
import { loadPlanning, summarisePlan } from "../experiment/planning.ts";
import { loadConfig } from "../experiment/presets.ts";
import { formatDensity, formatInteger } from "../experiment/results_numbers.ts";
import { countImages, networkInput } from "../experiment/run_data.ts";
import { ruleLabel } from "../experiment/rule_style.ts";
import { UNKNOWN_ADAPTER } from "../gpu/dry.ts";
import { parameterCount } from "../nn/model.ts";
import { type CommandContext, overridesOf, type PlanOptions, withDevice } from "./context.ts";
import { jsonText, openOutput } from "./output.ts";
import { planGrid } from "./plan_grid.ts";
import { planSummaryLines, planTable } from "./plan_layers.ts";
import { alignColumns, wrapText } from "./text.ts";

/** Rows of the table: what, and its bytes. */
function memoryRows(memory: MemoryEstimate): [string, number][] {
  return [
    ["activations and scratch, training", memory.training],
    ["activations and scratch, evaluation", memory.evaluation],
    ["weights", memory.values],
    ["gradients", memory.gradients],
    ["optimizer's moments", memory.moments],
    ["masks and patterns", memory.masks + memory.patterns],
    ["data", memory.data],
    ...(memory.method > 0 ? [["method", memory.method] as [string, number]] : []),
    ["total", memory.total],
  ];
}

/** Shows the plan of a preset or file. @returns the exit status */
export async function planCommand(
  context: CommandContext,
  preset: string,
  overrides: readonly string[],
  options: PlanOptions,
): Promise<number> {
  const { host } = context;
  if (splitAxes(overrides).axes.size > 0 || await isGrid(host, preset)) {
    return await planGrid(context, preset, overrides, options);
  }
  const config = withDevice(await loadConfig(host, preset, overridesOf(overrides, options)), options);
  const info = await datasetInfo(config.data.name, host);
  const network = await buildNetwork(host, config, networkInput(config, info.shape), info.classes);
  const used = countImages(config, info.train, info.test);
  const adapter = await describeDevice(host, config.device);
  const sizes = { shape: info.shape, kind: info.sampleKind, train: info.train, test: info.test, used };
  const planning = await loadPlanning(host, config, adapter ?? UNKNOWN_ADAPTER);
  const { memory, levels, plan: kernels } = await estimateRun(config, network, sizes, adapter, planning);
  const available = adapter?.software === false ? undefined : host.memory()?.available;
  const warnings = networkWarnings(network);
  if (available !== undefined && memory.total > available) {
    warnings.push(
      `needs ${byteWords(memory.total)}, and ${byteWords(available)} of this machine's memory are available`,
    );
  }
  if (!info.present) warnings.push(`${info.name} is not here yet: startsparse data get ${info.name}`);

  const output = openOutput({ json: options.json });
  const { totals } = network.report;
  const steps = Math.ceil(used.train / config.train.batch);
  if (options.json) {
    const parameters = parameterCount(network.model);
    const plan = { config, data: { ...info, used }, parameters, steps, totals, adapter: adapter ?? null };
    output.data(jsonText({ ...plan, levels, memory, kernels, available: available ?? null, warnings }));
    return 0;
  }
  const [channels, height, width] = network.model.input;
  output.say(
    `${network.model.name}, ${formatInteger(parameterCount(network.model))} parameters, on ${info.name}: ` +
      `${formatInteger(used.train)} images of ${height}×${width}×${channels}, ${info.classes} classes`,
  );
  const epochs = levels.reduce((sum, level) => sum + level.epochs, 0);
  output.say(
    `${formatInteger(steps)} steps of ${config.train.batch} images an epoch, ${formatInteger(epochs)} epochs` +
      (levels.length > 1 ? ` in ${levels.length} levels` : "") +
      (config.train.steps === undefined ? "" : `, at most ${formatInteger(config.train.steps)} steps`),
  );
  if (config.mask.rule !== "dense") {
    const compute = formatDensity(totals.realisedComputeDensity);
    const kept = `${formatInteger(totals.nnz)} of ${formatInteger(totals.size)} weights`;
    output.say(
      `${ruleLabel(config.mask.rule)} mask: density ${formatDensity(totals.realisedDensity)} (${kept}), c ${compute}`,
    );
  }
  for (const line of planSummaryLines(kernels, summarisePlan(kernels, planning))) {
    for (const part of wrapText(line, output.columns, "  ")) output.say(part);
  }
  if (options.layers) {
    output.say();
    for (const line of planTable(kernels)) output.say(line);
  }
  output.say();
  output.say(`Memory on ${adapter?.description ?? "an adapter of the default limits (this machine has none)"}:`);
  const rows = memoryRows(memory).map(([what, bytes]) => [`  ${what}`, byteWords(bytes)]);
  for (const line of alignColumns(rows, [1])) output.say(line);
  if (memory.parts > 1) {
    const bound = adapter ? ` (${byteWords(adapter.maxBinding)} a binding)` : "";
    for (
      const line of wrapText(`A batch is cut into ${memory.parts} parts to fit the adapter's bindings${bound}.`, 100)
    ) {
      output.say(line);
    }
  }
  for (const warning of warnings) {
    for (const line of wrapText(`warning: ${warning}`, output.columns, "  ")) output.say(output.colours.yellow(line));
  }
  return 0;
}
