/** What a person reads after a wrong call, with what a reader of settings like Hydra's may have meant. */
import type { CommanderError } from "commander";
import { expandShortKey, findConfigKey } from "../experiment/config_keys.ts";
import { complainLabelled } from "./failure.ts";
import type { Output } from "./output.ts";

/**
 * Prints commander's message in our words, and a hint.
 *
 * @param args the words of the call
 * @param commands names of all commands
 * @returns the exit status of a wrong call
 */
export function reportUsage(
  error: CommanderError,
  args: readonly string[],
  commands: readonly string[],
  output: Output,
): number {
  // A command without its word prints its help, and has no message.
  if (error.code === "commander.help") {
    if (args[0] === "help" && args[1] !== undefined && !commands.includes(args[1])) {
      complainLabelled(output, "error:", `unknown command '${args[1]}': help is there for the commands above`);
    }
    return 2;
  }
  const message = error.message.replace(/^error: /, "").trimEnd()
    .replace(/^command-argument value '(.*)' is invalid for argument '(.*)'\. /, "unknown $2 $1. ")
    .replace(/^option '(--[\w-]+)[^']*' argument '(.*)' is invalid\. /, "$1 $2: ")
    .replace(/: D/, ": d").replace(/: E/, ": e");
  const command = args.find((arg) => commands.includes(arg));
  const option = /unknown option '--([\w.]+)/.exec(message)?.[1];
  const key = option && (findConfigKey(option)?.path ?? expandShortKey(option));
  const setting = /^too many arguments .*?([\w.]*?)(\w+)=([^\s,]*?)\.?$/.exec(message.split("\n")[0]);
  if (key && (command === "run" || command === "quickstart" || command === "plan")) {
    complainLabelled(output, "error:", message.split("\n")[0]);
    complainLabelled(output, "hint:", `settings are given as key=value: ${key}=…`);
    return 2;
  }
  complainLabelled(output, "error:", message);
  if (setting) complainLabelled(output, "hint:", `${command} takes options: --${setting[2]} ${setting[3]}`);
  else if (command) complainLabelled(output, "hint:", `startsparse help ${command} shows what it takes`);
  else complainLabelled(output, "hint:", "startsparse help shows the commands");
  return 2;
}
