/** The panels of the view Theory, one claim each. */
import { fixedSignificant, formatInteger } from "../../../src/experiment/results_numbers.ts";
import type { FoundPoint } from "../../../src/worker/theory.ts";
import { Figure } from "../../parts/figure.tsx";
import { Plot } from "../../parts/plot.tsx";
import { logTicks, type PlotPoint, type PlotSpec } from "../../parts/plot_types.ts";
import { CHANCE, Claim, curve, FIRST, INK, sameNumbers, SECOND } from "./claim.tsx";
import { EMBEDDING_TRIALS, type Exact, found, inputTrials, LEAST_DRAWN, SUM_TRIALS } from "./state.ts";

/** E2: a source that is too narrow. */
export function ReachPanel({ now: { of, inputs: { bound, needed, kept, connected } } }: { readonly now: Exact }) {
  const points = found.value && sameNumbers(found.value.of, of) ? found.value.inputs : undefined;
  const from = kept[0].x, to = kept[kept.length - 1].x;
  const spec: PlotSpec = {
    x: {
      label: "hidden units n (log)",
      log: true,
      domain: [from, to],
      ticks: logTicks(from, to).filter((tick) => tick >= 1),
      format: formatInteger,
    },
    y: CHANCE,
    series: [
      ...curve("kept", "an edge", FIRST, kept, points?.kept),
      ...curve("connected", "a path", SECOND, connected, points?.connected),
    ],
    references: [
      {
        label: "1 − δ",
        points: [{ x: from, y: 1 - of.delta }, { x: to, y: 1 - of.delta }],
        dash: [6, 4],
        labelAt: "end",
      },
      {
        label: `bound ${fixedSignificant(bound, 3)}`,
        points: [{ x: bound, y: 0 }, { x: bound, y: 1 }],
        dash: [2, 3],
        labelAt: "top",
      },
    ],
  };
  return (
    <section class="panel">
      <Claim
        title="Too narrow a source cuts inputs off (E2)"
        formula={
          <>
            n ≥ log(1/(1 − (1 − δ)<sup>1/d</sup>)) / log(1/(1 − p))
          </>
        }
      >
        With one hidden layer of n units, all {of.inputs} inputs keep an edge with chance 1 − δ only from{" "}
        {fixedSignificant(bound, 3)} units on. That is necessary and not enough: for a path to the output it takes{" "}
        {formatInteger(needed)}.
      </Claim>
      <Figure
        title="Chance that no input is cut off"
        subtitle={`d = ${of.inputs}, p = ${of.p}, δ = ${of.delta}. Lines: exact. ${
          points
            ? `Points: ${inputTrials(needed)} random masks each, with two standard deviations.`
            : "Random masks follow."
        }`}
        name="theory-inputs"
        level={3}
        table={{
          head: ["hidden units", "every input has an edge", "every input has a path"],
          rows: kept.map(({ x, y }, i) => [x, y, connected[i].y]),
        }}
      >
        <Plot
          spec={spec}
          summary={`With ${of.inputs} inputs at density ${of.p}, ${
            fixedSignificant(bound, 3)
          } hidden units are necessary and ${formatInteger(needed)} enough for chance ${1 - of.delta}.`}
        />
      </Figure>
    </section>
  );
}

