/**
 * All rules side by side on one network, before a mask is drawn: what the page's sliders show while they move. From the
 * rules' formulas alone, so that it takes milliseconds where drawing takes seconds.
 */
import { layerMacs, layerSize } from "../masks/layer.ts";
import { expectedComputeDensity, expectedDead, expectedDensity } from "../masks/report.ts";
import { RULE_NAMES, ruleDensities, type RuleName } from "../masks/rules/registry.ts";
import { parameterCount, type Size } from "../nn/model.ts";
import type { LayerFacts, RuleExpectation } from "./density_facts.ts";
import { expectedNotes } from "./density_notes.ts";
import { type DensityChoice, expectDensities } from "./density.ts";

/** The rules that share one density between layers: all but those that read none. */
export const SHARING_RULES: readonly RuleName[] = RULE_NAMES.filter((rule) => rule !== "dense" && rule !== "custom");

/** The network and the density that rules are compared on. */
export type OverviewChoice = Pick<
  DensityChoice,
  "model" | "width" | "widths" | "stem" | "dataset" | "size" | "density"
>;

/** Rules on one network. */
export interface DensityOverview {
  readonly model: string;
  readonly dataset: string;
  /** [channels, height, width] as the network sees it. */
  readonly input: Size;
  readonly classes: number;
  readonly density: number;
  /** All trainable numbers, and the maskable ones among them. */
  readonly parameters: number;
  readonly size: number;
  readonly macs: number;
  readonly layers: readonly LayerFacts[];
  readonly rules: readonly RuleExpectation[];
}

/** Compute density by asked density. */
export interface DensityCurves {
  /** Asked densities, falling. */
  readonly densities: readonly number[];
  readonly rules: readonly {
    readonly rule: RuleName;
    readonly expectedDensity: readonly number[];
    readonly computeDensity: readonly number[];
  }[];
}

type Data = Parameters<typeof expectDensities>[1];

/** What a choice needs beyond the network to be asked of a rule: none of it is read before a mask is drawn. */
const UNDRAWN = { draw: "bernoulli", flow: "off", block: [1, 1], seed: 1 } as const;

/**
 * Every sharing rule on one network.
 * @throws UserError for a choice that makes no sense
 */
export function densityOverview(choice: OverviewChoice, data: Data): DensityOverview {
  const { model, layers } = expectDensities({ ...choice, ...UNDRAWN, rule: "dense" }, data);
  const facts = layers.map((layer): LayerFacts => {
    return { name: layer.name, shape: layer.shape, size: layerSize(layer), macs: layerMacs(layer) };
  });
  const rules = SHARING_RULES.map((rule): RuleExpectation => {
    const densities = ruleDensities(rule, layers, choice.density);
    const dead = layers.map((layer, l) => expectedDead(layer, densities[l]));
    const found = {
      rule,
      densities,
      expectedDensity: expectedDensity(layers, densities),
      computeDensity: expectedComputeDensity(layers, densities),
      deadInputs: dead.map(({ deadInputs }) => deadInputs),
      deadOutputs: dead.map(({ deadOutputs }) => deadOutputs),
    };
    return { ...found, notes: expectedNotes(found, facts, choice.density) };
  });
  const total = (value: (layer: LayerFacts) => number) => facts.reduce((sum, layer) => sum + value(layer), 0);
  return {
    model: choice.model,
    dataset: choice.dataset,
    input: model.input,
    classes: data.classes,
    density: choice.density,
    parameters: parameterCount(model),
    size: total(({ size }) => size),
    macs: total(({ macs }) => macs),
    layers: facts,
    rules,
  };
}

/** Points of a curve for each decade. */
const POINTS_PER_DECADE = 12;
const DECADES = 3;

/**
 * What every sharing rule keeps and costs from density 1 to 0.001.
 * @throws UserError for a choice that makes no sense
 */
export function densityCurves(choice: Omit<OverviewChoice, "density">, data: Data): DensityCurves {
  const { layers } = expectDensities({ ...choice, ...UNDRAWN, density: 1, rule: "dense" }, data);
  const densities = Array.from({ length: DECADES * POINTS_PER_DECADE + 1 }, (_, i) => 10 ** (-i / POINTS_PER_DECADE));
  const rules = SHARING_RULES.map((rule) => {
    const all = densities.map((density) => ruleDensities(rule, layers, density));
    return {
      rule,
      expectedDensity: all.map((each) => expectedDensity(layers, each)),
      computeDensity: all.map((each) => expectedComputeDensity(layers, each)),
    };
  });
  return { densities, rules };
}
