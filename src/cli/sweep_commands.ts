/** `startsparse sweep` and what is below it. */
import type { Command } from "commander";
import { choiceOption, parseWhole } from "./choices.ts";
import type { CommandContext } from "./context.ts";
import { deviceOptions } from "./device_options.ts";
import { SWEEP_HELP } from "./help.ts";
import type { Leave, ProgramContext } from "./program_context.ts";
import type { SweepOptions } from "./sweep.ts";
import type { ElementOptions } from "./sweep_element.ts";
import type { StatusOptions } from "./sweep_manage.ts";
import type { WorkOptions } from "./sweep_worker.ts";

/** Adds `sweep`, with `status`, `cancel` and `retry`, and what the engines call. */
export function addSweepCommand(program: Command, { host, args }: ProgramContext, leave: Leave): void {
  const context = async (): Promise<CommandContext> => {
    const { shellCommand } = await import("../experiment/provenance.ts");
    return { host, command: shellCommand(["startsparse", ...args]) };
  };
  const sweep = program.command("sweep").usage("<preset> [settings...] [grid.key=a,b,c...]")
    .summary("many runs: a grid, here or on a Slurm cluster")
    .description(
      "Run every cell of a grid, in processes here or as an array of Slurm's. The same command again runs what is " +
        "missing or has failed, and nothing else.",
    )
    .addHelpText("after", SWEEP_HELP);
  const engines = (command: Command) =>
    deviceOptions(
      command.option("--jobs <n>", "cells at the same time (default: one an adapter, if memory is enough)", parseJobs)
        .addOption(choiceOption("--on <engine>", "where cells run (default local)", ["local", "slurm"])),
    )
      .option("--partition <name>", "Slurm: partition")
      .option("--gpus <n>", "Slurm: GPUs of a cell (default 1; 0 with --allow-software)", parseWhole)
      .option("--time <limit>", "Slurm: time limit of a cell, such as 4:00:00; what takes longer is requeued")
      .option(
        "--warning <s>",
        "Slurm: seconds before the limit at which a run stops to be requeued (default 120)",
        parseWhole,
      )
      .option("--sbatch <flag>", "Slurm: another option of sbatch, such as --sbatch=--mem=16G; repeat it", collect, [])
      .option("--allow-software", "Slurm: also run on nodes without a GPU")
      .option("--json", "print what there is in the end as JSON");

  engines(
    sweep.command("start", { isDefault: true, hidden: true })
      .argument("<preset>", "name of a preset, or a file that ends in .yaml")
      .argument("[settings...]", "key=value for every cell, grid.key=a,b,c for an axis")
      .option("--seed <n>", "one seed, in place of the grid's")
      .option("--out <folder>", "the sweep's folder; by default sweeps/<preset>-<hash of its cells>"),
  ).action(async (preset: string, settings: string[], options: SweepOptions) => {
    const { sweepCommand } = await import("./sweep.ts");
    leave(await sweepCommand(await context(), preset, settings, options));
  });
  sweep.command("status").summary("how far it is").argument("<folder>", "folder of a sweep")
    .description("Show how far a sweep is: what runs, what waits, what failed and why.")
    .option("--all", "show every cell").option("--json", "print JSON")
    .action(async (folder: string, options: StatusOptions) => {
      leave(await (await import("./sweep_manage.ts")).statusCommand(host, folder, options));
    });
  sweep.command("cancel").summary("end what runs and what waits").argument("<folder>", "folder of a sweep")
    .description("End a sweep's processes on this machine and its jobs in Slurm's queue. What is done stays.")
    .action(async (folder: string) => leave(await (await import("./sweep_manage.ts")).cancelCommand(host, folder)));
  engines(
    sweep.command("retry").summary("run what is missing or failed").argument("<folder>", "folder of a sweep")
      .argument("[cells...]", "only these runs or cells")
      .description("Run what is missing or failed of a sweep: all of it, or the cells that are named."),
  ).action(async (folder: string, cells: string[], options: SweepOptions) => {
    leave(await (await import("./sweep_manage.ts")).retryCommand(host, folder, cells, options));
  });

  deviceOptions(sweep.command("work", { hidden: true }).argument("<folder>").requiredOption("--writer <name>"))
    .action(async (folder: string, options: WorkOptions) => {
      leave(await (await import("./sweep_worker.ts")).workCommand(host, folder, options));
    });
  deviceOptions(
    sweep.command("cell", { hidden: true }).argument("<folder>").requiredOption("--list <file>")
      .requiredOption("--index <n>", "", parseWhole),
  ).action(async (folder: string, options: ElementOptions) => {
    leave(await (await import("./sweep_element.ts")).elementCommand(host, folder, options));
  });
}

function parseJobs(text: string): number {
  return Math.max(1, parseWhole(text));
}

function collect(value: string, previous: readonly string[]): string[] {
  return [...previous, value];
}
