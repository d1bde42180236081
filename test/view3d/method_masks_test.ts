/** What is drawn is what a method keeps at the step that is shown, whoever decides it: the store, or scores and thresholds. */
import { strict as assert } from "node:assert";
import { whole } from "../../src/gpu/memory.ts";
import { makeMasks } from "../../src/masks/make.ts";
import { keeps, type Mask } from "../../src/masks/mask.ts";
import { maskScoreName } from "../../src/methods/continuous.ts";
import type { MethodName } from "../../src/methods/names.ts";
import { createMethod, METHODS } from "../../src/methods/registry.ts";
import { maskableLayers, type Parameter } from "../../src/nn/model.ts";
import type { Storage } from "../../src/nn/plan.ts";
import type { Training } from "../../src/train/training.ts";
import { EdgeList } from "../../src/view3d/edge_list.ts";
import type { LaneNetwork } from "../../src/worker/lab_types.ts";
import { NetworkShelf } from "../../src/worker/lane_networks.ts";
import { NetworkScene } from "../../src/worker/network_scene.ts";
import { deviceTools } from "../../src/worker/network_tools.ts";
import { effective } from "../methods/effective.ts";
import { madeUpImages, NORMALISATION } from "../nn/reference_model.ts";
import { smallConv } from "../nn/small_conv.ts";
import { quiet } from "../ops/gpu.ts";
import { BATCH, withTraining } from "../train/small_training.ts";
import { readTexels } from "./texels.ts";

const IMAGES = 24, ORDER = Uint32Array.from({ length: IMAGES }, (_, i) => i), EPOCHS = 2;

/** Settings that let a method change its masks in a few steps; the others keep theirs. */
const SETTINGS: Record<MethodName, Record<string, unknown>> = {
  fixed: {},
  imp: { density: 0.1, factor: 0.5, levelEpochs: 1 },
  lrr: { density: 0.1, factor: 0.5, levelEpochs: 1 },
  gmp: { density: 0.1, interval: 1 },
  rigl: { density: 0.3, interval: 1 },
  set: { density: 0.3, interval: 1 },
  granet: { density: 0.1, interval: 1 },
  str: { initial: -3 },
  continuous: { rounds: 1, levelEpochs: 1, rewind: 0, initial: 0.001, penalty: 0.1 },
  "edge-popup": { density: 0.2, levels: 2, levelEpochs: 1 },
};

const source = new Map(
  makeMasks(maskableLayers(smallConv), { rule: "uniform", density: 0.5, draw: "exact", flow: "off" }, 1)
    .masks.map((mask) => [mask.name, mask]),
);

/** Which weights a layer computes with, found apart from what draws them. */
async function computedWith(training: Training, name: MethodName, parameter: Parameter, ticket: boolean) {
  const { store, read } = training, mask = await store.mask(parameter);
  const kept = (i: number) => mask === undefined || keeps(mask, i);
  if (name === "str" || name === "edge-popup") {
    const values = await effective(training, parameter);
    return (i: number) => values[i] !== 0;
  }
  if (name !== "continuous" || ticket) return kept;
  const scores = await store.read(store.parameter(maskScoreName(parameter.name)), read);
  return (i: number) => kept(i) && scores[i] > 0;
}

/** Gathers all planes, as a picture does. */
function gather(scene: NetworkScene): void {
  const { device } = scene.network.store.gpu, encoder = device.createCommandEncoder();
  assert(scene.prepare("weight"));
  const pass = encoder.beginComputePass();
  scene.gather(pass, scene.shape.planes.map((_, i) => i), "weight", 0);
  pass.end();
  device.queue.submit([encoder.finish()]);
}

/** The network as views find it, out of a lane that trains. */
async function laneNetwork(training: Training): Promise<LaneNetwork> {
  const network = { training, model: smallConv, shape: smallConv.input, normalisation: NORMALISATION(smallConv) };
  const none = () => Promise.reject(new Error("not asked for"));
  const live = () => ({ ...network, classes: [] });
  const host = {} as never; // what is live needs no files
  return (await new NetworkShelf({ host, gpu: none, data: none, live, isComing: () => false }).find("lane"))!;
}

