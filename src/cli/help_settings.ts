/** The part of the help that the configuration's schema writes: the settings that people change first. */
import { findConfigKey } from "../experiment/config_keys.ts";
import { alignColumns, wrapText } from "./text.ts";

const COMMON_KEYS = [
  "mask.rule",
  "mask.density",
  "model.name",
  "model.width",
  "data.name",
  "data.limit",
  "train.epochs",
  "train.steps",
  "train.batch",
  "train.lr",
  "train.optimizer",
  "train.schedule.name",
  "kernels.storage",
  "seed",
];

/** The common settings and what they take, in two columns. */
export function settingsHelp(): string {
  const keys = COMMON_KEYS.map((path) => findConfigKey(path)!);
  const rows = keys.flatMap(({ path, type }) =>
    wrapText(type.replace(/^one of /, ""), 75).map((line, i) => [i === 0 ? `  ${path}` : "", line])
  );
  return `
Settings, over what the preset says (all of them: startsparse presets show lab):
${alignColumns(rows).join("\n")}
A short name does where only one key ends in it: density=0.05, epochs=5, width=32, model=lenet5.`;
}
