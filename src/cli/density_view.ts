/** `startsparse density`: the table of a mask for people, and the same as JSON. */
import { UserError } from "../errors.ts";
import { datasetShape, type DensityReport, describeDensity } from "../experiment/density.ts";
import { fixedSignificant, formatCount, formatDensity, formatInteger } from "../experiment/results_numbers.ts";
import type { Host } from "../host/host.ts";
import type { DrawMethod } from "../masks/draw.ts";
import type { FlowMode } from "../masks/flow.ts";
import type { LayerReport } from "../masks/report.ts";
import type { RuleName } from "../masks/rules/registry.ts";
import type { Stem } from "../nn/models/resnet.ts";
import { readLayers } from "./density.ts";
import { jsonText, openOutput } from "./output.ts";
import { alignColumns, wrapText } from "./text.ts";

/** The options of the command. */
export interface DensityOptions {
  dataset: string;
  rule?: RuleName;
  density?: number;
  block: [number, number];
  seed: number;
  draw: DrawMethod;
  flow: FlowMode;
  width?: number;
  widths?: number[];
  stem?: Stem;
  size?: number;
  layers?: string;
  json?: boolean;
}

/** The density where none is given, as in the configuration. */
const DEFAULT_DENSITY = 0.1;
/** The table is no wider, however wide the terminal. */
const WIDEST = 100;

/** Shows what a rule makes of a model. @returns the exit status */
export async function densityCommand(host: Host, model: string, options: DensityOptions): Promise<number> {
  const { rule = options.layers === undefined ? "uniform" : "custom", density, json, ...rest } = options;
  checkChoice(rule, density, options.layers);
  const layers = options.layers === undefined ? undefined : await readLayers(options.layers, host);
  const data = await datasetShape(options.dataset, host);
  const report = describeDensity({ ...rest, model, rule, density: density ?? DEFAULT_DENSITY, layers }, data);
  const output = openOutput({ json });
  if (json) {
    output.data(jsonText(report));
    return 0;
  }
  const columns = output.isTerminal ? Math.min(WIDEST, output.columns) : WIDEST, { bold, dim, yellow } = output.colours;
  for (const line of headLines(report)) for (const part of wrapText(line, columns)) output.say(part);
  output.say();
  const [head, ...rows] = densityTable(report, columns);
  output.say(dim(head));
  rows.forEach((row, i) => output.say(i === rows.length - 1 ? bold(row) : row));
  output.say();
  for (const line of alignColumns(summaryRows(report))) output.say(line);
  for (const warning of report.warnings) {
    for (const line of wrapText(`warning: ${warning}`, columns, "  ")) output.say(yellow(line));
  }
  return 0;
}

function checkChoice(rule: RuleName, density: number | undefined, layers: string | undefined): void {
  if (layers !== undefined && rule !== "custom") {
    throw new UserError(`--layers is only read by the rule custom, not by ${rule}`, { hint: "Leave --rule out." });
  }
  if (layers === undefined && rule === "custom") {
    throw new UserError("the rule custom needs a density for each layer", {
      hint: "Such as --layers fc1.weight=0.05,fc2.weight=0.5, or a YAML file: --layers FILE",
    });
  }
  if (density === undefined || density === 1) return;
  if (rule === "custom") throw new UserError("--density is not read by the rule custom: --layers says it all");
  if (rule === "dense") throw new UserError("the rule dense keeps all: leave --density out, or choose another rule");
}

/** What is shown, in words. */
function headLines(
  { model, dataset, input, classes, parameters, rule, nominalDensity, draw, flow, block, seed }: DensityReport,
) {
  const [channels, height, width] = input;
  const images = height * width > 1 ? `images of ${height}×${width}×${channels}` : `rows of ${channels} numbers`;
  const asked = nominalDensity === null || rule === "dense" ? "" : ` at density ${nominalDensity}`;
  const blocks = block[0] * block[1] > 1 ? `, in blocks of ${block[0]} output × ${block[1]} input channels` : "";
  const kept = flow === "off" ? "" : `, flow preservation ${flow}`;
  return [
    `${model} on ${dataset}: ${images}, ${classes} classes, ${formatInteger(parameters)} parameters`,
    `rule ${rule}${asked}, ${draw} draw${blocks}${kept}, seed ${seed}`,
  ];
}

interface Column {
  readonly head: string;
  /** Numbers stand at the right. */
  readonly right?: boolean;
  /** Left out first where there is no room, the highest number first; 0 always stays. */
  readonly spare: number;
  readonly cell: (layer: LayerReport) => string;
  readonly total: string;
}

/** The lines of the table: heading, a line for each layer, totals. Columns that can be spared give way to the width. */
export function densityTable(report: DensityReport, columns: number): string[] {
  const shape = ({ shape }: LayerReport) => shape.join("×");
  const dead = ({ deadInputs, deadOutputs }: { deadInputs: number; deadOutputs: number }) =>
    deadInputs + deadOutputs === 0 ? "" : `${deadInputs}/${deadOutputs}`;
  const all: Column[] = [
    { head: "layer", spare: 0, cell: ({ name }) => name.replace(/\.weight$/, ""), total: "all layers" },
    { head: "shape", spare: 1, cell: shape, total: "" },
    {
      head: "weights",
      right: true,
      spare: 0,
      cell: (row) => formatInteger(row.size),
      total: formatInteger(report.size),
    },
    {
      head: "density",
      right: true,
      spare: 0,
      cell: ({ density }) => density === 1 ? "full" : density === 0 ? "none" : significant(density),
      total: significant(report.expectedDensity),
    },
    { head: "kept", right: true, spare: 0, cell: (row) => formatInteger(row.nnz), total: formatInteger(report.nnz) },
    {
      head: "realised",
      right: true,
      spare: 3,
      cell: (row) => significant(row.realised),
      total: significant(report.realisedDensity),
    },
    {
      head: "mult-adds",
      right: true,
      spare: 2,
      cell: (row) => formatCount(row.keptMacs),
      total: formatCount(report.keptMacs),
    },
    { head: "dead in/out", right: true, spare: 4, cell: dead, total: dead(report) },
  ];
  const anyDead = report.deadInputs + report.deadOutputs > 0;
  let chosen = anyDead ? all : all.slice(0, -1);
  for (;;) {
    const cells = [
      chosen.map(({ head }) => head),
      ...report.layers.map((layer) => chosen.map(({ cell }) => cell(layer))),
      chosen.map(({ total }) => total),
    ];
    const lines = alignColumns(cells, chosen.flatMap(({ right }, i) => right ? [i] : []));
    const first = chosen.reduce((most, { spare }) => Math.max(most, spare), 0);
    if (first === 0 || lines.every((line) => line.length <= columns)) return lines;
    chosen = chosen.filter(({ spare }) => spare !== first);
  }
}

/** Four significant figures: rules are told apart in the third. */
function significant(density: number): string {
  return density >= 0.0001 || density === 0 ? fixedSignificant(density, 4) : formatDensity(density);
}

function summaryRows(report: DensityReport): string[][] {
  const { nominalDensity, expectedDensity, realisedDensity, computeDensity, realisedComputeDensity } = report;
  const macs = `${formatCount(report.keptMacs)} of ${formatCount(report.macs)} mult-adds`;
  const asked = nominalDensity === null ? "" : `${nominalDensity} asked → `;
  const density = `${asked}${significant(expectedDensity)} by the rule → ${significant(realisedDensity)} drawn`;
  const compute = `${significant(computeDensity)} by the rule → ${significant(realisedComputeDensity)} drawn`;
  return [
    ["density", density],
    ["compute density", `${compute} (${macs})`],
  ];
}