/** Compares each texel, each count and each edge with what the network computes with; kept weights of the whole network. */
async function compare(scene: NetworkScene, training: Training, name: MethodName, ticket: boolean): Promise<number> {
  const { network } = scene;
  gather(scene);
  await scene.count();
  const texel = await readTexels(network, scene.texture.texture, 0);
  const limits = await network.runner.readFloats(whole(scene.texture.limits));
  const tools = scene.tools, keptOf: ((i: number) => boolean)[] = [];
  let all = 0;
  for (const [layer, plane] of scene.shape.planes.entries()) {
    const parameter = network.store.parameter(plane.parameter), { x, y } = scene.texture.places[layer];
    const kept = await computedWith(training, name, parameter, ticket), taps = plane.kernelHeight * plane.kernelWidth;
    keptOf.push(kept);
    let nnz = 0;
    for (let kernel = 0; kernel < plane.outputs * plane.inputs; kernel++) {
      let count = 0;
      for (let t = 0; t < taps; t++) count += Number(kept(kernel * taps + t));
      const [, share] = texel(x + kernel % plane.inputs, y + Math.floor(kernel / plane.inputs));
      assert(Math.abs(share - count / taps) < 1e-3, `${plane.name}, kernel ${kernel}: ${share}, not ${count}/${taps}`);
      nnz += count;
    }
    assert.equal(scene.counts![layer].nnz, nnz, plane.name);
    assert.equal(limits[4 * layer + 1], nnz, `${plane.name}, what colours end by`);
    const taken = await tools.reader.read(scene.texture, network.runner, { layer, output: 1, input: 2, tap: 0 });
    const first = (plane.inputs + 2) * taps;
    assert.deepEqual(taken.kept, Array.from({ length: taps }, (_, t) => kept(first + t)), `taps of ${plane.name}`);
    all += nnz;
  }
  const list = new EdgeList(network.store.gpu, scene.shape, network.store, "magnitude", all + 10, scene.kept.bits);
  list.update(network.runner);
  const words = new Uint32Array(await network.runner.read(whole(list.buffer)));
  list.destroy();
  const edges = Array.from({ length: all + 10 }, (_, i) => [...words.subarray(4 * i, 4 * i + 4)]);
  const drawn = edges.filter(([, , , there]) => there === 1);
  assert.equal(drawn.length, all, "edges");
  assert(drawn.every(([layer, weight]) => keptOf[layer](weight)), "edges of kept weights alone");
  return all;
}

const sum = (masks: Iterable<Mask>) => [...masks].reduce((total, { nnz }) => total + nnz, 0);

for (const name of Object.keys(METHODS) as MethodName[]) {
  for (const storage of ["dense", "packed"] satisfies Storage[]) {
    Deno.test({
      name:
        `method ${name}, ${storage}: planes, counts, taps and edges are those of the mask in force, step after step`,
      ...quiet,
      fn: async () => {
        const method = await createMethod(name, SETTINGS[name]);
        const stepsInEpoch = IMAGES / BATCH;
        const run = {
          epochs: EPOCHS,
          stepsInEpoch,
          learningRate: () => 0.1,
          optimizer: { name: "sgd", momentum: 0.9, nesterov: false } as const,
          weightDecay: 5e-4,
        };
        const data = { splits: [madeUpImages(smallConv, IMAGES)], normalisation: NORMALISATION(smallConv) };
        await withTraining({ model: smallConv, source, storage, method, run, data }, async (training, gpu) => {
          const { memory } = gpu, { trainer } = training, tools = deviceTools(gpu, "rgba8unorm");
          const scene = new NetworkScene(await laneNetwork(training), tools);
          const kept: number[] = [];
          let ticket = false;
          for (let epoch = 0; epoch < EPOCHS; epoch++) {
            trainer.level = Math.min(epoch, training.levels.length - 1);
            // one step is shown, then the others
            await trainer.epoch(epoch, ORDER.subarray(0, BATCH), 0.1);
            kept.push(await compare(scene, training, name, ticket));
            await trainer.epoch(epoch, ORDER, 0.1);
            kept.push(await compare(scene, training, name, ticket));
            await trainer.ask("level", epoch, (moment) => method.endOfLevel?.(moment));
            ticket ||= name === "continuous";
            kept.push(await compare(scene, training, name, ticket));
          }
          const drawn = sum(source.values());
          if (name === "fixed") assert(kept.every((count) => count === drawn));
          else if (name !== "rigl" && name !== "set") assert(kept.some((count) => count < drawn), `${kept}`);
          if (name === "edge-popup") assert(kept[3] < kept[0], "the second level keeps less");
          scene.destroy();
          const left = memory.bytes, again = new NetworkScene(scene.network, tools);
          gather(again);
          await again.count();
          again.destroy();
          assert.equal(memory.bytes, left, "nothing is left behind");
          tools.reader.destroy();
          tools.timer.destroy();
          gpu.check();
        });
      },
    });
  }
}
