#!/usr/bin/env node
/** The `startsparse` command: sets up what is missing, then hands over to the command line in src/cli, under Deno. */
import * as path from "node:path";
import process from "node:process";
import { root, runMain, setUp } from "../scripts/setup.mjs";
import { runForeground } from "../scripts/foreground.mjs";

// All others answer without a GPU; `doctor` is there to say why there is none, `plan` takes what it finds.
const WITH_ADAPTER = new Set(["run", "quickstart", "sweep", "bench", "tune"]);
const ANSWERED_AT_ONCE = new Set(["--help", "-h", "--version", "-V"]);

await runMain(async () => {
  const args = process.argv.slice(2);
  const command = args.find((arg) => !arg.startsWith("-"));
  const next = args[args.indexOf(command) + 1];
  const onlyDraws = command === "bench" && next === "figures";
  // A cluster's front end submits without a GPU.
  const onlyAsks = command === "sweep" && (["status", "cancel"].includes(next) || /\bslurm\b/.test(args.join(" ")));
  const adapter = WITH_ADAPTER.has(command) && !onlyDraws && !onlyAsks &&
    !args.some((arg) => ANSWERED_AT_ONCE.has(arg));
  const { deno, env } = setUp({ adapter });
  const config = path.join(root, "deno.json");
  const main = path.join(root, "src/cli/main.ts");
  await runForeground(deno, ["run", "-A", "--no-prompt", "--config", config, main, ...args], { env });
});
