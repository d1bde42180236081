/** Results of benchmarks as tables for people. */
import type { ConvBench, ConvCell } from "../bench/conv.ts";
import type { TimeSpread } from "../bench/measure.ts";
import type { Peaks } from "../bench/peak.ts";
import type { StepBench, StepCell } from "../bench/step.ts";
import { byteWords } from "../experiment/memory.ts";
import {
  fixedSignificant,
  formatDensity,
  formatInteger,
  formatPercent,
  formatSeconds,
  NONE,
  THIN,
} from "../experiment/results_numbers.ts";
import { ruleLabel } from "../experiment/rule_style.ts";
import type { Colours } from "./output.ts";
import { alignColumns } from "./text.ts";

const PASS_WORDS: Readonly<Record<ConvCell["pass"], string>> = {
  forward: "forward: y from x and w",
  inputGradient: "dx: gradient of the input from dy and w",
  weightGradient: "dw: gradient of the weights from x and dy",
};

/** "140 GFLOP/s in multiply-adds, …". */
function peakLine({ gflops, gigaloads, loadGBs, copyGBs }: Peaks): string {
  const three = (value: number) => fixedSignificant(value, 3);
  return `measured peak: ${three(gflops)} GFLOP/s, ${three(gigaloads)} G loads/s of 16 bytes (${
    three(loadGBs)
  } GB/s, ` +
    `cached), copy ${three(copyGBs)} GB/s`;
}

const milliseconds = (ms: number) => formatSeconds(ms / 1000);

/** "19.8–21.0 ms": the middle half. */
function spreadWords({ low, high }: TimeSpread): string {
  const [from, to] = [milliseconds(low), milliseconds(high)];
  const unit = to.slice(to.indexOf(THIN));
  return from.endsWith(unit) ? `${from.slice(0, -unit.length)}–${to}` : `${from}–${to}`;
}

/** Three figures: ratios are told apart in the second. */
const ratioWords = (ratio: number) => `${fixedSignificant(ratio, 3)}×`;

const percent = (fraction: number | null, decimals: number) =>
  fraction === null ? NONE : `${formatPercent(fraction, decimals)}${THIN}%`;

/** "64→64, 3×3, …" or "linear 512→512, …". */
function shapeWords({ kind, shape, batch }: ConvBench): string {
  const { inChannels, outChannels, kernelHeight, kernelWidth, stride, pad, inHeight, inWidth } = shape;
  const channels = `${formatInteger(inChannels)}→${formatInteger(outChannels)}`;
  if (kind === "matmul") return `linear ${channels}, N = ${batch}`;
  return `${channels}, ${kernelHeight}×${kernelWidth}, stride ${stride}, pad ${pad}, ${inHeight}×${inWidth}, N = ${batch}`;
}

/** What a layer's benchmark found, line by line. */
export function convLines(result: ConvBench, { bold, dim }: Pick<Colours, "bold" | "dim">): string[] {
  const clock = result.clock === "gpu" ? "GPU timestamps" : "the wall clock";
  const lines = [`${shapeWords(result)}; by ${clock}, ${result.rounds} rounds`, peakLine(result.peak)];
  const head = [
    "",
    "kept",
    "time",
    "middle half",
    "over dense",
    "effective",
    "of peak",
    "as if dense",
    "weights",
    "pattern",
  ];
  for (const pass of [...new Set(result.cells.map((cell) => cell.pass))]) {
    const cells = result.cells.filter((cell) => cell.pass === pass);
    const [heading, ...rows] = alignColumns([head, ...cells.map(convRow)], head.map((_, i) => i).slice(1));
    lines.push("", bold(PASS_WORDS[pass]), dim(heading), ...rows);
  }
  const first = Math.max(0, ...result.cells.map((cell) => cell.firstMs));
  if (result.cells.length > 0) {
    lines.push("", dim(`not in these times: a kernel's first run took up to ${milliseconds(first)} (compilation)`));
  }
  return lines;
}

function convRow(cell: ConvCell): string[] {
  const { storage, variant, density, block, activations } = cell;
  const blocks = block[0] * block[1] > 1 ? ` ${block.join("×")}` : "";
  const name = storage === "dense"
    ? `dense ${variant}`
    : `packed ${density}${blocks}${activations === "f16" ? " f16" : ""}`;
  return [
    name,
    formatDensity(cell.realisedDensity),
    milliseconds(cell.medianMs),
    spreadWords(cell.spread),
    ratioWords(cell.ratioToDense),
    fixedSignificant(cell.effectiveGflops, 3),
    percent(cell.fractionOfPeak, 1),
    fixedSignificant(cell.denseEquivalentGflops, 3),
    byteWords(cell.bytes.weights),
    cell.bytes.pattern === 0 ? NONE : byteWords(cell.bytes.pattern),
  ];
}

/** What a benchmark of steps found, line by line. */
export function stepLines(result: StepBench, { dim }: Pick<Colours, "dim">): string[] {
  const { model, dataset, input: [channels, height, width], batch, rule, block, cells } = result;
  const images = `${dataset === "random" ? "random images" : dataset} ${height}×${width}×${channels}`;
  const blocks = block[0] * block[1] > 1 ? ` in blocks of ${block.join("×")}` : "";
  const options = [
    result.storage === "auto" ? "" : `, stored ${result.storage}`,
    result.activations === "f16" ? ", 16-bit activations" : "",
  ];
  const head = [
    "density",
    "kept",
    "c",
    "packed",
    "step",
    "middle half",
    "over dense",
    "outside GPU",
    "layers' bytes",
    "total",
  ];
  const [heading, ...rows] = alignColumns([head, ...cells.map(stepRow)], head.map((_, i) => i).slice(1));
  const lines = [
    `${model} on ${images}, batch ${batch}, ${ruleLabel(rule)} masks${blocks}${options.join("")}; ` +
    `${result.optimizer}, ${result.rounds} rounds`,
    peakLine(result.peak),
    "",
    dim(heading),
    ...rows,
  ];
  if (cells.length > 0) lines.push("", ...apartLines(cells).map((line) => dim(line)));
  return lines;
}

function stepRow(cell: StepCell): string[] {
  return [
    cell.rule === "dense" ? "dense" : String(cell.density),
    formatDensity(cell.realisedDensity),
    formatDensity(cell.computeDensity),
    cell.rule === "dense" ? NONE : `${cell.packedLayers}/${cell.layers}`,
    milliseconds(cell.medianMs),
    spreadWords(cell.spread),
    ratioWords(cell.ratioToDense),
    percent(cell.outsideGpu, 1),
    byteWords(cell.bytes.maskable.total),
    byteWords(cell.bytes.total),
  ];
}

/** What is in none of the times, and whether memory grew. */
function apartLines(cells: readonly StepCell[]): string[] {
  const build = Math.max(...cells.map((cell) => cell.buildMs)), first = Math.max(...cells.map((cell) => cell.firstMs));
  const lines = [
    `not in these times: building up to ${milliseconds(build)} (masks, patterns, recording), ` +
    `first steps up to ${milliseconds(first)} (compilation)`,
  ];
  const grown = cells.filter((cell) => cell.rule !== "dense" || cells.length === 1);
  const growth = grown.reduce((sum, cell) => sum + (cell.residentGrowth ?? 0), 0);
  if (grown.some((cell) => cell.residentGrowth !== null)) {
    const steps = grown.reduce((sum, cell) => sum + cell.steps, 0);
    const words = growth <= 0 ? "did not grow" : `grew by ${byteWords(growth)}`;
    lines.push(`this process's memory ${words} over ${formatInteger(steps)} steps and the dense ones between them`);
  }
  return lines;
}
