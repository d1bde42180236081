/** A run that was ended goes on to the same bits: at any readback, with every method, from damaged checkpoints too. */
import { strict as assert } from "node:assert";
import { UserError } from "../../src/errors.ts";
import { decodeCheckpoint } from "../../src/experiment/checkpoint.ts";
import { checkpointPath, CHECKPOINTS } from "../../src/experiment/run_files.ts";
import { readSafetensors } from "../../src/formats/safetensors.ts";
import { METHOD_NAMES } from "../../src/methods/names.ts";
import { quiet, testGpu } from "../ops/gpu.ts";
import { configOf, memoryHost, METHODS, outcome, train } from "./resume_runs.ts";

for (const name of METHOD_NAMES) {
  Deno.test({
    name: `${name}: a run that is ended again and again has the bits of one that is not`,
    ...quiet,
    fn: async () => {
      const gpu = await testGpu(), before = gpu.memory.bytes;
      const config = configOf(name, METHODS[name]);
      const straight = memoryHost(), whole = await train(gpu, config, straight);
      const expected = await outcome(straight, whole.result);
      const host = memoryHost();
      let last = await train(gpu, config, host, { atStep: 1 });
      assert(last.result.interrupted);
      for (let at = 2; last.result.interrupted; at += 3) {
        last = await train(gpu, config, host, { atStep: at, resume: true });
      }
      assert(last.from, "it went on from a checkpoint");
      assert.deepEqual(await outcome(host, last.result), expected);
      assert.equal(gpu.memory.bytes, before, "nothing stays on the device");
    },
  });
}

Deno.test({
  name: "what a score has left is not computed again, and a run that goes on ends alike",
  ...quiet,
  fn: async () => {
    const gpu = await testGpu();
    const config = configOf("score", { score: { name: "snip", density: 0.2, batch: 32, imagesPerClass: 2 } });
    const straight = memoryHost(), expected = await outcome(straight, (await train(gpu, config, straight)).result);
    const host = memoryHost();
    await train(gpu, config, host, { atStep: 4 });
    assert.deepEqual(await outcome(host, (await train(gpu, config, host, { resume: true })).result), expected);
  },
});

const listed = async (host: ReturnType<typeof memoryHost>) =>
  (await host.list(`run/${CHECKPOINTS}`)).map(({ name }) => Number(/\d+/.exec(name)![0]));

Deno.test({
  name: "the last checkpoints are kept, and of a finished run that of the best epoch",
  ...quiet,
  fn: async () => {
    const gpu = await testGpu(), host = memoryHost();
    const config = configOf("kept", { checkpoint: { every: 1, seconds: 1e-9, keep: 2 } });
    await train(gpu, config, host, { atStep: 5 });
    assert.deepEqual(await listed(host), [3, 4, 5], "the best is that of epoch 1, three steps in");
    const { result } = await train(gpu, config, host, { resume: true });
    assert.deepEqual(await listed(host), [3 * result.best!.epoch]);
    const none = memoryHost();
    await train(gpu, configOf("none", { checkpoint: { every: 0, seconds: 0 } }), none, { atStep: 5 });
    assert.equal(await none.exists(`run/${CHECKPOINTS}`), false);
    const rare = memoryHost(), settings = { every: 2, seconds: 0, best: false };
    const long = configOf("rare", { checkpoint: settings, train: { epochs: 3 } });
    await train(gpu, long, rare, { atStep: 8 });
    assert.deepEqual(await listed(rare), [6, 8], "after two epochs, and where it was ended");
  },
});

