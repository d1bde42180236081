/**
 * A network as it is drawn: planes of kernels between grids of channels. Read from a model once; it can be sent between
 * threads, and recordings and imported runs are drawn from it too.
 */
import { tapsOf } from "../masks/layer.ts";
import type { Model, Node } from "../nn/model.ts";

/** Grids of more channels show no activations: their pictures would be too small to be seen. */
export const MOST_PICTURES = 64;

/** Channels between planes: C of them in a square, each split into h × w positions where a linear layer reads them. */
export interface ChannelGrid {
  readonly channels: number;
}

/** A maskable layer: out × in kernels of kh × kw taps. */
export interface PlaneShape {
  /** The parameter's name, and the shorter one that people read. */
  readonly parameter: string;
  readonly name: string;
  readonly outputs: number;
  readonly inputs: number;
  readonly kernelHeight: number;
  readonly kernelWidth: number;
  /** Whether it stands in the parallel row of shortcuts. */
  readonly shortcut: boolean;
  /** Place along the depth: 0 for the first layer; a shortcut stands between the layers that it goes around. */
  readonly depth: number;
  /** Channels that it reads and writes. */
  readonly inputGrid: number;
  readonly outputGrid: number;
  /** Positions of one channel that a linear layer reads as inputs of their own, row by row; 1 × 1 elsewhere. */
  readonly positions: readonly [height: number, width: number];
}

/** All planes, in registration order of their parameters, and the grids from the input to the classes. */
export interface NetworkShape {
  readonly name: string;
  readonly planes: readonly PlaneShape[];
  readonly grids: readonly ChannelGrid[];
}

type Conv = Extract<Node, { op: "conv" }>;

/** Reads the shape of a model. The main row is what `input` leads to from the last node back; the rest are shortcuts. */
export function networkShape(model: Model): NetworkShape {
  const main: Conv[] = [];
  for (let node = model.nodes[model.nodes.length - 1]; node.op !== "input"; node = model.nodes[node.input]) {
    if (node.op === "conv") main.unshift(node);
  }
  const grids: ChannelGrid[] = [{ channels: model.input[0] }, ...main.map(({ size }) => ({ channels: size[0] }))];
  const depthOf = new Map(main.map((node, depth) => [node.index, depth]));
  /** The grid that shows a node's channels, and how many positions of each are read as inputs. */
  const gridOf = (index: number): { grid: number; positions: readonly [number, number] } => {
    const node = model.nodes[index];
    if (node.op === "input") return { grid: 0, positions: [1, 1] };
    if (node.op === "conv" && depthOf.has(index)) return { grid: depthOf.get(index)! + 1, positions: [1, 1] };
    const found = gridOf(node.input);
    if (node.op !== "flatten") return found;
    const [, height, width] = model.nodes[node.input].size;
    return { ...found, positions: [height, width] };
  };
  /** Where what a shortcut writes is added to. */
  const target = (shortcut: Conv): number => {
    let at = shortcut.index;
    for (const node of model.nodes.slice(at + 1)) {
      if (node.op === "add" && node.other === at) return gridOf(node.index).grid;
      if (node.op !== "input" && node.op !== "add" && node.input === at) at = node.index;
    }
    throw new RangeError(`${shortcut.name} is on no way to the logits`);
  };
  const planes = model.nodes.filter((node): node is Conv => node.op === "conv").map((node): PlaneShape => {
    const { shape: [outputs, inputs, kernelHeight = 1, kernelWidth = 1], name } = node.weight;
    const input = gridOf(node.input), depth = depthOf.get(node.index);
    const outputGrid = depth === undefined ? target(node) : depth + 1;
    return {
      parameter: name,
      name: name.replace(/\.weight$/, ""),
      outputs,
      inputs,
      kernelHeight,
      kernelWidth,
      shortcut: depth === undefined,
      depth: depth ?? (input.grid + outputGrid - 1) / 2,
      inputGrid: input.grid,
      outputGrid,
      positions: input.positions,
    };
  });
  const order = new Map(model.parameters.map(({ name }, i) => [name, i]));
  planes.sort((a, b) => order.get(a.parameter)! - order.get(b.parameter)!);
  return { name: model.name, planes, grids };
}

/** Taps of a plane's kernels. */
export function planeTaps({ kernelHeight, kernelWidth }: PlaneShape): number {
  return kernelHeight * kernelWidth;
}

/** Weights of a plane. */
export function planeSize(plane: PlaneShape): number {
  return plane.outputs * plane.inputs * planeTaps(plane);
}

/** The shape of a network of which only the masks' names and sizes are known: layers one behind the other. */
export function shapeOfMasks(name: string, masks: readonly { name: string; shape: readonly number[] }[]): NetworkShape {
  const grids: ChannelGrid[] = [{ channels: masks[0]?.shape[1] ?? 1 }];
  const planes = masks.map((mask, depth): PlaneShape => {
    const [outputs, inputs, kernelHeight = 1, kernelWidth = 1] = mask.shape;
    grids.push({ channels: outputs });
    // a linear layer behind channels reads so many positions of each
    const each = tapsOf(mask.shape) === 1 ? inputs / grids[depth].channels : 1;
    return {
      parameter: mask.name,
      name: mask.name.replace(/\.weight$/, ""),
      outputs,
      inputs,
      kernelHeight,
      kernelWidth,
      shortcut: false,
      depth,
      inputGrid: depth,
      outputGrid: depth + 1,
      positions: Number.isInteger(each) ? [1, each] : [1, 1],
    };
  });
  return { name, planes, grids };
}
