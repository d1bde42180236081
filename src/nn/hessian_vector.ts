/**
 * Hessian-vector products by the R-operator (Pearlmutter 1994): beside each number of the forward and the backward pass runs
 * its tangent, how it moves when the weights move in a direction v. The tangents of the weights' gradients are H·v, exactly,
 * for about the cost of two more training steps.
 *
 * Sums and products are the existing kernels with another operand. Batch norm is its own transposed Jacobian, so that its
 * backward pass is also its tangent; only the tangent of the backward pass is new, and those of pooling and of the loss.
 */
import type { Operand } from "../gpu/recorder.ts";
import { recordBatchNormBackward } from "../ops/batch_norm.ts";
import { recordBatchNormBackwardTangent } from "../ops/batch_norm_tangent.ts";
import { type ConvWeights, recordConvForward, recordConvInputGradient, recordConvWeightGradient } from "../ops/conv.ts";
import { recordCrossEntropyTangent } from "../ops/cross_entropy.ts";
import { recordAdd, recordReluBackward } from "../ops/elementwise.ts";
import {
  recordAveragePool,
  recordAveragePoolBackward,
  recordMaxPoolBackward,
  recordMaxPoolTangent,
} from "../ops/pool.ts";
import { Gradients } from "./backward.ts";
import { type Activation, activation, type CompileContext, type Forward, normShape, weightsOf } from "./forward.ts";
import { type Node, type Parameter, sizeOf, trainedNodes } from "./model.ts";
import type { RecordedLoss } from "./program.ts";

/** Where v is read from and H·v goes to, in the layout of the stored weights. Biases and batch norms do not move. */
export interface HessianVector {
  readonly direction: (weight: Parameter) => Operand;
  readonly product: (weight: Parameter) => Operand;
}

/** What the walk needs at every node. */
interface Walk extends HessianVector {
  readonly context: CompileContext;
  readonly forward: Forward;
  /** Tangent of each node's result; undefined where no weights lie before it. */
  readonly tangents: (Activation | undefined)[];
}

/**
 * Records H·v of the recorded loss, a mean over the batch, with batch norms by the batch's statistics.
 * @throws {RangeError} for a pass that normalises by running statistics
 */
export function recordHessianVector(recorded: RecordedLoss, vector: HessianVector, temperature?: number): void {
  const { context, forward, logits, gradients: logitGradients } = recorded;
  if (!context.training) throw new RangeError("Hessian-vector products go through batch statistics only");
  const { model, recorder, capacity } = context, last = model.nodes.length - 1;
  const walk: Walk = { ...vector, context, forward, tangents: [] };
  for (const node of model.nodes) {
    recorder.scope = `${node.name} tangent`;
    recordTangent(walk, node);
  }
  const tangents = walk.tangents[last];
  if (!tangents) throw new RangeError(`${model.name} has no weights`);
  recorder.scope = "loss";
  const ends = activation(context, "tangent of the gradient of logits", model.classes * capacity);
  const parts = logits.map((logits, i) => ({ logits, tangents: tangents[i], tgradient: ends[i] }));
  recordCrossEntropyTangent(recorder, { classes: model.classes, capacity, temperature }, parts);
  const dy = new Gradients(context), tdy = new Gradients(context), trained = trainedNodes(model);
  dy.give(last, logitGradients);
  tdy.give(last, ends);
  for (let index = last; index > 0; index--) {
    const node = model.nodes[index];
    if (!dy.get(index)) continue;
    recorder.scope = `${node.name} second order`;
    recordBackwardTangent(walk, node, { dy, tdy }, trained);
    dy.done(index);
    tdy.done(index);
  }
}

/** A layer's weights moved: the direction in their place. */
function moved({ context, forward, direction }: Walk, weight: Parameter): ConvWeights {
  return { ...weightsOf(context, forward, weight), values: direction(weight) };
}

/** Records the tangent of a node's result. */
function recordTangent(walk: Walk, node: Node): void {
  const { context, forward, tangents } = walk, { recorder, capacity } = context;
  if (node.op === "input") return;
  const { outputs, fused } = forward;
  const size = sizeOf(node.size) * capacity, t = tangents[node.input];
  const fresh = () => activation(context, `${node.name} tangent`, size);
  /** Behind a fused ReLU: what moves is what is positive. */
  const gated = (ty: Activation): Activation => {
    if (!fused.has(node.index)) return ty;
    const gate = fresh();
    ty.forEach((dy, i) => recordReluBackward(recorder, size, { y: outputs[node.index][i], dy, dx: gate[i] }, false));
    return gate;
  };
  switch (node.op) {
    case "conv": {
      const { shape, weight } = node, own = fresh();
      const weights = moved(walk, weight);
      outputs[node.input].forEach((x, i) => recordConvForward(context, shape, { x, y: own[i] }, weights));
      if (!t) {
        tangents[node.index] = own;
        break;
      }
      const through = fresh(), sum = fresh(), stored = weightsOf(context, forward, weight);
      t.forEach((x, i) => recordConvForward(context, shape, { x, y: through[i] }, stored));
      own.forEach((a, i) => recordAdd(recorder, size, { a, b: through[i], y: sum[i] }, false));
      tangents[node.index] = sum;
      break;
    }
    case "batchNorm": {
      if (!t) break;
      const ty = fresh();
      recordNormBackward(walk, node, outputs[node.input], t, ty, { relu: false, accumulate: false });
      tangents[node.index] = gated(ty);
      break;
    }
    case "relu": {
      if (!t) break;
      if (fused.has(node.input)) {
        tangents[node.index] = t;
        break;
      }
      const ty = tangents[node.index] = fresh(), y = outputs[node.index];
      t.forEach((dy, i) => recordReluBackward(recorder, size, { y: y[i], dy, dx: ty[i] }, false));
      break;
    }
    case "maxPool": {
      if (!t) break;
      const ty = tangents[node.index] = fresh(), x = outputs[node.input];
      t.forEach((tx, i) => recordMaxPoolTangent(recorder, node.shape, capacity, { x: x[i], tx, ty: ty[i] }));
      break;
    }
    case "averagePool": {
      if (!t) break;
      const ty = tangents[node.index] = fresh();
      t.forEach((x, i) => recordAveragePool(recorder, node.shape, capacity, { x, y: ty[i] }));
      break;
    }
    case "add": {
      const other = tangents[node.other];
      if (!t || !other) {
        const only = t ?? other;
        if (only) tangents[node.index] = gated(only);
        break;
      }
      const sum = fresh();
      t.forEach((a, i) => recordAdd(recorder, size, { a, b: other[i], y: sum[i] }, false));
      tangents[node.index] = gated(sum);
      break;
    }
    case "flatten":
      tangents[node.index] = t;
      break;
  }
}

