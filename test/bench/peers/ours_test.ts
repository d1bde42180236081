/** startsparse as a competitor: its layers against the reference, its step by its own word, and processes that crash. */
import { strict as assert } from "node:assert";
import { Child, ChildError } from "../../../bench/peers/child.ts";
import { ours } from "../../../bench/peers/competitors/ours.ts";
import { makeInputs } from "../../../bench/peers/inputs.ts";
import { batchFirst, batchLast } from "../../../bench/peers/layouts.ts";
import type { ConvWork, MatmulWork } from "../../../bench/peers/work.ts";
import { stepWork } from "../../../bench/peers/works.ts";
import { conv2dForward, conv2dInputGradient, conv2dWeightGradient } from "../../../src/ops/reference/conv2d.ts";
import { convShape } from "../../../src/ops/shape.ts";
import { quiet, testGpu } from "../../ops/gpu.ts";

const SHAPE = convShape({ inChannels: 8, outChannels: 8, inHeight: 5, inWidth: 6, kernelHeight: 3, pad: 1, stride: 2 });
const BATCH = 6;

function close(got: Float32Array, wanted: Float32Array, what: string): void {
  assert.equal(got.length, wanted.length, what);
  const apart = Math.max(...got.map((value, i) => Math.abs(value - wanted[i])));
  assert(apart < 1e-4, `${what}: ${apart} apart`);
}

Deno.test({
  name: "a convolution's output and gradients are the reference's, and nothing stays on the device",
  ...quiet,
  fn: async () => {
    const gpu = await testGpu(), before = gpu.memory.bytes, competitor = ours(gpu);
    const last = (values: Float32Array) => batchLast(values, BATCH, BATCH);
    const first = (values: Float32Array) => batchFirst(values, BATCH, BATCH);
    for (const pass of ["forward+dW", "forward+dX"] as const) {
      const work: ConvWork = { kind: "conv", shape: SHAPE, batch: BATCH, pass }, inputs = makeInputs(work);
      const data = (name: string) => inputs.get(name)!.data as Float32Array;
      const prepared = await competitor.prepare(work, inputs), results = await prepared.results();
      const got = (name: string) => results.get(name)!.data as Float32Array;
      close(got("y"), first(conv2dForward(SHAPE, last(data("x")), data("w"), undefined, BATCH)), "y");
      if (pass === "forward+dW") {
        close(got("dw"), conv2dWeightGradient(SHAPE, last(data("x")), last(data("dy")), BATCH), "dw");
      } else close(got("dx"), first(conv2dInputGradient(SHAPE, last(data("dy")), data("w"), BATCH)), "dx");
      await prepared.run(3);
      prepared.free();
    }
    assert.equal(gpu.memory.bytes, before);
  },
});

Deno.test({
  name: "a matrix product is what it says",
  ...quiet,
  fn: async () => {
    const work: MatmulWork = { kind: "matmul", m: 5, k: 7, n: 6 }, inputs = makeInputs(work);
    const prepared = await ours(await testGpu()).prepare(work, inputs);
    const a = inputs.get("a")!.data as Float32Array, b = inputs.get("b")!.data as Float32Array;
    const wanted = Float32Array.from({ length: 30 }, (_, at) => {
      const row = Math.floor(at / 6), column = at % 6;
      return Array.from({ length: 7 }, (_, i) => a[row * 7 + i] * b[i * 6 + column]).reduce((x, y) => x + y);
    });
    close((await prepared.results()).get("y")!.data as Float32Array, wanted, "y");
    prepared.free();
  },
});

Deno.test({
  name: "a masked step: three losses that fall, and only kept weights move",
  ...quiet,
  fn: async () => {
    const work = stepWork("lenet5", [1, 28, 28], 8, { rule: "uniform", density: 0.05, block: [1, 1] });
    const gpu = await testGpu(), inputs = makeInputs(work);
    const prepared = await ours(gpu).prepare(work, inputs);
    assert.match(prepared.how, /^packed [45] of 5 layers$/);
    const results = await prepared.results(), losses = results.get("losses")!.data as Float32Array;
    assert(losses[0] > losses[1] && losses[1] > losses[2], losses.join());
    const weight = results.get("fc3.weight")!.data as Float32Array, mask = inputs.get("mask:fc3.weight")!.data;
    const before = inputs.get("fc3.weight")!.data as Float32Array;
    assert(weight.every((value, i) => mask[i] === 1 || value === 0));
    assert(weight.some((value, i) => value !== before[i]));
    prepared.free();
  },
});

const script = (code: string) => new Child("made up", { program: Deno.execPath(), args: ["eval", code] });
const hello = { ask: "hello" } as const;

Deno.test("a process that crashes, reports an error, is late or is not there is told apart", async () => {
  const crash = script(`console.error("no memory left"); Deno.exit(3)`);
  await assert.rejects(crash.ask(hello, 30_000), /its process ended \(status 3\): no memory left/);
  assert(crash.ended);
  await assert.rejects(crash.ask(hello, 1000), /its process has ended/);
  const answer = (text: string) => `for await (const _ of Deno.stdin.readable) console.log(${JSON.stringify(text)})`;
  const reports = script(answer(`{"error":"no adapter"}`));
  await assert.rejects(reports.ask(hello, 30_000), (error: Error) => {
    return error instanceof ChildError && error.message === "no adapter";
  });
  await reports.close();
  const answers = script(answer(`{"ok":{"device":"made up"}}`));
  assert.deepEqual(await answers.ask(hello, 30_000), { device: "made up" });
  await answers.close();
  const late = script("setTimeout(() => {}, 60_000)");
  await assert.rejects(late.ask(hello, 50), /no answer within/);
  assert(late.ended);
  await late.close();
  assert.throws(() => new Child("none", { program: "no-such-program-here", args: [] }), /there is no no-such-program/);
});
