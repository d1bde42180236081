/** `startsparse bench`: the commands that time kernels and training steps, and their options. */
import { type Command, InvalidArgumentError } from "commander";
import { datasetNames } from "../data/registry.ts";
import { FLOW_MODES } from "../masks/flow.ts";
import { RULE_NAMES } from "../masks/rules/registry.ts";
import { MODEL_NAMES } from "../nn/registry.ts";
import type { ConvOptions, FigureOptions, MatmulOptions, StepOptions } from "./bench_options.ts";
import { BENCH_HELP, CONV_HELP, FIGURES_HELP, MATMUL_HELP, STEP_HELP } from "./bench_help.ts";
import { choiceOption, parseBlock, parseList, parseNumber, parseWhole } from "./choices.ts";
import { deviceOptions } from "./device_options.ts";
import type { CommandContext } from "./context.ts";
import type { Leave, ProgramContext } from "./program_context.ts";

const ACTIVATIONS = ["f32", "f16"] as const;
const PASSES = ["forward", "dx", "dw"] as const;
const RULES = RULE_NAMES.filter((rule) => rule !== "dense" && rule !== "custom");

/** Adds `bench` and its commands. */
export function addBenchCommand(program: Command, { host, args }: ProgramContext, leave: Leave): void {
  const context = async (): Promise<CommandContext> => {
    const { shellCommand } = await import("../experiment/provenance.ts");
    return { host, command: shellCommand(["startsparse", ...args]) };
  };
  const bench = program.command("bench").summary("times of kernels and training steps")
    .description("Time kernels and whole training steps on this machine's adapter.")
    .addHelpText("after", BENCH_HELP);
  const common = (command: Command, rounds: number) =>
    deviceOptions(
      command
        .option("--rounds <n>", "interleaved rounds; the median of them is shown", parseCount, rounds)
        .option("--seed <n>", "seed of masks and numbers", parseWhole, 1),
    )
      .option("--json", "print the result as JSON to stdout; everything else goes to stderr");
  const kernels = (command: Command) =>
    command
      .option("--batch <n>", "images, or rows", parseCount, 128)
      .option("--passes <list>", "what is computed", oneOrMore(PASSES), [...PASSES])
      .option("--densities <list>", "of the packed kernels; dense is always there", parseNumbers, [0.1, 0.01])
      .option("--blocks <list>", "output×input channels kept or pruned together", parseBlocks, ["1x1"])
      .option("--activations <list>", "what packed kernels read", oneOrMore(ACTIVATIONS), ["f32"])
      .option("--subgroups", "packed weight gradients with and without subgroups; on GPUs that have them");

  common(
    kernels(
      bench.command("conv").summary("one convolution: dense and packed kernels")
        .description("Time one convolution, forward and both gradients: dense kernels, and packed ones by density.")
        .option("--channels <in,out>", "input and output channels", parsePair, [64, 64])
        .option("--image <h,w>", "height and width; one number for both", parseImage, [16, 16])
        .option("--kernel <k>", "side of the filter", parseCount, 3)
        .option("--stride <s>", "stride", parseCount, 1)
        .option("--pad <p>", "padding; (k − 1) / 2 where it is left out", parseWhole),
    ),
    9,
  )
    .addHelpText("after", CONV_HELP)
    .action(async (options: ConvOptions) => {
      const { benchConvCommand } = await import("./bench.ts");
      leave(await benchConvCommand(await context(), options));
    });

  common(
    kernels(
      bench.command("matmul").summary("one linear layer: dense and packed kernels")
        .description("Time one linear layer, which is a matrix product, forward and both gradients.")
        .option("--features <in,out>", "input and output features", parsePair, [512, 512]),
    ),
    9,
  )
    .addHelpText("after", MATMUL_HELP)
    .action(async (options: MatmulOptions) => {
      const { benchMatmulCommand } = await import("./bench.ts");
      leave(await benchMatmulCommand(await context(), options));
    });

  common(
    bench.command("step").summary("a whole training step by density, over the dense one")
      .description("Time a whole training step: each density in turns with the dense network.")
      .addOption(choiceOption("--model <name>", "network", MODEL_NAMES).default("lab"))
      .option("--width <w>", "width of the model (startsparse models)", parseNumber)
      .option("--dataset <name>", `images of a data set instead of random ones: ${datasetNames().join(", ")}`)
      .option("--input <c,h,w>", "size of random images", parseSize)
      .option("--classes <n>", "classes of random images", parseCount)
      .option("--batch <n>", "images of a step", parseCount, 32)
      .addOption(choiceOption("--rule <name>", "how a density is shared between layers", RULES).default("uniform"))
      .option("--densities <list>", "fractions of the weights to keep", parseNumbers, [1, 0.1, 0.01])
      .option("--block <out,in>", "channels kept or pruned together", parseBlock, [1, 1] as [number, number])
      .addOption(choiceOption("--flow <mode>", "flow preservation", FLOW_MODES).default("off"))
      .addOption(
        choiceOption("--storage <kind>", "masked layers: as the kernel plan says, or all alike", [
          "auto",
          "dense",
          "packed",
        ]).default("auto"),
      )
      .addOption(choiceOption("--activations <kind>", "what packed layers read", ACTIVATIONS).default("f32"))
      .addOption(choiceOption("--optimizer <name>", "optimizer", ["sgd", "adam", "adamw"]).default("sgd"))
      .option("--figures <folder>", "write charts of time and memory as SVG"),
    7,
  )
    .addHelpText("after", STEP_HELP)
    .action(async (options: StepOptions) => {
      const { benchStepCommand } = await import("./bench.ts");
      leave(await benchStepCommand(await context(), options));
    });

  bench.command("figures").summary("charts of stored results")
    .description("Draw results that `bench step --json` printed, one line each, into one pair of charts.")
    .argument("<files...>", "JSON files")
    .option("--out <folder>", "folder to write", ".")
    .addHelpText("after", FIGURES_HELP)
    .action(async (files: string[], options: FigureOptions) => {
      const { figuresCommand } = await import("./bench_figures.ts");
      leave(await figuresCommand(host, files, options));
    });
}

