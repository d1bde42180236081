/** What a person reads when something went wrong: one message, how to mend it, and a stack only where it helps. */
import { GpuError, UserError } from "../errors.ts";
import { debugging, type Output } from "./output.ts";

/** Prints an error to stderr. @returns the exit status */
export function reportFailure(error: unknown, output: Output): number {
  const { red, bold } = output.errorColours;
  const label = red(bold("error:"));
  if (error instanceof UserError || error instanceof GpuError) {
    output.complain(`${label} ${error.message}`);
    if (error.hint) output.complain(`${bold("hint:")} ${error.hint}`);
    if (debugging() && error.stack) output.complain(error.stack);
    return 1;
  }
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  output.complain(`${label} ${message.split("\n")[0]}`);
  output.complain(`${bold("hint:")} This is a bug in startsparse; please report it with the command that led to it.`);
  if (debugging() && error instanceof Error && error.stack) output.complain(error.stack);
  else output.complain("      DEBUG=1 in the environment shows where it happened.");
  return 1;
}
