/**
 * Links of the page: `#/train?v=1&width=32&mask.density=0.05;width=32&mask.rule=erk`. The keys are those of overrides on
 * the command line, and defaults are left out; each run has a part of its own, with ";" between them. What the page itself
 * remembers (`vs`, `x`) stands in the first part. A link that is wrong in places is followed as far as it can be, and says
 * what it was not followed in.
 */
import { UserError } from "../errors.ts";
import { type Config, parseConfig } from "./config.ts";
import { findConfigKey, isConfigSection, nearestConfigKey } from "./config_keys.ts";
import { overridesTo } from "./config_words.ts";
import { applyOverrides, parseOverrides } from "./overrides.ts";

/** The page's views, as links call them. */
export const VIEWS = ["train", "network", "density", "sweep", "try", "speed", "theory", "results"] as const;

/** A view of the page. */
export type View = typeof VIEWS[number];

/** What a link says. */
export interface PageLink {
  readonly view: View;
  /** The configurations of the runs; one at least. */
  readonly runs: readonly Config[];
  /** What the first run is compared with: "dense". */
  readonly vs?: string;
  /** The x axis: "gpu", "images", "steps". */
  readonly x?: string;
  /** Data of one's own that the runs are trained on: the set's fingerprint. */
  readonly sha256?: string;
}

/** A link that was read. */
export interface ReadLink extends PageLink {
  /** What was not followed, a sentence each. */
  readonly messages: readonly string[];
}

/** Longer ones are cut by programs that pass them on. */
export const MOST_LINK = 2000;

const VERSION = "1";
const PAGE_KEYS = ["v", "vs", "x", "sha256"] as const;
type PageKey = typeof PAGE_KEYS[number];
const isPageKey = (key: string): key is PageKey => (PAGE_KEYS as readonly string[]).includes(key);
const WORDS: Record<Exclude<PageKey, "v">, RegExp> = {
  vs: /^[a-z][a-z-]{0,31}$/,
  x: /^[a-z][a-z-]{0,31}$/,
  sha256: /^[0-9a-f]{64}$/,
};

/** Sections that are this machine's business. */
const OWN_SECTION = /^(device|checkpoint)(\.|$)/;

/** Keys that have a word of their own in links. */
const SHORT: Readonly<Record<string, string>> = { "model.width": "width" };

function linkWord(path: string): string {
  if (SHORT[path]) return SHORT[path];
  const section = path.replace(/\.name$/, "");
  return section !== path && isConfigSection(section) ? section : path;
}

/** Everything but what has a meaning between keys. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(/%(2C|3A|2F)/g, (code) => decodeURIComponent(code));
}

/**
 * The hash of a link.
 * @returns it, and whether it is longer than {@link MOST_LINK} characters together with the page's address
 */
export function formatLink(
  { view, runs, vs, x, sha256 }: PageLink,
  address = "",
): { hash: string; tooLong: boolean } {
  const page = { v: VERSION, vs, x, sha256 };
  const own = Object.entries(page).flatMap(([key, value]) => value === undefined ? [] : [`${key}=${encode(value)}`]);
  const parts = runs.map((config) =>
    overridesTo(config).map(({ path, value }) => `${encode(linkWord(path))}=${encode(value)}`)
  );
  const [first = [], ...others] = parts;
  const [version, ...rest] = own;
  const hash = `#/${view}?${[[version, ...first, ...rest], ...others].map((part) => part.join("&")).join(";")}`;
  return { hash, tooLong: address.length + hash.length > MOST_LINK };
}

