/** The commands that read what runs have left behind. */
import type { Command } from "commander";
import { INTERVALS } from "../experiment/results_groups.ts";
import { choiceOption } from "./choices.ts";
import type { Leave, ProgramContext } from "./program_context.ts";
import * as help from "./result_help.ts";
import { deviceOptions } from "./device_options.ts";
import type { EvaluateOptions } from "./evaluate.ts";
import type { ExportOptions } from "./export.ts";
import type { ReportOptions } from "./report.ts";
import type { ResultsOptions } from "./results.ts";

const FOLDERS = "run folders, or folders that hold some, at any depth";
const INTERVAL = () =>
  choiceOption("--interval <form>", "of 95 %: t·s/√n, or 1.96·s/√n (normal)", INTERVALS).default("t");

/** Adds `results`, `report`, `compare`, `eval` and `export`. */
export function addResultCommands(program: Command, { host }: ProgramContext, leave: Leave): void {
  program.command("results")
    .summary("tables of what runs ended with, for people and programs")
    .description("Show what the runs under some folders ended with: means over seeds, intervals, densities, cost.")
    .argument("<folders...>", FOLDERS)
    .option("--by <keys>", "settings to group by, with commas: method,mask.rule,density (default: all but seeds)")
    .addOption(INTERVAL())
    .option("--wide", "dead neurons, cost, speed and memory in one table")
    .option("--show <names>", "these columns: best_test_accuracy,n,peak_bytes (the names are those of --csv)")
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

  program.command("report")
    .summary("one page with every figure and table of some runs")
    .description(
      "Write one page of figures, tables and provenance that needs no network and no script, and its charts.",
    )
    .argument("<folders...>", FOLDERS)
    .option("--out <folder>", "where to write it (default: the folder report in the first one)")
    .option("--title <text>", "the page's title (default: the folders' names)")
    .option("--description <text>", "a sentence under the title")
    .addOption(INTERVAL())
    .option("--json", "print the paths of what was written as JSON")
    .addHelpText("after", help.REPORT_HELP)
    .action(async (folders: string[], options: ReportOptions) => {
      const { reportCommand } = await import("./report.ts");
      leave(await reportCommand(host, folders, options));
    });

  program.command("compare")
    .summary("two runs beside each other")
    .description("Show what two runs differ in: configuration, result, curves, and how much their masks share.")
    .argument("<run>", "folder of a run").argument("<other>", "folder of another")
    .option("--json", "print JSON")
    .addHelpText("after", help.COMPARE_HELP)
    .action(async (run: string, other: string, options: { json?: boolean }) => {
      const { compareCommand } = await import("./compare.ts");
      leave(await compareCommand(host, [run, other], options));
    });

  deviceOptions(
    program.command("eval")
      .summary("evaluate a trained network again")
      .description("Compute loss and accuracy of what a run has trained, from its folder.")
      .argument("<run>", "folder of a run")
      .addOption(choiceOption("--split <part>", "which of its images", ["train", "validation", "test"]).default("test"))
      .option("--logits <file>", "write the logits of every image to this safetensors file"),
  )
    .option("--json", "print JSON")
    .addHelpText("after", help.EVAL_HELP)
    .action(async (run: string, options: EvaluateOptions) => {
      const { evaluateCommand } = await import("./evaluate.ts");
      leave(await evaluateCommand(host, run, options));
    });

  program.command("export")
    .summary("a trained network for ONNX, a run for TensorBoard")
    .description("Write a run for other programs. Weights and masks are safetensors in its folder already.")
    .argument("<run>", "folder of a run")
    .option("--onnx <file>", "the trained network, normalisation inside")
    .option("--tensorboard <folder>", "scalars, and a histogram of each layer's weights, in a folder of the run's name")
    .addHelpText("after", help.EXPORT_HELP)
    .action(async (run: string, options: ExportOptions) => {
      const { exportCommand } = await import("./export.ts");
      leave(await exportCommand(host, run, options));
    });
}
