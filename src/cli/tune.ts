/** `startsparse tune`: measures the kernels of layers on this machine's adapter, for the kernel plans of later runs. */
import { UserError } from "../errors.ts";
import { describeDevice } from "../experiment/adapters.ts";
import { breakEvenChart } from "../experiment/chart_break_even.ts";
import { type Config, parseConfig } from "../experiment/config.ts";
import { isGrid, loadGrid } from "../experiment/grid.ts";
import { applyOverrides } from "../experiment/overrides.ts";
import { loadConfig } from "../experiment/presets.ts";
import { formatSeconds } from "../experiment/results_numbers.ts";
import { type NetworkLayer, networkLayers } from "../experiment/tuned_layers.ts";
import type { AdapterInfo } from "../gpu/adapter.ts";
import { type Host, joinPath } from "../host/host.ts";
import { newTuning, readTuning } from "../tune/tuning_file.ts";
import { type TuningRow, tuningRows } from "../tune/tuning_rows.ts";
import type { TuningTable } from "../tune/tuning_table.ts";
import type { TuneResult } from "../worker/tune.ts";
import { BenchView } from "./bench_view.ts";
import { checkFolder, type CommandContext, type DeviceChoice, withDevice } from "./context.ts";
import { EngineClient, InterruptedEarly } from "./engine.ts";
import { debugging, jsonText, openOutput, type Output } from "./output.ts";
import { breakEvenRows, tuningJson, tuningLines } from "./tune_view.ts";
import { wrapText } from "./text.ts";

/** Options of `tune`. */
export interface TuneOptions extends DeviceChoice {
  model?: string;
  dataset?: string;
  batch?: number;
  budget: number;
  rounds: number;
  seed: number;
  fresh?: boolean;
  show?: boolean;
  figures?: string;
  json?: boolean;
}

/** Without a preset: the networks that a checkout trains out of the box. */
const DEFAULT_PRESETS = ["quickstart", "lab", "lenet5"];

/** What is to be tuned. */
interface Subject {
  readonly names: readonly string[];
  readonly configs: readonly Config[];
}

/** Measures, or shows what was measured. @returns the exit status */
export async function tuneCommand(
  context: CommandContext,
  words: readonly string[],
  options: TuneOptions,
): Promise<number> {
  const { host } = context, { show, model, dataset, batch } = options;
  const everything = show && words.length === 0 && [model, dataset, batch].every((option) => option === undefined);
  const subject = everything ? undefined : await subjectOf(host, words, options);
  return show || !subject ? await showTuning(host, subject, options) : await tune(context, subject, options);
}

/** The configurations that preset, settings and options ask for. */
async function subjectOf(host: Host, words: readonly string[], options: TuneOptions): Promise<Subject> {
  const [first] = words, preset = first === undefined || first.includes("=") ? undefined : first;
  const settings = preset === undefined ? [...words] : words.slice(1);
  const { model, dataset, batch } = options;
  if (model !== undefined) settings.unshift(`model.name=${model}`);
  if (dataset !== undefined) settings.unshift(`data.name=${dataset}`);
  if (batch !== undefined) settings.unshift(`train.batch=${batch}`);
  if (preset === undefined && (model !== undefined || dataset !== undefined)) {
    return { names: [model ?? dataset!], configs: [parseConfig(applyOverrides({}, settings), "command line")] };
  }
  const names = preset === undefined ? DEFAULT_PRESETS : [preset];
  const configs: Config[] = [];
  for (const name of names) {
    if (await isGrid(host, name)) {
      configs.push(...(await loadGrid(host, name, settings)).cells.map(({ config }) => config));
    } else configs.push(await loadConfig(host, name, settings));
  }
  return { names, configs };
}

/** The layers of all configurations; those of one network count once, whatever its masks. */
async function layersOf(
  host: Host,
  { configs }: Subject,
  adapter?: AdapterInfo,
): Promise<NetworkLayer[]> {
  const networks = new Map<string, Config>();
  for (const config of configs) {
    const { model, data, train, mask, kernels } = config;
    networks.set(JSON.stringify([model, data, train.batch, mask.block, kernels.activations]), config);
  }
  const layers: NetworkLayer[] = [];
  for (const config of networks.values()) layers.push(...await networkLayers(host, config, adapter));
  return layers;
}

