/** The configuration's hash: what says that two runs were asked for the same thing. */

import { sha256 } from "../formats/sha256.ts";
import type { Config } from "./config_schema.ts";

/** JSON with the keys of every object sorted and nothing undefined: equal values give equal text. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value)
      .filter(([, child]) => child !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
    return `{${entries.map(([key, child]) => `${JSON.stringify(key)}:${canonicalJson(child)}`).join(",")}}`;
  }
  return JSON.stringify(value) ?? "null";
}

/**
 * SHA-256 (64 hex digits) of the canonical JSON of a resolved configuration, without its sections `device` and `checkpoint`:
 * where a run happens and what it can go on from is not what it is. Neither the output folder nor a preset's name enters. The kernel plan does not
 * either; it is in the run folder, and results are equal bit for bit only with equal plans.
 */
export function configHash(config: Config): Promise<string> {
  const { device: _where, checkpoint: _resuming, ...what } = config;
  return sha256(new TextEncoder().encode(canonicalJson(what)));
}
