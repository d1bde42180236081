/** Densities by layer in the words of the command line. */
import { UserError } from "../errors.ts";
import type { Host } from "../host/host.ts";

/**
 * Densities by layer as the command line gives them: name=density pairs with commas between them, or a YAML or JSON file
 * of such a table.
 * @throws UserError for what is neither
 */
export async function readLayers(text: string, host: Pick<Host, "readText">): Promise<Record<string, number>> {
  let given: unknown;
  if (text.includes("=")) {
    given = Object.fromEntries(
      text.split(",").map((pair) => {
        const at = pair.indexOf("=");
        return [pair.slice(0, at).trim(), pair.slice(at + 1).trim() === "" ? NaN : Number(pair.slice(at + 1))];
      }),
    );
  } else {
    const { parse } = await import("yaml");
    try {
      given = parse(await host.readText(text));
    } catch (cause) {
      if (cause instanceof UserError) throw cause;
      throw new UserError(`${text}: ${(cause as Error).message.split("\n")[0]}`, { cause });
    }
  }
  if (typeof given === "object" && given !== null && !Array.isArray(given)) {
    const entries = Object.entries(given);
    if (entries.every((entry): entry is [string, number] => Number.isFinite(entry[1]))) {
      return Object.fromEntries(entries);
    }
  }
  throw new UserError(`--layers ${text}: expected a density for each layer by its name`, {
    hint: "Such as --layers fc1.weight=0.05,fc2.weight=0.5, or a YAML file with a line for each: fc1.weight: 0.05",
  });
}
