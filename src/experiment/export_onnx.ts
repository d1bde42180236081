/** A trained network as an ONNX model: images in, logits out, normalisation inside. */

import { encodeOnnx, type OnnxNode, type OnnxTensor } from "../formats/onnx.ts";
import { EPSILON } from "../nn/forward.ts";
import type { Node } from "../nn/model.ts";
import { VERSION } from "./provenance.ts";
import type { TrainedNetwork } from "./trained_network.ts";

type TrainedGraph = Pick<TrainedNetwork, "model" | "values" | "normalisation"> & {
  /** Whether inputs are pixels on the scale 0 to 1, or values of a table as they are. */
  readonly pixels: boolean;
  readonly classes: readonly string[];
};

/** The model of a network that was opened from its run. */
export function trainedOnnx({ model, values, normalisation, dataset }: TrainedNetwork): Uint8Array<ArrayBuffer> {
  const pixels = !(dataset.train.images instanceof Float32Array);
  return networkOnnx({ model, values, normalisation, pixels, classes: dataset.classes });
}

/**
 * The bytes of an ONNX model. Input `images` is float32 [N, C, H, W], pixels divided by 255 (or a table's features
 * [N, features, 1, 1] as they are); output `logits` is [N, classes]. Pruned weights are zeros: ONNX has no sparse kernels.
 */
export function networkOnnx({ model, values, normalisation, pixels, classes }: TrainedGraph): Uint8Array<ArrayBuffer> {
  const nodes: OnnxNode[] = [], constants: OnnxTensor[] = [];
  const constant = (name: string, shape: readonly number[], data: Float32Array | undefined) => {
    if (!data) throw new RangeError(`there are no values for ${name}`);
    constants.push({ name, shape, data });
    return name;
  };
  const given = (name: string, shape: readonly number[]) => constant(name, shape, values.get(name));
  const perChannel = (numbers: readonly number[]) => Float32Array.from(numbers);

  // as the kernel that makes a batch: (value − mean) / std
  const channels = [1, model.input[0], 1, 1];
  const mean = constant("normalise.mean", channels, perChannel(normalisation.mean));
  const deviation = constant("normalise.std", channels, perChannel(normalisation.std));
  nodes.push({ op: "Sub", inputs: ["images", mean], output: "centred" });
  nodes.push({ op: "Div", inputs: ["centred", deviation], output: "normalised" });

  const outputs = new Map<number, string>(), flat = new Set<string>();
  const flatten = (input: string): string => {
    if (flat.has(input)) return input;
    const output = `${input}.flat`;
    if (!flat.has(output)) nodes.push({ op: "Flatten", inputs: [input], output, attributes: { axis: 1 } });
    flat.add(output);
    return output;
  };
  const place = (op: string, node: Node, inputs: readonly string[], attributes?: OnnxNode["attributes"]) => {
    const output = `${node.index}.${node.name}`;
    nodes.push({ op, inputs, output, attributes });
    // what works value by value keeps the form of its input
    if (op === "Gemm" || (op !== "Conv" && inputs.slice(0, 1).every((input) => flat.has(input)))) flat.add(output);
    outputs.set(node.index, output);
  };
  for (const node of model.nodes) {
    switch (node.op) {
      case "input":
        outputs.set(node.index, "normalised");
        break;
      case "conv": {
        const { weight, bias, shape } = node, input = outputs.get(node.input)!;
        const parameters = [given(weight.name, weight.shape), ...(bias ? [given(bias.name, bias.shape)] : [])];
        if (weight.shape.length === 2) place("Gemm", node, [flatten(input), ...parameters], { transB: 1 });
        else {
          place("Conv", node, [input, ...parameters], {
            kernel_shape: [shape.kernelHeight, shape.kernelWidth],
            strides: [shape.stride, shape.stride],
            pads: [shape.pad, shape.pad, shape.pad, shape.pad],
          });
        }
        break;
      }
      case "batchNorm": {
        const { name, channels, scale, shift } = node.norm;
        const filled = (value: number) => new Float32Array(channels).fill(value);
        place("BatchNormalization", node, [
          outputs.get(node.input)!,
          scale ? given(scale.name, [channels]) : constant(`${name}.one`, [channels], filled(1)),
          shift ? given(shift.name, [channels]) : constant(`${name}.zero`, [channels], filled(0)),
          given(`${name}.running_mean`, [channels]),
          given(`${name}.running_var`, [channels]),
        ], { epsilon: { float: EPSILON } });
        break;
      }
      case "relu":
        place("Relu", node, [outputs.get(node.input)!]);
        break;
      case "maxPool": {
        const { kernel, stride, pad } = node.shape;
        const attributes = { kernel_shape: [kernel, kernel], strides: [stride, stride], pads: [pad, pad, pad, pad] };
        place("MaxPool", node, [outputs.get(node.input)!], attributes);
        break;
      }
      case "averagePool": {
        const { kernelHeight, kernelWidth, stride, pad } = node.shape;
        place("AveragePool", node, [outputs.get(node.input)!], {
          kernel_shape: [kernelHeight, kernelWidth],
          strides: [stride, stride],
          pads: [pad, pad, pad, pad],
          count_include_pad: 1,
        });
        break;
      }
      case "add":
        place("Add", node, [outputs.get(node.input)!, outputs.get(node.other)!]);
        break;
      case "flatten":
        outputs.set(node.index, flatten(outputs.get(node.input)!));
        break;
    }
  }
  nodes.push({ op: "Identity", inputs: [flatten(outputs.get(model.nodes.length - 1)!)], output: "logits" });
  return encodeOnnx({
    name: model.name,
    producer: { name: "startsparse", version: VERSION },
    input: { name: "images", shape: ["N", ...model.input] },
    output: { name: "logits", shape: ["N", model.classes] },
    nodes,
    constants,
    metadata: {
      classes: JSON.stringify(classes),
      input: pixels ? "pixels divided by 255; normalised inside" : "features as they are; normalised inside",
    },
  });
}
