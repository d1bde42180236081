/** `startsparse tune`: its words and options. */
import { type Command, InvalidArgumentError } from "commander";
import { MODEL_NAMES } from "../nn/registry.ts";
import { choiceOption, parseNumber, parseWhole } from "./choices.ts";
import { TUNE_HELP } from "./bench_help.ts";
import { deviceOptions } from "./device_options.ts";
import type { Leave, ProgramContext } from "./program_context.ts";
import type { TuneOptions } from "./tune.ts";

/** Adds `tune`. */
export function addTuneCommand(program: Command, { host, args }: ProgramContext, leave: Leave): void {
  const command = program.command("tune").summary("measure kernels, for faster runs")
    .description("Measure the kernels of layers on this machine's adapter; later runs choose theirs by it.")
    .argument("[preset]", "name of a preset, or a file that ends in .yaml: whose layers")
    .argument("[settings...]", "key=value, over what the preset says")
    .addOption(choiceOption("--model <name>", "network (the same as model.name=)", MODEL_NAMES))
    .option("--dataset <name>", "data set (the same as data.name=)")
    .option("--batch <n>", "images of a step (the same as train.batch=)", parseCount)
    .option("--budget <seconds>", "begin nothing new after so many seconds", parseSeconds, 60)
    .option("--rounds <n>", "interleaved rounds; the median of them is kept", parseCount, 3)
    .option("--seed <n>", "seed of masks and numbers", parseWhole, 1)
    .option("--fresh", "forget what was measured on this adapter, and begin anew")
    .option("--show", "measure nothing; show what was measured")
    .option("--figures <folder>", "write a chart of break-even densities as SVG");
  deviceOptions(command)
    .option("--json", "print the measurements as JSON to stdout; everything else goes to stderr")
    .addHelpText("after", TUNE_HELP)
    .action(async (preset: string | undefined, settings: string[], options: TuneOptions) => {
      const [{ tuneCommand }, { shellCommand }] = await Promise.all([
        import("./tune.ts"),
        import("../experiment/provenance.ts"),
      ]);
      const words = preset === undefined ? settings : [preset, ...settings];
      leave(await tuneCommand({ host, command: shellCommand(["startsparse", ...args]) }, words, options));
    });
}

/** Reads a whole number from 1 on. */
function parseCount(text: string): number {
  const value = parseWhole(text);
  if (value >= 1) return value;
  throw new InvalidArgumentError("Expected a whole number from 1 on.");
}

/** Reads seconds. */
function parseSeconds(text: string): number {
  const value = parseNumber(text);
  if (value >= 0) return value;
  throw new InvalidArgumentError("Expected seconds from 0 on.");
}
