/**
 * `startsparse completions`: a script for the user's shell with everything in it that can be completed. The script asks
 * nobody while a person types: starting a program at each key would be felt.
 */
import type { Command } from "commander";
import type { Host } from "../host/host.ts";
import { openOutput } from "./output.ts";

/** The shells that there are scripts for. */
export const SHELLS = ["bash", "zsh"] as const;

/** Prints the script of a shell. @returns the exit status */
export async function completionsCommand(host: Host, program: Command, shell: typeof SHELLS[number]): Promise<number> {
  const [{ bashScript, zshScript }, { completionTable }] = await Promise.all([
    import("./completions_script.ts"),
    import("./completions_table.ts"),
  ]);
  const table = await completionTable(host, program);
  openOutput().data(shell === "bash" ? bashScript(table) : zshScript(table));
  return 0;
}
