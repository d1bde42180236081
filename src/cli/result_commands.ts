/** The commands that read what runs have left behind. */
import type { Command } from "commander";
import { INTERVALS } from "../experiment/results_groups.ts";
import { choiceOption } from "./choices.ts";
import type { Leave, ProgramContext } from "./program_context.ts";
import * as help from "./result_help.ts";
import type { ResultsOptions } from "./results.ts";

/** Adds `results`. */
export function addResultCommands(program: Command, { host }: ProgramContext, leave: Leave): void {
  program.command("results")
    .summary("tables of what runs ended with, for people and programs")
    .description("Show what the runs under some folders ended with: means over seeds, intervals, densities, cost.")
    .argument("<folders...>", "run folders, or folders that hold some, at any depth")
    .option("--by <keys>", "settings to group by, with commas: method,mask.rule,density (default: all but seeds)")
    .addOption(
      choiceOption("--interval <form>", "of 95 %: t·s/√n, or 1.96·s/√n (normal)", INTERVALS).default("t"),
    )
    .option("--wide", "dead neurons, cost, speed and memory in one table")
    .option("--csv", "comma-separated values, one record a run")
    .option("--json", "JSON: runs, groups and warnings")
    .option("--parquet", "a Parquet file, one record a run (needs --out)")
    .option("--markdown", "the table as Markdown")
    .option("--latex", "the table as LaTeX with booktabs")
    .addOption(
      choiceOption("--rows <what>", "what a record of CSV and Parquet is", ["runs", "groups"]).default("runs"),
    )
    .option("--out <file>", "write to this file instead of stdout")
    .addHelpText("after", help.RESULTS_HELP)
    .action(async (folders: string[], options: ResultsOptions) => {
      const { resultsCommand } = await import("./results.ts");
      leave(await resultsCommand(host, folders, options));
    });
}
