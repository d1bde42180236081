/** Where activations are rescaled, and that networks whose outputs leave float32 are scored as others are. */
import { strict as assert } from "node:assert";
import { whole } from "../../src/gpu/memory.ts";
import { Runner } from "../../src/gpu/runner.ts";
import { ModelBuilder } from "../../src/nn/builder.ts";
import { cutNodes, joinNodes } from "../../src/nn/rescale.ts";
import { densePlan } from "../../src/nn/plan.ts";
import { compileFlowSums, FLOW_STEP } from "../../src/nn/score_program.ts";
import { ParameterStore } from "../../src/nn/store.ts";
import { noise, quiet, testGpu } from "../ops/gpu.ts";
import { chain, residual } from "./scored_models.ts";

const names = (model: typeof chain, indices: number[]) => indices.map((i) => model.nodes[i].name);

Deno.test("cuts are the nodes that everything passes through, joins those where it can be rescaled", () => {
  assert.deepEqual(cutNodes(chain), chain.nodes.slice(1).map(({ index }) => index));
  assert.deepEqual(names(chain, joinNodes(chain)), ["conv1.relu", "conv2.relu", "fc1.relu"]);
  const inside = ["conv2", "bn2", "bn2.relu", "conv3", "bn3", "shortcut", "bn4", "conv5", "bn5", "bn5.relu"];
  const cuts = names(residual, cutNodes(residual));
  assert.deepEqual(cuts.filter((name) => inside.includes(name)), []);
  assert.deepEqual(names(residual, joinNodes(residual)), ["bn1.relu", "add.relu", "add.relu"]);
});

/** A chain and a block without anything added, so that weights times c are outputs times a power of c. */
const homogeneous = (() => {
  const b = new ModelBuilder("homogeneous", [2, 4, 4]);
  let x = b.input;
  for (const i of [1, 2, 3]) x = b.relu(b.conv(x, `conv${i}`, { channels: 4, kernel: 3, pad: 1 }));
  const side = b.conv(b.relu(b.conv(x, "conv4", { channels: 4, kernel: 3, pad: 1 })), "conv5", {
    channels: 4,
    kernel: 1,
  });
  x = b.relu(b.add(side, x));
  for (const i of [6, 7]) x = b.relu(b.conv(x, `conv${i}`, { channels: 4, kernel: 3, pad: 1 }));
  b.linear(b.globalPool(x), "fc", 3, { bias: false });
  return b.finish();
})();

/** w · ∂R/∂w of |w| · scale. In the block the two layers' scales cancel, since one path goes around them. */
async function flow(scale: number): Promise<number[]> {
  const gpu = await testGpu(), runner = new Runner(gpu), model = homogeneous;
  const store = new ParameterStore(gpu, model, {
    plan: densePlan("software"),
    masks: new Map(),
    optimizer: { name: "sgd", momentum: 0, nesterov: false },
    groups: [{ learningRate: 1, weightDecay: 0 }],
  });
  const factor = (name: string) => name === "conv5.weight" ? 1 / scale : scale;
  const values = model.parameters.map((parameter, i) =>
    noise(parameter.size, i + 1).map((v) => Math.abs(v) * factor(parameter.name))
  );
  model.parameters.forEach((parameter, i) => store.write(parameter, values[i]));
  const sums = gpu.memory.create("sums", 4 * store.length);
  const list = compileFlowSums(store, { sums });
  runner.submit(list, [FLOW_STEP]);
  const all = await runner.readFloats(whole(sums));
  const scores = model.parameters.flatMap((parameter, i) => {
    const from = store.first(parameter);
    return [...values[i]].map((value, k) => value * all[from + k]);
  });
  gpu.memory.destroy(sums);
  for (const made of [list, store, runner]) made.destroy();
  return scores;
}

Deno.test({
  name: "a network that multiplies to 2^±240 has the same synaptic flow, bit for bit",
  ...quiet,
  fn: async () => {
    const scores = await flow(1);
    assert.ok(scores.every((score) => score > 0 && score < 1e30));
    for (const exponent of [40, -40]) {
      const scaled = await flow(2 ** exponent);
      const factor = scaled[0] / scores[0];
      assert.ok(Number.isInteger(Math.log2(factor)), `a factor of ${factor}`);
      assert.deepEqual(scaled, scores.map((score) => score * factor));
    }
  },
});