/** Reads a whole number from 1 on. */
function parseCount(text: string): number {
  const value = parseWhole(text);
  if (value >= 1) return value;
  throw new InvalidArgumentError("Expected a whole number from 1 on.");
}

/** Reads numbers with commas between them. */
function parseNumbers(text: string): number[] {
  const values = text.split(",").map((part) => part.trim() === "" ? NaN : Number(part));
  if (values.every(Number.isFinite)) return values;
  throw new InvalidArgumentError("Expected numbers with commas between them, such as 1,0.1,0.01.");
}

/** Reads two whole numbers. */
function parsePair(text: string): number[] {
  const values = parseList(text);
  if (values.length === 2) return values;
  throw new InvalidArgumentError("Expected two whole numbers with a comma between them, such as 64,128.");
}

/** Reads the height and width of an image; × may stand for the comma. */
function parseImage(text: string): number[] {
  const values = parseList(text.replace(/[x×]/g, ","));
  if (values.length <= 2) return [values[0], values.at(-1)!];
  throw new InvalidArgumentError("Expected height and width, such as 16 or 16,32.");
}

/** Reads channels, height and width; × may stand for the commas. */
function parseSize(text: string): number[] {
  const values = parseList(text.replace(/[x×]/g, ","));
  if (values.length === 3) return values;
  throw new InvalidArgumentError("Expected channels, height and width, such as 3,32,32.");
}

/** Reads blocks with commas between them; they stay text, so that the help can show the default. */
function parseBlocks(text: string): string[] {
  return text.split(",").map((part) => {
    if (!/^\s*\d+\s*[x×]\s*\d+\s*$/.test(part)) {
      throw new InvalidArgumentError("Expected blocks with commas between them, such as 1x1,8x8.");
    }
    return parseBlock(part).join("x");
  });
}

/** Reads some words of a list. */
function oneOrMore(words: readonly string[]): (text: string) => string[] {
  return (text) => {
    const given = text.split(",").map((word) => word.trim());
    const wrong = given.find((word) => !words.includes(word));
    if (wrong === undefined) return [...new Set(given)];
    throw new InvalidArgumentError(`"${wrong}" is none of ${words.join(", ")}.`);
  };
}
