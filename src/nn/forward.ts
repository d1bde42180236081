/** The forward pass of a model, recorded node by node; a ReLU behind a batch norm or a sum is fused into it. */
import type { Operand, Recorder, Tensor } from "../gpu/recorder.ts";
import {
  batchNormCoefficients,
  type BatchNormShape,
  recordBatchNormEvaluate,
  recordBatchNormTrain,
} from "../ops/batch_norm.ts";
import { type ConvWeights, recordConvForward } from "../ops/conv.ts";
import { recordAdd, recordRelu } from "../ops/elementwise.ts";
import type { AdapterClass } from "../ops/emit.ts";
import { recordAveragePool, recordMaxPool } from "../ops/pool.ts";
import { inputsOf, type Model, type Node, type Parameter, sizeOf } from "./model.ts";
import type { ParameterStore } from "./store.ts";
import type { WeightTransform } from "./transform.ts";

/** PyTorch's batch norm: added to the variance, and the batch's share in the running statistics. */
const MOMENTUM = 0.1;
/** What batch norm adds to the variance. */
export const EPSILON = 1e-5;

/**
 * An activation: tensors of equally many columns, one after the other, that make up the batch. There is more than one
 * where a tensor of the whole batch would not fit one binding.
 */
export type Activation = readonly Tensor[];

/** What recording a model needs to know. */
export interface CompileContext {
  readonly recorder: Recorder;
  readonly store: ParameterStore;
  readonly model: Model;
  /** Columns N of a part of the activations. */
  readonly capacity: number;
  /** Parts of every activation. */
  readonly parts: number;
  readonly adapter: AdapterClass;
  readonly training: boolean;
  /** In training: whether running statistics of batch norms stay as they are. */
  readonly frozenStatistics?: boolean;
  readonly transforms: ReadonlyMap<string, WeightTransform>;
  /** Multiplies activations on their way; see src/nn/rescale.ts. */
  readonly rescale?: Rescale;
}

/** Multiplies what some nodes give to their readers, and everything that is added behind them, by powers of two. */
export interface Rescale {
  /** Records what readers of a node get: its result y, or y times a power of two. */
  forward(node: Node, y: Activation): Activation;
  /** Records a node's gradient from its readers', which are dy. */
  backward(node: Node, dy: Activation): Activation;
  /** Records what is added to an activation, a bias or shift of so many values, as it must be there. */
  addend(size: number, values: Operand): Operand;
}

/** What the forward pass leaves behind, by node index. */
export interface Forward {
  /** Result of each node; views and fused nodes share their source's. */
  readonly outputs: readonly Activation[];
  /** (a, b, mean, 1/σ) of each batch norm. */
  readonly coefficients: readonly (Tensor | undefined)[];
  /** Whether a ReLU is fused behind a node. */
  readonly fused: ReadonlySet<number>;
  /** Effective values of transformed parameters. */
  readonly effective: ReadonlyMap<string, Tensor>;
}

/** The nodes that a following ReLU can be fused into: batch norms and sums that nothing else reads. */
export function fusedRelus(model: Model): Set<number> {
  const readers = new Map<number, number>();
  for (const node of model.nodes) for (const input of inputsOf(node)) readers.set(input, (readers.get(input) ?? 0) + 1);
  const fused = new Set<number>();
  for (const node of model.nodes) {
    if (node.op !== "relu" || readers.get(node.input) !== 1) continue;
    const { op } = model.nodes[node.input];
    if (op === "batchNorm" || op === "add") fused.add(node.input);
  }
  return fused;
}

/** Sizes of a batch norm node. */
export function normShape(context: CompileContext, node: Node, relu: boolean): BatchNormShape {
  const [channels, height, width] = node.size;
  const { capacity } = context, momentum = context.frozenStatistics ? 0 : MOMENTUM;
  return { channels, positions: height * width, capacity, epsilon: EPSILON, momentum, relu };
}

