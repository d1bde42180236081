/** A model as plain data: what the peers build the same network from, in their own words. */
import type { Model, Node } from "../../src/nn/model.ts";

/** One operation; `input` is the index of an earlier node. Parameters are named as in PyTorch. */
export type NetworkNode =
  | { readonly op: "input" }
  | {
    readonly op: "conv";
    readonly input: number;
    readonly weight: string;
    readonly bias: string | null;
    readonly stride: number;
    readonly pad: number;
  }
  | {
    readonly op: "linear";
    readonly input: number;
    readonly weight: string;
    readonly bias: string | null;
  }
  | {
    readonly op: "batchNorm";
    readonly input: number;
    readonly name: string;
    readonly channels: number;
    readonly scale: string | null;
    readonly shift: string | null;
  }
  | { readonly op: "relu"; readonly input: number }
  | {
    readonly op: "maxPool";
    readonly input: number;
    readonly kernel: number;
    readonly stride: number;
    readonly pad: number;
  }
  | {
    readonly op: "averagePool";
    readonly input: number;
    readonly kernel: readonly [number, number];
    readonly stride: number;
    readonly pad: number;
  }
  | { readonly op: "add"; readonly input: number; readonly other: number }
  | {
    readonly op: "flatten";
    readonly input: number;
    /** Channels, height and width of what is flattened, in this order. */
    readonly from: readonly [number, number, number];
  };

/** The nodes of a model; the last one gives the logits [N, classes]. */
export function networkOf(model: Model): NetworkNode[] {
  return model.nodes.map((node) => describe(model, node));
}

function describe(model: Model, node: Node): NetworkNode {
  switch (node.op) {
    case "input":
      return { op: "input" };
    case "conv": {
      const { input, weight: { name: weight, shape }, bias } = node,
        { stride, pad } = node.shape;
      if (shape.length === 2) {
        return { op: "linear", input, weight, bias: bias?.name ?? null };
      }
      return { op: "conv", input, weight, bias: bias?.name ?? null, stride, pad };
    }
    case "batchNorm": {
      const { name, channels, scale, shift } = node.norm;
      const names = { scale: scale?.name ?? null, shift: shift?.name ?? null };
      return { op: "batchNorm", input: node.input, name, channels, ...names };
    }
    case "relu":
      return { op: "relu", input: node.input };
    case "maxPool": {
      const { kernel, stride, pad } = node.shape;
      return { op: "maxPool", input: node.input, kernel, stride, pad };
    }
    case "averagePool": {
      const { kernelHeight, kernelWidth, stride, pad } = node.shape;
      return { op: "averagePool", input: node.input, kernel: [kernelHeight, kernelWidth], stride, pad };
    }
    case "add":
      return { op: "add", input: node.input, other: node.other };
    case "flatten":
      return { op: "flatten", input: node.input, from: [...model.nodes[node.input].size] };
  }
}
