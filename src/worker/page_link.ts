/** Links and settings of runs, for a page that has no schema of its own. */
import type { Config } from "../experiment/config.ts";
import { parseConfig } from "../experiment/config.ts";
import { overridesTo } from "../experiment/config_words.ts";
import { formatLink, parseLink, type View } from "../experiment/link.ts";

/** Dotted keys with what differs from the defaults. */
export type LinkSettings = Readonly<Record<string, unknown>>;

/** Runs of a link, and what the page itself remembers. */
export interface LinkedRuns {
  readonly runs: readonly LinkSettings[];
  readonly vs?: string;
  readonly x?: string;
  /** What was not followed, a sentence each. */
  readonly messages: readonly string[];
}

/** What differs from the defaults, by dotted keys. */
export function settingsOf(config: Config): LinkSettings {
  const valueAt = (path: string) =>
    path.split(".").reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], config);
  return Object.fromEntries(overridesTo(config).map(({ path }) => [path, valueAt(path)]));
}

/** Reads a link; never fails. */
export function readPageLink(hash: string): LinkedRuns {
  const { runs, vs, x, messages } = parseLink(hash);
  return { runs: runs.map(settingsOf), vs, x, messages };
}

/** The query of a link to a view with these configurations. @throws UserError for a configuration that is none */
export function writePageLink(
  view: View,
  { configs, vs, x }: { readonly configs: readonly unknown[]; readonly vs?: string; readonly x?: string },
): string {
  const runs = configs.map((config) => parseConfig(config, "these settings"));
  return formatLink({ view, runs, vs, x }).hash.split("?")[1] ?? "";
}
