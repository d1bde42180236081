/** `startsparse theory`: how wide a random sparse source must be, by formulas and by random masks. */
import type { Command } from "commander";
import { parseList, parseNumber, parseNumbers, parseWhole } from "./choices.ts";
import type { Leave } from "./program_context.ts";
import * as help from "./theory_help.ts";
import type { EmbeddingOptions, InputsOptions, SubsetSumOptions, TicketCommandOptions } from "./theory.ts";

/** Adds `theory` with its experiments. */
export function addTheoryCommand(program: Command, leave: Leave): void {
  const theory = program.command("theory").usage("<experiment>")
    .summary("how wide a random source must be, by formula and by chance")
    .description(
      "Compute what a random sparse network of some width can hold: exact chances, and random masks beside them.",
    )
    .addHelpText("after", help.THEORY_HELP);
  const experiment = (name: string, summary: string, densities: number[], trials: number) =>
    theory.command(name).summary(summary).description(`${summary[0].toUpperCase()}${summary.slice(1)}.`)
      .option("--densities <list>", "kept shares p of the source's edges", parseNumbers, densities)
      .option("--trials <n>", "random masks for each density", parseWhole, trials)
      .option("--seed <n>", "seed of masks and weights", parseWhole, 1)
      .option("--json", "print JSON");
  const delta = ["--delta <d>", "chance of failure that is allowed", parseNumber, 0.1] as const;

  experiment("embedding", "a source that holds a target network exactly (E1)", [0.9, 0.7, 0.5, 0.3, 0.2, 0.1], 100)
    .option("--widths <list>", "the target's inputs, hidden units and outputs", parseList, [10, 20, 20, 1])
    .option("--nonzero <list>", "its nonzero weights, layer by layer", parseList, [60, 80, 10])
    .option(...delta)
    .option("--multiples <list>", "of the width that the formula gives: tried with masks", parseNumbers, [0.5, 0.75, 1])
    .addHelpText("after", help.EMBEDDING_HELP)
    .action(async (options: EmbeddingOptions) => leave((await import("./theory.ts")).embeddingCommand(options)));
  experiment("inputs", "hidden units so that no input is cut off (E2)", [0.9, 0.5, 0.3, 0.1, 0.05, 0.01], 200)
    .option("--inputs <d>", "inputs of the target", parseWhole, 10)
    .option(...delta)
    .addHelpText("after", help.INPUTS_HELP)
    .action(async (options: InputsOptions) => leave((await import("./theory.ts")).inputsCommand(options)));
  experiment("subset-sum", "random numbers that have a subset near a given one (E3)", [1, 0.5, 0.25], 300)
    .option("--sizes <list>", "how many random numbers, at most 30", parseList, [8, 12, 16, 20, 24])
    .option("--epsilon <list>", "how near", parseNumbers, [0.1, 0.01, 0.001])
    .addHelpText("after", help.SUBSET_SUM_HELP)
    .action(async (options: SubsetSumOptions) => leave((await import("./theory.ts")).subsetSumCommand(options)));
  experiment("ticket", "a mask alone that makes a trained network of random weights (E4)", [1, 0.8, 0.5, 0.3], 5)
    .option("--hidden <n>", "units in each of the target's two hidden layers", parseWhole, 8)
    .option("--copies <n>", "copies of a unit at density 1; at p as many more as keep that many edges", parseWhole, 15)
    .option("--epsilon <e>", "how near a weight, in largest weights of its layer", parseNumber, 0.01)
    .addHelpText("after", help.TICKET_HELP)
    .action(async (options: TicketCommandOptions) => leave((await import("./theory.ts")).ticketCommand(options)));
}
