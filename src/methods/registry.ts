/**
 * The methods by name, as `method.name` in a configuration chooses them. A new method is a new file, its
 * settings in method_settings.ts, a name in names.ts and an entry here: configuration, error messages, completions and `startsparse methods` read this table.
 */
import * as z from "zod";
import { UserError } from "../errors.ts";
import { fixed, type MaskApplication } from "./fixed.ts";
import type { Method } from "./method.ts";
import {
  continuousSettings,
  edgePopupSettings,
  gmpSettings,
  granetSettings,
  impSettings,
  lrrSettings,
  riglSettings,
  setSettings,
  strSettings,
} from "./method_settings.ts";
import { METHOD_NAMES, type MethodName } from "./names.ts";

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
  /** Loads its code, which a page need not have before. */
  create(settings: z.output<Settings>, options: MethodOptions): Promise<Method>;
}

/** Gives `create` the type of the settings. */
function entry<Settings extends z.ZodObject>(method: MethodEntry<Settings>): MethodEntry<Settings> {
  return method;
}

/** Every method by name, in the order of {@link METHOD_NAMES}. */
export const METHODS = {
  fixed: entry({
    description: "the mask is drawn before training and never changes",
    from: "Gadhikar et al. 2023",
    target: "source",
    packed: true,
    confined: "always",
    settings: z.strictObject({}),
    create: (_settings, { apply }) => Promise.resolve(fixed({ apply })),
  }),
  imp: entry({
    description: "iterative magnitude pruning: trains, prunes, rewinds the weights and trains again, level after level",
    from: "Frankle and Carbin 2019; Frankle et al. 2020",
    target: "density",
    packed: true,
    confined: "always",
    settings: impSettings,
    create: async (settings) => (await import("./imp.ts")).imp(settings),
  }),
  lrr: entry({
    description: "learning-rate rewinding: trains, prunes, and trains on with the schedule from its beginning",
    from: "Renda et al. 2020",
    target: "density",
    packed: true,
    confined: "always",
    settings: lrrSettings,
    create: async (settings) => (await import("./imp.ts")).lrr(settings),
  }),
  gmp: entry({
    description: "gradual magnitude pruning: the smallest weights go at intervals, along a cubic schedule",
    from: "Zhu and Gupta 2017; ER_DST code",
    target: "density",
    packed: true,
    confined: "always",
    settings: gmpSettings,
    create: async (settings) => (await import("./gmp.ts")).gmp(settings),
  }),
  rigl: entry({
    description: "at a constant density, drops the smallest weights and grows those with the largest gradients",
    from: "Evci et al. 2020; Liu et al. 2021 (ITOP)",
    target: "density",
    packed: true,
    confined: "optional",
    settings: riglSettings,
    create: async (settings) => (await import("./rigl.ts")).rigl(settings),
  }),
  set: entry({
    description: "at a constant density, drops the smallest weights and grows random ones",
    from: "Mocanu et al. 2018",
    target: "density",
    packed: true,
    confined: "optional",
    settings: setSettings,
    create: async (settings) => (await import("./set.ts")).set(settings),
  }),
  granet: entry({
    description: "gradual magnitude pruning, and after each pruning a part of every layer is dropped and grown again",
    from: "Liu et al. 2021; ER_DST code",
    target: "density",
    packed: true,
    confined: "optional",
    settings: granetSettings,
    create: async (settings) => (await import("./granet.ts")).granet(settings),
  }),
  str: entry({
    description: "soft thresholds with a trained scalar a layer, which weight decay raises",
    from: "Kusupati et al. 2020; inside a source Gadhikar et al. 2023",
    target: "settings",
    packed: true,
    confined: "always",
    settings: strSettings,
    create: async (settings) => (await import("./str.ts")).softThresholds(settings),
  }),
  continuous: entry({
    description: "continuous sparsification: soft masks by trained scores, harder from epoch to epoch, in rounds",
    from: "Savarese et al. 2020",
    target: "settings",
    packed: true,
    confined: "always",
    settings: continuousSettings,
    create: async (settings) => (await import("./continuous.ts")).continuousSparsification(settings),
  }),
  "edge-popup": entry({
    description: "strong lottery tickets: weights stay as they are drawn, and trained scores choose among them",
    from: "Ramanujan et al. 2020; ER_SLT code",
    target: "density",
    packed: true,
    confined: "always",
    settings: edgePopupSettings,
    create: async (settings) => (await import("./edge_popup.ts")).edgePopup(settings),
  }),
} as const satisfies Record<MethodName, MethodEntry<never> | MethodEntry>;

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
export async function createMethod(
  name: string,
  settings: Readonly<Record<string, unknown>> = {},
  options: MethodOptions = { apply: "after-step" },
): Promise<Method> {
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
  return await method.create(parsed.data, options);
}