Deno.test({
  name: "damaged checkpoints are named and the one before is used; nothing usable, or no match, is one clear error",
  ...quiet,
  fn: async () => {
    const gpu = await testGpu(), config = configOf("damaged", { method: { name: "gmp", density: 0.1, interval: 1 } });
    const straight = memoryHost(), expected = await outcome(straight, (await train(gpu, config, straight)).result);
    const file = (step: number) => `run/${CHECKPOINTS}/step-00000000${step}.safetensors`;
    const damages: Record<string, (bytes: Uint8Array<ArrayBuffer>) => Uint8Array> = {
      truncated: (bytes) => bytes.slice(0, bytes.length - 100),
      "one flipped bit": (bytes) => (bytes[bytes.length - 7] ^= 4, bytes),
      empty: () => new Uint8Array(),
    };
    for (const [name, damage] of Object.entries(damages)) {
      const host = memoryHost();
      await train(gpu, config, host, { atStep: 5 });
      await host.writeFile(file(5), damage(await host.readFile(file(5))));
      const { result, from } = await train(gpu, config, host, { resume: true });
      assert.equal(from!.checkpoint.state.training.steps, 4, name);
      assert.equal(from!.damaged.length, 1);
      const [warning, ...warnings] = result.warnings.filter((text) => text.includes("step-000000005")), all = result;
      assert.match(warning, /step-000000005\.safetensors is .*; gone on from .*step-000000004/, name);
      assert.deepEqual(warnings, []);
      all.warnings = all.warnings.filter((text) => text !== warning);
      assert.deepEqual(await outcome(host, all), expected);
    }
    const host = memoryHost(),
      fails = async (act: Promise<unknown>, message: RegExp) =>
        await assert.rejects(
          act,
          (error) => error instanceof UserError && message.test(`${error.message}\n${error.hint}`),
        );
    await train(gpu, config, host, { atStep: 5 });
    await fails(
      train(gpu, configOf("other", { seed: 2 }), host, { resume: true }),
      /another configuration.*\n.*config\.yaml/s,
    );
    const adapter = { ...gpu.adapter, description: "Other GPU", device: "7" };
    const otherGpu = Object.create(gpu, { adapter: { value: adapter } });
    await fails(
      train(otherGpu, config, host, { resume: true }),
      /on another adapter: .*this one is Other GPU, device 7/s,
    );
    await fails(train(gpu, config, host), /holds this run unfinished, and it can go on\n.*startsparse resume run/);
    // metrics that lack lines of which the checkpoint knows
    const metrics = await host.readText("run/metrics.jsonl");
    await host.writeFile("run/metrics.jsonl", metrics.slice(0, 200));
    await fails(
      train(gpu, config, host, { resume: true }),
      /no checkpoint of run can be used:\n.*metrics\.jsonl is not what .*--force/s,
    );
    await host.writeFile("run/metrics.jsonl", metrics + '{"kind":"step","ep');
    assert.deepEqual(await outcome(host, (await train(gpu, config, host, { resume: true })).result), expected);
    const again = await train(gpu, config, host, { resume: true });
    assert.equal(again.from, undefined, "a finished run is left as it is");
  },
});

Deno.test({
  name: "a checkpoint is a safetensors file that holds packed values, masks, moments and statistics",
  ...quiet,
  fn: async () => {
    const gpu = await testGpu(), host = memoryHost();
    const config = configOf("packed", { model: { name: "lab", width: 8 }, kernels: { storage: "packed" } });
    await train(gpu, config, host, { atStep: 2 });
    const { tensors } = readSafetensors(await host.readFile(`run/${CHECKPOINTS}/step-000000002.safetensors`));
    const masks = [...tensors].filter(([name]) => name.startsWith("mask/"));
    assert(masks.length > 2);
    for (const [name, { data }] of masks) {
      const kept = [...data as Uint8Array].reduce((sum, byte) => sum + byte.toString(2).replaceAll("0", "").length, 0);
      const weight = name.slice("mask/".length);
      assert.deepEqual(tensors.get(`values/${weight}`)!.shape, [kept], "what the mask keeps and nothing else");
      assert.deepEqual(tensors.get(`moment1/${weight}`)!.shape, [kept]);
    }
    assert([...tensors.keys()].some((name) => /^statistics\/.*running_var$/.test(name)));
  },
});

Deno.test({
  name: "imp: the best epoch of the level that a run goes on in is not forgotten",
  ...quiet,
  fn: async () => {
    const gpu = await testGpu();
    // nothing is learned, and so no later epoch of a level is better than its first
    const config = configOf("imp", {
      method: { name: "imp", densities: [0.3, 0.2], levelEpochs: 1, warmupEpochs: 1 },
      train: { epochs: 3, lr: 1e-12 },
    });
    const straight = memoryHost(), { result } = await train(gpu, config, straight);
    assert.equal(result.best!.epoch, 4, "after a warm-up and two levels of an epoch each");
    const expected = await outcome(straight, result);
    // between two epochs of the last level, and in the middle of one
    for (const atStep of [15, 17]) {
      const host = memoryHost();
      assert((await train(gpu, config, host, { atStep })).result.interrupted);
      assert.deepEqual(await outcome(host, (await train(gpu, config, host, { resume: true })).result), expected);
    }
  },
});

Deno.test({
  name: "a layer that has gone packed has the room after a resume that it had before",
  ...quiet,
  fn: async () => {
    const gpu = await testGpu(), config = configOf("granet", METHODS.granet);
    const layersAt = async (host: ReturnType<typeof memoryHost>, step: number) => {
      const path = checkpointPath("run", step);
      return (await decodeCheckpoint(await host.readFile(path) as Uint8Array<ArrayBuffer>, path)).state.training.layers;
    };
    const straight = memoryHost(), host = memoryHost();
    await train(gpu, config, straight, { atStep: 5 });
    await train(gpu, config, host, { atStep: 4 });
    await train(gpu, config, host, { atStep: 5, resume: true });
    const expected = await layersAt(straight, 5);
    const { tensors } = await decodeCheckpoint(
      await straight.readFile(checkpointPath("run", 5)) as Uint8Array<ArrayBuffer>,
      "",
    );
    const roomy = Object.entries(expected).filter(([name, { storage, capacity }]) =>
      storage === "packed" && capacity > tensors.get(`values/${name}`)!.shape[0]
    );
    assert(roomy.length > 0, "some layer has more room than it fills");
    assert.deepEqual(await layersAt(host, 5), expected);
  },
});
