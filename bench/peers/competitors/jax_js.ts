/** jax-js as a competitor, on its WebGPU device: traced and compiled by `jit`, as its own examples are. */
import { type Competitor, type PreparedWork, WAITS } from "../competitor.ts";
import { floats, type Tensors } from "../inputs.ts";
import { packageUrl, packageVersion } from "../packages.ts";
import { serve } from "../serve.ts";
import type { ConvWork, MatmulWork } from "../work.ts";
import { prepareStep } from "./jax_step.ts";
import type { Jax, JaxArray } from "./jax_types.ts";

const PACKAGE = "@jax-js/jax";

async function start(): Promise<Competitor> {
  const jax = await import(packageUrl(`${PACKAGE}/dist/index.js`)) as Jax;
  if (!(await jax.init("webgpu")).includes("webgpu")) {
    throw new Error("jax-js finds no WebGPU adapter");
  }
  jax.defaultDevice("webgpu");
  const info = jax.getWebGPUDevice().adapterInfo;
  return {
    greeting: {
      versions: { [PACKAGE]: packageVersion(PACKAGE) },
      device: info?.description || info?.device || "a WebGPU adapter",
      cuda: false,
      threads: null,
      waits: WAITS,
    },
    prepare: (work, inputs) =>
      Promise.resolve(work.kind === "step" ? prepareStep(jax, work, inputs) : prepareLayer(jax, work, inputs)),
  };
}

type Layer = (...operands: JaxArray[]) => JaxArray[];

/** Operands, and the compiled function over them with the names of its results. */
function layerOf(jax: Jax, work: ConvWork | MatmulWork): { operands: string[]; results: string[]; compute: Layer } {
  if (work.kind === "matmul") {
    return {
      operands: ["a", "b"],
      results: ["y"],
      compute: jax.jit((a: JaxArray, b: JaxArray) => [jax.numpy.matmul(a, b)]),
    };
  }
  const { stride, pad } = work.shape;
  const conv = (x: JaxArray, w: JaxArray) => jax.lax.conv(x, w, [stride, stride], [[pad, pad], [pad, pad]]);
  switch (work.pass) {
    case "forward":
      return { operands: ["x", "w"], results: ["y"], compute: jax.jit((x: JaxArray, w: JaxArray) => [conv(x, w)]) };
    case "forward+dW": {
      const compute = jax.jit((x: JaxArray, w: JaxArray, dy: JaxArray) => {
        const [y, back] = jax.vjp((w) => conv(x, w), [w]);
        return [y, ...back(dy)];
      });
      return { operands: ["x", "w", "dy"], results: ["y", "dw"], compute };
    }
    case "forward+dX": {
      const compute = jax.jit((x: JaxArray, w: JaxArray, dy: JaxArray) => {
        const [y, back] = jax.vjp((x) => conv(x, w), [x]);
        return [y, ...back(dy)];
      });
      return { operands: ["x", "w", "dy"], results: ["y", "dx"], compute };
    }
  }
}

function prepareLayer(jax: Jax, work: ConvWork | MatmulWork, inputs: Tensors): PreparedWork {
  const { operands: names, results, compute } = layerOf(jax, work);
  const operands = names.map((name) => {
    const { data, shape } = inputs.get(name)!;
    return jax.numpy.array(data as Float32Array).reshape(shape);
  });
  const once = () => compute(...operands.map((operand) => operand.ref));
  return {
    how: "jit",
    precision: "float32",
    results: async () => {
      const tensors: Tensors = new Map();
      for (const [i, array] of once().entries()) {
        const { shape } = array;
        tensors.set(results[i], floats(shape, await array.data()));
      }
      return tensors;
    },
    run: async (times) => {
      for (let i = 1; i < times; i++) await startAll(once());
      const last = once();
      await startAll(last.map((array) => array.ref));
      await jax.blockUntilReady(last.at(-1)!);
      for (const array of last) array.dispose();
    },
    free: () => operands.forEach((operand) => operand.dispose()),
  };
}

/** Arrays are lazy, and one that is disposed of unasked is never computed. */
async function startAll(arrays: readonly JaxArray[]): Promise<void> {
  for (const array of arrays) await array.gpuBuffer();
}

if (import.meta.main) await serve(start);
