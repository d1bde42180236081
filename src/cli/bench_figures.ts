/** Charts of benchmarked steps: time over dense against compute density, memory over dense against density. */
import type { StepBench } from "../bench/step.ts";
import { UserError } from "../errors.ts";
import { costChart, type CostSeries } from "../experiment/chart_cost.ts";
import { renderSvg } from "../experiment/chart_render.ts";
import { ruleLabel } from "../experiment/rule_style.ts";
import { type Host, joinPath } from "../host/host.ts";
import type { BenchOrigin } from "../worker/bench.ts";
import type { FigureOptions } from "./bench_options.ts";
import { openOutput } from "./output.ts";

type StepResult = BenchOrigin & StepBench;

/** `bench figures`. @returns the exit status */
export async function figuresCommand(host: Host, files: readonly string[], { out }: FigureOptions): Promise<number> {
  const results: StepResult[] = [];
  for (const file of files) results.push(readResult(await host.readText(file), file));
  const output = openOutput();
  for (const file of await writeFigures(host, out, results)) output.say(`chart  ${file}`);
  return 0;
}

/** A stored result. @throws {UserError} for what is none */
function readResult(text: string, file: string): StepResult {
  let value: Partial<StepResult> | null = null;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new UserError(`${file} is no JSON: ${(cause as Error).message}`, { cause });
  }
  if (value?.kind === "step" && Array.isArray(value.cells) && value.adapter !== undefined) return value as StepResult;
  throw new UserError(`${file} holds no result of \`startsparse bench step --json\``);
}

/**
 * Draws results, a line each.
 * @returns paths of what was written
 * @throws {UserError} where there is nothing to draw, or it cannot be written
 */
export async function writeFigures(
  host: Pick<Host, "makeDirectory" | "writeFile">,
  folder: string,
  results: readonly StepResult[],
): Promise<string[]> {
  const adapters = [...new Set(results.map(({ adapter }) => adapter.name))].join("; ");
  const names = seriesNames(results);
  const series = (
    point: (cell: StepBench["cells"][number], dense: StepBench["cells"][number]) => Point,
  ): CostSeries[] =>
    results.map(({ cells, rule }, i) => {
      const dense = cells.find((cell) => cell.rule === "dense");
      const sparse = cells.filter((cell) => cell.rule !== "dense");
      return { name: names[i], rule, points: dense ? sparse.map((cell) => point(cell, dense)) : [] };
    });
  const charts = [
    {
      file: "step-time.svg",
      spec: costChart(
        series((cell) => ({ x: cell.computeDensity, ratio: cell.ratioToDense, ...cell.ratioSpread })),
        {
          title: "Training step over dense against compute density",
          subtitle: [
            `On ${adapters}. Medians and middle halves of interleaved rounds; without compilation.`,
            "Dashed across: dense, the break-even. Dotted: y = c, where all the work left out is time saved.",
          ],
          x: "compute density c: multiply-adds kept (log scale, fewer →)",
          y: "step time over dense (log scale)",
          proportional: "y = c",
        },
      ),
    },
    {
      file: "memory.svg",
      spec: costChart(
        [
          ...series((cell) => ({ x: cell.realisedDensity, ratio: cell.maskableBytesToDense }))
            .map((line) => ({ ...line, name: `${line.name}, layers` })),
          ...series((cell, dense) => ({ x: cell.realisedDensity, ratio: cell.bytes.total / dense.bytes.total }))
            .map((line) => ({ ...line, name: `${line.name}, in all` })),
        ],
        {
          title: "Memory over dense against density",
          subtitle: [
            "Layers: weights, gradients, optimizer state and pattern of those that can be sparse. In all: with activations.",
            `On ${adapters}. Dashed across: dense. Dotted: proportional to density.`,
          ],
          x: "realised density (log scale, sparser →)",
          y: "bytes over dense (log scale)",
          proportional: "y = density",
        },
      ),
    },
  ];
  if (charts.every(({ spec }) => spec === undefined)) {
    throw new UserError("there is nothing to draw: no density below 1 was measured");
  }
  await host.makeDirectory(folder);
  const written: string[] = [];
  for (const { file, spec } of charts) {
    if (!spec) continue;
    const path = joinPath(folder, file);
    await host.writeFile(path, await renderSvg(spec, { background: "#FFFFFF" }));
    written.push(path);
  }
  return written;
}

type Point = CostSeries["points"][number];

/** "vgg16 uniform 8×8 f16": as much as tells the results apart. */
function seriesNames(results: readonly StepResult[]): string[] {
  const parts = results.map(({ model, rule, block, activations, batch, adapter }) => ({
    model,
    rule: ruleLabel(rule),
    block: block[0] * block[1] > 1 ? block.join("×") : "",
    activations: activations === "f16" ? "f16" : "",
    batch: `N = ${batch}`,
    adapter: adapter.name,
  }));
  const keys = ["rule", "block", "activations", "batch", "adapter"] as const;
  const varying = keys.filter((key) => new Set(parts.map((part) => part[key])).size > 1);
  return parts.map((part) => [part.model, ...varying.map((key) => part[key])].filter((word) => word !== "").join(" "));
}
