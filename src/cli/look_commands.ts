/** The commands that only tell: what there is to choose from, what a rule makes of it, and whether the machine is ready. */
import type { Command } from "commander";
import { datasetNames } from "../data/registry.ts";
import { DRAW_METHODS } from "../masks/draw.ts";
import { FLOW_MODES } from "../masks/flow.ts";
import { RULE_NAMES } from "../masks/rules/registry.ts";
import { METHOD_NAMES, SCORE_NAMES } from "../methods/names.ts";
import { MODEL_NAMES } from "../nn/registry.ts";
import { choiceArgument, choiceOption, parseBlock, parseList, parseNumber, parseWhole } from "./choices.ts";
import { SHELLS } from "./completions.ts";
import type { DensityOptions } from "./density_view.ts";
import * as help from "./help.ts";
import type { ListOptions, ModelsOptions } from "./lists.ts";
import type { Leave, ProgramContext } from "./program_context.ts";

const STEMS = ["auto", "cifar", "imagenet"];
/** The paper's data set, which the sizes of its models are known for. */
const DATASET = "cifar10";
const DATASET_OPTION = `data set that gives images and classes: ${datasetNames().join(", ")}, or one of your own`;

/** Adds `density`, `models`, `rules`, `methods`, `presets` and `schema`. */
export function addChoiceCommands(program: Command, context: ProgramContext, leave: Leave): void {
  const { host } = context;
  program.command("density")
    .summary("densities and cost of a mask, layer by layer")
    .description("Show what a rule makes of a network, layer by layer, before training and without the data's files.")
    .addArgument(choiceArgument("<model>", "network", MODEL_NAMES))
    .option("--dataset <name>", DATASET_OPTION, DATASET)
    .addOption(choiceOption("--rule <name>", "how the density is shared", RULE_NAMES))
    .option("--density <p>", "fraction of the weights to keep, above 0 and at most 1 (default 0.1)", parseNumber)
    .option("--layers <table|file>", "for the rule custom: name=density,…, or a YAML file of them")
    .option(
      "--block <out,in>",
      "output and input channels kept or pruned together",
      parseBlock,
      [1, 1] as [number, number],
    )
    .addOption(
      choiceOption("--draw <law>", "keep each weight by chance, or an exact number", DRAW_METHODS).default("bernoulli"),
    )
    .addOption(choiceOption("--flow <mode>", "flow preservation", FLOW_MODES).default("off"))
    .option("--seed <n>", "seed of the mask", parseWhole, 1)
    .option("--width <w>", "width of the model (startsparse models)", parseNumber)
    .option("--widths <list>", "hidden layers of mlp: 300,100", parseList)
    .addOption(choiceOption("--stem <kind>", "first layers of resnet18, 34 and 50", STEMS))
    .option("--size <pixels>", "height and width that images are resized to", parseWhole)
    .option("--json", "print JSON")
    .addHelpText("after", help.DENSITY_HELP)
    .action(async (model: string, options: DensityOptions) => {
      const { densityCommand } = await import("./density_view.ts");
      leave(await densityCommand(host, model, options));
    });

  program.command("models").summary("networks").description("List the networks, their options and their size.")
    .option("--dataset <name>", DATASET_OPTION, DATASET)
    .option("--json", "print JSON")
    .addHelpText("after", help.MODELS_HELP)
    .action(async (options: ModelsOptions) => {
      const { modelsCommand } = await import("./lists.ts");
      leave(await modelsCommand(host, options));
    });
  program.command("rules").summary("ways to share a density between layers")
    .description("List the rules: ways to share a density between layers.").option("--json", "print JSON")
    .addHelpText("after", help.RULES_HELP)
    .action(async (options: ListOptions) => leave((await import("./lists.ts")).rulesCommand(options)));
  program.command("methods").summary("what happens to the mask before and during training")
    .description("List methods (what happens to the mask during training) and scores (before it), or show one of them.")
    .addArgument(choiceArgument("[method]", "show this one", [...METHOD_NAMES, ...SCORE_NAMES]))
    .option("--json", "print JSON").addHelpText("after", help.METHODS_HELP)
    .action(async (name: string | undefined, options: ListOptions) => {
      leave((await import("./methods.ts")).methodsCommand(name, options));
    });
  addPresets(program, context, leave);
  program.command("schema").summary("JSON Schema of configuration files")
    .description("Print the JSON Schema of a configuration file: every key, its meaning, range and default.")
    .addHelpText("after", help.SCHEMA_HELP)
    .action(async () => leave((await import("./lists.ts")).schemaCommand()));
}

/** Adds `doctor` and `completions`. */
export function addMachineCommands(program: Command, { host }: ProgramContext, leave: Leave): void {
  program.command("doctor").summary("check this machine")
    .description("Check runtime, driver and adapter, and the adapter's results against known answers.")
    .option("--json", "print JSON").addHelpText("after", help.DOCTOR_HELP)
    .action(async ({ json }: { json?: boolean }) => {
      const { doctor } = await import("./doctor.ts");
      leave((await doctor(host, { json: json ?? false })).exitCode);
    });
  program.command("completions").summary("completions for bash and zsh")
    .description("Print a script that lets a shell complete commands, options, names and settings.")
    .addArgument(choiceArgument("<shell>", "for which shell", SHELLS))
    .addHelpText("after", help.COMPLETIONS_HELP)
    .action(async (shell: typeof SHELLS[number]) => {
      const { completionsCommand } = await import("./completions.ts");
      leave(await completionsCommand(host, program, shell));
    });
}

function addPresets(program: Command, { host }: ProgramContext, leave: Leave): void {
  const presets = program.command("presets").usage("[show] [name]")
    .summary("what can be run by name").description("List the presets, or show one of them.")
    .addHelpText("after", help.PRESETS_HELP);
  const show = async (name: string, options: ListOptions) => {
    const { presetsShowCommand } = await import("./lists.ts");
    leave(await presetsShowCommand(host, name, options));
  };
  presets.command("list", { isDefault: true }).summary("list them (the same as no word)")
    .argument("[preset]", "show this one instead").option("--json", "print JSON")
    .action(async (name: string | undefined, options: ListOptions) => {
      if (name !== undefined) return await show(name, options);
      leave(await (await import("./lists.ts")).presetsCommand(host, options));
    });
  presets.command("show").summary("print one, complete").argument("<preset>", "name of a preset, or a file")
    .description("Print a preset with every default filled in: each of its keys can be given to `startsparse run`.")
    .option("--json", "print JSON").action(show);
}
