/** Layers that share their kernels' sizes: what is measured once and planned alike. */
import { unfold } from "../ops/conv.ts";
import type { ConvShape } from "../ops/shape.ts";
import type { ConvWork } from "./cost.ts";
import { type Model, type Parameter, trainedNodes } from "./model.ts";

/** A convolution or linear layer of a model, as its kernels see it. */
export interface LayerWork {
  readonly weight: Parameter;
  readonly work: ConvWork;
  /** Whether a training step needs the gradient of its input; that of the images is not needed. */
  readonly inputGradient: boolean;
}

/** Every convolution and linear layer of a model for so many columns of a batch, in the order of the nodes. */
export function layerWorks(model: Model, capacity: number): LayerWork[] {
  const trained = trainedNodes(model);
  return model.nodes.flatMap((node) => {
    if (node.op !== "conv") return [];
    const { weight, shape, input } = node;
    return [{ weight, work: unfold(shape, capacity), inputGradient: trained.has(input) }];
  });
}

/** What a work's measurements are kept under: equal for works that run the same kernels on the same sizes. */
export function workKey({ shape, capacity }: ConvWork): string {
  const { inChannels, outChannels, kernelHeight, kernelWidth, stride, pad, inHeight, inWidth } = shape;
  return `${inChannels}>${outChannels} ${kernelHeight}x${kernelWidth}/${stride}+${pad} ${inHeight}x${inWidth} n${capacity}`;
}

/** A work for people: "64→128, 3×3, stride 2, 32×32, N = 32", or "linear 512→10, N = 128". */
export function workWords({ shape, capacity }: ConvWork): string {
  const { inChannels, outChannels, kernelHeight, kernelWidth, stride, inHeight, inWidth } = shape;
  const channels = `${inChannels}→${outChannels}`;
  if (isLinear(shape)) return `linear ${channels}, N = ${capacity * inWidth}`;
  const step = stride === 1 ? "" : `, stride ${stride}`;
  return `${channels}, ${kernelHeight}×${kernelWidth}${step}, ${inHeight}×${inWidth}, N = ${capacity}`;
}

/** A linear layer whose batch is read as a row of positions. */
function isLinear({ inHeight, kernelHeight, kernelWidth, stride, pad }: ConvShape): boolean {
  return inHeight * kernelHeight * kernelWidth * stride === 1 && pad === 0;
}
