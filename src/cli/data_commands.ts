/** `startsparse data`: the data sets that are known, those that are here, and bringing one in. */
import type { Command } from "commander";
import { closest } from "fastest-levenshtein";
import { FORMATS } from "../data/registry.ts";
import { choiceOption, parseNumber, parseWhole } from "./choices.ts";
import type { DataGetOptions } from "./data_get.ts";
import { DATA_GET_HELP, DATA_HELP } from "./help.ts";
import type { ListOptions } from "./lists.ts";
import type { Leave, ProgramContext } from "./program_context.ts";

/** Adds `data` and its commands. */
export function addDataCommand(program: Command, { host }: ProgramContext, leave: Leave): void {
  const data = program.command("data").summary("data sets: list, get, verify, info, remove")
    .description("List the data sets, bring one in, check it, or remove it.")
    .addHelpText("after", DATA_HELP);
  data.command("list", { isDefault: true }).summary("what there is, and where (the same as no word)")
    .description("List the data sets that are known by name and those that were imported.")
    .option("--json", "print JSON")
    .allowExcessArguments()
    .action(async (options: ListOptions, command: Command) => {
      // The default command is given what is no command: `data gett cifar10`.
      const [word] = command.args;
      if (word !== undefined) {
        const names = data.commands.map((below) => below.name());
        data.error(`error: unknown command 'data ${word}'\n(Did you mean ${closest(word, names)}?)`);
      }
      leave(await (await import("./data.ts")).dataListCommand(host, options));
    });
  data.command("get").summary("download or import one")
    .description("Download a data set by its name, or import one from a file or folder that is here.")
    .argument("<dataset>", "a known name, or a name of your own with --from")
    .option("--from <file|folder>", "archive, folder or table to import instead of a download")
    .addOption(choiceOption("--format <name>", "layout of your own data; told from the content if left out", FORMATS))
    .option("--size <pixels>", "resize images of your own: the shorter side, then cut to a square", parseWhole)
    .option("--label <column>", "column of a table that holds the classes; the last one if left out")
    .option("--test-fraction <f>", "part that becomes the test part, where the source has none", parseNumber)
    .option("--seed <n>", "seed of that split", parseWhole)
    .option("--force", "replace what is here under this name")
    .option("--json", "print what is here then as JSON")
    .addHelpText("after", DATA_GET_HELP)
    .action(async (name: string, options: DataGetOptions) => {
      const { dataGetCommand } = await import("./data_get.ts");
      leave(await dataGetCommand(host, name, options));
    });
  data.command("verify").summary("compare one with its sums")
    .description("Read a data set as a whole and compare it with its SHA-256 sums.")
    .argument("<dataset>", "a known or imported name").option("--json", "print JSON")
    .action(async (name: string, options: ListOptions) => {
      const { dataVerifyCommand } = await import("./data_get.ts");
      leave(await dataVerifyCommand(host, name, options));
    });
  data.command("info").summary("source, sums, licence and citation of one")
    .description("Show what a data set holds, where it is from, its sums, its licence and what to cite.")
    .argument("<dataset>", "a known or imported name").option("--json", "print JSON")
    .action(async (name: string, options: ListOptions) => {
      leave(await (await import("./data.ts")).dataInfoCommand(host, name, options));
    });
  data.command("remove").summary("delete one from the cache")
    .description("Delete a data set, finished or not, from the cache. What it was imported from stays.")
    .argument("<dataset>", "an imported name")
    .action(async (name: string) => leave(await (await import("./data.ts")).dataRemoveCommand(host, name)));
}