/** E1: a source that is wide enough. */
export function HoldPanel(
  { now: { of, embedding: { copies, widths, factor, probability } } }: { readonly now: Exact },
) {
  const points = found.value && sameNumbers(found.value.of, of) ? found.value.embedding : undefined;
  const at = probability.reduce((a, b) => Math.abs(a.x - 1) <= Math.abs(b.x - 1) ? a : b).y;
  const spec: PlotSpec = {
    x: {
      label: "width, in widths of the formula",
      domain: [0.2, 1.4],
      ticks: [0.2, 0.4, 0.6, 0.8, 1, 1.2, 1.4],
      format: String,
    },
    y: CHANCE,
    series: curve("holds", "holds it", FIRST, probability, points),
    references: [
      {
        label: "1 − δ",
        points: [{ x: 0.2, y: 1 - of.delta }, { x: 1.4, y: 1 - of.delta }],
        dash: [6, 4],
        labelAt: "end",
      },
      { label: "formula", points: [{ x: 1, y: 0 }, { x: 1, y: 1 }], dash: [2, 3], labelAt: "top" },
    ],
  };
  const masks = points
    ? `Points: ${EMBEDDING_TRIALS} random masks each, searched for the target, with two standard deviations.`
    : of.p < LEAST_DRAWN
    ? `No masks are drawn below p = ${LEAST_DRAWN}: they have too many edges. On the command line: npx startsparse theory embedding.`
    : "Random masks follow.";
  return (
    <section class="panel">
      <Claim
        title="A wide enough one holds any target (E1)"
        formula={
          <>
            ρ<sub>l−1</sub> = ⌈log(1/(1 − (1 − δ)<sup>
              1/(L m<sub>l</sub> ρ<sub>l</sub>)
            </sup>)) / log(1/(1 − p))⌉
          </>
        }
      >
        A target with 10 inputs, 20 and 20 hidden units and 150 weights needs {copies.slice(0, -1).join(", ")}{" "}
        copies of its units layer by layer at p = {of.p}, so widths of{" "}
        {widths.slice(0, -1).map(formatInteger).join(" and ")}. The factor of the density is{" "}
        {fixedSignificant(factor, 3)}; copies multiply each layer's width and do not compound.
      </Claim>
      <Figure
        title="Chance that a random mask holds the target"
        subtitle={`p = ${of.p}, δ = ${of.delta}. Line: exact, in steps since copies are whole. ${masks}`}
        name="theory-embedding"
        level={3}
        table={{ head: ["width multiple", "chance"], rows: probability.map(({ x, y }) => [Number(x.toFixed(2)), y]) }}
      >
        <Plot
          spec={spec}
          summary={`At the width of the formula a source of density ${of.p} holds the target with chance ${
            at.toFixed(3)
          }.`}
        />
      </Figure>
    </section>
  );
}

/** E3: subset sums of thinned numbers. */
export function SumPanel({ now: { of } }: { readonly now: Exact }) {
  const points = found.value && sameNumbers(found.value.of, of) ? found.value.sums : undefined;
  const line = (all: readonly FoundPoint[]) =>
    all.map(({ x, found: { share, deviation, trials } }): PlotPoint => ({
      x,
      y: share,
      low: Math.max(0, share - 2 * deviation),
      high: Math.min(1, share + 2 * deviation),
      title: `n = ${x}: ${share.toFixed(3)} of ${trials}`,
    }));
  const spec: PlotSpec = {
    x: { label: "numbers n", domain: [4, 24], ticks: [4, 8, 12, 16, 20, 24], format: String },
    y: { ...CHANCE, label: "share of trials" },
    series: points
      ? [
        {
          key: "dense",
          label: "p = 1",
          style: { ...INK, dash: [6, 4] },
          points: line(points.dense),
          marks: "all",
          hollow: true,
        },
        { key: "sparse", label: `p = ${of.p}`, style: FIRST, points: line(points.sparse), marks: "all" },
      ]
      : [],
  };
  return (
    <section class="panel">
      <div class="claim">
        <h2>A weight can be a sum of random ones (E3)</h2>
        <p class="formula">
          |z − Σ<sub>i∈I</sub> X<sub>i</sub>| ≤ ε <span class="tag">by experiment</span>
        </p>
        <p class="secondary">
          n numbers from U(−1, 1) are each kept with chance p. How often does some subset of those come within ε of a
          random z? Fewer kept numbers have exponentially fewer subsets.
        </p>
      </div>
      <Figure
        title="How often a subset sum comes near enough"
        subtitle={`ε = ${of.epsilon}. ${SUM_TRIALS} trials a point, all subsets searched, with two standard deviations. Hollow: nothing is dropped.`}
        name="theory-subset-sum"
        level={3}
        table={{
          head: ["density", "numbers", "share", "trials"],
          rows: (points
            ? [...points.dense.map((each) => [1, each] as const), ...points.sparse.map((each) => [of.p, each] as const)]
            : [])
            .map(([p, { x, found: { share, trials } }]) => [p, x, share, trials]),
        }}
      >
        {points
          ? (
            <Plot
              spec={spec}
              summary={`Share of trials with a subset within ${of.epsilon}, by how many numbers there are.`}
            />
          )
          : <p class="faint theory-wait">The numbers are drawn…</p>}
      </Figure>
    </section>
  );
}

/** E4: tickets, on the command line. */
export function TicketPanel() {
  return (
    <section class="panel">
      <div class="claim">
        <h2>So a mask alone can make a trained network (E4)</h2>
        <p class="secondary">
          Put together: random weights that are never changed, and a mask that makes a trained network of them. Building
          one takes longer than a page should keep you waiting; the command line does it.
        </p>
        <p>
          <code>npx startsparse theory ticket</code>
        </p>
      </div>
    </section>
  );
}
