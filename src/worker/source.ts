/** What a configuration would train, known without a GPU and without the data's files: its masks in numbers, and a picture. */
import { cachedNames } from "../data/cache.ts";
import { datasetInfo } from "../data/info.ts";
import { commandLine } from "../experiment/config_words.ts";
import { methodInfos } from "../experiment/method_list.ts";
import { ruleLabel } from "../experiment/rule_style.ts";
import { datasetNames } from "../data/registry.ts";
import type { Host } from "../host/host.ts";
import { RULES } from "../masks/rules/registry.ts";
import { MODELS, type WidthOption } from "../nn/registry.ts";
import { drawMasks, type DrawnMasks } from "./drawn_masks.ts";
import { type LinkSettings, settingsOf } from "./page_link.ts";

/** What a configuration is, and the masks that it starts from. */
export interface SourceInfo extends DrawnMasks {
  /** What differs from the defaults, by dotted keys. */
  readonly settings: LinkSettings;
  /** The command that repeats it. */
  readonly command: string;
}

/** Checks a configuration and draws its masks. @throws UserError that says all that is wrong with it */
export async function describeSource(host: Host, input: unknown): Promise<SourceInfo> {
  const drawn = await drawMasks(host, input), { config } = drawn;
  return { ...drawn, settings: settingsOf(config), command: commandLine(config) };
}

/** One of the names that a setting takes, with a line of meaning. */
export interface Choice {
  readonly name: string;
  readonly label: string;
  readonly meaning: string;
  /** Why it cannot be chosen in this browser now. */
  readonly unavailable?: string;
  /** What a model's width means, where it has one. */
  readonly width?: WidthOption;
}

/** What the settings of a run can be chosen from. */
export interface Choices {
  readonly data: readonly Choice[];
  readonly models: readonly Choice[];
  readonly rules: readonly Choice[];
  readonly methods: readonly Choice[];
}

/** Every data set, model, rule and method; those that cannot be had here say why. */
export async function listChoices(host: Host): Promise<Choices> {
  const data = await Promise.all(
    [...new Set([...datasetNames(), ...await cachedNames(host)])].map(async (name): Promise<Choice> => {
      const { title, present } = await datasetInfo(name, host);
      const missing = present ? {} : { unavailable: "Not in this browser: drop its files on the page." };
      return { name, label: name, meaning: title, ...missing };
    }),
  );
  const models = Object.entries(MODELS).map(([name, { description, width }]) => {
    return { name, label: name, meaning: description, width };
  });
  const rules = Object.entries(RULES).filter(([name]) => name !== "custom").map(([name, { description }]) => ({
    name,
    label: ruleLabel(name as keyof typeof RULES),
    meaning: description,
  }));
  const methods = methodInfos().map(({ name, description }) => ({ name, label: name, meaning: description }));
  return { data, models, rules, methods };
}
