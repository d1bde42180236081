/** The experiments of the theory as tables for people, and as JSON. */
import { fixedSignificant, formatDensity, formatInteger, formatPercent, NONE } from "../experiment/results_numbers.ts";
import type { Share } from "../theory/draws.ts";
import {
  embeddingExperiment,
  inputsExperiment,
  subsetSumExperiment,
  type TheoryRequest,
  ticketExperiment,
} from "../theory/experiments.ts";
import { jsonText, openOutput } from "./output.ts";
import { alignColumns, wrapText } from "./text.ts";

/** Options of every experiment. */
interface TheoryOptions extends TheoryRequest {
  readonly json?: boolean;
}

/** Options of `theory embedding`. */
export type EmbeddingOptions = TheoryOptions & {
  readonly widths: readonly number[];
  readonly nonzero: readonly number[];
  readonly delta: number;
  readonly multiples: readonly number[];
};

/** Options of `theory inputs`. */
export type InputsOptions = TheoryOptions & { readonly inputs: number; readonly delta: number };

/** Options of `theory subset-sum`. */
export type SubsetSumOptions = TheoryOptions & {
  readonly sizes: readonly number[];
  readonly epsilon: readonly number[];
};

/** Options of `theory ticket`. */
export type TicketCommandOptions = TheoryOptions & {
  readonly hidden: number;
  readonly copies: number;
  readonly epsilon: number;
};

/** A chance, in per cent. */
const chance = (value: number) => formatPercent(value, value > 0 && value < 0.001 ? 3 : 1);

/** A share of trials with its standard deviation. */
const share = ({ share, deviation }: Share) => `${formatPercent(share, 1)} ±${formatPercent(deviation, 1)}`;

const factorOf = (value: number) => value === 0 ? "0" : fixedSignificant(value, 3);

/** `theory embedding`. @returns the exit status */
export function embeddingCommand({ widths, nonzero, json, ...request }: EmbeddingOptions): number {
  const rows = embeddingExperiment({ ...request, target: { widths, nonzero } });
  const { multiples, delta, trials } = request;
  const table = rows.map((row) => [
    formatDensity(row.density),
    factorOf(row.factor),
    row.copies.slice(0, -1).join(", "),
    row.widths.map(formatInteger).join("-"),
    chance(row.probability),
    ...row.points.flatMap(({ probability, found }) => [chance(probability), share(found)]),
    fixedSignificant(row.leastMultiple, 2),
    row.error === null ? NONE : row.error === 0 ? "0" : row.error.toExponential(0),
  ]);
  const head = [
    ...["p", "factor", "copies ρ", "source", "P, %"],
    ...multiples.flatMap((multiple) => [`P at ×${multiple}`, "masks"]),
    ...["least ×", "error"],
  ];
  return show(json, rows, [head, ...table], [2, 3], [
    `Target ${widths.join("-")} with ${nonzero.join(", ")} nonzero weights; P at least ${chance(1 - delta)} % wanted.`,
    "factor: 1/log(1/(1 − p)). source: widths of its layers, with hidden units enough for the first layer's own edges.",
    `masks: share of ${trials} random masks, and its standard deviation, that hold the target at so many times the ` +
    "copies; P beside it by the formula. least: the smallest multiple that the formula allows.",
    "error: largest difference of target and subnetwork on inputs, in a few masks that hold it.",
  ]);
}

/** `theory inputs`. @returns the exit status */
export function inputsCommand({ json, ...request }: InputsOptions): number {
  const rows = inputsExperiment(request), { inputs, delta, trials } = request;
  const head = ["p", "bound", "n", "edges at n − 1", "at n", "masks", "paths at n", "masks", "needed", "masks"];
  const table = rows.map((row) => [
    formatDensity(row.density),
    row.bound.toFixed(2),
    formatInteger(row.hidden),
    chance(row.keptBelow),
    chance(row.kept),
    share(row.keptFound),
    chance(row.connected),
    share(row.connectedFound),
    formatInteger(row.needed),
    share(row.neededFound),
  ]);
  return show(json, rows, [head, ...table], [], [
    `${inputs} inputs, one output, δ = ${delta}. bound: hidden units below which edges are missing too often; n: the ` +
    "next whole number.",
    "edges: chance in % that every input has one; paths: that every input reaches the output; needed: hidden units " +
    `with which it does with chance ${chance(1 - delta)} %.`,
    `masks: share of ${trials} random masks, and its standard deviation.`,
  ]);
}

/** `theory subset-sum`. @returns the exit status */
export function subsetSumCommand({ epsilon, json, ...request }: SubsetSumOptions): number {
  const rows = subsetSumExperiment({ ...request, epsilons: epsilon });
  const head = ["p", "n", ...epsilon.flatMap((bound) => [`within ${bound}`, "C"])];
  const table = rows.map(({ density, n, points }) => [
    formatDensity(density),
    formatInteger(n),
    ...points.flatMap((point) => [
      share(point),
      point.constant === null ? NONE : fixedSignificant(point.constant, 3),
    ]),
  ]);
  return show(json, rows, [head, ...table], [], [
    `Share of ${request.trials} trials in %, and its standard deviation, in which some subset sum is so near.`,
    `C: n/log(1/min(ε, share of failures)); ${NONE} where none failed.`,
  ]);
}

/** `theory ticket`. @returns the exit status */
export function ticketCommand({ json, ...request }: TicketCommandOptions): number {
  const rows = ticketExperiment(request), { hidden, epsilon, trials } = request;
  const head = ["p", "ρ", "source", "wider", "kept", "drawn again, %", "within ε, %", "error, %", "accuracy, %"];
  const table = rows.map((row) => {
    const mean = row.accuracies.reduce((a, b) => a + b, 0) / row.accuracies.length;
    return [
      formatDensity(row.density),
      formatInteger(row.copies),
      row.widths.map(formatInteger).join("-"),
      `${factorOf(row.widthRatio)}×`,
      formatDensity(row.kept),
      formatPercent(row.redrawn, 2),
      formatPercent(row.within, 2),
      formatPercent(row.error, 1),
      formatPercent(mean, 1),
    ];
  });
  const [{ targetAccuracy }] = rows;
  return show(json, rows, [head, ...table], [2], [
    `Target: 3-${hidden}-${hidden}-2, accuracy ${
      formatPercent(targetAccuracy, 1)
    } %; the third input is the constant 1. ` +
    `Each weight within ${epsilon} of its layer's largest. Means over ${trials} sources, of errors the largest.`,
    "wider: hidden units of the source over the target's. kept: weights of the ticket over all of the source's.",
    "drawn again: sums without a subset near enough, whose edges were drawn anew, of all sums: what the width lacks.",
    "error: largest difference of outputs over the target's largest output, on points that it was not trained on.",
  ]);
}

/** A table with its notes, or the rows as JSON. */
function show(
  json: boolean | undefined,
  rows: readonly object[],
  table: readonly (readonly string[])[],
  left: readonly number[],
  notes: readonly string[],
): number {
  const output = openOutput({ json });
  if (json) {
    output.data(jsonText({ format: 1, rows }));
    return 0;
  }
  const right = table[0].map((_, i) => i).filter((i) => !left.includes(i));
  const [head, ...lines] = alignColumns(table, right);
  output.say(output.colours.dim(head));
  for (const line of lines) output.say(line);
  output.say();
  for (const note of notes) for (const line of wrapText(note, Math.min(output.columns, 100), "  ")) output.say(line);
  return 0;
}
