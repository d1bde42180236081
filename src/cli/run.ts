/** `startsparse run`: one configuration, trained into a folder. */
import { UserError } from "../errors.ts";
import { type Config, configHash } from "../experiment/config.ts";
import { NO_SCORE } from "../experiment/config_score.ts";
import { isGrid } from "../experiment/grid.ts";
import { loadConfig, presetId } from "../experiment/presets.ts";
import { shellCommand } from "../experiment/provenance.ts";
import { defaultRunFolder } from "../experiment/run_store.ts";
import type { RunRequest } from "../worker/run_folder.ts";
import { checkFolder, type CommandContext, overridesOf, type RunOptions, withDevice } from "./context.ts";
import { EngineClient, InterruptedEarly } from "./engine.ts";
import { debugging, jsonText, openOutput } from "./output.ts";
import { resultWords, RunView } from "./run_view.ts";
import { alignColumns, wrapText } from "./text.ts";

/** Trains a preset or file. @returns the exit status. @throws {UserError} for a grid, which `startsparse sweep` runs */
export async function runCommand(
  { host, command }: CommandContext,
  preset: string,
  overrides: readonly string[],
  options: RunOptions,
): Promise<number> {
  if (await isGrid(host, preset)) {
    throw new UserError(`${preset} is a grid of runs, not one run`, {
      hint: `Run all of them: startsparse sweep ${preset}`,
    });
  }
  const config = withDevice(await loadConfig(host, preset, overridesOf(overrides, options)), options);
  const id = presetId(preset);
  const folder = options.out === undefined
    ? defaultRunFolder(id, config, await configHash(config))
    : checkFolder(options.out);

  const name = folder.split("/").at(-1) ?? id;
  return await trainInto({ config, folder, name, preset: id, command, force: options.force }, config, options);
}

/** Trains one run in the engine and shows it. @returns the exit status */
export async function trainInto(
  request: RunRequest,
  config: Config,
  { json }: Pick<RunOptions, "json">,
): Promise<number> {
  const output = openOutput({ json, plain: debugging() }), { folder } = request;
  const engine = new EngineClient(output);
  const score = config.score.name === NO_SCORE ? undefined : config.score.name;
  const view = new RunView(output, { rule: config.mask.rule, score });
  try {
    await engine.open(config.device);
    const result = await engine.run(request, view, (event) => view.show(event));
    view.end();
    if (result.last) output.say();
    if (result.interrupted) output.say(output.colours.yellow("interrupted: this is what there is"));
    for (const line of alignColumns(resultWords(result, folder))) output.say(line);
    for (const warning of result.warnings.filter((text) => !view.warned.has(text))) {
      for (const line of wrapText(`warning: ${warning}`, output.columns, "  ")) output.say(output.colours.yellow(line));
    }
    if (result.interrupted && canGoOn(config)) {
      output.say(`go on with it: ${output.colours.bold(shellCommand(["startsparse", "resume", folder]))}`);
    }
    if (json) output.data(jsonText({ folder, ...result }));
    return engine.exitCode ?? 0;
  } catch (error) {
    if (!(error instanceof InterruptedEarly)) throw error;
    output.say("interrupted before the run began: nothing was written");
    return engine.exitCode!;
  } finally {
    view.end();
    engine.close();
  }
}

/** Whether an interrupted run of this configuration leaves a checkpoint. */
const canGoOn = ({ checkpoint: { every, seconds } }: Config): boolean => every > 0 || seconds > 0;
