/**
 * Fits the cost model's coefficients (src/nn/cost_priors.ts) to what `startsparse tune` has measured on an adapter, and
 * prints them, and how far the model is off.
 *
 *   node scripts/deno.mjs run -A bench/fit_priors.ts <tuning file> [--worst 10]
 *
 * Each coefficient is a time and cannot be negative; what is made small is the squared relative error, so that a layer of
 * 0.1 ms counts as much as one of 100 ms and half a time is as wrong as twice that time. Blocks and 16-bit activations are told from single weights only where the file
 * has some of each: `startsparse tune … mask.block=[8,8]`, `startsparse tune … --activations f16`.
 */
import { fixedSignificant } from "../src/experiment/results_numbers.ts";
import { breakEven, denseCost, denseTerms, packedCost, packedTerms } from "../src/nn/cost.ts";
import { layerCosts, onLine } from "../src/nn/layer_costs.ts";
import { workWords } from "../src/nn/layer_kinds.ts";
import { CONV_PASSES, type ConvPass, denseVariants } from "../src/ops/conv_dense.ts";
import { ADAPTER_CLASSES } from "../src/ops/emit.ts";
import { convWeightCount } from "../src/ops/shape.ts";
import { parseTuning } from "../src/tune/tuning_file.ts";
import { tuningRows } from "../src/tune/tuning_rows.ts";
import { formWords, measuredCosts, type TuningTable } from "../src/tune/tuning_table.ts";

/** A measured time, and how often each coefficient counts in it. */
interface Row {
  readonly label: string;
  readonly ms: number;
  readonly terms: Readonly<Record<string, number>>;
  /** What the priors of this version say. */
  readonly before: number;
}

/**
 * Coefficients above or equal to zero that minimise Σ (prediction − ms)² / (ms · scale). The scales are the predictions of
 * the fit before, so that too little is as bad as too much.
 */
function fit(rows: readonly Row[]): Record<string, number> {
  let scales = rows.map(({ ms }) => ms), values: Record<string, number> = {};
  for (let round = 0; round < 10; round++) {
    values = leastSquares(rows, rows.map(({ ms }, i) => 1 / Math.sqrt(ms * scales[i])));
    scales = rows.map((row) => Math.max(predicted(row, values), 1e-3 * row.ms));
  }
  return values;
}

/** Minimises Σ (weight · (prediction − ms))² by coordinate descent, no coefficient below zero. */
function leastSquares(rows: readonly Row[], weights: readonly number[]): Record<string, number> {
  const names = Object.keys(rows[0].terms);
  const columns = names.map((name) => rows.map(({ terms }, i) => weights[i] * terms[name] / 1e6)); // from nanoseconds
  const squares = columns.map((column) => column.reduce((sum, value) => sum + value * value, 0));
  const values = names.map(() => 0), missing = rows.map(({ ms }, i) => weights[i] * ms);
  for (let sweep = 0; sweep < 20_000; sweep++) {
    let moved = 0;
    columns.forEach((column, j) => {
      if (squares[j] === 0) return;
      const gain = column.reduce((sum, value, i) => sum + value * missing[i], 0) / squares[j];
      const step = Math.max(-values[j], gain);
      if (step === 0) return;
      values[j] += step;
      column.forEach((value, i) => missing[i] -= step * value);
      moved = Math.max(moved, Math.abs(step) * Math.sqrt(squares[j]));
    });
    if (moved < 1e-9) break;
  }
  return Object.fromEntries(names.map((name, j) => [name, values[j]]));
}

function predicted({ terms }: Row, coefficients: Record<string, number>): number {
  return Object.entries(terms).reduce((sum, [name, count]) => sum + coefficients[name] * count, 0) / 1e6;
}

function denseRows(table: TuningTable, pass: ConvPass): Row[] {
  const adapter = ADAPTER_CLASSES[table.adapter.software ? "software" : "gpu"];
  return Object.values(table.layers).flatMap(({ passes, ...work }) => {
    // the model stands for the kernel that is taken where nothing was measured
    const [variant] = denseVariants(pass, { ...work, adapter });
    const terms = { ...denseTerms(pass, work) }, before = denseCost(adapter.name, pass, work);
    return (passes[pass] ?? []).map(({ dense }) => ({ label: workWords(work), ms: dense[variant], terms, before }));
  });
}

