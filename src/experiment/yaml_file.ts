/** YAML files of keys and values. The package that reads and writes them loads with the first. */
import { UserError } from "../errors.ts";
import type { RawConfig } from "./raw_config.ts";

/** Parses a YAML file that holds keys and values. @throws UserError with line and column */
export async function parseYaml(text: string, path: string): Promise<RawConfig> {
  const { parseDocument } = await import("yaml");
  const document = parseDocument(text, { prettyErrors: true, logLevel: "error" });
  if (document.errors.length > 0) {
    const [error] = document.errors;
    const at = error.linePos?.[0];
    const reason = error.message.split(/ at line |\n/)[0];
    throw new UserError(`${path}${at ? `:${at.line}:${at.col}` : ""}: not valid YAML: ${reason}`, { cause: error });
  }
  const content: unknown = document.toJS() ?? {};
  if (typeof content !== "object" || content === null || Array.isArray(content)) {
    throw new UserError(`${path}: expected keys with values, such as "train:" with "epochs: 5" under it`);
  }
  return content as RawConfig;
}

/** The YAML of a value. */
export async function writeYaml(value: unknown): Promise<string> {
  const { stringify } = await import("yaml");
  return stringify(value);
}
