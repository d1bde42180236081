/** Measurements as a table, as JSON, and as a chart. */
import { PASS_WORDS } from "../bench/tune.ts";
import { fixedSignificant, formatDensity } from "../experiment/results_numbers.ts";
import type { BreakEvenRow } from "../experiment/chart_break_even.ts";
import { workKey, workWords } from "../nn/layer_kinds.ts";
import type { PackedLine } from "../nn/layer_costs.ts";
import type { PassRow, TuningRow } from "../tune/tuning_rows.ts";
import { formWords, type TuningTable } from "../tune/tuning_table.ts";
import { alignColumns } from "./text.ts";

const three = (value: number) => fixedSignificant(value, 3);

/** "0.12 + 31.0·d". */
function lineWords({ fixed, slope }: PackedLine): string {
  return `${three(fixed)} + ${three(slope)}·d`;
}

/** "0.101", or a word where there is no such density. */
function breakEvenWords(density: number): string {
  return density <= 0 ? "never" : density >= 1 ? "always" : formatDensity(density);
}

function nameOf(row: TuningRow): string {
  const form = formWords(row);
  return form === "" ? workWords(row.work) : `${workWords(row.work)}, ${form}`;
}

/** Milliseconds by kernel, fastest first where there are several: "window 98.2, matmul 120". */
function variantWords({ variants }: PassRow): string {
  return Object.entries(variants).sort((a, b) => a[1] - b[1]).map(([name, ms]) => `${name} ${three(ms)}`).join(", ");
}

/** A line for each pass, and one for the training step. */
export function tuningLines(rows: readonly TuningRow[], bold: (text: string) => string): string[] {
  const cells = [["layer, pass", "dense, ms", "packed, ms", "break-even"]];
  const heads = new Set<number>();
  for (const row of rows) {
    heads.add(cells.length);
    cells.push([nameOf(row)]);
    for (const pass of row.passes) {
      cells.push([
        `  ${PASS_WORDS[pass.pass]}`,
        variantWords(pass),
        lineWords(pass.packed),
        breakEvenWords(pass.breakEven),
      ]);
    }
    if (!row.step) continue;
    const { dense, packed, breakEven } = row.step;
    cells.push(["  training step", three(dense), lineWords(packed), breakEvenWords(breakEven)]);
  }
  return alignColumns(cells).map((line, i) => heads.has(i) ? bold(line) : line);
}

/** What `--json` prints of measurements. */
export function tuningJson({ adapter, kernels, changed }: TuningTable, rows: readonly TuningRow[]) {
  return {
    format: 1,
    kind: "tuning",
    adapter,
    kernels,
    changed,
    layers: rows.map(({ work, ...row }) => ({ name: nameOf({ work, ...row }), key: workKey(work), ...work, ...row })),
  };
}

/** Rows of the chart of break-even densities: layers whose whole step was measured. */
export function breakEvenRows(rows: readonly TuningRow[]): BreakEvenRow[] {
  return rows.flatMap((row) => {
    if (!row.step) return [];
    const passes = row.passes.map(({ pass, breakEven }) => ({ pass: PASS_WORDS[pass], breakEven }));
    return [{ name: nameOf(row), step: row.step.breakEven, passes }];
  });
}
