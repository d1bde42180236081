/** The program: its name, how it shows help, and its commands by topic. */
import { type Argument, Command, type Option } from "commander";
import packageJson from "../../package.json" with { type: "json" };
import { addBenchCommand } from "./bench_commands.ts";
import { addDataCommand } from "./data_commands.ts";
import { MAIN_HELP } from "./help.ts";
import { addChoiceCommands, addMachineCommands } from "./look_commands.ts";
import { openOutput } from "./output.ts";
import type { ProgramContext, Status } from "./program_context.ts";
import { addResultCommands } from "./result_commands.ts";
import { addSweepCommand } from "./sweep_commands.ts";
import { addTheoryCommand } from "./theory_commands.ts";
import { addTrainCommands } from "./train_commands.ts";
import { addTuneCommand } from "./tune_commands.ts";

/** Builds the program. A wrong call throws a `CommanderError`, whose message is not printed yet. */
export function createProgram(context: ProgramContext, status: Status): Command {
  const output = openOutput();
  const program = new Command("startsparse")
    .description("Train random sparse neural networks from the first step, on WebGPU.")
    .version(packageJson.version, "-V, --version", "print the version")
    .helpOption("-h, --help", "print help")
    .exitOverride()
    .configureHelp({
      helpWidth: Math.min(100, output.columns),
      subcommandTerm: (command) => [command.name(), ...command.registeredArguments.map(argumentTerm)].join(" "),
      optionDescription: describe,
      argumentDescription: describe,
    })
    .configureOutput({
      writeOut: (text) => output.data(text),
      writeErr: (text) => output.complain(text.trimEnd()),
      outputError: () => {},
    })
    .showSuggestionAfterError()
    .addHelpText("after", MAIN_HELP);
  const leave = (code: number) => {
    status.code = code;
  };
  program.commandsGroup("Train:");
  addTrainCommands(program, context, leave);
  addSweepCommand(program, context, leave);
  program.commandsGroup("Look at results:");
  addResultCommands(program, context, leave);
  program.commandsGroup("Choose:");
  addChoiceCommands(program, context, leave);
  addTheoryCommand(program, leave);
  program.commandsGroup("Data:");
  addDataCommand(program, context, leave);
  program.commandsGroup("This machine and help:");
  addTuneCommand(program, context, leave);
  addBenchCommand(program, context, leave);
  addMachineCommands(program, context, leave);
  program.helpCommand("help [command]", "print help, also of one command");
  return program;
}

/** `<preset>`, `[settings...]`. */
function argumentTerm(argument: Argument): string {
  const name = argument.name() + (argument.variadic ? "..." : "");
  return argument.required ? `<${name}>` : `[${name}]`;
}

/** An option or argument in words, with what it can be and what it is when left out. */
function describe({ description, argChoices, defaultValue }: Option | Argument): string {
  const notes: string[] = [];
  if (argChoices) notes.push(argChoices.join(", "));
  if (defaultValue !== undefined) notes.push(`default ${String(defaultValue)}`);
  return notes.length === 0 ? description : `${description} (${notes.join("; ")})`;
}
