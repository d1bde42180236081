/** The command line of `npm run bench:peers`. */
import { Command, InvalidArgumentError } from "commander";
import { PEERS } from "./peers.ts";
import { GROUPS, listWorks } from "./works.ts";

/** What was asked for. */
export interface PeerOptions {
  readonly works?: string[];
  readonly peers?: string[];
  readonly rounds?: number;
  readonly quick?: boolean;
  readonly json?: boolean;
  readonly requireGpu?: boolean;
}

/** Rounds where none are asked for, and milliseconds of a sample. */
export const DEFAULTS = { rounds: 7, sampleMs: 400 },
  QUICK = { rounds: 3, sampleMs: 150 };

/** Reads the arguments. @throws {CommanderError} for wrong ones, and after the help */
export function readOptions(args: readonly string[]): PeerOptions {
  const command = new Command("npm run bench:peers --").exitOverride().configureOutput({ outputError: () => {} })
    .description(
      "Times the same work in startsparse, jax-js, TensorFlow.js and PyTorch: one process each, in turns, on the same " +
        "adapter. All results are compared before anything is timed.",
    )
    .option("--works <names>", "groups, works, or what works' names begin with, by commas", list)
    .option(
      "--peers <names>",
      "whom to compare with, by commas; all that are there where left out",
      list,
    )
    .option(
      "--rounds <n>",
      `rounds (default ${DEFAULTS.rounds}, ${QUICK.rounds} with --quick)`,
      count,
    )
    .option("--quick", "a few small works, few rounds, short samples: whether all of it works")
    .option("--require-gpu", "refuse an adapter that computes on the CPU")
    .option("--json", "print one JSON object and nothing else to stdout")
    .addHelpText("after", worksHelp())
    .allowExcessArguments(false);
  command.parse([...args], { from: "user" });
  return command.opts<PeerOptions>();
}

function list(words: string): string[] {
  return words.split(",").map((word) => word.trim()).filter(Boolean);
}

function count(word: string): number {
  const value = Number(word);
  if (!Number.isInteger(value) || value < 1) {
    throw new InvalidArgumentError("expected a whole number, at least 1");
  }
  return value;
}

function worksHelp(): string {
  const works = listWorks();
  const groups = Object.entries(GROUPS).map(
    ([group, { description, standard }]) => {
      const names = works.filter((work) => work.group === group).map((
        { name },
      ) => name);
      const shown = names.length > 12 ? [...names.slice(0, 4), `… ${names.length} works`] : names;
      return `  ${group}${standard ? "" : " (only when asked for)"}: ${description}\n    ${shown.join("\n    ")}`;
    },
  );
  const peers = PEERS.map(({ name, description }) => `  ${name}: ${description}`);
  return `\nWorks:\n${groups.join("\n")}\n\nPeers:\n${peers.join("\n")}\n\nPYTHON names another Python than python3.\n`;
}
