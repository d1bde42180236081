/**
 * Does the input still reach the output? Which channels carry anything?
 *
 * A channel is *live* when a path of kept weights leads to it from an input channel. Biases do not count: a channel that
 * has only a bias carries no information about the image. The functions work on sets of live channels (one byte each), so
 * that a model's compiler can call them node by node; {@link traceLive} does so for a list of nodes.
 */
import { tapsOf } from "./layer.ts";
import { keeps, type Mask } from "./mask.ts";

/** One byte for each channel (or feature): 1 is live. */
export type LiveSet = Uint8Array;

/** The live set of a network's input: all channels. */
export function allLive(channels: number): LiveSet {
  return new Uint8Array(channels).fill(1);
}

/** Number of live channels. */
export function countLive(live: LiveSet): number {
  return live.reduce((sum, one) => sum + one, 0);
}

/** Through a conv or linear layer: an output channel is live when a kept weight of its row reads a live channel. */
export function liveThroughMask(mask: Mask, live: LiveSet): LiveSet {
  const [outputs, inputs] = mask.shape;
  const taps = tapsOf(mask.shape);
  const out = new Uint8Array(outputs);
  for (let o = 0; o < outputs; o++) {
    for (let i = 0; i < inputs && out[o] === 0; i++) {
      if (live[i] === 0) continue;
      const first = (o * inputs + i) * taps;
      for (let t = 0; t < taps; t++) if (keeps(mask, first + t)) out[o] = 1;
    }
  }
  return out;
}

/** Through an addition of equal shapes: live where any summand is. */
export function liveThroughAdd(summands: readonly LiveSet[]): LiveSet {
  return summands[0].map((_, c) => summands.some((live) => live[c] === 1) ? 1 : 0);
}

/** Through flattening (C, H, W) to features: each channel becomes `positions` = H * W neighbouring features. */
export function liveThroughFlatten(live: LiveSet, positions: number): LiveSet {
  const out = new Uint8Array(live.length * positions);
  live.forEach((one, c) => out.fill(one, c * positions, (c + 1) * positions));
  return out;
}

/** A node of a network, as far as live channels go. `input` and `inputs` name earlier nodes. */
export type LiveNode =
  | { kind: "input"; name: string; channels: number }
  | { kind: "weights"; name: string; input: string; mask: Mask }
  /** Anything that keeps channels apart and alive: batch norm, ReLU, pooling. */
  | { kind: "pass"; name: string; input: string }
  | { kind: "add"; name: string; inputs: string[] }
  | { kind: "flatten"; name: string; input: string; positions: number };

/** Live channels of every node, and whether any channel of the last one (the output) is live. */
export interface Liveness {
  live: Map<string, LiveSet>;
  reachesOutput: boolean;
}

/** Walks nodes given in topological order; the last is the output. */
export function traceLive(nodes: readonly LiveNode[]): Liveness {
  const live = new Map<string, LiveSet>();
  const of = (name: string) => {
    const found = live.get(name);
    if (!found) throw new Error(`node ${name} is used before it is given`);
    return found;
  };
  let last: LiveSet = new Uint8Array(0);
  for (const node of nodes) {
    last = through(node, of);
    live.set(node.name, last);
  }
  return { live, reachesOutput: countLive(last) > 0 };
}

/** Whether the input reaches the output of a network of nodes in topological order. */
export function reachesOutput(nodes: readonly LiveNode[]): boolean {
  return traceLive(nodes).reachesOutput;
}

function through(node: LiveNode, of: (name: string) => LiveSet): LiveSet {
  switch (node.kind) {
    case "input":
      return allLive(node.channels);
    case "weights":
      return liveThroughMask(node.mask, of(node.input));
    case "pass":
      return of(node.input);
    case "add":
      return liveThroughAdd(node.inputs.map(of));
    case "flatten":
      return liveThroughFlatten(of(node.input), node.positions);
  }
}