function packedRows(table: TuningTable, pass: ConvPass): Row[] {
  const { name } = ADAPTER_CLASSES[table.adapter.software ? "software" : "gpu"];
  return Object.values(table.layers).flatMap(({ passes, ...work }) =>
    (passes[pass] ?? []).flatMap(({ points, ...form }) =>
      points.filter(([share]) => share > 0).map(([share, ms]): Row => {
        const stored = share * convWeightCount(work.shape);
        const terms = packedTerms(pass, work, form, stored);
        return {
          label: `${workWords(work)} ${formWords(form)} at ${share.toFixed(4)}`,
          ms,
          // a step makes a 16-bit copy for two passes, which is how the model counts; a measured pass made its own
          terms: { ...terms, perNarrowed: 2 * terms.perNarrowed },
          before: packedCost(name, pass, work, form, stored),
        };
      })
    )
  );
}

const quantile = (values: readonly number[], share: number) =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(share * values.length))];

function show(title: string, rows: readonly Row[], worst: number): void {
  if (rows.length === 0) return console.log(`${title}: nothing measured\n`);
  const coefficients = fit(rows);
  const factors = rows.map((row) => ({ row, factor: predicted(row, coefficients) / row.ms }));
  const off = factors.map(({ factor }) => Math.exp(Math.abs(Math.log(factor))));
  const now = rows.map(({ before, ms }) => Math.exp(Math.abs(Math.log(before / ms))));
  const words = Object.entries(coefficients).map(([name, value]) =>
    `${name}: ${value < 1e-6 ? 0 : fixedSignificant(value, 3)}`
  );
  console.log(`${title}, ${rows.length} times\n  { ${words.join(", ")} }`);
  const spread = (values: number[]) =>
    [0.5, 0.9, 1].map((share) => `${quantile(values, share).toFixed(2)}×`).join(", ");
  console.log(`  off by (median, nine tenths, most): ${spread(off)}; the priors as they are: ${spread(now)}`);
  factors.sort((a, b) => Math.abs(Math.log(b.factor)) - Math.abs(Math.log(a.factor)));
  for (const { row, factor } of factors.slice(0, worst)) {
    console.log(`    ${factor.toFixed(2)}×  ${row.label}: ${row.ms.toPrecision(3)} ms measured`);
  }
  console.log();
}

/** What choosing by the priors of this version costs over choosing by what was measured. */
function showDecisions(table: TuningTable): void {
  const adapter = table.adapter.software ? "software" : "gpu", measured = measuredCosts(table);
  const rows = tuningRows(table).filter(({ step }) => step !== null);
  console.log("break-even of a training step: measured, and by the priors as they are");
  for (const { work, step, passes, ...form } of rows) {
    const dx = passes.some(({ pass }) => pass === "inputGradient");
    const { dense, packed } = layerCosts(adapter, work, dx, form), by = breakEven(dense, packed.fixed, packed.slope);
    console.log(`  ${step!.breakEven.toFixed(3)}  ${by.toFixed(3)}  ${workWords(work)} ${formWords(form)}`);
  }
  for (const density of [0.5, 0.2, 0.1, 0.05, 0.02, 0.01]) {
    let [best, chosen, wrong] = [0, 0, 0];
    for (const { work, passes, block, activations } of rows) {
      const form = { block, activations };
      const dx = passes.some(({ pass }) => pass === "inputGradient");
      const truth = layerCosts(adapter, work, dx, form, measured), guess = layerCosts(adapter, work, dx, form);
      const packed = onLine(truth.packed, density), faster = Math.min(truth.dense, packed);
      const taken = onLine(guess.packed, density) < guess.dense ? packed : truth.dense;
      best += faster;
      chosen += taken;
      if (taken > faster) wrong++;
    }
    console.log(
      `  at density ${density}: ${wrong} of ${rows.length} layers chosen wrong, ${
        (100 * (chosen / best - 1)).toFixed(1)
      } % of the time lost`,
    );
  }
}

const [file, option, count] = Deno.args;
if (file === undefined || (option !== undefined && option !== "--worst")) {
  console.error("usage: node scripts/deno.mjs run -A bench/fit_priors.ts <tuning file> [--worst 10]");
  Deno.exit(2);
}
const table = parseTuning(await Deno.readTextFile(file), file), worst = Number(count ?? 5);
console.log(`${table.adapter.name}, ${table.adapter.backend}, kernels ${table.kernels}, ${table.changed}\n`);
for (const pass of CONV_PASSES) show(`dense ${pass}`, denseRows(table, pass), worst);
for (const pass of CONV_PASSES) show(`packed ${pass}`, packedRows(table, pass), worst);
showDecisions(table);
