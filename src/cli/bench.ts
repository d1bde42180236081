/** `startsparse bench`: from options to a request, through the engine, to a table or JSON. */
import type { ConvBench } from "../bench/conv.ts";
import { checkDensities, type StepBench } from "../bench/step.ts";
import { UserError } from "../errors.ts";
import { parseConfig } from "../experiment/config.ts";
import type { BlockSize } from "../masks/blocks.ts";
import type { Size } from "../nn/model.ts";
import type { ConvPass } from "../ops/conv_dense.ts";
import { type ConvShape, convShape, linearShape } from "../ops/shape.ts";
import { type BenchOrigin, type BenchRequest, RANDOM_IMAGES } from "../worker/bench.ts";
import type { BenchOptions, ConvOptions, LayerOptions, MatmulOptions, StepOptions } from "./bench_options.ts";
import { convLines, stepLines, type TableStyle } from "./bench_tables.ts";
import { BenchView } from "./bench_view.ts";
import { type CommandContext, withDevice } from "./context.ts";
import { EngineClient, InterruptedEarly } from "./engine.ts";
import { debugging, jsonText, openOutput, type Output } from "./output.ts";

const PASSES: Readonly<Record<LayerOptions["passes"][number], ConvPass>> = {
  forward: "forward",
  dx: "inputGradient",
  dw: "weightGradient",
};
/** Random images are those of CIFAR-10 in size. */
const INPUT: Size = [3, 32, 32], CLASSES = 10;

/** `bench conv`. @returns the exit status */
export function benchConvCommand(context: CommandContext, options: ConvOptions): Promise<number> {
  const { channels: [inChannels, outChannels], image: [inHeight, inWidth], kernel, stride } = options;
  const { pad = Math.floor((kernel - 1) / 2) } = options;
  let shape: ConvShape;
  try {
    shape = convShape({ inChannels, outChannels, inHeight, inWidth, kernelHeight: kernel, stride, pad });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new UserError(`this convolution cannot be: ${error.message}`, { cause: error });
  }
  return benchLayer(context, "conv", shape, options);
}

/** `bench matmul`. @returns the exit status */
export function benchMatmulCommand(context: CommandContext, options: MatmulOptions): Promise<number> {
  return benchLayer(context, "matmul", linearShape(...options.features), options);
}

async function benchLayer(
  context: CommandContext,
  kind: "conv" | "matmul",
  shape: ConvShape,
  options: LayerOptions,
): Promise<number> {
  const { batch, rounds, seed, activations, subgroups = false } = options;
  const conv = {
    kind,
    shape,
    batch,
    rounds,
    seed,
    activations,
    subgroups,
    passes: options.passes.map((pass) => PASSES[pass]),
    densities: checkDensities(options.densities),
    blocks: options.blocks.map((block) => block.split("x").map(Number) as unknown as BlockSize),
  };
  return await bench(context, options, { conv }, (result, output) => {
    if (result.kind !== "step") { for (const line of convLines(result, tableStyle(output))) output.say(line); }
    return Promise.resolve();
  });
}

/** `bench step`. @returns the exit status */
export async function benchStepCommand(context: CommandContext, options: StepOptions): Promise<number> {
  const { model: name, width, dataset, input, classes, figures } = options;
  if (dataset !== undefined && (input !== undefined || classes !== undefined)) {
    const option = input !== undefined ? "--input" : "--classes";
    throw new UserError(`${option} is for random images: the data set says what its own are`, {
      hint: `Leave ${option} out, or --dataset.`,
    });
  }
  const { batch, rule, densities, block, flow, storage, activations, optimizer, rounds, seed } = options;
  const step = {
    model: width === undefined ? { name } : { name, width },
    dataset: dataset ?? RANDOM_IMAGES,
    input: input ?? INPUT,
    classes: classes ?? CLASSES,
    ...{ batch, rule, block, flow, storage, activations, optimizer, rounds, seed },
    densities: checkDensities(densities),
  };
  return await bench(context, options, { step }, async (result, output) => {
    if (result.kind !== "step") return;
    for (const line of stepLines(result, tableStyle(output))) output.say(line);
    if (figures === undefined || result.cells.length < 2) return;
    const { writeFigures } = await import("./bench_figures.ts");
    for (const file of await writeFigures(context.host, figures, [result])) output.say(`chart  ${file}`);
  });
}

/** Tables are no wider than this, however wide the terminal. */
const WIDEST = 100;

function tableStyle({ colours, columns, isTerminal }: Output): TableStyle {
  return { bold: colours.bold, dim: colours.dim, width: isTerminal ? Math.min(WIDEST, columns - 1) : WIDEST };
}

/** Runs a benchmark in the engine's worker and shows it. @returns the exit status */
async function bench(
  { command }: CommandContext,
  options: BenchOptions,
  request: BenchRequest,
  show: (result: BenchOrigin & (ConvBench | StepBench), output: Output) => Promise<void>,
): Promise<number> {
  const { json } = options;
  const output = openOutput({ json, plain: debugging() });
  const engine = new EngineClient(output, "nothing was measured to its end");
  const view = new BenchView(output);
  try {
    await engine.open(withDevice(parseConfig({}, "bench"), options).device);
    const result = await engine.bench({ ...request, command }, view, (progress) => view.show(progress));
    view.end();
    if (result.interrupted) output.say(output.colours.yellow("interrupted: this is what there is"));
    await show(result, output);
    if (json) output.data(jsonText(result));
    return engine.exitCode ?? 0;
  } catch (error) {
    if (!(error instanceof InterruptedEarly)) throw error;
    output.say("interrupted before anything was measured");
    return engine.exitCode!;
  } finally {
    view.end();
    engine.close();
  }
}
