/**
 * What of a mask matters: which channels lie on a path of kept weights from the input to the output, which kept weights do,
 * and which layers keep nothing (layer collapse). A kept weight of a channel that nothing reaches, or that reaches nothing,
 * does nothing; without them the density is the *effective* one (Vysogorets and Kempe 2023). Biases do not count.
 */
import { type LiveNode, type LiveSet, traceLive } from "./connectivity.ts";
import { tapsOf } from "./layer.ts";
import { type Mask, toIndices } from "./mask.ts";

/** A layer of weights among the paths of its network. */
export interface LayerConnections {
  /** Name of its mask. */
  readonly name: string;
  readonly nnz: number;
  /** Kept weights on a path from the input to the output. */
  readonly effective: number;
  /** Output channels, and those of them that lie on no such path: dead neurons. */
  readonly outputs: number;
  readonly dead: number;
}

/** A network's paths. */
export interface Connections {
  readonly layers: readonly LayerConnections[];
  readonly reachesOutput: boolean;
}

/** Walks nodes given in topological order, forward and back; the last is the output. */
export function traceConnections(nodes: readonly LiveNode[]): Connections {
  const { live, reachesOutput } = traceLive(nodes);
  const needed = traceNeeded(nodes, live);
  const layers = nodes.flatMap((node): LayerConnections[] => {
    if (node.kind !== "weights") return [];
    const { name, nnz } = node.mask, reached = live.get(node.name)!, wanted = needed.get(node.name)!;
    const alive = wanted.reduce((sum, one, c) => sum + (one & reached[c]), 0);
    const effective = countEffective(node.mask, live.get(node.input)!, wanted);
    return [{ name, nnz, effective, outputs: wanted.length, dead: wanted.length - alive }];
  });
  return { layers, reachesOutput };
}

/** For each node the channels from which a path of kept weights leads to the output. */
function traceNeeded(nodes: readonly LiveNode[], live: ReadonlyMap<string, LiveSet>): Map<string, LiveSet> {
  const needed = new Map([...live].map(([name, set]): [string, LiveSet] => [name, new Uint8Array(set.length)]));
  const last = nodes.at(-1);
  if (last) needed.get(last.name)!.fill(1);
  for (const node of nodes.toReversed()) {
    const own = needed.get(node.name)!;
    switch (node.kind) {
      case "input":
        break;
      case "weights": {
        const into = needed.get(node.input)!;
        forEachKept(node.mask, (output, input) => into[input] |= own[output]);
        break;
      }
      case "pass":
        join(needed.get(node.input)!, own, 1);
        break;
      case "add":
        for (const input of node.inputs) join(needed.get(input)!, own, 1);
        break;
      case "flatten":
        join(needed.get(node.input)!, own, node.positions);
        break;
    }
  }
  return needed;
}

/** Channel c is needed where one of its `positions` neighbouring features is. */
function join(into: LiveSet, own: LiveSet, positions: number): void {
  own.forEach((one, i) => into[Math.floor(i / positions)] |= one);
}

function countEffective(mask: Mask, live: LiveSet, needed: LiveSet): number {
  let count = 0;
  forEachKept(mask, (output, input) => count += live[input] & needed[output]);
  return count;
}

function forEachKept(mask: Mask, visit: (output: number, input: number) => void): void {
  const taps = tapsOf(mask.shape), inputs = mask.shape[1];
  for (const index of toIndices(mask)) {
    const row = Math.floor(index / taps);
    visit(Math.floor(row / inputs), row % inputs);
  }
}

/** Kept weights that do nothing are worth a sentence from this share on. */
const MANY_IDLE = 0.01;

/** What a reader should know of a network's paths before believing its accuracy: one sentence each. */
export function connectionWarnings({ layers, reachesOutput }: Connections): string[] {
  const warnings: string[] = [];
  const empty = layers.filter(({ nnz }) => nnz === 0).map(({ name }) => name);
  if (empty.length > 0) warnings.push(`layers without a single weight: ${empty.join(", ")}`);
  if (!reachesOutput) {
    warnings.push("no path of kept weights leads from the input to the output: the network cannot learn");
    return warnings;
  }
  const sum = (value: (layer: LayerConnections) => number) => layers.reduce((total, layer) => total + value(layer), 0);
  const nnz = sum(({ nnz }) => nnz), idle = nnz - sum(({ effective }) => effective);
  if (idle > MANY_IDLE * nnz) {
    const share = (100 * idle / nnz).toPrecision(2),
      dead = sum(({ dead }) => dead),
      neurons = sum(({ outputs }) => outputs);
    warnings.push(
      `${share} % of the kept weights lie on no path from the input to the output, and ${dead} of ${neurons} neurons are dead`,
    );
  }
  return warnings;
}
