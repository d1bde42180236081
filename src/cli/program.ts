/** The commands, their options and their help. */
import { type Argument, Command, type CommanderError } from "commander";
import { expandShortKey, findConfigKey } from "../experiment/config_keys.ts";
import { VERSION } from "../experiment/provenance.ts";
import type { CommandContext, RunOptions } from "./context.ts";
import { doctor } from "./doctor.ts";
import { MAIN_HELP, QUICKSTART_HELP, RUN_HELP } from "./help.ts";
import {
  type ListOptions,
  methodsCommand,
  modelsCommand,
  presetsCommand,
  presetsShowCommand,
  rulesCommand,
  schemaCommand,
} from "./lists.ts";
import { runGrid } from "./grid.ts";
import { openOutput } from "./output.ts";
import { runCommand } from "./run.ts";

/** Where the commands leave their exit status. */
export interface Status {
  code: number;
}

/** Builds the program. A wrong call throws a {@link CommanderError} after its message was printed. */
export function createProgram(context: CommandContext, status: Status): Command {
  const { host } = context;
  const output = openOutput();
  const leave = (code: number) => {
    status.code = code;
  };
  const program = new Command("startsparse")
    .description("Train random sparse neural networks from the first step, on WebGPU.")
    .version(VERSION, "-V, --version", "print the version")
    .helpOption("-h, --help", "print help")
    .helpCommand("help [command]", "print help, also of one command")
    .exitOverride()
    .configureHelp({
      helpWidth: Math.min(100, output.columns),
      subcommandTerm: (command) => [command.name(), ...command.registeredArguments.map(argumentTerm)].join(" "),
    })
    .configureOutput({
      writeOut: (text) => output.data(text),
      writeErr: (text) => output.complain(text.trimEnd()),
      outputError: (text, write) =>
        write(`${output.errorColours.red(output.errorColours.bold("error:"))} ${usageMessage(text)}`),
    })
    .showSuggestionAfterError()
    .addHelpText("after", MAIN_HELP);

  const training = (command: Command) =>
    command
      .option("--seed <n>", "seed of everything random (the same as seed=n)")
      .option("--out <folder>", "folder to write; made when there is none")
      .option("--force", "replace a finished run of the same configuration, or an unfinished one of another")
      .option("--require-gpu", "refuse a software adapter")
      .option("--adapter <name|index>", "adapter by a part of its name, or by its number in `startsparse doctor`")
      .option("--json", "print the result as JSON to stdout; everything else goes to stderr");

  training(program.command("run"))
    .summary("train one preset or file")
    .description("Train a preset, or a YAML file, with the settings that are given, into a folder.")
    .argument("<preset>", "name of a preset, or a file that ends in .yaml")
    .argument("[settings...]", "key=value, over what the preset says")
    .addHelpText("after", RUN_HELP)
    .action(async (preset: string, settings: string[], options: RunOptions) => {
      leave(await runCommand(context, preset, settings, options));
    });

  training(program.command("quickstart"))
    .summary("dense and random sparse networks, compared")
    .description("Train a dense network and random sparse ones on the embedded data, and compare them.")
    .argument("[settings...]", "key=value, for every run")
    .addHelpText("after", QUICKSTART_HELP)
    .action(async (settings: string[], options: RunOptions) => {
      leave(await runGrid(context, "quickstart", settings, options));
    });

  const presets = program.command("presets").usage("[show] [name]")
    .summary("what can be run by name").description("List the presets, or show one of them.");
  const show = async (name: string, options: ListOptions) => leave(await presetsShowCommand(host, name, options));
  presets.command("list", { isDefault: true }).summary("list them (the same as no word)")
    .argument("[name]", "show this one instead").option("--json", "print JSON")
    .action(async (name: string | undefined, options: ListOptions) => {
      if (name !== undefined) return await show(name, options);
      leave(await presetsCommand(host, options));
    });
  presets.command("show").summary("print one, complete").argument("<name>", "name of a preset, or a file")
    .description("Print a preset with every default filled in: each of its keys can be given to `startsparse run`.")
    .option("--json", "print JSON").action(show);

  const lists = [
    ["models", "networks", modelsCommand],
    ["rules", "ways to share a density between layers", rulesCommand],
    ["methods", "what happens to the mask during training", methodsCommand],
  ] as const;
  for (const [name, summary, act] of lists) {
    program.command(name).summary(summary).description(`List the ${name}: ${summary}.`).option("--json", "print JSON")
      .action((options) => leave(act(options)));
  }
  program.command("schema").summary("JSON Schema of configuration files")
    .description("Print the JSON Schema of a configuration file: every key, its meaning, range and default.")
    .action(() => leave(schemaCommand()));
  program.command("doctor").summary("check this machine")
    .description("Check runtime, driver and adapter, and the adapter's results against known answers.")
    .option("--json", "print JSON")
    .action(async ({ json }: { json?: boolean }) => leave((await doctor(host, { json: json ?? false })).exitCode));
  return program;
}

/** `<preset>`, `[settings...]`. */
function argumentTerm(argument: Argument): string {
  const name = argument.name() + (argument.variadic ? "..." : "");
  return argument.required ? `<${name}>` : `[${name}]`;
}

/** Exit status of what commander throws: 0 for help and version, 2 for a wrong call. */
export function usageExitCode(error: CommanderError): number {
  return error.exitCode === 0 ? 0 : 2;
}

/** Commander's message, with what a reader of Hydra-like settings may have meant. */
function usageMessage(text: string): string {
  const message = text.replace(/^error: /, "").trimEnd();
  const option = /unknown option '--([\w.]+)/.exec(message)?.[1];
  const key = option && (findConfigKey(option)?.path ?? expandShortKey(option));
  if (key) return `${message.split("\n")[0]}\nhint: settings are given as key=value: ${key}=…\n`;
  return `${message}\nhint: startsparse help shows the commands, and startsparse help COMMAND one of them\n`;
}
