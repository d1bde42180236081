/** What a rule makes of a network before anything is trained: densities and cost by layer, without the data's files. */
import { type DatasetEntry, knownDataset } from "../data/registry.ts";
import type { Host } from "../host/host.ts";
import type { BlockSize } from "../masks/blocks.ts";
import { reachesOutput } from "../masks/connectivity.ts";
import type { DrawMethod } from "../masks/draw.ts";
import type { FlowMode } from "../masks/flow.ts";
import type { LayerShape } from "../masks/layer.ts";
import { makeMasks } from "../masks/make.ts";
import { expectedComputeDensity, expectedDensity, type LayerReport } from "../masks/report.ts";
import { ruleDensities, type RuleName } from "../masks/rules/registry.ts";
import { liveNodes, maskableLayers, type Model, parameterCount, type Size } from "../nn/model.ts";
import type { Stem } from "../nn/models/resnet.ts";
import { buildModel } from "../nn/registry.ts";
import { formatInteger } from "./results_numbers.ts";

/** What is asked for; the words are those of the configuration. */
export interface DensityChoice {
  readonly model: string;
  readonly width?: number;
  readonly widths?: readonly number[];
  readonly stem?: Stem;
  readonly dataset: string;
  /** Height and width of the images; the data set's where it is left out. */
  readonly size?: number;
  readonly rule: RuleName;
  /** Not read by the rules dense and custom. */
  readonly density: number;
  /** Density of each layer by name, for the rule custom. */
  readonly layers?: Readonly<Record<string, number>>;
  readonly draw: DrawMethod;
  readonly flow: FlowMode;
  readonly block: BlockSize;
  readonly seed: number;
}

/** The answer, as `--json` prints it. Densities are kept fractions, multiply-adds those of one image. */
export interface DensityReport {
  readonly model: string;
  readonly dataset: string;
  /** [channels, height, width] as the network sees it. */
  readonly input: Size;
  readonly classes: number;
  readonly rule: RuleName;
  readonly draw: DrawMethod;
  readonly flow: FlowMode;
  readonly seed: number;
  readonly block: BlockSize;
  /** As asked for; null for the rule custom, which asks layer by layer. */
  readonly nominalDensity: number | null;
  /** Of the rule: Σ p_l N_l / N. */
  readonly expectedDensity: number;
  /** Of the drawn mask: nnz / N. */
  readonly realisedDensity: number;
  /** Multiply-adds that the rule keeps, of all: what a step should cost. */
  readonly computeDensity: number;
  readonly realisedComputeDensity: number;
  /** All trainable numbers; biases and batch norm are never masked. */
  readonly parameters: number;
  /** Maskable weights. */
  readonly size: number;
  /** Weights that the drawn mask keeps. */
  readonly nnz: number;
  /** Of the dense network. */
  readonly macs: number;
  readonly keptMacs: number;
  /** Weights that flow preservation added to what was drawn; they are in {@link nnz}. */
  readonly added: number;
  /** Whether a path of kept weights leads from the input to the output. */
  readonly connected: boolean;
  /** Input channels that no kept weight reads, over all layers. */
  readonly deadInputs: number;
  /** Output channels without a kept weight, over all layers. */
  readonly deadOutputs: number;
  readonly layers: readonly LayerReport[];
  /** What a reader should know, a sentence each. */
  readonly warnings: readonly string[];
}

/** Shape and classes of a data set: of a known one from the table, of an imported one from what its cache says. */
export async function datasetShape(name: string, host: Host): Promise<{ shape: Size; classes: number }> {
  const entry: DatasetEntry | undefined = knownDataset(name);
  if (entry) return entry;
  // Reading the cache takes zod, which the known names need not wait for.
  const { datasetInfo } = await import("../data/info.ts");
  return await datasetInfo(name, host);
}

/** What a rule says of a network, before a mask is drawn. */
export interface ExpectedDensities {
  readonly model: Model;
  readonly layers: readonly LayerShape[];
  /** One for each layer. */
  readonly densities: readonly number[];
  readonly expectedDensity: number;
  readonly computeDensity: number;
}

/**
 * Builds the network for images of a data set, and shares the density between its layers.
 * @throws UserError for a choice that makes no sense
 */
