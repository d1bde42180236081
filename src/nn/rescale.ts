/**
 * Keeping a network of positive weights within float32: its activations grow or shrink from layer to layer by factors that
 * multiply to more than float32 holds (VGG-19 of |w|: about 10³⁰ where it is dense).
 *
 * Activations are multiplied by powers of two where the whole network passes through one node, a *join*: behind each ReLU
 * of a chain, behind the sum that ends a residual block. What is added behind a join, biases and shifts, is multiplied
 * likewise. The output then is the true one times one power of two, and so is its derivative by every weight: order and
 * ratios of scores stay, bit for bit where nothing leaves float32.
 */
import type { Operand, Recorder, Tensor } from "../gpu/recorder.ts";
import { recordClearWords } from "../ops/pattern_slots.ts";
import { recordAddend, recordHighest, recordRescale, recordRescaleBackward } from "../ops/rescale.ts";
import { type Activation, fusedRelus, type Rescale } from "./forward.ts";
import { inputsOf, type Model, type Node, sizeOf } from "./model.ts";

/** Indices of the nodes that every path from the input to the output goes through, the input itself left out. */
export function cutNodes(model: Model): number[] {
  const lastReader = model.nodes.map(() => 0);
  for (const node of model.nodes) for (const input of inputsOf(node)) lastReader[input] = node.index;
  const cuts: number[] = [];
  let open = 0; // the last reader of anything before the node
  for (const { index } of model.nodes) {
    if (index > 0 && open <= index) cuts.push(index);
    open = Math.max(open, lastReader[index]);
  }
  return cuts;
}

/** Nodes behind which activations are rescaled: cuts behind a ReLU or a sum, whose backward passes read signs alone. */
export function joinNodes(model: Model): number[] {
  const fused = fusedRelus(model);
  return cutNodes(model).filter((index) => {
    const { op } = model.nodes[index];
    return op === "relu" || op === "add" && !fused.has(index);
  });
}

/**
 * Rescaling at a model's joins.
 * @param capacity columns N of a part of the activations
 */
export function rescaleAtJoins(recorder: Recorder, model: Model, capacity: number): Rescale {
  const joins = joinNodes(model);
  const exponents = recorder.tensor("exponents", 4 * (joins.length + 1));
  recordClearWords(recorder, exponents, joins.length + 1);
  const highest = new Map<number, Tensor>();
  const values = (node: Node) => sizeOf(node.size) * capacity;
  const like = (node: Node, parts: Activation) =>
    parts.map(() => recorder.tensor(`${node.name} rescaled`, 4 * values(node)));
  return {
    forward(node, x) {
      const join = joins.indexOf(node.index);
      if (join < 0) return x;
      const most = recorder.tensor("highest", 16), y = like(node, x);
      highest.set(node.index, most);
      recordHighest(recorder, values(node), x, most);
      x.forEach((x, i) => recordRescale(recorder, values(node), join, { x, highest: most, exponents, y: y[i] }));
      return y;
    },
    backward(node, dy) {
      const most = highest.get(node.index);
      if (!most) return dy;
      const dx = like(node, dy);
      dy.forEach((dy, i) => recordRescaleBackward(recorder, values(node), { dy, highest: most, dx: dx[i] }));
      return dx;
    },
    addend(size, x): Operand {
      if (highest.size === 0) return x;
      const y = recorder.tensor("addend rescaled", 4 * size);
      recordAddend(recorder, size, highest.size, { x, exponents, y });
      return y;
    },
  };
}
