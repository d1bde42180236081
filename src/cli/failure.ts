/** What a person reads when something went wrong: one message, how to mend it, and a stack only where it helps. */
import { GpuError, UserError } from "../errors.ts";
import { debugging, type Output } from "./output.ts";
import { wrapText } from "./text.ts";

/** Prints an error to stderr. @returns the exit status */
export function reportFailure(error: unknown, output: Output): number {
  if (error instanceof UserError || error instanceof GpuError) {
    complainLabelled(output, "error:", error.message);
    if (error.hint) complainLabelled(output, "hint:", error.hint);
    if (debugging() && error.stack) output.complain(error.stack);
    return 1;
  }
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  complainLabelled(output, "error:", message.split("\n")[0]);
  const where = debugging() ? "" : " DEBUG=1 in the environment shows where it happened.";
  const report = `This is a bug in startsparse; please report it with the command that led to it.${where}`;
  complainLabelled(output, "hint:", report);
  if (debugging() && error instanceof Error && error.stack) output.complain(error.stack);
  return 1;
}

/** A label and a text, which is broken between words on a terminal only: elsewhere a program may look for it. */
export function complainLabelled(output: Output, label: "error:" | "hint:", text: string): void {
  const { red, bold } = output.errorColours;
  const shown = label === "error:" ? red(bold(label)) : bold(label);
  const indent = " ".repeat(label.length + 1);
  const columns = output.errorColumns - indent.length;
  const lines = text.split("\n").flatMap((line) => wrapText(line, columns, /^ */.exec(line)![0]));
  lines.forEach((line, i) => output.complain(i === 0 ? `${shown} ${line}` : indent + line));
}
