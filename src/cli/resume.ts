/** `startsparse resume`: goes on with a run that was ended, from its folder alone. */
import { UserError } from "../errors.ts";
import { parseConfig } from "../experiment/config.ts";
import { parseYaml } from "../experiment/yaml_file.ts";
import { finishedResult } from "../experiment/run_resume.ts";
import { RUN_FILES } from "../experiment/run_files.ts";
import { joinPath } from "../host/host.ts";
import { checkFolder, type CommandContext, type RunOptions, withDevice } from "./context.ts";
import { jsonText, openOutput } from "./output.ts";
import { trainInto } from "./run.ts";
import { alignColumns } from "./text.ts";
import { resultWords } from "./run_view.ts";

/** Options of `resume`. */
export type ResumeOptions = Omit<RunOptions, "seed" | "out" | "force">;

/** Goes on with the run of a folder; one that is finished is shown and left as it is. @returns the exit status */
export async function resumeCommand(
  { host, command }: CommandContext,
  at: string,
  options: ResumeOptions,
): Promise<number> {
  const folder = checkFolder(at), path = joinPath(folder, RUN_FILES.config);
  if (!await host.exists(path)) {
    throw new UserError(`${folder} is no run folder: it has no ${RUN_FILES.config}`, {
      hint: "Give the folder that startsparse run named, such as runs/lab-uniform-0.1-s1-1a2b3c4d.",
    });
  }
  const finished = await finishedResult(host, folder);
  if (finished) {
    const output = openOutput({ json: options.json });
    output.say(`${folder} is finished: there is nothing to go on with`);
    for (const line of alignColumns(resultWords(finished, folder))) output.say(line);
    if (options.json) output.data(jsonText({ folder, ...finished }));
    return 0;
  }
  const config = withDevice(parseConfig(await parseYaml(await host.readText(path), path), path), options);
  const name = folder.split("/").at(-1)!;
  return await trainInto({ config, folder, name, command, resume: true }, config, options);
}
