/** TensorFlow.js as a competitor, on its WebGPU backend: eager, in `tidy`, activations in its own layout NHWC. */
import { createRequire } from "node:module";
import { type Competitor, type PreparedWork, WAITS } from "../competitor.ts";
import { floats, type Tensors } from "../inputs.ts";
import { transpose } from "../layouts.ts";
import { packageVersion } from "../packages.ts";
import { serve } from "../serve.ts";
import type { ConvWork, MatmulWork } from "../work.ts";
import { prepareStep } from "./tfjs_step.ts";
import type { Tf, TfTensor } from "./tfjs_types.ts";

const PACKAGE = "@tensorflow/tfjs", BACKEND = "@tensorflow/tfjs-backend-webgpu";

/** Orders of axes: images to NHWC and back, filters [out, in, kh, kw] to [kh, kw, in, out] and back. */
export const NHWC = [0, 2, 3, 1],
  NCHW = [0, 3, 1, 2],
  HWIO = [2, 3, 1, 0],
  OIHW = [3, 2, 0, 1];

async function start(): Promise<Competitor> {
  const versions = { [PACKAGE]: packageVersion(PACKAGE), [BACKEND]: packageVersion(BACKEND) };
  // Deno cannot load their ES modules (imports without extensions); the CommonJS builds work.
  const require = createRequire(import.meta.url);
  const tf = require(PACKAGE) as Tf;
  require(BACKEND);
  if (!await tf.setBackend("webgpu")) {
    throw new Error("TensorFlow.js cannot start its WebGPU backend");
  }
  await tf.ready();
  const info = tf.backend().adapterInfo;
  const device = await deviceName() ?? info?.description ?? "a WebGPU adapter";
  return {
    greeting: { versions, device, cuda: false, threads: null, waits: WAITS },
    prepare: (work, inputs) =>
      Promise.resolve(work.kind === "step" ? prepareStep(tf, work, inputs) : prepareLayer(tf, work, inputs)),
  };
}

/** The adapter's name, asked for as the backend asks for its adapter. */
async function deviceName(): Promise<string | undefined> {
  const info = (await navigator.gpu.requestAdapter({ powerPreference: "high-performance" }))?.info;
  return info?.description || info?.device || undefined;
}

/** A float32 tensor with its axes in another order. */
export function tensorOf(tf: Tf, inputs: Tensors, name: string, order?: readonly number[]): TfTensor {
  const { data, shape } = inputs.get(name)!, values = data as Float32Array;
  if (!order) return tf.tensor(values, shape);
  return tf.tensor(transpose(values, shape, order), order.map((axis) => shape[axis]));
}

interface Layer {
  readonly operands: readonly TfTensor[];
  /** Results by name, with the order that brings their axes back. */
  readonly compute: () => Record<string, TfTensor>;
  readonly orders: Readonly<Record<string, readonly number[]>>;
}

function layerOf(tf: Tf, work: ConvWork | MatmulWork, inputs: Tensors): Layer {
  if (work.kind === "matmul") {
    const a = tensorOf(tf, inputs, "a"), b = tensorOf(tf, inputs, "b");
    return {
      operands: [a, b],
      compute: () => ({ y: a.matMul(b) }),
      orders: {},
    };
  }
  const { stride, pad } = work.shape;
  const x = tensorOf(tf, inputs, "x", NHWC),
    w = tensorOf(tf, inputs, "w", HWIO),
    dy = tensorOf(tf, inputs, "dy", NHWC);
  const conv = (x: TfTensor, w: TfTensor) => x.conv2d(w, stride, pad);
  const operands = [x, w, dy], orders = { y: NCHW, dx: NCHW, dw: OIHW };
  if (work.pass === "forward") {
    return { operands, orders, compute: () => ({ y: conv(x, w) }) };
  }
  // The gradient's function computes the output on its way; it is kept, as a layer's output would be.
  let y: TfTensor;
  const kept = (output: TfTensor) => y = tf.keep(output);
  if (work.pass === "forward+dW") {
    const gradient = tf.grad((w) => kept(conv(x, w)));
    return { operands, orders, compute: () => ({ dw: gradient(w, dy), y }) };
  }
  const gradient = tf.grad((x) => kept(conv(x, w)));
  return { operands, orders, compute: () => ({ dx: gradient(x, dy), y }) };
}

function prepareLayer(tf: Tf, work: ConvWork | MatmulWork, inputs: Tensors): PreparedWork {
  const { operands, compute, orders } = layerOf(tf, work, inputs);
  return {
    how: "eager",
    precision: "float32",
    results: async () => {
      const tensors: Tensors = new Map();
      for (const [name, tensor] of Object.entries(compute())) {
        const order = orders[name],
          values = await tensor.data(),
          { shape } = tensor;
        tensors.set(
          name,
          order ? floats(order.map((axis) => shape[axis]), transpose(values, shape, order)) : floats(shape, values),
        );
        tensor.dispose();
      }
      return tensors;
    },
    run: async (times) => {
      for (let i = 0; i < times; i++) {
        const results = Object.values(compute()), [last] = results;
        if (i === times - 1) await waitFor(tf, last);
        for (const tensor of results) tensor.dispose();
      }
    },
    free: () => operands.forEach((operand) => operand.dispose()),
  };
}

/** Reads one value of a tensor back. */
export async function waitFor(tf: Tf, tensor: TfTensor): Promise<void> {
  const one = tf.tidy(() => tensor.slice(tensor.shape.map(() => 0), tensor.shape.map(() => 1)));
  await one.data();
  one.dispose();
}

if (import.meta.main) await serve(start);