/** Plans an activation; `size` is the number of values of a part. */
export function activation({ recorder, parts }: CompileContext, label: string, size: number): Activation {
  return Array.from({ length: parts }, () => recorder.tensor(label, 4 * size));
}

/** A layer's weights, through its transform where it has one. */
export function weightsOf(
  context: CompileContext,
  forward: Pick<Forward, "effective">,
  weight: Parameter,
): ConvWeights {
  const effective = forward.effective.get(weight.name);
  const stored = context.store.weights(weight);
  return effective ? { ...stored, values: effective } : stored;
}

/** Records a parameter's effective values, where it has a transform. */
function recordTransform(context: CompileContext, effective: Map<string, Tensor>, parameter: Parameter): void {
  const { recorder, store, transforms } = context, transform = transforms.get(parameter.name);
  if (!transform) return;
  const size = store.stored(parameter), tensor = recorder.tensor(`effective ${parameter.name}`, 4 * size);
  transform.recordForward(recorder, size, { values: store.values(parameter), effective: tensor }, store);
  effective.set(parameter.name, tensor);
}

/** Records the forward pass from the batch to the logits. */
export function recordForward(context: CompileContext, batch: Activation): Forward {
  const { recorder, store, model, capacity, training } = context;
  const outputs: Activation[] = [];
  const coefficients: (Tensor | undefined)[] = [];
  const fused = fusedRelus(model);
  const effective = new Map<string, Tensor>();
  const addend = (size: number, values: Operand) => context.rescale?.addend(size, values) ?? values;
  for (const node of model.nodes) {
    recorder.scope = node.name;
    const size = sizeOf(node.size) * capacity;
    const result = () => outputs[node.index] = activation(context, node.name, size);
    switch (node.op) {
      case "input":
        outputs[node.index] = batch;
        break;
      case "conv": {
        recordTransform(context, effective, node.weight);
        if (node.bias) recordTransform(context, effective, node.bias);
        const { bias: shift } = node;
        const bias = shift && { bias: addend(shift.size, effective.get(shift.name) ?? store.values(shift)) };
        const weights = weightsOf(context, { effective }, node.weight);
        const y = result();
        outputs[node.input].forEach((x, i) => recordConvForward(context, node.shape, { x, y: y[i], ...bias }, weights));
        break;
      }
      case "batchNorm": {
        const shape = normShape(context, node, fused.has(node.index));
        const channel = coefficients[node.index] = batchNormCoefficients(recorder, shape);
        const norm = store.norm(node.norm), shift = addend(node.norm.channels, norm.shift);
        const operands = { x: outputs[node.input], y: result(), coefficients: channel, ...norm, shift };
        if (training) recordBatchNormTrain(recorder, shape, context.adapter, operands);
        else recordBatchNormEvaluate(recorder, shape, context.adapter, operands);
        break;
      }
      case "relu":
        if (fused.has(node.input)) outputs[node.index] = outputs[node.input];
        else {
          const y = result();
          outputs[node.input].forEach((x, i) => recordRelu(recorder, size, { x, y: y[i] }));
        }
        break;
      case "maxPool": {
        const y = result();
        outputs[node.input].forEach((x, i) => recordMaxPool(recorder, node.shape, capacity, { x, y: y[i] }));
        break;
      }
      case "averagePool": {
        const y = result();
        outputs[node.input].forEach((x, i) => recordAveragePool(recorder, node.shape, capacity, { x, y: y[i] }));
        break;
      }
      case "add": {
        const b = outputs[node.other], y = result(), relu = fused.has(node.index);
        outputs[node.input].forEach((a, i) => recordAdd(recorder, size, { a, b: b[i], y: y[i] }, relu));
        break;
      }
      case "flatten":
        outputs[node.index] = outputs[node.input];
        break;
    }
    if (context.rescale) outputs[node.index] = context.rescale.forward(node, outputs[node.index]);
  }
  return { outputs, coefficients, fused, effective };
}
