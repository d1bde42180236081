/**
 * A model: a list of nodes in topological order and the parameters in the order PyTorch would register them. It holds no
 * numbers; {@link ParameterStore} does.
 */
import type { LayerShape } from "../masks/layer.ts";
import type { LiveNode } from "../masks/connectivity.ts";
import type { Mask } from "../masks/mask.ts";
import type { AveragePoolShape } from "../ops/pool.ts";
import type { ConvShape, PoolShape } from "../ops/shape.ts";

/** How a parameter starts (src/random/init.ts). */
export type Init =
  | { readonly name: "kaiming-normal"; readonly mode: "fan_in" | "fan_out"; readonly density?: number }
  | { readonly name: "kaiming-uniform"; readonly density?: number }
  | { readonly name: "uniform-bias"; readonly fanIn: number }
  | { readonly name: "normal"; readonly std: number }
  | { readonly name: "positive-uniform"; readonly most: number }
  | { readonly name: "mixed-normal"; readonly centre: number; readonly std: number }
  | { readonly name: "signed-constant"; readonly value: number }
  | { readonly name: "looks-linear"; readonly first: boolean; readonly scale: number }
  | { readonly name: "paired-normal"; readonly std: number }
  | { readonly name: "constant"; readonly value: number };

/** A trainable tensor. */
export interface Parameter {
  readonly index: number;
  readonly name: string;
  readonly shape: readonly number[];
  readonly size: number;
  readonly init: Init;
  /** Weights of convolutions and linear layers can be masked; biases and batch norm never are. */
  readonly maskable: boolean;
}

/** A tensor that a method trains beside a model's: a threshold a layer, a score a weight. Its mask is its host's. */
export interface AddedParameter extends Parameter {
  /**
   * Name of the parameter that it has a number for each value of: it is stored like that one, slot by slot, and follows
   * its mask. Without one it is a tensor of its own.
   */
  readonly like?: string;
}

/** A batch norm's running statistics, and its scale and shift where they are trained. */
export interface Norm {
  readonly index: number;
  readonly name: string;
  readonly channels: number;
  readonly scale?: Parameter;
  readonly shift?: Parameter;
}

/** Size of an activation without the batch: channels, height, width. */
export type Size = readonly [channels: number, height: number, width: number];

interface Base {
  readonly index: number;
  readonly name: string;
  readonly size: Size;
}

/** One operation; `input` names an earlier node by its index. */
export type Node =
  & Base
  & (
    | { readonly op: "input" }
    | {
      readonly op: "conv";
      readonly input: number;
      readonly shape: ConvShape;
      readonly weight: Parameter;
      readonly bias?: Parameter;
    }
    | { readonly op: "batchNorm"; readonly input: number; readonly norm: Norm }
    | { readonly op: "relu"; readonly input: number }
    | { readonly op: "maxPool"; readonly input: number; readonly shape: PoolShape }
    | { readonly op: "averagePool"; readonly input: number; readonly shape: AveragePoolShape }
    | { readonly op: "add"; readonly input: number; readonly other: number }
    | { readonly op: "flatten"; readonly input: number }
  );

/** A network. The last node is its logits, of size (classes, 1, 1). */
export interface Model {
  readonly name: string;
  readonly input: Size;
  readonly classes: number;
  readonly nodes: readonly Node[];
  readonly parameters: readonly Parameter[];
  readonly norms: readonly Norm[];
}

/** Values of an activation for one image. */
export function sizeOf([channels, height, width]: Size): number {
  return channels * height * width;
}

/** Trainable numbers in all. */
export function parameterCount(model: Model): number {
  return model.parameters.reduce((sum, { size }) => sum + size, 0);
}

/** The maskable tensors in registration order, with the positions that each weight is used at (for multiply-adds). */
export function maskableLayers(model: Model): LayerShape[] {
  return model.parameters.filter(({ maskable }) => maskable).map(({ name, shape }) => {
    const node = model.nodes.find((node) => node.op === "conv" && node.weight.name === name);
    const [, height, width] = node!.size;
    return { name, shape: [...shape], positions: height * width };
  });
}

/** The nodes that a node reads. */
export function inputsOf(node: Node): number[] {
  if (node.op === "input") return [];
  return node.op === "add" ? [node.input, node.other] : [node.input];
}

/** The nodes that parameters lie before, from `first` on: only they need a gradient, not the image nor views of it. */
export function trainedNodes(model: Model, first = 0): Set<number> {
  const trained = new Set<number>();
  for (const node of model.nodes) {
    const own = node.op === "conv" || (node.op === "batchNorm" && node.norm.scale !== undefined);
    if (own || inputsOf(node).some((input) => trained.has(input))) trained.add(node.index);
  }
  for (const index of trained) if (index < first) trained.delete(index);
  return trained;
}

/** The model as src/masks/connectivity.ts walks it, for the question whether input still reaches output. */
export function liveNodes(model: Model, masks: ReadonlyMap<string, Mask>): LiveNode[] {
  const name = (index: number) => String(index);
  return model.nodes.map((node): LiveNode => {
    const base = { name: name(node.index) };
    switch (node.op) {
      case "input":
        return { ...base, kind: "input", channels: node.size[0] };
      case "conv":
        return { ...base, kind: "weights", input: name(node.input), mask: masks.get(node.weight.name)! };
      case "add":
        return { ...base, kind: "add", inputs: [name(node.input), name(node.other)] };
      case "flatten": {
        const [, height, width] = model.nodes[node.input].size;
        return { ...base, kind: "flatten", input: name(node.input), positions: height * width };
      }
      default:
        return { ...base, kind: "pass", input: name(node.input) };
    }
  });
}