async function tune(context: CommandContext, subject: Subject, options: TuneOptions): Promise<number> {
  const { host } = context, { json, budget, rounds, seed, fresh } = options;
  const output = openOutput({ json, plain: debugging() });
  const engine = new EngineClient(output, "what was measured before is kept");
  const view = new BenchView(output, "tune");
  try {
    const adapter = await engine.open(withDevice(subject.configs[0], options).device);
    const layers = await layersOf(host, subject, adapter);
    output.say(`tuning the layers of ${subject.names.join(", ")}, for at most about ${formatSeconds(budget)}`);
    const request = {
      layers: layers.map(({ work, inputGradient, form }) => ({ work, inputGradient, form })),
      seconds: budget,
      ...{ rounds, seed, fresh },
    };
    const begun = host.milliseconds();
    const result = await engine.tune(request, view, (progress) => view.show(progress));
    view.end();
    const rows = tuningRows(result.table, layers);
    output.say();
    for (const line of tuningLines(rows, output.colours.bold)) output.say(line);
    output.say();
    for (const line of closingLines(result, (host.milliseconds() - begun) / 1000)) {
      for (const part of wrapText(line, output.columns, "  ")) output.say(part);
    }
    await finish(host, output, result.table, rows, options, {
      measured: result.measured,
      left: result.left.length,
      interrupted: result.interrupted,
      place: result.place,
    });
    return engine.exitCode ?? 0;
  } catch (error) {
    if (!(error instanceof InterruptedEarly)) throw error;
    output.say("interrupted before anything was measured");
    return engine.exitCode!;
  } finally {
    view.end();
    engine.close();
  }
}

/** What was done, what was not, and where it is. */
function closingLines({ measured, left, interrupted, place }: TuneResult, seconds: number): string[] {
  const passes = (count: number) => `${count} pass${count === 1 ? "" : "es"}`;
  const lines: string[] = [];
  if (measured > 0) lines.push(`measured ${passes(measured)} of layers in ${formatSeconds(seconds)}`);
  else lines.push(left.length === 0 ? "all of it was measured before" : "nothing was measured");
  if (left.length > 0) {
    const why = interrupted ? "interrupted: not measured" : "not reached by the budget";
    lines.push(`${why}: ${passes(left.length)}, which stay with the priors; the same command goes on from here`);
  }
  if (measured > 0 || left.length === 0) lines.push(`kept in ${place}`);
  return lines;
}

async function showTuning(host: Host, subject: Subject | undefined, options: TuneOptions): Promise<number> {
  const output = openOutput({ json: options.json });
  const adapter = await describeDevice(
    host,
    withDevice(subject?.configs[0] ?? parseConfig({}, "tune"), options).device,
  );
  if (!adapter) {
    throw new UserError("this machine has no adapter, and so no measurements", { hint: "startsparse doctor" });
  }
  const { state, table = (await newTuning(host, adapter)).table, place } = await readTuning(host, adapter);
  output.say(output.colours.bold(adapter.description));
  const rows = tuningRows(table, subject && await layersOf(host, subject, adapter));
  if (state === "stale") {
    output.say(`the measurements in ${place} are of other kernels: startsparse tune replaces them`);
  } else if (rows.length === 0) output.say("none of these layers was measured: startsparse tune");
  else {
    for (const line of tuningLines(rows, output.colours.bold)) output.say(line);
    output.say();
    output.say(`last measured ${table.changed}, in ${place}`);
    output.say("packed: fixed + slope·d milliseconds at density d");
  }
  await finish(host, output, table, rows, options, { place });
  return 0;
}

/** JSON and the chart. */
async function finish(
  host: Host,
  output: Output,
  table: TuningTable,
  rows: readonly TuningRow[],
  { json, figures }: TuneOptions,
  about: object,
): Promise<void> {
  if (json) output.data(jsonText({ ...tuningJson(table, rows), ...about }));
  if (figures === undefined) return;
  const spec = breakEvenChart(breakEvenRows(rows), table.adapter.name);
  if (!spec) {
    throw new UserError("there is nothing to draw: no layer was measured whole", { hint: "Give a larger --budget." });
  }
  const { renderSvg } = await import("../experiment/chart_render.ts");
  const folder = checkFolder(figures), path = joinPath(folder, "break-even.svg");
  await host.makeDirectory(folder);
  await host.writeFile(path, await renderSvg(spec, { background: "#FFFFFF" }));
  output.say(`chart  ${path}`);
}
