/** The commands that train, and the one that says what training would need. */
import type { Command } from "commander";
import { deviceOptions } from "./device_options.ts";
import type { CommandContext, PlanOptions, RunOptions } from "./context.ts";
import { PLAN_HELP, QUICKSTART_HELP, RESUME_HELP, RUN_HELP } from "./help.ts";
import type { ResumeOptions } from "./resume.ts";
import type { Leave, ProgramContext } from "./program_context.ts";

/** Adds `run`, `quickstart` and `plan`. */
export function addTrainCommands(program: Command, { host, args, settingsHelp }: ProgramContext, leave: Leave): void {
  const context = async (): Promise<CommandContext> => {
    const { shellCommand } = await import("../experiment/provenance.ts");
    return { host, command: shellCommand(["startsparse", ...args]) };
  };
  const onDevice = (command: Command, json: string) =>
    deviceOptions(command.option("--seed <n>", "seed of everything random (the same as seed=n)"))
      .option("--json", json);
  const training = (command: Command) =>
    onDevice(
      command
        .option("--out <folder>", "folder to write; made when there is none")
        .option("--force", "replace a finished run of the same configuration, or an unfinished one of another"),
      "print the result as JSON to stdout; everything else goes to stderr",
    );

  training(program.command("run"))
    .summary("train one preset or file")
    .description("Train a preset, or a YAML file, with the settings that are given, into a folder.")
    .argument("<preset>", "name of a preset, or a file that ends in .yaml")
    .argument("[settings...]", "key=value, over what the preset says")
    .addHelpText("after", `${settingsHelp}\n${RUN_HELP}`)
    .action(async (preset: string, settings: string[], options: RunOptions) => {
      const { runCommand } = await import("./run.ts");
      leave(await runCommand(await context(), preset, settings, options));
    });

  deviceOptions(program.command("resume"))
    .summary("go on with a run that was ended")
    .description("Go on with a run that was interrupted or killed, from the last checkpoint in its folder.")
    .argument("<folder>", "the run's folder")
    .option("--json", "print the result as JSON to stdout; everything else goes to stderr")
    .addHelpText("after", RESUME_HELP)
    .action(async (folder: string, options: ResumeOptions) => {
      const { resumeCommand } = await import("./resume.ts");
      leave(await resumeCommand(await context(), folder, options));
    });

  training(program.command("quickstart"))
    .summary("dense and random sparse networks, compared")
    .description("Train a dense network and random sparse ones on the embedded data, and compare them.")
    .argument("[settings...]", "key=value, for every run")
    .addHelpText("after", QUICKSTART_HELP)
    .action(async (settings: string[], options: RunOptions) => {
      const { quickstartCommand } = await import("./quickstart.ts");
      leave(await quickstartCommand(await context(), settings, options));
    });

  onDevice(program.command("plan"), "print JSON")
    .summary("what a run trains, and the memory it needs")
    .description("Show what a preset or file would train and how much memory it needs, before anything starts.")
    .argument("<preset>", "name of a preset, or a file that ends in .yaml")
    .argument("[settings...]", "key=value, over what the preset says")
    .option("--layers", "show the storage and expected time of every layer")
    .addHelpText("after", PLAN_HELP)
    .action(async (preset: string, settings: string[], options: PlanOptions) => {
      const { planCommand } = await import("./plan.ts");
      leave(await planCommand(await context(), preset, settings, options));
    });
}
