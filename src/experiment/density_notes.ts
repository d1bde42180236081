/**
 * What goes wrong with a rule on a network, in two sentences each. A note is there only when the numbers say so, and every
 * number in it is computed from the network at hand.
 */
import type { RuleName } from "../masks/rules/registry.ts";
import type { DensityNote, LayerFacts, RuleExpectation } from "./density_facts.ts";
import type { DensityReport } from "./density.ts";
import { fixedSignificant, formatCount, formatDensity, formatInteger, THIN } from "./results_numbers.ts";
import { ruleLabel } from "./rule_style.ts";

type Expected = Omit<RuleExpectation, "notes">;

/** Realised and asked density are told apart from so many parts in a hundred on. */
export const NOTABLE = 0.01;

/** What the rule alone brings, before a mask is drawn. `layers` are the network's, `asked` is the density asked for. */
export function expectedNotes(found: Expected, layers: readonly LayerFacts[], asked: number): DensityNote[] {
  if (asked >= 1) return [];
  return [
    lost(found, layers, asked),
    firstLayer(found, layers, asked),
    classifier(found, layers, asked),
    full(found, layers),
    cost(found, layers),
    fewChannels(found, layers),
  ].filter((note) => note !== undefined);
}

/** Which rule gives away what this one loses. */
const EXACT: Partial<Record<RuleName, RuleName>> = {
  "balanced": "balanced-fill",
  "balanced-partial": "balanced-fill",
  "erk-str": "erk",
};

function lost(
  { rule, expectedDensity, densities }: Expected,
  layers: readonly LayerFacts[],
  asked: number,
): DensityNote | undefined {
  const exact = EXACT[rule];
  if (exact === undefined || expectedDensity >= asked * (1 - NOTABLE)) return undefined;
  const full = densities.filter((density) => density === 1).length;
  const share = formatCount(asked * total(layers, "size") / layers.length);
  const why: Partial<Record<RuleName, string>> = {
    "balanced": `Every layer is to keep ${share} weights, but ${some(full, "layer has", "layers have")} no more than ` +
      "that, and what does not fit goes to no other layer.",
    "balanced-partial": `Every layer is to keep ${share} weights; what does not fit into ` +
      `${some(full, "full layer", "full layers")} goes to the later layers only in part.`,
    "erk-str": `${some(full, "layer", "layers")} would get more weights than there are and ` +
      `${full === 1 ? "is" : "are"} kept whole; the rest of ${
        full === 1 ? "its" : "their"
      } share goes to no other layer.`,
  };
  return {
    kind: "lost",
    warning: true,
    title: `${Number(asked.toPrecision(6))} asked → ${formatDensity(expectedDensity)} kept`,
    text: `${why[rule]} ${ruleLabel(exact)} shares it out and keeps what was asked for.`,
  };
}

/** A layer is small from this share of the weights downwards; a cut of it is hard from this density downwards. */
const SMALL_LAYER = 0.01, HARD_CUT = 0.1;

function firstLayer(
  { densities, expectedDensity }: Expected,
  layers: readonly LayerFacts[],
  asked: number,
): DensityNote | undefined {
  const [{ name, size }] = layers, all = total(layers, "size"), kept = densities[0] * size;
  if (asked > HARD_CUT || size > SMALL_LAYER * all || densities[0] > asked * (1 + NOTABLE)) return undefined;
  return {
    kind: "first layer",
    warning: true,
    title: "Cuts the first layer as hard as the largest",
    text:
      `${layerName(name)} has ${percent(size / all)} of the weights and keeps ${formatCount(Math.round(kept))} of ` +
      `its ${formatInteger(size)}, and everything the network learns of an image passes through it. ` +
      `Keeping it whole would add ${percent((size - kept) / (expectedDensity * all))} to the weights that are kept.`,
  };
}

/** The last layer is starved from this part of the asked density downwards. */
const STARVED = 0.5;

function classifier(
  { densities, deadOutputs }: Expected,
  layers: readonly LayerFacts[],
  asked: number,
): DensityNote | undefined {
  const last = layers.length - 1, { name, size, shape: [classes] } = layers[last], density = densities[last];
  if (density >= STARVED * asked) return undefined;
  const kept = density * size, without = deadOutputs[last];
  const share = kept / classes >= 10 ? formatInteger(kept / classes) : fixedSignificant(kept / classes, 2);
  const effect = without >= 0.05
    ? `On average ${fixedSignificant(without, 2)} of ${
      formatInteger(classes)
    } classes have no weight at all, and only ` +
      "flow preservation can give them one."
    : `A rule that kept it whole would add ${formatInteger(size - kept)} weights, ` +
      `${percent((size - kept) / total(layers, "size"))} of the network.`;
  return {
    kind: "classifier",
    warning: true,
    title: "Starves the classifier",
    text:
      `${layerName(name)} keeps ${formatCount(Math.round(kept))} of ${formatInteger(size)} weights, about ${share} ` +
      `for each class. ${effect}`,
  };
}

function full({ rule, densities, computeDensity }: Expected, layers: readonly LayerFacts[]): DensityNote | undefined {
  const whole = layers.filter((_, l) => densities[l] === 1);
  if (whole.length === 0) return undefined;
  const names = whole.length > 4
    ? `${whole.slice(0, 3).map(({ name }) => layerName(name)).join(", ")} and ${whole.length - 3} more`
    : whole.map(({ name }) => layerName(name)).join(", ");
  const share = total(whole, "macs") / (computeDensity * total(layers, "macs"));
  const rest = EXACT[rule] === undefined
    ? "the other layers take up what is left over"
    : rule === "balanced-partial"
    ? "a part of what is left over is lost"
    : "what is left over is lost";
  return {
    kind: "full",
    warning: false,
    title: `${some(whole.length, "layer", "layers")} clamped at 1`,
    text: `The rule has at least as many weights for ${names} as ${whole.length === 1 ? "it has" : "they have"}, so ` +
      `${whole.length === 1 ? "it stays" : "they stay"} dense and ${rest}. ` +
      `${whole.length === 1 ? "It does" : "They do"} ${percent(share)} of the multiply-adds that are left.`,
  };
}