/** Reads the hash of a link; never fails. An empty one is the first view with the defaults. */
export function parseLink(hash: string): ReadLink {
  const messages: string[] = [];
  const [path, query = ""] = split(hash.replace(/^#?\/?/, ""), "?");
  const view = VIEWS.find((name) => name === path);
  if (!view && path !== "") messages.push(`This link names a view that is not there: ${quoted(path)}.`);
  const page: Partial<Record<PageKey, string>> = {};
  const runs = query.split(";").map((part) => {
    const overrides: string[] = [];
    for (const pair of part.split("&").filter((text) => text !== "")) {
      const [key, value = ""] = split(pair, "=").map(decode);
      if (isPageKey(key)) page[key] = value;
      else overrides.push(`${key}=${value}`);
    }
    return readRun(overrides, messages);
  });
  const word = (key: Exclude<PageKey, "v">) => {
    const value = page[key];
    if (value === undefined || WORDS[key].test(value)) return value;
    messages.push(ignored(`${key}=${value}`));
    return undefined;
  };
  if (page.v !== undefined && page.v !== VERSION) {
    messages.push(`This link is of another version (${page.v.slice(0, 8)}) of the page.`);
  }
  return { view: view ?? "train", runs, vs: word("vs"), x: word("x"), sha256: word("sha256"), messages };
}

/**
 * What the receiver of a link reads when its data are not here; undefined when they are.
 * @param here names and fingerprints of the data sets that there are
 */
export function missingData(
  { runs, sha256 }: PageLink,
  here: readonly { readonly name: string; readonly fingerprint?: string }[],
): string | undefined {
  for (const { data: { name } } of runs) {
    const same = here.find((set) => sha256 !== undefined ? set.fingerprint === sha256 : set.name === name);
    if (!same) {
      return `This link needs ${name}, which stays on the sender's machine. Drop the same file to repeat the run.`;
    }
  }
  return undefined;
}

function split(text: string, mark: string): string[] {
  const at = text.indexOf(mark);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const quoted = (text: string) => `\`${text.length > 60 ? `${text.slice(0, 60)}…` : text}\``;

function ignored(text: string, nearest?: string): string {
  return `Ignored in this link: ${quoted(text)}` + (nearest === undefined ? "" : ` (did you mean ${quoted(nearest)}?)`);
}

interface Given {
  readonly text: string;
  /** Full path, as the overrides read it. */
  readonly path: string;
}

/** The configuration of a run, without what cannot be followed. */
function readRun(overrides: readonly string[], messages: string[]): Config {
  let given = overrides.flatMap((text): Given[] => {
    const [key] = split(text, "=");
    try {
      const path = pathOf(parseOverrides([text], "link"));
      if (!OWN_SECTION.test(path)) return [{ text, path }];
      messages.push(ignored(key));
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      const isUnknown = error.message.includes("unknown key");
      messages.push(isUnknown ? ignored(key, nearestConfigKey(key)) : ignored(text));
    }
    return [];
  });
  for (;;) {
    try {
      return parseConfig(applyOverrides({}, given.map(({ text }) => text)), "link");
    } catch (error) {
      if (!(error instanceof UserError) || given.length === 0) throw error;
      const problem = firstProblem(error), named = problem.split(" ")[0].replace(/:$/, "");
      const about = ({ path }: Given) => path === named || path.startsWith(`${named}.`) || named.startsWith(`${path}.`);
      const culprit = given.findLast(about) ?? given.at(-1)!;
      given = given.filter((other) => other !== culprit);
      messages.push(refusal(culprit, problem, given));
    }
  }
}

function firstProblem(error: UserError): string {
  const [head, ...lines] = error.message.split("\n");
  return lines.length > 0 ? lines[0].trim() : head.replace(/^link: /, "");
}

/** "density 1.4 is outside 0–1; using 0.1" */
function refusal({ path, text }: Given, problem: string, rest: readonly Given[]): string {
  const [, value = ""] = split(text, "="), leaf = path.slice(path.lastIndexOf(".") + 1);
  const range = / in [([](\S+), (\S+)[)\]]/.exec(findConfigKey(path)?.type ?? "");
  const number = Number(value);
  const isOutside = range !== null && value.trim() !== "" &&
    (number < Number(range[1]) || number > Number(range[2]) || number === Number(range[1]));
  const using = usedInstead(path, rest);
  if (isOutside) return `${leaf} ${value.trim()} is outside ${range[1]}–${range[2]}${using}`;
  return `${problem}${using}`;
}

/** What holds without the value that was refused. */
function usedInstead(path: string, rest: readonly Given[]): string {
  try {
    const config: unknown = parseConfig(applyOverrides({}, rest.map(({ text }) => text)), "link");
    const value = path.split(".").reduce<unknown>(
      (inner, part) =>
        typeof inner === "object" && inner !== null ? (inner as Record<string, unknown>)[part] : undefined,
      config,
    );
    return value === undefined ? "; left out" : `; using ${typeof value === "string" ? value : JSON.stringify(value)}`;
  } catch {
    return "; left out";
  }
}

/** The one path of a nested object that has one value. */
function pathOf(raw: unknown): string {
  const parts: string[] = [];
  for (let value = raw; typeof value === "object" && value !== null && !Array.isArray(value);) {
    const entries: [string, unknown][] = Object.entries(value);
    if (entries.length !== 1 || findConfigKey(parts.join("."))) break;
    parts.push(entries[0][0]);
    value = entries[0][1];
  }
  return parts.join(".");
}
