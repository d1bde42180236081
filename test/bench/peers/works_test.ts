/** The list of works, the choice among them and among the peers, and the numbers that everyone is given. */
import { strict as assert } from "node:assert";
import { makeInputs } from "../../../bench/peers/inputs.ts";
import { batchFirst, batchLast, transpose } from "../../../bench/peers/layouts.ts";
import { networkOf } from "../../../bench/peers/network.ts";
import { peerModel } from "../../../bench/peers/models.ts";
import { readOptions } from "../../../bench/peers/options.ts";
import { choosePeers, PEERS } from "../../../bench/peers/peers.ts";
import { chooseWorks, GROUPS, listWorks, stepWork } from "../../../bench/peers/works.ts";
import { UserError } from "../../../src/errors.ts";

const names = (words?: string[], quick = false) => chooseWorks(words, quick).map(({ name }) => name);

Deno.test("works have names of their own, and every group has some", () => {
  const all = listWorks();
  assert.equal(new Set(all.map(({ name }) => name)).size, all.length);
  for (const group of Object.keys(GROUPS)) assert(all.some((work) => work.group === group), group);
  // dense, and two rules of three densities, as single weights and in blocks, of two networks
  assert.equal(all.filter(({ group }) => group === "gpu-steps").length, 2 * (1 + 2 * 3 * 2));
});

Deno.test("works are chosen by group, by name and by beginning; the long ones only when asked for", () => {
  assert.deepEqual(names(["lenet5"]), ["lenet5"]);
  assert.deepEqual(names(["conv64"]), ["conv64/forward", "conv64/forward+dW", "conv64/forward+dX"]);
  assert.deepEqual(names(["vgg16"]), ["vgg16-0.01", "vgg16-0.05-8x8"]);
  assert.deepEqual(names(["steps", "matmul-128"]), ["matmul-128", "lenet5", "convnet"]);
  assert(names().includes("vgg16-0.01") && !names().some((name) => /resnet|^gpu-/.test(name)));
  assert.deepEqual(names(undefined, true), ["matmul-256", "matmul-128", "lenet5"]);
  assert.throws(() => chooseWorks(["con"]), (error: Error) => {
    return error instanceof UserError && /no work "con"/.test(error.message) && /conv64\/forward/.test(error.hint!);
  });
});

Deno.test("peers are chosen by name, in the order of the table", () => {
  assert.deepEqual(choosePeers(["tfjs", "jax-js"]).map(({ name }) => name), ["jax-js", "tfjs"]);
  assert.equal(choosePeers(undefined).length, PEERS.length);
  assert.throws(() => choosePeers(["torch"]), /there is no peer "torch"/);
  const [masked] = chooseWorks(["vgg16-0.01"]);
  assert.deepEqual(PEERS.filter((peer) => peer.takes(masked)).map(({ name }) => name.slice(0, 7)), [
    "pytorch",
    "pytorch",
    "pytorch",
    "pytorch",
  ]);
});

Deno.test("the command line: lists by commas, whole numbers, nothing unknown", () => {
  const options = readOptions(["--works", "conv, lenet5", "--rounds", "3", "--json"]);
  assert.deepEqual(options, { works: ["conv", "lenet5"], rounds: 3, json: true });
  for (const wrong of [["--rounds", "0"], ["--round", "1"], ["conv"]]) {
    assert.throws(() => readOptions([...wrong]), { name: "CommanderError" });
  }
});

Deno.test("a network as plain data: PyTorch's names, and what is flattened", () => {
  const network = networkOf(peerModel("lenet5", [1, 28, 28], 10));
  assert.deepEqual(network[1], { op: "conv", input: 0, weight: "conv1.weight", bias: "conv1.bias", stride: 1, pad: 2 });
  assert(network.some((node) => node.op === "flatten" && node.from.join() === "16,5,5"));
  assert.deepEqual(network.at(-1), { op: "linear", input: network.length - 2, weight: "fc3.weight", bias: "fc3.bias" });
});

Deno.test("inputs: the same each time, images as bytes and as the numbers they stand for, pruned weights 0", () => {
  const work = stepWork("lenet5", [1, 28, 28], 2, { rule: "uniform", density: 0.2, block: [1, 1] });
  const inputs = makeInputs(work);
  assert.deepEqual(makeInputs(work), inputs);
  const bytes = inputs.get("bytes")!.data as Uint8Array, images = inputs.get("images")!.data as Float32Array;
  assert.equal(images[17], Math.fround((bytes[17] / 255 - 0.5) / 0.25));
  const mask = inputs.get("mask:fc1.weight")!.data as Uint8Array, weight = inputs.get("fc1.weight")!;
  const kept = mask.reduce((sum, one) => sum + one, 0) / mask.length;
  assert(Math.abs(kept - 0.2) < 0.02, `${kept}`);
  assert((weight.data as Float32Array).every((value, i) => (value !== 0) === (mask[i] === 1)));
  const dense = makeInputs(stepWork("lenet5", [1, 28, 28], 2, null));
  assert(![...dense.keys()].some((name) => name.startsWith("mask:")));
});

Deno.test("layouts: there and back", () => {
  const values = Float32Array.from({ length: 24 }, (_, i) => i);
  const last = batchLast(values, 3, 4);
  assert.deepEqual([...last.subarray(0, 8)], [0, 8, 16, 0, 1, 9, 17, 0]);
  assert.deepEqual(batchFirst(last, 3, 4), values);
  assert.deepEqual([...transpose(values.subarray(0, 6), [2, 3], [1, 0])], [0, 3, 1, 4, 2, 5]);
  const moved = transpose(values, [2, 3, 2, 2], [0, 2, 3, 1]);
  assert.deepEqual([...moved.subarray(0, 6)], [0, 4, 8, 1, 5, 9]);
  assert.deepEqual(transpose(moved, [2, 2, 2, 3], [0, 3, 1, 2]), values);
});
