/** Results of benchmarks as tables for people. */
import type { ConvBench, ConvCell } from "../bench/conv.ts";
import { candidateWords } from "../bench/conv_candidates.ts";
import type { TimeSpread } from "../bench/measure.ts";
import type { Peaks } from "../bench/peak.ts";
import type { StepBench, StepCell } from "../bench/step.ts";
import { byteWords } from "../bytes.ts";
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
import { alignColumns, wrapText } from "./text.ts";

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

interface Column<Row> {
  readonly head: string;
  /** Left out first where there is no room, the highest number first; 0 always stays. */
  readonly spare: number;
  readonly cell: (row: Row) => string;
}

/** Heading and rows, without the columns that there is no room for. All but the first column are numbers. */
function table<Row>(all: readonly Column<Row>[], rows: readonly Row[], width: number): string[] {
  for (let chosen = all;;) {
    const cells = [chosen.map(({ head }) => head), ...rows.map((row) => chosen.map(({ cell }) => cell(row)))];
    const lines = alignColumns(cells, chosen.map((_, i) => i).slice(1));
    const first = Math.max(...chosen.map(({ spare }) => spare));
    if (first === 0 || lines.every((line) => line.length <= width)) return lines;
    chosen = chosen.filter(({ spare }) => spare !== first);
  }
}

/** How a table is shown. */
export interface TableStyle extends Pick<Colours, "bold" | "dim"> {
  /** Characters of a line. */
  readonly width: number;
}

const CONV_COLUMNS: readonly Column<ConvCell>[] = [
  { head: "", spare: 0, cell: candidateWords },
  { head: "kept", spare: 0, cell: ({ realisedDensity }) => formatDensity(realisedDensity) },
  { head: "time", spare: 0, cell: ({ medianMs }) => milliseconds(medianMs) },
  { head: "middle half", spare: 2, cell: ({ spread }) => spreadWords(spread) },
  { head: "over dense", spare: 0, cell: ({ ratioToDense }) => ratioWords(ratioToDense) },
  { head: "GFLOP/s", spare: 0, cell: ({ effectiveGflops }) => fixedSignificant(effectiveGflops, 3) },
  { head: "of peak", spare: 1, cell: ({ fractionOfPeak }) => percent(fractionOfPeak, 1) },
  { head: "as dense", spare: 3, cell: ({ denseEquivalentGflops }) => fixedSignificant(denseEquivalentGflops, 3) },
  { head: "bytes", spare: 4, cell: ({ bytes }) => byteWords(bytes.weights + bytes.pattern) },
];

/** What a layer's benchmark found, line by line. */
export function convLines(result: ConvBench, { bold, dim, width }: TableStyle): string[] {
  const clock = result.clock === "gpu" ? "GPU timestamps" : "the wall clock";
  const lines = [`${shapeWords(result)}; by ${clock}, ${result.rounds} rounds`, peakLine(result.peak)];
  for (const pass of [...new Set(result.cells.map((cell) => cell.pass))]) {
    const [heading, ...rows] = table(CONV_COLUMNS, result.cells.filter((cell) => cell.pass === pass), width);
    lines.push("", bold(PASS_WORDS[pass]), dim(heading), ...rows);
  }
  const first = Math.max(0, ...result.cells.map((cell) => cell.firstMs));
  if (result.cells.length > 0) {
    lines.push("", dim(`not in these times: a kernel's first run took up to ${milliseconds(first)} (compilation)`));
  }
  return lines.flatMap((line) => wrapText(line, line.includes("  ") ? Infinity : width, "  "));
}

const blockWords = ([outs, ins]: readonly [number, number]) => outs * ins > 1 ? ` ${outs}×${ins}` : "";

const STEP_COLUMNS: readonly Column<StepCell>[] = [
  { head: "density", spare: 0, cell: ({ rule, density }) => rule === "dense" ? "dense" : String(density) },
  { head: "kept", spare: 4, cell: ({ realisedDensity }) => formatDensity(realisedDensity) },
  { head: "c", spare: 0, cell: ({ computeDensity }) => formatDensity(computeDensity) },
  { head: "packed", spare: 2, cell: (cell) => cell.rule === "dense" ? NONE : `${cell.packedLayers}/${cell.layers}` },
  { head: "step", spare: 0, cell: ({ medianMs }) => milliseconds(medianMs) },
  { head: "middle half", spare: 3, cell: ({ spread }) => spreadWords(spread) },
  { head: "over dense", spare: 0, cell: ({ ratioToDense }) => ratioWords(ratioToDense) },
  { head: "off GPU", spare: 1, cell: ({ outsideGpu }) => percent(outsideGpu, 1) },
  { head: "layers", spare: 0, cell: ({ bytes }) => byteWords(bytes.maskable.total) },
  { head: "in all", spare: 0, cell: ({ bytes }) => byteWords(bytes.total) },
];

/** What a benchmark of steps found, line by line. */
export function stepLines(result: StepBench, { dim, width }: TableStyle): string[] {
  const { model, dataset, input: [channels, rows, columns], batch, rule, block, cells } = result;
  const images = `${dataset === "random" ? "random images" : dataset} ${rows}×${columns}×${channels}`;
  const blocks = blockWords(block) && ` in blocks of${blockWords(block)}`;
  const storage = result.storage === "auto" ? "" : `, stored ${result.storage}`;
  const activations = result.activations === "f16" ? ", 16-bit activations" : "";
  const lines = [
    `${model} on ${images}, batch ${batch}, ${ruleLabel(rule)} masks${blocks}${storage}${activations}; ` +
    `${result.optimizer}, ${result.rounds} rounds`,
    peakLine(result.peak),
  ];
  if (cells.length > 0) {
    const [heading, ...body] = table(STEP_COLUMNS, cells, width);
    lines.push("", dim(heading), ...body, "", ...apartLines(cells).map((line) => dim(line)));
  }
  return lines.flatMap((line) => wrapText(line, line.includes("  ") ? Infinity : width, "  "));
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
