/** A training step in jax-js: loss and gradients by `valueAndGrad`, momentum and update over the tree, all in one `jit`. */
import { CHECKED_STEPS, type PreparedWork } from "../competitor.ts";
import { floats, type Tensors } from "../inputs.ts";
import type { NetworkNode } from "../network.ts";
import type { StepWork } from "../work.ts";
import type { Jax, JaxArray, JaxTree } from "./jax_types.ts";

/** Gets a step ready. @throws {Error} for masks and for nodes that the comparison does not ask of jax-js */
export function prepareStep(jax: Jax, work: StepWork, inputs: Tensors): PreparedWork {
  if (work.mask) throw new Error("masked steps are not written for jax-js");
  const { learningRate, momentum, classes, network } = work;
  const array = (name: string) => {
    const { data, shape } = inputs.get(name)!;
    return jax.numpy.array(data as Float32Array).reshape(shape);
  };
  const images = array("images");
  const labels = jax.numpy.array(inputs.get("labels")!.data as Int32Array, { dtype: jax.numpy.int32 });
  const names = parameterNames(network);

  const lossOf = (parameters: JaxTree, x: JaxArray, y: JaxArray) => {
    const scores = jax.nn.logSoftmax(logits(jax, network, parameters, x), -1);
    return scores.mul(jax.nn.oneHot(y, classes)).sum().mul(-1 / work.batch);
  };
  const step = jax.jit(
    (parameters: JaxTree, velocity: JaxTree, x: JaxArray, y: JaxArray) => {
      const [loss, gradients] = jax.valueAndGrad(lossOf)(
        jax.tree.ref(parameters),
        x,
        y,
      );
      const moved: JaxTree = {}, updated: JaxTree = {};
      for (const name of names) {
        moved[name] = velocity[name].mul(momentum).add(gradients[name]);
        updated[name] = parameters[name].sub(moved[name].ref.mul(learningRate));
      }
      return { parameters: updated, velocity: moved, loss };
    },
  );

  let parameters: JaxTree = {}, velocity: JaxTree = {};
  for (const name of names) {
    const { data, shape } = inputs.get(name)!;
    parameters[name] = array(name);
    velocity[name] = jax.numpy.array(new Float32Array(data.length)).reshape(shape);
  }
  const once = () => {
    const next = step(parameters, velocity, images.ref, labels.ref);
    ({ parameters, velocity } = next);
    return next.loss;
  };
  return {
    how: "jit(valueAndGrad, momentum, update)",
    precision: "float32",
    results: async () => {
      const tensors: Tensors = new Map(), losses: number[] = [];
      for (let i = 0; i < CHECKED_STEPS; i++) {
        losses.push((await once().data())[0]);
        if (i > 0) continue;
        for (const name of names) tensors.set(name, floats(inputs.get(name)!.shape, await parameters[name].ref.data()));
      }
      tensors.set("losses", floats([CHECKED_STEPS], Float32Array.from(losses)));
      return tensors;
    },
    run: async (times) => {
      // Arrays are lazy: each step is started before the next is traced over it, and the last one waited for.
      for (let i = 1; i < times; i++) await once().gpuBuffer();
      const loss = once();
      await jax.blockUntilReady(loss);
      loss.dispose();
    },
    free: () => jax.tree.dispose([parameters, velocity, images, labels]),
  };
}

function parameterNames(network: readonly NetworkNode[]): string[] {
  return network.flatMap((node) =>
    node.op === "conv" || node.op === "linear" ? [node.weight, node.bias].filter((name) => name !== null) : []
  );
}

/** The network as a function, as `jit` traces it: a plain chain of calls by then. */
function logits(jax: Jax, network: readonly NetworkNode[], parameters: JaxTree, x: JaxArray): JaxArray {
  for (const node of network) {
    switch (node.op) {
      case "input":
        break;
      case "conv": {
        const { stride, pad } = node;
        x = jax.lax.conv(x, parameters[node.weight], [stride, stride], [[pad, pad], [pad, pad]]);
        if (node.bias !== null) {
          x = x.add(parameters[node.bias].reshape([-1, 1, 1]));
        }
        break;
      }
      case "linear":
        x = jax.numpy.matmul(x, parameters[node.weight].transpose());
        if (node.bias !== null) x = x.add(parameters[node.bias]);
        break;
      case "relu":
        x = jax.nn.relu(x);
        break;
      case "maxPool":
        x = jax.lax.reduceWindow(x, jax.numpy.max, [node.kernel, node.kernel], [node.stride, node.stride]);
        break;
      case "flatten":
        x = x.reshape([x.shape[0], -1]);
        break;
      default:
        throw new Error(`${node.op} is not written for jax-js`);
    }
  }
  return x;
}