export function expectDensities(choice: DensityChoice, data: { shape: Size; classes: number }): ExpectedDensities {
  const { model: name, width, widths, stem, rule } = choice;
  const [channels, height, side] = data.shape;
  const input: Size = [channels, choice.size ?? height, choice.size ?? side];
  const model = buildModel({ name, width, widths, stem }, input, data.classes), layers = maskableLayers(model);
  const densities = ruleDensities(rule, layers, nominalOf(choice), choice);
  const computeDensity = expectedComputeDensity(layers, densities);
  return { model, layers, densities, expectedDensity: expectedDensity(layers, densities), computeDensity };
}

/** The density that is asked for as a whole; 1 where the rule does not read one. */
function nominalOf({ rule, density }: DensityChoice): number {
  return rule === "dense" || rule === "custom" ? 1 : density;
}

/**
 * {@link expectDensities}, and the mask that the seed draws.
 * @throws UserError for a choice that makes no sense
 */
export function describeDensity(choice: DensityChoice, data: { shape: Size; classes: number }): DensityReport {
  const { rule, draw, flow, block, seed } = choice, asked = nominalOf(choice);
  const { model, layers, expectedDensity, computeDensity } = expectDensities(choice, data);
  const source = { rule, density: asked, draw, flow, block, layers: choice.layers };
  const { masks, added, report } = makeMasks(layers, source, seed);
  const connected = reachesOutput(liveNodes(model, new Map(masks.map((mask) => [mask.name, mask]))));
  const { totals } = report;
  const found = {
    model: choice.model,
    dataset: choice.dataset,
    input: model.input,
    classes: data.classes,
    rule,
    draw,
    flow,
    seed,
    block: report.block,
    nominalDensity: rule === "custom" ? null : asked,
    expectedDensity,
    realisedDensity: totals.realisedDensity,
    computeDensity,
    realisedComputeDensity: totals.realisedComputeDensity,
    parameters: parameterCount(model),
    size: totals.size,
    nnz: totals.nnz,
    added: added.reduce((sum, edges) => sum + edges, 0),
    macs: totals.macs,
    keptMacs: totals.keptMacs,
    connected,
    deadInputs: totals.deadInputs,
    deadOutputs: totals.deadOutputs,
    layers: report.layers,
  };
  return { ...found, warnings: warningsOf(found) };
}

function warningsOf(found: Omit<DensityReport, "warnings">): string[] {
  const { rule, nominalDensity, expectedDensity, realisedDensity, added, layers, connected } = found;
  const { deadInputs, deadOutputs } = found;
  const warnings: string[] = [];
  const percent = (fraction: number) => `${Number((100 * fraction).toPrecision(2))} %`;
  if (nominalDensity !== null && expectedDensity < nominalDensity * (1 - 1e-6)) {
    const lost = percent(1 - expectedDensity / nominalDensity);
    const exact = rule === "erk-str" ? "erk" : "balanced-fill";
    warnings.push(
      `the rule keeps ${lost} less than was asked for: layers that are full cannot take their share, and ${rule} ` +
        `gives it to no other (${exact} does)`,
    );
  }
  const drawn = realisedDensity / expectedDensity - 1;
  if (Math.abs(drawn) > 0.01) {
    const why = added > 0
      ? `; flow preservation added ${formatInteger(added)} weights`
      : " by chance: another seed has another number";
    warnings.push(
      `the drawn mask has ${percent(Math.abs(drawn))} ${drawn > 0 ? "more" : "less"} than the rule${why}`,
    );
  }
  const empty = layers.filter((layer) => layer.empty).map((layer) => layer.name);
  if (empty.length > 0) warnings.push(`without a single weight: ${empty.join(", ")}`);
  if (!connected) warnings.push("no path of kept weights leads from the input to the output: it cannot learn");
  else if (deadInputs + deadOutputs > 0) {
    warnings.push(
      `${formatInteger(deadOutputs)} output channels have no kept weight, and ${formatInteger(deadInputs)} input ` +
        "channels are read by none " +
        "(--flow paper reconnects them)",
    );
  }
  return warnings;
}
