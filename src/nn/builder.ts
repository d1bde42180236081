/**
 * Writing a model down. Calls append nodes; weights register in the order of the calls, which must be PyTorch's order
 * (a shortcut's convolution after the second convolution of its block: the pyramidal rule depends on it).
 */
import { averagePoolShape, globalPoolShape } from "../ops/pool.ts";
import { convShape, linearShape, poolShape } from "../ops/shape.ts";
import type { Init, Model, Node, Norm, Parameter, Size } from "./model.ts";

/** Index of a node. */
export type NodeIndex = number;

// Omit distributes over a union only when asked to
type NewNode = Node extends infer N ? N extends Node ? Omit<N, "index"> : never : never;

const product = (numbers: readonly number[]) => numbers.reduce((a, b) => a * b, 1);

/** Options of {@link ModelBuilder.conv}. */
export interface ConvOptions {
  readonly channels: number;
  readonly kernel: number;
  readonly stride?: number;
  readonly pad?: number;
  readonly bias?: boolean;
  readonly init?: Init;
}

/** Collects nodes and parameters of one model. */
export class ModelBuilder {
  readonly #nodes: Node[] = [];
  readonly #parameters: Parameter[] = [];
  readonly #norms: Norm[] = [];
  /** The image. */
  readonly input: NodeIndex;

  constructor(readonly name: string, readonly inputSize: Size) {
    this.input = this.#push({ op: "input", name: "input", size: inputSize });
  }

  #push(node: NewNode): NodeIndex {
    const index = this.#nodes.length;
    this.#nodes.push({ ...node, index } as Node);
    return index;
  }

  #parameter(name: string, shape: readonly number[], init: Init, maskable: boolean): Parameter {
    const parameter = { index: this.#parameters.length, name, shape, size: product(shape), init, maskable };
    this.#parameters.push(parameter);
    return parameter;
  }

  /** Size of a node's result. */
  size(node: NodeIndex): Size {
    return this.#nodes[node].size;
  }

  /** A convolution with a square kernel; `name` is the module's, its weight becomes `name.weight`. */
  conv(input: NodeIndex, name: string, options: ConvOptions): NodeIndex {
    const [inChannels, inHeight, inWidth] = this.size(input);
    const { channels, kernel, stride, pad, bias, init = { name: "kaiming-uniform" } } = options;
    const shape = convShape({
      inChannels,
      inHeight,
      inWidth,
      outChannels: channels,
      kernelHeight: kernel,
      stride,
      pad,
    });
    const weight = this.#parameter(`${name}.weight`, [channels, inChannels, kernel, kernel], init, true);
    const fanIn = inChannels * kernel * kernel;
    return this.#push({
      op: "conv",
      name,
      input,
      shape,
      weight,
      bias: bias ? this.#parameter(`${name}.bias`, [channels], { name: "uniform-bias", fanIn }, false) : undefined,
      size: [channels, shape.outHeight, shape.outWidth],
    });
  }

  /** A linear layer; its input must be flat (channels, 1, 1). */
  linear(
    input: NodeIndex,
    name: string,
    features: number,
    options: { bias?: boolean; init?: Init; biasInit?: Init } = {},
  ): NodeIndex {
    const [channels, height, width] = this.size(input);
    if (height * width !== 1) {
      throw new RangeError(`${name}: a linear layer wants a flat input, got ${height}×${width}`);
    }
    const { bias = true, init = { name: "kaiming-uniform" } } = options;
    const { biasInit = { name: "uniform-bias", fanIn: channels } } = options;
    const weight = this.#parameter(`${name}.weight`, [features, channels], init, true);
    return this.#push({
      op: "conv",
      name,
      input,
      shape: linearShape(channels, features),
      weight,
      bias: bias ? this.#parameter(`${name}.bias`, [features], biasInit, false) : undefined,
      size: [features, 1, 1],
    });
  }

  /** Batch norm; `affine: false` keeps scale 1 and shift 0. */
  batchNorm(input: NodeIndex, name: string, options: { affine?: boolean } = {}): NodeIndex {
    const [channels] = this.size(input);
    const { affine = true } = options;
    const part = (suffix: string, value: number) =>
      affine ? this.#parameter(`${name}.${suffix}`, [channels], { name: "constant", value }, false) : undefined;
    const norm = { index: this.#norms.length, name, channels, scale: part("weight", 1), shift: part("bias", 0) };
    this.#norms.push(norm);
    return this.#push({ op: "batchNorm", name, input, norm, size: this.size(input) });
  }

  /** max(x, 0). */
  relu(input: NodeIndex): NodeIndex {
    return this.#push({ op: "relu", name: `${this.#nodes[input].name}.relu`, input, size: this.size(input) });
  }

  /** Max pool with a square window; the stride is the window where none is given. */
  maxPool(input: NodeIndex, kernel: number, options: { stride?: number; pad?: number } = {}): NodeIndex {
    const [channels, inHeight, inWidth] = this.size(input);
    const shape = poolShape({ channels, inHeight, inWidth, kernel, ...options });
    return this.#push({
      op: "maxPool",
      name: "maxPool",
      input,
      shape,
      size: [channels, shape.outHeight, shape.outWidth],
    });
  }

  /** Average pool with a square window. */
  averagePool(input: NodeIndex, kernel: number): NodeIndex {
    const [channels, inHeight, inWidth] = this.size(input);
    const shape = averagePoolShape(poolShape({ channels, inHeight, inWidth, kernel }));
    return this.#push({
      op: "averagePool",
      name: "averagePool",
      input,
      shape,
      size: [channels, shape.outHeight, shape.outWidth],
    });
  }

  /** The mean of each channel. */
  globalPool(input: NodeIndex): NodeIndex {
    const shape = globalPoolShape(...this.size(input));
    return this.#push({ op: "averagePool", name: "globalPool", input, shape, size: [shape.channels, 1, 1] });
  }

  /** a + b. */
  add(a: NodeIndex, b: NodeIndex): NodeIndex {
    if (product(this.size(a)) !== product(this.size(b))) throw new RangeError(`${this.name}: sizes of a sum differ`);
    return this.#push({ op: "add", name: "add", input: a, other: b, size: this.size(a) });
  }

  /** (C, H, W) as C·H·W features, in PyTorch's order; costs nothing. */
  flatten(input: NodeIndex): NodeIndex {
    return this.#push({ op: "flatten", name: "flatten", input, size: [product(this.size(input)), 1, 1] });
  }

  /** The finished model; the last node must be the logits. */
  finish(): Model {
    const [classes, height, width] = this.#nodes[this.#nodes.length - 1].size;
    if (height * width !== 1) throw new RangeError(`${this.name}: the last node must be flat logits`);
    return {
      name: this.name,
      input: this.inputSize,
      classes,
      nodes: this.#nodes,
      parameters: this.#parameters,
      norms: this.#norms,
    };
  }
}
