/** The commands that only tell: presets, models, rules and the schema of a configuration. */
import { stringify } from "yaml";
import { UserError } from "../errors.ts";
import { configJsonSchema, RULES as CONFIG_RULES } from "../experiment/config.ts";
import { datasetShape } from "../experiment/density.ts";
import { isGrid, loadGrid } from "../experiment/grid.ts";
import { formatInteger } from "../experiment/results_numbers.ts";
import { differenceLines, presetDifferences } from "../experiment/preset_differences.ts";
import { listPresets, loadConfig, loadPreset } from "../experiment/presets.ts";
import type { Host } from "../host/host.ts";
import { RULES as MASK_RULES } from "../masks/rules/registry.ts";
import { parameterCount } from "../nn/model.ts";
import { buildModel, type ModelChoice, MODELS } from "../nn/registry.ts";
import { jsonText, openOutput, type Output } from "./output.ts";
import { wrapText } from "./text.ts";

/** Options of a command that tells something. */
export interface ListOptions {
  json?: boolean;
}

interface Entry {
  name: string;
  description: string;
}

/** `presets`: what can be run by name. */
export async function presetsCommand(host: Host, options: ListOptions): Promise<number> {
  const presets = (await listPresets(host)).map(({ name, description, kind }) => ({ name, kind, description }));
  const several = (kind: string) => kind === "grid" ? "Several runs. " : "";
  const shown = presets.map(({ name, kind, description }) => ({ name, description: several(kind) + description }));
  return list(
    presets,
    shown,
    options,
    "Run one: startsparse run NAME, or startsparse sweep NAME for several runs. See it: startsparse presets show NAME.",
  );
}

/** `presets show`: a run with every default filled in and how its forms differ, a grid as its file says it. */
export async function presetsShowCommand(host: Host, name: string, options: ListOptions): Promise<number> {
  const output = openOutput();
  if (await isGrid(host, name)) {
    const grid = await loadGrid(host, name);
    if (options.json) output.data(jsonText({ name: grid.name, description: grid.description, cells: grid.cells }));
    else output.data(await host.readText(grid.path));
    return 0;
  }
  const { description, ...preset } = await loadPreset(host, name);
  const config = await loadConfig(host, name), differences = await presetDifferences(host, name);
  if (options.json) output.data(jsonText({ name: preset.name, description, config, differences }));
  else {
    const comment = (text: string, indent = "") => wrapText(text, 118, indent).map((line) => `# ${line}`);
    const forms = differenceLines(differences).flatMap((line) => {
      const indent = line.startsWith(" ") ? "    " : "  ";
      return comment(line.trim(), indent).map((text, i) => i === 0 ? text.replace("# ", `# ${indent.slice(2)}`) : text);
    });
    const heading = forms.length > 0 ? ["#", "# Forms of this experiment differ in:"] : [];
    output.data([...comment(description), ...heading, ...forms, stringify(config)].join("\n"));
  }
  return 0;
}

/** Options of `models`. */
export interface ModelsOptions extends ListOptions {
  dataset: string;
}

/** `models`: networks, their options, and their size on the images of a data set. */
export async function modelsCommand(host: Host, { dataset, json }: ModelsOptions): Promise<number> {
  const data = await datasetShape(dataset, host), output = openOutput();
  const models = Object.entries(MODELS).map(([name, { description, options, width }]) => {
    return { name, description, options: [...options], width: width ?? null, parameters: sizeOf({ name }, data) };
  });
  if (json) {
    output.data(jsonText(models.map((model) => ({ ...model, dataset }))));
    return 0;
  }
  const shown = models.map(({ name, description, options, parameters, width }) => {
    const words = options.map((option) => {
      return option === "width" && width?.unit === "channels" ? `width ${width.default} (${width.meaning})` : option;
    });
    const takes = words.length === 0 ? "" : `; takes ${words.join(" and ")}`;
    return { name, description: description + takes, number: parameters };
  });
  const [channels, height, side] = data.shape;
  const images = `images of ${height}×${side}×${channels}, ${formatInteger(data.classes)} classes`;
  const note = `Parameters on ${dataset} (${images}). Another one: --dataset NAME. ` +
    "A width is a factor of all channels unless it says otherwise: startsparse run lab model=vgg16 model.width=0.5. " +
    "The layers of one: startsparse density NAME.";
  printList(output, shown, note, "parameters");
  return 0;
}

/** `rules`: how a density is shared between the layers. */
export function rulesCommand(options: ListOptions): number {
  const described: Record<string, { description: string }> = MASK_RULES;
  const rules = CONFIG_RULES.map((name) => {
    return { name, description: described[name]?.description ?? FILE_RULES[name]! };
  });
  return list(rules, rules, options, "Choose one: startsparse run lab mask.rule=NAME mask.density=0.05.");
}

/** Rules that read a file of masks. */
const FILE_RULES: Partial<Record<(typeof CONFIG_RULES)[number], string>> = {
  file: "the masks of a safetensors file (mask.path)",
  "file-ratios": "masks drawn anew, with the layer densities of a file's masks (mask.path)",
  "file-scaled": "masks drawn anew, with the layer densities of a file's masks scaled to mask.density",
};

/** `schema`: the JSON Schema of a configuration file. */
export function schemaCommand(): number {
  openOutput().data(jsonText(configJsonSchema()));
  return 0;
}

function list(data: readonly Entry[], shown: readonly Entry[], { json }: ListOptions, note: string): number {
  const output = openOutput();
  if (json) output.data(jsonText(data));
  else printList(output, shown, note);
  return 0;
}

/** Prints names, where there is a heading for them numbers, and descriptions, broken to the width of the terminal. */
export function printList(
  { colours, columns, say }: Output,
  entries: readonly (Entry & { number?: number | null })[],
  note: string,
  heading = "",
): void {
  const width = Math.max(...entries.map(({ name }) => name.length));
  const numbers = entries.map(({ number }) =>
    number === undefined ? "" : number === null ? "–" : formatInteger(number)
  );
  const numberWidth = heading === "" ? 0 : Math.max(heading.length, ...numbers.map((text) => text.length)) + 2;
  if (heading !== "") say(colours.dim(" ".repeat(width) + heading.padStart(numberWidth)));
  entries.forEach(({ name, description }, i) => {
    const [first, ...rest] = wrapText(description, columns - width - numberWidth - 3);
    say(`${colours.bold(name.padEnd(width))}${numbers[i].padStart(numberWidth)}  ${first}`);
    for (const line of rest) say(`${" ".repeat(width + numberWidth)}  ${line}`);
  });
  say();
  for (const line of wrapText(note, columns)) say(colours.dim(line));
}

/** Parameters of a model on a data set's images, all options left out; null where it cannot take them. */
function sizeOf(choice: ModelChoice, { shape, classes }: Awaited<ReturnType<typeof datasetShape>>): number | null {
  try {
    return parameterCount(buildModel(choice, shape, classes));
  } catch (error) {
    if (error instanceof UserError) return null;
    throw error;
  }
}
