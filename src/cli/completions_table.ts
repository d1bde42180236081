/** What can be completed: collected from the program itself, the presets and the configuration's schema. */
import type { Argument, Command, Option } from "commander";
import type { Host } from "../host/host.ts";

/**
 * What can stand in a place: words, and among them @files, @datasets (the known names and the folders of the cache),
 * @presets and @settings, which the script spreads out.
 */
export type Source = readonly string[];

/** A command, as completion sees it. */
export interface CompletedCommand {
  /** "data get"; empty for the program itself. */
  readonly path: string;
  /** The commands below it. */
  readonly commands: readonly string[];
  readonly options: readonly string[];
  /** The options that a value follows, and what it can be. */
  readonly values: Readonly<Record<string, Source>>;
  /** What its arguments can be, one after the other; the last one's holds for those that follow it if `variadic`. */
  readonly arguments: readonly Source[];
  readonly variadic: boolean;
}

/** Everything that a script completes. */
export interface CompletionTable {
  readonly commands: readonly CompletedCommand[];
  readonly presets: readonly string[];
  readonly datasets: readonly string[];
  /** The folder whose folders are data sets too. */
  readonly datasetFolder: string;
  /** Keys of the configuration, and the words that each can take (where they are known). */
  readonly settings: ReadonlyMap<string, Source>;
  /** Short names of keys: `density` for `mask.density`. */
  readonly shortSettings: ReadonlyMap<string, Source>;
}

const BY_ARGUMENT: Readonly<Record<string, Source>> = {
  preset: ["@presets", "@files"],
  settings: ["@settings"],
  dataset: ["@datasets"],
  files: ["@files"],
};
const BY_OPTION: Readonly<Record<string, Source>> = {
  "--dataset": ["@datasets"],
  "--from": ["@files"],
  "--out": ["@files"],
  "--layers": ["@files"],
  "--figures": ["@files"],
};

/** Collects what can be completed from the program and from what it works with. */
export async function completionTable(host: Host, program: Command): Promise<CompletionTable> {
  const [{ listPresets }, { configKeys, expandShortKey }, { datasetNames }, { datasetsFolder }] = await Promise.all([
    import("../experiment/presets.ts"),
    import("../experiment/config_keys.ts"),
    import("../data/registry.ts"),
    import("../data/cache.ts"),
  ]);
  const settings = new Map<string, Source>(), shortSettings = new Map<string, Source>();
  for (const { path, values, type, readers } of configKeys()) {
    const known = path === "data.name" ? ["@datasets"] : type === "true or false" ? ["true", "false"] : values ?? [];
    settings.set(path, known);
    const short = path.slice(path.lastIndexOf(".") + 1);
    // one method's settings are found by their whole names: they would crowd out what every run has
    if (!readers && expandShortKey(short) === path) shortSettings.set(short, known);
  }
  const top = completedCommand(program, []);
  const help: CompletedCommand = {
    path: "help",
    commands: [],
    options: [],
    values: {},
    arguments: [top.commands],
    variadic: false,
  };
  return {
    commands: [{ ...top, commands: [...top.commands, "help"] }, help, ...commandsBelow(program, [])],
    presets: (await listPresets(host)).map(({ name }) => name),
    datasets: datasetNames(),
    datasetFolder: datasetsFolder(host),
    settings,
    shortSettings,
  };
}

function commandsBelow(parent: Command, path: readonly string[]): CompletedCommand[] {
  return parent.commands.flatMap((command) => {
    const below = [...path, command.name()];
    return [completedCommand(command, below), ...commandsBelow(command, below)];
  });
}

function completedCommand(command: Command, path: readonly string[]): CompletedCommand {
  // What a default command takes can follow its parent.
  const taking = [command, ...command.commands.filter((below) => isDefault(command, below))];
  const options = taking.flatMap((one) => one.options), taken = taking.flatMap((one) => one.registeredArguments);
  const values = options.filter(takesValue).map((option) => [longFlag(option), sourceOf(option, longFlag(option))]);
  return {
    path: path.join(" "),
    commands: command.commands.map((below) => below.name()),
    options: [...new Set([...options.map(longFlag), "--help"])],
    values: Object.fromEntries(values),
    arguments: taken.map(argumentSource),
    variadic: taken.at(-1)?.variadic ?? false,
  };
}

/** Commander keeps the name of the default command, and tells it by what happens without a word only. */
function isDefault(parent: Command, command: Command): boolean {
  return (parent as Command & { _defaultCommandName?: string | null })._defaultCommandName === command.name();
}

function longFlag(option: Option): string {
  return option.long ?? option.short ?? option.flags;
}

function takesValue(option: Option): boolean {
  return option.required || option.optional;
}

function sourceOf(option: Option, flag: string): Source {
  return option.argChoices ?? BY_OPTION[flag] ?? [];
}

function argumentSource(argument: Argument): Source {
  return argument.argChoices ?? BY_ARGUMENT[argument.name()] ?? [];
}
