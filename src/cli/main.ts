/** The command line's entry: `bin/startsparse.mjs` starts this file under Deno. */
import { CommanderError } from "commander";
import { createDenoHost } from "../host/deno.ts";
import { reportFailure } from "./failure.ts";
import { openOutput } from "./output.ts";
import { createProgram } from "./program.ts";
import type { Status } from "./program_context.ts";

// What most commands do without is imported where it is needed: `startsparse density` answers before the configuration's
// schema alone would be ready.

/** Runs a command. @returns the exit status: 0, 1 for an error, 2 for a wrong call, 130 and 143 after a signal */
export async function main(args: readonly string[]): Promise<number> {
  const status: Status = { code: 0 };
  const asksHelp = args.some((arg) => arg === "help" || arg === "--help" || arg === "-h");
  const settingsHelp = asksHelp ? (await import("./help_settings.ts")).settingsHelp() : "";
  const program = createProgram({ host: createDenoHost(), args, settingsHelp }, status);
  try {
    await program.parseAsync(args.length > 0 ? [...args] : ["help"], { from: "user" });
    return status.code;
  } catch (error) {
    if (!(error instanceof CommanderError)) return reportFailure(error, openOutput());
    if (error.exitCode === 0) return 0;
    const { reportUsage } = await import("./usage.ts");
    return reportUsage(error, args, program.commands.map((command) => command.name()), openOutput());
  }
}

if (import.meta.main) {
  // What fails outside of any call that waits for it (in the worker, in a timer) gets the same message as the rest.
  globalThis.addEventListener("error", (event) => {
    event.preventDefault();
    Deno.exit(reportFailure(event.error ?? event.message, openOutput()));
  });
  globalThis.addEventListener("unhandledrejection", (event) => {
    event.preventDefault();
    Deno.exit(reportFailure(event.reason, openOutput()));
  });
  Deno.exit(await main(Deno.args));
}