/** Compute density that is so many times the density is worth a note. */
const COSTLY = 2;

function cost(
  { densities, expectedDensity, computeDensity }: Expected,
  layers: readonly LayerFacts[],
): DensityNote | undefined {
  if (computeDensity < COSTLY * expectedDensity) return undefined;
  const kept = layers.map(({ macs }, l) => macs * densities[l]), all = sum(kept);
  const nnz = layers.map(({ size }, l) => size * densities[l]), most = kept.indexOf(Math.max(...kept));
  return {
    kind: "cost",
    warning: false,
    title: `A step costs ${formatDensity(computeDensity)}, not ${formatDensity(expectedDensity)}`,
    text: `A kept weight is used at ${places(all / sum(nnz))} places of an image on average, a weight of the whole ` +
      `network at ${places(total(layers, "macs") / total(layers, "size"))}, so the multiply-adds fall less than the ` +
      `weights. ${layerName(layers[most].name)} alone does ${percent(kept[most] / all)} of them with ` +
      `${percent(nnz[most] / sum(nnz))} of the weights.`,
  };
}

function fewChannels(
  { deadInputs, deadOutputs, densities }: Expected,
  layers: readonly LayerFacts[],
): DensityNote | undefined {
  const dead = layers.map((_, l) => deadInputs[l] + deadOutputs[l]), all = sum(dead);
  if (all < 0.5) return undefined;
  const worst = dead.indexOf(Math.max(...dead));
  return {
    kind: "few channels",
    warning: all >= 10,
    title: `About ${formatCount(Math.max(1, Math.round(all)))} dead channels before flow preservation`,
    text: `Single weights kept at random leave ${approximately(sum(deadOutputs))} output channels without a ` +
      `weight, and ${approximately(sum(deadInputs))} input channels are read by none. ` +
      `${layerName(layers[worst].name)} has the most of them, at density ${formatDensity(densities[worst])}.`,
  };
}

/** What the drawn mask brings. */
export function drawnNotes(report: DensityReport): DensityNote[] {
  const notes: DensityNote[] = [], { flow, added, deadInputs, deadOutputs, layers } = report;
  const empty = layers.filter((layer) => layer.empty).map(({ name }) => layerName(name));
  if (!report.connected) {
    notes.push({
      kind: "cut off",
      warning: true,
      title: "Not connected",
      text: "No path of kept weights leads from the image to the output, so nothing can be learned. " +
        (flow === "paper" ? "Keep more weights." : "Flow preservation “paper” adds the weights that are missing."),
    });
  }
  if (empty.length > 0) {
    notes.push({
      kind: "empty",
      warning: true,
      title: some(empty.length, "empty layer", "empty layers"),
      text: `${empty.join(", ")} ${empty.length === 1 ? "has" : "have"} no kept weight at all. ` +
        "Only shortcuts and biases lead past such a layer.",
    });
  }
  if (deadInputs + deadOutputs > 0) {
    notes.push({
      kind: "dead",
      warning: deadInputs + deadOutputs >= 10,
      title: `${formatCount(deadInputs + deadOutputs)} dead channels drawn`,
      text: `${some(deadOutputs, "output channel has", "output channels have")} no kept weight, and ` +
        `${some(deadInputs, "input channel is", "input channels are")} read by none. ` +
        (flow === "off"
          ? "Flow preservation “paper” gives each of them one weight."
          : "The authors' released code mends outputs of convolutions only; “paper” mends inputs too."),
    });
  }
  const drawn = report.realisedDensity / report.expectedDensity - 1;
  if (added > 0) {
    notes.push({
      kind: "added",
      warning: drawn > NOTABLE,
      title: `Flow preservation added ${some(added, "weight", "weights")}`,
      text: "Each gives a channel that was cut off its one connection, and nothing is taken away for it. " +
        `The rule asked for density ${formatDensity(report.expectedDensity)}, the mask has ` +
        `${formatDensity(report.realisedDensity)}.`,
    });
  } else if (Math.abs(drawn) > NOTABLE) {
    notes.push({
      kind: "chance",
      warning: false,
      title: `The draw has ${percent(Math.abs(drawn))} ${drawn > 0 ? "more" : "less"} than the rule`,
      text: "A Bernoulli draw keeps each weight by itself, so the number that is kept varies from seed to seed. " +
        "The draw “exact” keeps as many as the rule says.",
    });
  }
  return notes;
}

function total(layers: readonly LayerFacts[], what: "size" | "macs"): number {
  return layers.reduce((sum, layer) => sum + layer[what], 0);
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0);
}

/** "1 layer", "3 layers". */
function some(count: number, one: string, several: string): string {
  return `${formatInteger(count)} ${count === 1 ? one : several}`;
}

/** Positions that a weight is used at: 8.4, 107. */
function places(count: number): string {
  return count < 10 ? fixedSignificant(count, 2) : formatCount(Math.round(count));
}

function approximately(count: number): string {
  if (count < 0.05) return "no";
  return `about ${places(count)}`;
}

function layerName(name: string): string {
  return name.replace(/\.weight$/, "");
}

/** Two figures: "0.012 %". */
function percent(fraction: number): string {
  const value = Number((100 * fraction).toPrecision(2));
  return `${value >= 0.001 || value === 0 ? value : "< 0.001"}${THIN}%`;
}
