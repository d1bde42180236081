/**
 * The methods by name, as `method.name` in a configuration chooses them. A new method is a new file and an entry here:
 * configuration, error messages, completions and `startsparse methods` read this table.
 */
import * as z from "zod";
import { UserError } from "../errors.ts";
import { fixed, type MaskApplication } from "./fixed.ts";
import type { Method } from "./method.ts";

/** What a method is told besides its own settings. */
export interface MethodOptions {
  /** `mask.apply`, which the fixed method alone reads. */
  readonly apply: MaskApplication;
}

/** A registered method: what people want to know of it, its settings, and how it is made. */
export interface MethodEntry<Settings extends z.ZodObject = z.ZodObject> {
  /** One line of what it does. */
  readonly description: string;
  /** The paper, or the code, that it is from. */
  readonly from: string;
  /** Where the density of the finished network comes from. */
  readonly target: "source" | "density" | "settings";
  /** Whether layers that are stored packed stay so while it trains. */
  readonly packed: boolean;
  /** Whether its masks stay inside the source: always, if asked to, or never. */
  readonly confined: "always" | "optional" | "never";
  /** Its keys of the section `method`, `name` apart; each has a description and, unless it is optional, a default. */
  readonly settings: Settings;
  create(settings: z.output<Settings>, options: MethodOptions): Method;
}

/** Gives `create` the type of the settings. */
function entry<Settings extends z.ZodObject>(method: MethodEntry<Settings>): MethodEntry<Settings> {
  return method;
}

/** Every method by name; the first is the default. */
export const METHODS = {
  fixed: entry({
    description: "the mask is drawn before training and never changes",
    from: "Gadhikar et al. 2023",
    target: "source",
    packed: true,
    confined: "always",
    settings: z.strictObject({}),
    create: (_settings, { apply }) => fixed({ apply }),
  }),
} as const satisfies Record<string, MethodEntry<never> | MethodEntry>;

/** Name of a method. */
export type MethodName = keyof typeof METHODS;

/** All names, in the order of {@link METHODS}. */
export const METHOD_NAMES = Object.keys(METHODS) as MethodName[];

/** Whether a word is a method's name. */
export function isMethodName(name: string): name is MethodName {
  return Object.hasOwn(METHODS, name);
}

/**
 * Makes a method by name.
 *
 * @param settings keys of the method; what is left out takes its default
 * @throws UserError for a name or a setting that it does not know
 */
export function createMethod(
  name: string,
  settings: Readonly<Record<string, unknown>> = {},
  options: MethodOptions = { apply: "after-step" },
): Method {
  if (!isMethodName(name)) {
    throw new UserError(`There is no method "${name}".`, { hint: `Methods: ${METHOD_NAMES.join(", ")}.` });
  }
  const method: MethodEntry = METHODS[name];
  const parsed = method.settings.safeParse(settings);
  if (!parsed.success) {
    const [{ path, message }] = parsed.error.issues;
    const known = Object.keys(method.settings.shape);
    throw new UserError(`method ${name}: ${[...path.map(String), message].join(": ")}`, {
      hint: known.length > 0 ? `Its settings: ${known.join(", ")}.` : "It has no settings.",
    });
  }
  return method.create(parsed.data, options);
}
