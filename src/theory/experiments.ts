/**
 * The experiments E1 to E4: for each density what the formulas say, and what random masks say beside it. A row stands for
 * one density; nothing here is a number of the paper's.
 */
import { UserError } from "../errors.ts";
import { checkCount, checkFraction, widthFactor } from "./chances.ts";
import { type Share, shareOf } from "./draws.ts";
import { boxInputs, embed, randomTarget } from "./embed.ts";
import { type EmbeddingPlan, embeddingProbability, planEmbedding, scaleCopies, type TargetShape } from "./embedding.ts";
import { drawInputs, everyInputConnected, everyInputKept, hiddenBound, hiddenNeeded } from "./lower_bound.ts";
import { fittedConstant, MOST_SUMMANDS, subsetSumShares } from "./subset_sum.ts";
import { buildTicket, evaluateWeights } from "./ticket.ts";
import { toyAccuracy, toyPoints, trainToy } from "./toy.ts";

/** What every experiment is asked. */
export interface TheoryRequest {
  readonly densities: readonly number[];
  readonly trials: number;
  readonly seed: number;
}

function checkRequest({ densities, trials }: TheoryRequest): void {
  densities.forEach((p) => checkFraction("density", p, true));
  checkCount("trials", trials);
}

/** A width multiple: chance by the formula, and share of random masks. */
export interface EmbeddingPoint {
  readonly multiple: number;
  readonly copies: readonly number[];
  readonly probability: number;
  readonly found: Share;
}

/** E1 at one density. */
export interface EmbeddingRow extends EmbeddingPlan {
  readonly density: number;
  /** 1/log(1/(1 − p)). */
  readonly factor: number;
  readonly points: readonly EmbeddingPoint[];
  /** The smallest multiple of ρ, in hundredths, with which the formula reaches 1 − δ. */
  readonly leastMultiple: number;
  /** max |f_T − f_P| over inputs, in the masks of the checked trials that have all edges; null where none has. */
  readonly error: number | null;
}

/** Trials of each density whose networks are computed and compared, and the inputs that they are compared on. */
const CHECKED = { trials: 3, inputs: 8 };

/** E1: how wide a source must be to hold a target exactly. */
export function embeddingExperiment(
  request: TheoryRequest & { target: TargetShape; delta: number; multiples: readonly number[] },
): EmbeddingRow[] {
  checkRequest(request);
  const { densities, trials, seed, target: shape, delta, multiples } = request;
  if (multiples.some((multiple) => !(multiple > 0))) throw new UserError("width multiples: expected numbers above 0");
  return densities.map((density) => {
    const plan = planEmbedding(shape, density, delta), target = randomTarget(shape, seed);
    const points = multiples.map((multiple): EmbeddingPoint => {
      const copies = scaleCopies(plan.copies, multiple);
      const found = shareOf(trials, (trial) => embed(target, copies, density, { seed, trial, inputs: [] }).complete);
      return { multiple, copies, probability: embeddingProbability(shape, copies, density), found };
    });
    const inputs = boxInputs(CHECKED.inputs, shape.widths[0], seed);
    const errors = Array.from(
      { length: CHECKED.trials },
      (_, trial) => embed(target, plan.copies, density, { seed, trial, inputs }),
    ).filter(({ complete }) => complete);
    const reaches = (hundredths: number) =>
      embeddingProbability(shape, scaleCopies(plan.copies, hundredths / 100), density) >= 1 - delta;
    let least = 100;
    while (least > 1 && reaches(least - 1)) least--;
    return {
      ...plan,
      density,
      factor: widthFactor(density),
      points,
      leastMultiple: least / 100,
      error: errors.length === 0 ? null : Math.max(...errors.map(({ error }) => error)),
    };
  });
}

/** E2 at one density; `kept` is about edges into the hidden layer, `connected` about paths to the output. */
export interface InputsRow {
  readonly density: number;
  readonly bound: number;
  /** Hidden units at the bound, rounded up. */
  readonly hidden: number;
  /** Chances that all inputs have an edge with one unit fewer, and with as many. */
  readonly keptBelow: number;
  readonly kept: number;
  readonly keptFound: Share;
  /** Chance that all inputs have a path with as many. */
  readonly connected: number;
  readonly connectedFound: Share;
  /** Hidden units with which they have, with chance 1 − δ. */
  readonly needed: number;
  readonly neededFound: Share;
}

