/** Help of `theory`: what each experiment shows. */

/** Under the list of experiments. */
export const THEORY_HELP = `
Examples:
  startsparse theory embedding               copies of each unit, and how often they are enough
  startsparse theory inputs --inputs 100 --delta 0.05
  startsparse theory subset-sum --json
  startsparse theory ticket --densities 1,0.5 --trials 2

All formulas are derived here and checked with random masks; none is quoted. Masks and weights
follow from the seed, on every machine alike.
`;

/** Under the options of `embedding`. */
export const EMBEDDING_HELP = `
The source is one layer deeper than the target. ρ copies of each unit make it likely that every copy finds
an edge to some copy of each unit that it needs: P = Π (1 − (1 − p)^ρ)^(m ρ'), over the layers, with m nonzero
weights. Widths grow with 1/log(1/(1 − p)).
`;

/** Under the options of `inputs`. */
export const INPUTS_HELP = `
With n hidden units all d inputs have an edge with chance (1 − (1 − p)^n)^d. That is necessary; a path to
the output takes a hidden unit whose own edge is kept too, and so about 1/p times as many.
`;

/** Under the options of `subset-sum`. */
export const SUBSET_SUM_HELP = `
n numbers of U(−1, 1), each kept with chance p, and a number of U(−1, 1) to come near: the nearest of all
subset sums. n/log(1/min(ε, failures)) is a constant where n grows with that logarithm.
`;

/** Under the options of `ticket`. */
export const TICKET_HELP = `
The target is a small network trained to tell a disc from its surroundings. Its weights are replaced by subsets
of random weights, which stay as they are; those without a subset near enough are drawn again, and counted.
`;