/** A batch norm's backward pass, whose parameters' gradients nobody wants. */
function recordNormBackward(
  { context, forward }: Walk,
  node: Extract<Node, { op: "batchNorm" }>,
  x: Activation,
  dy: Activation,
  dx: Activation,
  how: { relu: boolean; accumulate: boolean },
): void {
  const { recorder, adapter } = context;
  const unused = () => recorder.tensor("unused gradient", 4 * node.norm.channels);
  const coefficients = forward.coefficients[node.index]!;
  const operands = { x, dy, coefficients, dx, dscale: unused(), dshift: unused() };
  const shape = normShape(context, node, how.relu);
  recordBatchNormBackward(recorder, shape, adapter, operands, { input: how.accumulate, parameters: false });
}

/** Records what a node adds to the gradients of its inputs, to their tangents, and to H·v. */
function recordBackwardTangent(
  walk: Walk,
  node: Node,
  gradients: { dy: Gradients; tdy: Gradients },
  trained: ReadonlySet<number>,
): void {
  const { context, forward, tangents } = walk, { recorder, capacity, adapter } = context;
  const { outputs, fused, coefficients } = forward;
  const size = sizeOf(node.size) * capacity;
  const dy = gradients.dy.get(node.index)!, tdy = gradients.tdy.get(node.index)!;
  const both = [gradients.dy, gradients.tdy].map((of, i) => ({ of, dy: i === 0 ? dy : tdy }));
  switch (node.op) {
    case "conv": {
      const { shape, weight, input } = node, weights = weightsOf(context, forward, weight);
      const dw = walk.product(weight), t = tangents[input];
      // packed layers keep their pattern, whichever operands go in
      tdy.forEach((tdy, i) =>
        recordConvWeightGradient(context, shape, { x: outputs[input][i], dy: tdy, dw }, weights, i > 0)
      );
      t?.forEach((x, i) => recordConvWeightGradient(context, shape, { x, dy: dy[i], dw }, weights, true));
      if (!trained.has(input)) break;
      for (const { of, dy } of both) {
        const { dx, accumulate } = of.target(input);
        dy.forEach((dy, i) => recordConvInputGradient(context, shape, { dy, dx: dx[i] }, weights, accumulate));
      }
      const { dx } = gradients.tdy.target(input), direction = moved(walk, weight);
      dy.forEach((dy, i) => recordConvInputGradient(context, shape, { dy, dx: dx[i] }, direction, true));
      break;
    }
    case "batchNorm": {
      const { input } = node, x = outputs[input], relu = fused.has(node.index);
      const tx = tangents[input];
      if (!tx) break;
      const first = gradients.dy.target(input), second = gradients.tdy.target(input);
      recordNormBackward(walk, node, x, dy, first.dx, { relu, accumulate: first.accumulate });
      const operands = { x, tx, dy, tdy, coefficients: coefficients[node.index]!, tdx: second.dx };
      const shape = normShape(context, node, relu);
      recordBatchNormBackwardTangent(recorder, shape, adapter, operands, second.accumulate);
      break;
    }
    case "relu":
      for (const { of, dy } of both) {
        if (fused.has(node.input)) {
          of.give(node.input, dy);
          continue;
        }
        const { dx, accumulate } = of.target(node.input), y = outputs[node.index];
        dy.forEach((dy, i) => recordReluBackward(recorder, size, { y: y[i], dy, dx: dx[i] }, accumulate));
      }
      break;
    case "maxPool":
      for (const { of, dy } of both) {
        const { dx, accumulate } = of.target(node.input), x = outputs[node.input], y = outputs[node.index];
        dy.forEach((dy, i) =>
          recordMaxPoolBackward(recorder, node.shape, capacity, { x: x[i], y: y[i], dy, dx: dx[i] }, accumulate)
        );
      }
      break;
    case "averagePool":
      for (const { of, dy } of both) {
        const { dx, accumulate } = of.target(node.input);
        dy.forEach((dy, i) => recordAveragePoolBackward(recorder, node.shape, capacity, { dy, dx: dx[i] }, accumulate));
      }
      break;
    case "add":
      for (const { of, dy } of both) {
        let shared = dy;
        if (fused.has(node.index)) {
          const dx = shared = activation(context, "gradient of the sum", size), y = outputs[node.index];
          dy.forEach((dy, i) => recordReluBackward(recorder, size, { y: y[i], dy, dx: dx[i] }, false));
        }
        for (const input of [node.input, node.other]) if (trained.has(input)) of.give(input, shared);
      }
      break;
    case "flatten":
      for (const { of, dy } of both) if (trained.has(node.input)) of.give(node.input, dy);
      break;
    case "input":
      break;
  }
}