/** E2: hidden units that a source with one hidden layer needs so that no input is cut off. */
export function inputsExperiment(request: TheoryRequest & { inputs: number; delta: number }): InputsRow[] {
  checkRequest(request);
  const { densities, trials, seed, inputs, delta } = request;
  return densities.map((density) => {
    const bound = hiddenBound(inputs, density, delta), hidden = Math.max(1, Math.ceil(bound));
    const needed = hiddenNeeded(inputs, density, delta);
    const at = (units: number, what: "kept" | "connected") =>
      shareOf(trials, (trial) => drawInputs({ inputs, hidden: units, p: density }, { seed, trial })[what]);
    return {
      density,
      bound,
      hidden,
      keptBelow: everyInputKept(inputs, hidden - 1, density),
      kept: everyInputKept(inputs, hidden, density),
      keptFound: at(hidden, "kept"),
      connected: everyInputConnected(inputs, hidden, density),
      connectedFound: at(hidden, "connected"),
      needed,
      neededFound: at(needed, "connected"),
    };
  });
}

/** E3 for one count of random numbers at one density. */
export interface SubsetSumRow {
  readonly density: number;
  readonly n: number;
  /** One for each ε: the share of trials within it, and n/log(1/min(ε, failures)). */
  readonly points: readonly (Share & { readonly epsilon: number; readonly constant: number | null })[];
}

/** E3: how often a subset of n numbers, each kept with chance p, comes near a random one. */
export function subsetSumExperiment(
  request: TheoryRequest & { sizes: readonly number[]; epsilons: readonly number[] },
): SubsetSumRow[] {
  checkRequest(request);
  const { densities, trials, seed, sizes, epsilons } = request;
  for (const n of sizes) {
    checkCount("numbers", n);
    if (n > MOST_SUMMANDS) throw new UserError(`${n} numbers have too many subsets; at most ${MOST_SUMMANDS}`);
  }
  epsilons.forEach((epsilon) => checkFraction("epsilon", epsilon));
  return densities.flatMap((density) =>
    sizes.map((n) => {
      const shares = subsetSumShares({ n, p: density, bounds: epsilons }, { seed, trials });
      const points = shares.map((share, i) => {
        return { ...share, epsilon: epsilons[i], constant: fittedConstant(n, epsilons[i], share.share) };
      });
      return { density, n, points };
    })
  );
}

/** E4 at one density; means over the trials. */
export interface TicketRow {
  readonly density: number;
  /** ρ, which grows with 1/p so that as many edges are kept. */
  readonly copies: number;
  readonly widths: readonly number[];
  /** Hidden units of the source over those of the target. */
  readonly widthRatio: number;
  readonly within: number;
  readonly redrawn: number;
  /** Weights of the ticket over those of the source. */
  readonly kept: number;
  /** max |f_T − f_P| over max |f_T|, on points that the target was not trained on; of all trials the largest. */
  readonly error: number;
  readonly targetAccuracy: number;
  readonly accuracies: readonly number[];
}

/** E4: tickets for a small trained network, found in random sources without changing a weight. */
export function ticketExperiment(
  request: TheoryRequest & { hidden: number; copies: number; epsilon: number },
): TicketRow[] {
  checkRequest(request);
  const { densities, trials, seed, hidden, copies, epsilon } = request;
  checkCount("hidden units", hidden);
  checkCount("copies", copies);
  const target = trainToy({ hidden, seed }), points = toyPoints(1000, seed, 1);
  const expected = points.map(({ input }) => evaluateWeights(target, input));
  const range = Math.max(...expected.flatMap((values) => [...values].map(Math.abs)));
  const targetAccuracy = toyAccuracy(points, (input) => evaluateWeights(target, input));
  return densities.map((density) => {
    const own = Math.ceil(copies / density);
    const tickets = Array.from({ length: trials }, (_, trial) => {
      const ticket = buildTicket(target, { p: density, copies: own, epsilon, seed, trial });
      const found = points.map(({ input }) => ticket.evaluate(input));
      const error = Math.max(...found.flatMap((values, i) => [...values].map((v, j) => Math.abs(v - expected[i][j]))));
      const byInput = new Map(points.map(({ input }, i) => [input, found[i]]));
      return { ...ticket, error: error / range, accuracy: toyAccuracy(points, (input) => byInput.get(input)!) };
    });
    const mean = (of: (ticket: typeof tickets[number]) => number) =>
      tickets.reduce((sum, ticket) => sum + of(ticket), 0) / trials;
    const { widths } = tickets[0], hiddenOf = (all: readonly number[]) => all.slice(1, -1).reduce((a, b) => a + b, 0);
    return {
      density,
      copies: own,
      widths,
      widthRatio: hiddenOf(widths) / (2 * hidden),
      within: mean(({ within }) => within),
      redrawn: mean(({ redrawn }) => redrawn),
      kept: mean(({ kept, size }) => kept / size),
      error: Math.max(...tickets.map(({ error }) => error)),
      targetAccuracy,
      accuracies: tickets.map(({ accuracy }) => accuracy),
    };
  });
}
