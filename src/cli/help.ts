/** Help that teaches: examples first, then where to look further. */
import { findConfigKey } from "../experiment/config_keys.ts";
import { alignColumns, wrapText } from "./text.ts";

/** The settings that people change first. */
const COMMON_KEYS = [
  "mask.rule",
  "mask.density",
  "model.name",
  "model.width",
  "train.epochs",
  "train.batch",
  "train.lr",
  "train.optimizer",
  "train.schedule.name",
  "data.limit",
  "kernels.storage",
  "seed",
];

/** Under the list of commands. */
export const MAIN_HELP = `
Examples:
  startsparse quickstart                     dense and sparse networks compared, in minutes
  startsparse run lab                        one network, a tenth of its weights kept
  startsparse run lab mask.rule=erk mask.density=0.02 train.epochs=5
  startsparse run lab mask.rule=dense        its dense twin
  startsparse run lab --seed 2 --json        another mask; the result as JSON
  startsparse presets show lab               every setting of a preset
  startsparse doctor                         is this machine ready?

Density is the fraction of weights that is kept: 0.02 keeps one in fifty.
DEBUG=1, 2 or 3 in the environment shows the kernel plan, the time of each kernel, or its source.
`;

/** The common settings and what they take, in two columns. */
function commonKeys(): string {
  const keys = COMMON_KEYS.map((path) => findConfigKey(path)!);
  const rows = keys.flatMap(({ path, type }) =>
    wrapText(type.replace(/^one of /, ""), 75).map((line, i) => [i === 0 ? `  ${path}` : "", line])
  );
  return alignColumns(rows).join("\n");
}

/** Under the options of `run`. */
export const RUN_HELP = `
Settings, over what the preset says (all of them: startsparse presets show lab):
${commonKeys()}
A short name does where only one key ends in it: density=0.05, epochs=5, width=32, model=lenet5.

Examples:
  startsparse run lab mask.rule=balanced mask.density=0.02
  startsparse run lenet5 train.optimizer=adam train.lr=0.001
  startsparse run mlp model.widths=[64,64] data.limit=1000 train.epochs=2
  startsparse run my.yaml --out runs/mine --require-gpu
  startsparse run runs/mine/config.yaml --out runs/again      the same run once more

A run is a folder: config.yaml, plan.json, provenance.json, metrics.jsonl, result.json,
weights.safetensors and masks.safetensors. Ctrl-C ends it cleanly with what there is.
`;

/** Under the options of `quickstart`. */
export const QUICKSTART_HELP = `
Examples:
  startsparse quickstart
  startsparse quickstart train.epochs=1 data.limit=1000      a quick look
  startsparse quickstart model.width=32 --out runs/wide --require-gpu

It writes a folder with a run for each network, and a page and charts that compare them.
What is trained: startsparse presets show quickstart
`;
