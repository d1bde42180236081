/** A training step in TensorFlow.js: variables, a loss as a function, and `train.momentum(…).minimize`. */
import { CHECKED_STEPS, type PreparedWork } from "../competitor.ts";
import { floats, type Tensors } from "../inputs.ts";
import { transpose } from "../layouts.ts";
import type { NetworkNode } from "../network.ts";
import type { StepWork } from "../work.ts";
import type { Tf, TfTensor } from "./tfjs_types.ts";

/** A parameter in this library's layout: [kh, kw, in, out], or [in, out] with the inputs in the order of NHWC. */
interface Layout {
  /** Axes of PyTorch's tensor, a flattened one's taken apart. */
  readonly apart: readonly number[];
  readonly order: readonly number[];
  readonly shape: number[];
}

/** Gets a step ready. @throws {Error} for masks and for nodes that the comparison does not ask of TensorFlow.js */
export function prepareStep(tf: Tf, work: StepWork, inputs: Tensors): PreparedWork {
  if (work.mask) {
    throw new Error("masked steps are not written for TensorFlow.js");
  }
  const { network, classes } = work,
    layouts = parameterLayouts(network, inputs);
  const { data, shape } = inputs.get("images")!;
  const images = tf.tensor(
    transpose(data as Float32Array, shape, [0, 2, 3, 1]),
    [0, 2, 3, 1].map((axis) => shape[axis]),
  );
  const labels = tf.tidy(() => {
    return tf.oneHot(
      tf.tensor(
        inputs.get("labels")!.data as Int32Array,
        [work.batch],
        "int32",
      ),
      classes,
    );
  });
  const variables: Record<string, TfTensor> = {};
  for (const [name, { apart, order, shape }] of layouts) {
    const initial = tf.tensor(
      transpose(inputs.get(name)!.data as Float32Array, apart, order),
      shape,
    );
    variables[name] = tf.variable(initial);
    initial.dispose();
  }
  const optimizer = tf.train.momentum(work.learningRate, work.momentum),
    all = Object.values(variables);
  const once = () =>
    tf.tidy(() => {
      const loss = () => tf.losses.softmaxCrossEntropy(labels, logits(network, variables, images));
      return optimizer.minimize(loss, true, all);
    });
  return {
    how: "eager, train.momentum",
    precision: "float32",
    results: async () => {
      const tensors: Tensors = new Map(), losses: number[] = [];
      for (let i = 0; i < CHECKED_STEPS; i++) {
        const loss = once();
        losses.push((await loss.data())[0]);
        loss.dispose();
        if (i > 0) continue;
        for (const [name, { apart, order }] of layouts) {
          const back = order.map((_, axis) => order.indexOf(axis)), shape = order.map((axis) => apart[axis]);
          const values = transpose(await variables[name].data(), shape, back);
          tensors.set(name, floats(inputs.get(name)!.shape, values));
        }
      }
      tensors.set("losses", floats([CHECKED_STEPS], Float32Array.from(losses)));
      return tensors;
    },
    run: async (times) => {
      for (let i = 0; i < times; i++) once().dispose();
      // The update comes after the loss: a value of what is updated last ends the step.
      const last = tf.tidy(() => all[all.length - 1].reshape([-1]).slice([0], [1]));
      await last.data();
      last.dispose();
    },
    free: () => {
      for (const tensor of [...all, images, labels]) tensor.dispose();
      optimizer.dispose();
    },
  };
}

function parameterLayouts(network: readonly NetworkNode[], inputs: Tensors): Map<string, Layout> {
  const layouts = new Map<string, Layout>();
  for (const node of network) {
    if (node.op !== "conv" && node.op !== "linear") continue;
    const { shape } = inputs.get(node.weight)!;
    if (node.op === "conv") {
      const order = [2, 3, 1, 0];
      layouts.set(node.weight, { apart: shape, order, shape: order.map((axis) => shape[axis]) });
    } else {
      const before = network[node.input],
        from = before.op === "flatten" ? before.from : [shape[1], 1, 1];
      layouts.set(node.weight, { apart: [shape[0], ...from], order: [2, 3, 1, 0], shape: [shape[1], shape[0]] });
    }
    if (node.bias !== null) {
      layouts.set(node.bias, { apart: [shape[0]], order: [0], shape: [shape[0]] });
    }
  }
  return layouts;
}

function logits(network: readonly NetworkNode[], variables: Record<string, TfTensor>, x: TfTensor): TfTensor {
  const batch = x.shape[0];
  for (const node of network) {
    switch (node.op) {
      case "input":
        break;
      case "conv":
        x = x.conv2d(variables[node.weight], node.stride, node.pad);
        if (node.bias !== null) x = x.add(variables[node.bias]);
        break;
      case "linear":
        x = x.matMul(variables[node.weight]);
        if (node.bias !== null) x = x.add(variables[node.bias]);
        break;
      case "relu":
        x = x.relu();
        break;
      case "maxPool":
        x = x.maxPool(node.kernel, node.stride, node.pad);
        break;
      case "flatten":
        x = x.reshape([batch, -1]);
        break;
      default:
        throw new Error(`${node.op} is not written for TensorFlow.js`);
    }
  }
  return x;
}
