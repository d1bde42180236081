/**
 * The backward pass of a model: nodes in reverse, each adding to the gradients of what it reads.
 *
 * A gradient tensor may belong to several nodes at once (a sum hands its own to both summands without copying). It is
 * copied only when one of them would be changed while another still has to read it.
 */
import type { Operand } from "../gpu/recorder.ts";
import { recordBatchNormBackward, recordBatchNormEvaluateBackward } from "../ops/batch_norm.ts";
import { recordConvInputGradient, recordConvWeightGradient } from "../ops/conv.ts";
import { recordBiasGradient, recordCopy, recordReluBackward } from "../ops/elementwise.ts";
import { recordAveragePoolBackward, recordMaxPoolBackward } from "../ops/pool.ts";
import { type Activation, activation, type CompileContext, type Forward, normShape, weightsOf } from "./forward.ts";
import { type Node, type Parameter, sizeOf, trainedNodes } from "./model.ts";

/** Gradients of activations while the pass walks back. */
export class Gradients {
  readonly #of = new Map<number, Activation>();

  constructor(readonly context: CompileContext) {}

  get(node: number): Activation | undefined {
    return this.#of.get(node);
  }

  #size(node: number): number {
    return sizeOf(this.context.model.nodes[node].size) * this.context.capacity;
  }

  /** Hands a finished gradient to a node; adds it where the node has one already. */
  give(node: number, gradient: Activation): void {
    if (!this.#of.has(node)) this.#of.set(node, gradient);
    else {
      const { dx, accumulate } = this.target(node, gradient);
      this.#copy(node, gradient, dx, accumulate);
    }
  }

  #copy(node: number, x: Activation, y: Activation, accumulate: boolean): void {
    x.forEach((x, i) => recordCopy(this.context.recorder, this.#size(node), { x, y: y[i] }, accumulate));
  }

  /**
   * Where a kernel shall write the gradient of a node, and whether it must add to what is there.
   * @param reading what that kernel reads: a sum of a node with itself gives its one gradient twice
   */
  target(node: number, reading?: Activation): { dx: Activation; accumulate: boolean } {
    const { model } = this.context;
    const fresh = () => activation(this.context, `gradient of ${model.nodes[node].name}`, this.#size(node));
    const present = this.#of.get(node);
    if (!present) {
      const dx = fresh();
      this.#of.set(node, dx);
      return { dx, accumulate: false };
    }
    const shared = present === reading || [...this.#of].some(([other, found]) => other !== node && found === present);
    if (!shared) return { dx: present, accumulate: true };
    const own = fresh();
    this.#copy(node, present, own, false);
    this.#of.set(node, own);
    return { dx: own, accumulate: true };
  }

  /** A node has been walked: nothing reads its gradient any more. */
  done(node: number): void {
    this.#of.delete(node);
  }
}

/** Gradients of some layers at all their weights, pruned ones included, in place of all gradients of the store. */
export interface DenseWanted {
  /** Names of the layers' weights. The pass ends when it has reached them all. */
  readonly weights: ReadonlySet<string>;
  /** Where each one's gradient goes, in turn. */
  readonly gradient: Operand;
  /** Called when the gradient of a layer is recorded. */
  readonly recorded: (weight: Parameter) => void;
}

/**
 * Records gradients of all parameters into the store, from the gradient of the logits.
 * @param dense records the dense gradients of these layers instead, and leaves the store alone
 */
export function recordBackward(
  context: CompileContext,
  forward: Forward,
  logits: Activation,
  dense?: DenseWanted,
): void {
  const { recorder, model } = context;
  const gradients = new Gradients(context);
  const last = model.nodes.length - 1;
  const isWanted = (node: Node) => !dense || node.op === "conv" && dense.weights.has(node.weight.name);
  const first = model.nodes.find((node) => node.index > 0 && isWanted(node))?.index ?? last + 1;
  const trained = trainedNodes(model, first);
  gradients.give(last, logits);
  for (let index = last; index >= first; index--) {
    const node = model.nodes[index];
    const given = gradients.get(index);
    if (!given) continue;
    recorder.scope = node.name;
    const dy = context.rescale?.backward(node, given) ?? given;
    recordNode(context, forward, gradients, trained, node, dy, dense);
    gradients.done(index);
  }
}

/**
 * Records the gradient of a parameter, through its transform where it has one. A frozen parameter has none, and neither
 * the pass that computes it unless its transform wants it for what a method trains.
 * @param record records the gradient of the effective values into its operand
 */
function recordGradient(context: CompileContext, parameter: Parameter, record: (gradient: Operand) => void): void {
  const { recorder, store, transforms } = context, transform = transforms.get(parameter.name);
  const gradient = store.trained(parameter) ? store.gradient(parameter) : undefined;
  if (!transform) {
    if (gradient) record(gradient);
    return;
  }
  const size = store.stored(parameter);
  const effectiveGradient = recorder.tensor(`gradient of effective ${parameter.name}`, 4 * size);
  record(effectiveGradient);
  const operands = { values: store.values(parameter), effectiveGradient, gradient };
  transform.recordBackward(recorder, size, operands, false, store);
}

function recordNode(
  context: CompileContext,
  forward: Forward,
  gradients: Gradients,
  trained: ReadonlySet<number>,
  node: Node,
  dy: Activation,
  dense?: DenseWanted,
): void {
  const { recorder, store, capacity } = context;
  const { outputs, coefficients, fused } = forward;
  const size = sizeOf(node.size) * capacity;
  const wanted = (input: number) => trained.has(input);
  switch (node.op) {
    case "conv": {
      const { shape, weight, bias, input } = node;
      const weights = weightsOf(context, forward, weight);
      if (dense?.weights.has(weight.name)) recordDense(context, outputs[input], dy, node, dense);
      if (!dense) {
        recordGradient(context, weight, (dw) =>
          outputs[input].forEach((x, i) => {
            recordConvWeightGradient(context, shape, { x, dy: dy[i], dw }, weights, i > 0);
          }));
      }
      if (bias && !dense) {
        recordGradient(
          context,
          bias,
          (db) =>
            dy.forEach((dy, i) => recordBiasGradient(recorder, node.size[0], size / node.size[0], { dy, db }, i > 0)),
        );
      }
      if (wanted(input)) {
        const { dx, accumulate } = gradients.target(input);
        dy.forEach((dy, i) => recordConvInputGradient(context, shape, { dy, dx: dx[i] }, weights, accumulate));
      }
      break;
    }
    case "batchNorm": {
      const { norm, input } = node;
      const shape = normShape(context, node, fused.has(node.index));
      const { dx, accumulate } = gradients.target(input);
      if (!context.training) {
        const operands = { x: outputs[input], dy, coefficients: coefficients[node.index]!, dx };
        recordBatchNormEvaluateBackward(recorder, shape, context.adapter, operands, accumulate);
        break;
      }
      const unused = () => recorder.tensor("unused gradient", 4 * norm.channels);
      const target = (parameter?: Parameter) =>
        parameter && !dense && store.trained(parameter) ? store.gradient(parameter) : unused();
      const dscale = target(norm.scale), dshift = target(norm.shift);
      const operands = { x: outputs[input], dy, coefficients: coefficients[node.index]!, dx, dscale, dshift };
      recordBatchNormBackward(recorder, shape, context.adapter, operands, { input: accumulate, parameters: false });
      break;
    }
    case "relu":
      if (fused.has(node.input)) gradients.give(node.input, dy);
      else {
        const { dx, accumulate } = gradients.target(node.input);
        const y = outputs[node.index];
        dy.forEach((dy, i) => recordReluBackward(recorder, size, { y: y[i], dy, dx: dx[i] }, accumulate));
      }
      break;
    case "maxPool": {
      const { dx, accumulate } = gradients.target(node.input);
      const x = outputs[node.input], y = outputs[node.index];
      dy.forEach((dy, i) => {
        const operands = { x: x[i], y: y[i], dy, dx: dx[i] };
        recordMaxPoolBackward(recorder, node.shape, capacity, operands, accumulate);
      });
      break;
    }
    case "averagePool": {
      const { dx, accumulate } = gradients.target(node.input);
      dy.forEach((dy, i) => {
        recordAveragePoolBackward(recorder, node.shape, capacity, { dy, dx: dx[i] }, accumulate);
      });
      break;
    }
    case "add": {
      let shared = dy;
      if (fused.has(node.index)) {
        const y = outputs[node.index], dx = activation(context, "gradient of the sum", size);
        dy.forEach((dy, i) => recordReluBackward(recorder, size, { y: y[i], dy, dx: dx[i] }, false));
        shared = dx;
      }
      for (const input of [node.input, node.other]) if (wanted(input)) gradients.give(input, shared);
      break;
    }
    case "flatten":
      if (wanted(node.input)) gradients.give(node.input, dy);
      break;
    case "input":
      break;
  }
}

/** Records the gradient at every weight of a layer, whatever of it is stored. */
function recordDense(
  context: CompileContext,
  x: Activation,
  dy: Activation,
  { shape, weight }: Extract<Node, { op: "conv" }>,
  { gradient, recorded }: DenseWanted,
): void {
  const weights = { storage: "dense", values: gradient } as const;
  x.forEach((x, i) => recordConvWeightGradient(context, shape, { x, dy: dy[i], dw: gradient }, weights, i > 0));
  recorded(weight);
}
