/** JSON Lines: one JSON value a line, so that a run can append a line and whoever reads it need not wait for its end. */
import { UserError } from "../errors.ts";

/** What {@link parseJsonLines} found. */
export interface JsonLines {
  values: unknown[];
  /** The last line, when it is no complete JSON value: the writer was interrupted. It is not among `values`. */
  cut?: { line: number; text: string };
}

/**
 * One line with its newline. JSON has no numbers that are not finite, and a loss that diverged must not turn into
 * `null`: they are written as the strings "NaN", "Infinity" and "-Infinity", which `Number(...)` turns back.
 */
export function encodeJsonLine(value: unknown): string {
  const text = JSON.stringify(
    value,
    (_, item) => typeof item === "number" && !Number.isFinite(item) ? String(item) : item,
  );
  if (text === undefined) throw new TypeError(`${typeof value} has no JSON`);
  return text + "\n";
}

/**
 * Reads JSON Lines. Blank lines are skipped. A last line without a newline that does not parse is reported as `cut`.
 * @param file how messages call the text, normally its path
 * @throws UserError naming the line, when a line that has its end is not JSON
 */
export function parseJsonLines(text: string, file = "JSON Lines"): JsonLines {
  const lines = text.split("\n");
  const values: unknown[] = [];
  for (const [index, line] of lines.entries()) {
    if (line.trim() === "") continue;
    try {
      values.push(JSON.parse(line));
    } catch (cause) {
      if (index === lines.length - 1) return { values, cut: { line: index + 1, text: line } };
      throw new UserError(`${file}, line ${index + 1} is not JSON: ${(cause as Error).message}`, { cause });
    }
  }
  return { values };
}
