/**
 * The backward pass of a model: nodes in reverse, each adding to the gradients of what it reads.
 *
 * A gradient tensor may belong to several nodes at once (a sum hands its own to both summands without copying). It is
 * copied only when one of them would be changed while another still has to read it.
 */
import type { Tensor } from "../gpu/recorder.ts";
import { recordBatchNormBackward } from "../ops/batch_norm.ts";
import { recordConvInputGradient, recordConvWeightGradient } from "../ops/conv.ts";
import { recordBiasGradient, recordCopy, recordReluBackward } from "../ops/elementwise.ts";
import { recordAveragePoolBackward, recordMaxPoolBackward } from "../ops/pool.ts";
import { type CompileContext, type Forward, normShape, weightsOf } from "./forward.ts";
import { inputsOf, type Model, type Node, sizeOf } from "./model.ts";

/** Gradients of activations while the pass walks back. */
class Gradients {
  readonly #of = new Map<number, Tensor>();

  constructor(readonly context: CompileContext) {}

  get(node: number): Tensor | undefined {
    return this.#of.get(node);
  }

  #size(node: number): number {
    return sizeOf(this.context.model.nodes[node].size) * this.context.capacity;
  }

  /** Hands a finished tensor to a node; adds it where the node has a gradient already. */
  give(node: number, tensor: Tensor): void {
    if (!this.#of.has(node)) this.#of.set(node, tensor);
    else {
      const { dx, accumulate } = this.target(node, tensor);
      recordCopy(this.context.recorder, this.#size(node), { x: tensor, y: dx }, accumulate);
    }
  }

  /**
   * Where a kernel shall write the gradient of a node, and whether it must add to what is there.
   * @param reading what that kernel reads: a sum of a node with itself gives its one gradient twice
   */
  target(node: number, reading?: Tensor): { dx: Tensor; accumulate: boolean } {
    const { recorder, model } = this.context;
    const fresh = () => recorder.tensor(`gradient of ${model.nodes[node].name}`, 4 * this.#size(node));
    const present = this.#of.get(node);
    if (!present) {
      const dx = fresh();
      this.#of.set(node, dx);
      return { dx, accumulate: false };
    }
    const shared = present.id === reading?.id ||
      [...this.#of].some(([other, tensor]) => other !== node && tensor.id === present.id);
    if (!shared) return { dx: present, accumulate: true };
    const own = fresh();
    recordCopy(recorder, this.#size(node), { x: present, y: own }, false);
    this.#of.set(node, own);
    return { dx: own, accumulate: true };
  }

  /** A node has been walked: nothing reads its gradient any more. */
  done(node: number): void {
    this.#of.delete(node);
  }
}

/** The nodes that parameters lie before: only they need a gradient, not the image nor views of it. */
function trainedNodes(model: Model): Set<number> {
  const trained = new Set<number>();
  for (const node of model.nodes) {
    const own = node.op === "conv" || (node.op === "batchNorm" && node.norm.scale !== undefined);
    if (own || inputsOf(node).some((input) => trained.has(input))) trained.add(node.index);
  }
  return trained;
}

/** Records gradients of all parameters into the store, from the gradient of the logits. */
export function recordBackward(context: CompileContext, forward: Forward, logits: Tensor): void {
  const { recorder, model, store, transforms } = context;
  const gradients = new Gradients(context);
  const last = model.nodes.length - 1;
  const trained = trainedNodes(model);
  gradients.give(last, logits);
  const effectiveGradients = new Map<string, Tensor>();
  for (let index = last; index > 0; index--) {
    const node = model.nodes[index];
    const dy = gradients.get(index);
    if (!dy) continue;
    recorder.scope = node.name;
    recordNode(context, forward, gradients, effectiveGradients, trained, node, dy);
    gradients.done(index);
  }
  recorder.scope = "transform";
  for (const [name, effectiveGradient] of effectiveGradients) {
    const parameter = model.parameters.find((parameter) => parameter.name === name)!;
    const operands = { values: store.values(parameter), effectiveGradient, gradient: store.gradient(parameter) };
    transforms.get(name)!.recordBackward(recorder, parameter.size, operands, false);
  }
}

function recordNode(
  context: CompileContext,
  forward: Forward,
  gradients: Gradients,
  effectiveGradients: Map<string, Tensor>,
  trained: ReadonlySet<number>,
  node: Node,
  dy: Tensor,
): void {
  const { recorder, store, capacity } = context;
  const { outputs, coefficients, fused } = forward;
  const size = sizeOf(node.size) * capacity;
  const wanted = (input: number) => trained.has(input);
  switch (node.op) {
    case "conv": {
      const { shape, weight, bias, input } = node;
      const weights = weightsOf(context, forward, weight);
      let dw = store.gradient(weight) as Tensor | ReturnType<typeof store.gradient>;
      if (forward.effective.has(weight.name)) {
        const tensor = recorder.tensor(`gradient of effective ${weight.name}`, 4 * weight.size);
        effectiveGradients.set(weight.name, tensor);
        dw = tensor;
      }
      recordConvWeightGradient(context, shape, { x: outputs[input], dy, dw }, weights, false);
      if (bias) {
        recordBiasGradient(recorder, node.size[0], size / node.size[0], { dy, db: store.gradient(bias) }, false);
      }
      if (wanted(input)) {
        const { dx, accumulate } = gradients.target(input);
        recordConvInputGradient(context, shape, { dy, dx }, weights, accumulate);
      }
      break;
    }
    case "batchNorm": {
      const { norm, input } = node;
      const shape = normShape(context, node, fused.has(node.index));
      const { dx, accumulate } = gradients.target(input);
      const unused = () => recorder.tensor("unused gradient", 4 * norm.channels);
      const dscale = norm.scale ? store.gradient(norm.scale) : unused();
      const dshift = norm.shift ? store.gradient(norm.shift) : unused();
      const operands = { x: outputs[input], dy, coefficients: coefficients[node.index]!, dx, dscale, dshift };
      recordBatchNormBackward(recorder, shape, context.adapter, operands, { input: accumulate, parameters: false });
      break;
    }
    case "relu":
      if (fused.has(node.input)) gradients.give(node.input, dy);
      else {
        const { dx, accumulate } = gradients.target(node.input);
        recordReluBackward(recorder, size, { y: outputs[node.index], dy, dx }, accumulate);
      }
      break;
    case "maxPool": {
      const { dx, accumulate } = gradients.target(node.input);
      const operands = { x: outputs[node.input], y: outputs[node.index], dy, dx };
      recordMaxPoolBackward(recorder, node.shape, capacity, operands, accumulate);
      break;
    }
    case "averagePool": {
      const { dx, accumulate } = gradients.target(node.input);
      recordAveragePoolBackward(recorder, node.shape, capacity, { dy, dx }, accumulate);
      break;
    }
    case "add": {
      let shared = dy;
      if (fused.has(node.index)) {
        shared = recorder.tensor("gradient of the sum", 4 * size);
        recordReluBackward(recorder, size, { y: outputs[node.index], dy, dx: shared }, false);
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
