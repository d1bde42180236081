/** Rounds, ratios, the comparison of results and the table, on made-up competitors. */
import { strict as assert } from "node:assert";
import { compareResults, requireSame } from "../../../bench/peers/check.ts";
import { floats, type Tensors } from "../../../bench/peers/inputs.ts";
import { ratioOf } from "../../../bench/peers/ratios.ts";
import { type Samples, timeRounds, timesFor } from "../../../bench/peers/rounds.ts";
import { noteLines, ratioLines } from "../../../bench/peers/table.ts";
import { chooseWorks, stepWork } from "../../../bench/peers/works.ts";
import { UserError } from "../../../src/errors.ts";

/** A competitor that takes so many milliseconds a run by its own word. */
function made(name: string, ms: number | ((call: number) => number), log: string[] = []) {
  let calls = 0;
  return {
    name,
    sample: (times: number) => {
      log.push(name);
      return Promise.resolve({ wallMs: times * (typeof ms === "number" ? ms : ms(calls++)) });
    },
  };
}

Deno.test("a sample is filled with as many runs as it takes, one at least", () => {
  assert.deepEqual([timesFor(10, 400), timesFor(1000, 400), timesFor(0, 400)], [40, 1, 512]);
});

Deno.test("rounds are interleaved, and the one that begins changes", async () => {
  const log: string[] = [];
  const samples = await timeRounds([made("a", 1, log), made("b", 100, log)], { rounds: 2, sampleMs: 50 });
  assert.deepEqual(log.slice(-4), ["a", "b", "b", "a"]);
  assert.deepEqual(samples.map(({ times, ms }) => [times, ms]), [[50, [1, 1]], [1, [100, 100]]]);
});

Deno.test("what takes seconds a run sits later rounds out; what fails falls away and the others go on", async () => {
  const failing = made("failing", (call) => {
    if (call >= 4) throw new Error("out of memory");
    return 1;
  });
  const [quick, slow, failed] = await timeRounds([made("quick", 1), made("slow", 5000), failing], {
    rounds: 4,
    sampleMs: 10,
  });
  assert.equal(quick.ms.length, 4);
  assert.deepEqual(slow.ms, [5000, 5000, null, null]);
  assert.deepEqual([failed.ms, failed.failure], [[1, null, null, null], "out of memory"]);
});

const side = { how: "kernels", precision: "float32", firstMs: 1200, prepareMs: 3 };
const base = { work: "lenet5", group: "steps", peer: "jax-js", ours: side, theirs: side };
const check = { tensor: "losses", error: 2e-4, limit: 0.05 };
const samples = (ms: (number | null)[]): Samples => ({ name: "", times: 1, ms, deviceMs: [], failure: null });

Deno.test("times faster is taken round by round, over rounds in which both ran", () => {
  const ratio = ratioOf({ ...base, check }, samples([1, 10, 1, 1]), samples([4, 40, 6, null]))!;
  assert.equal(ratio.timesFaster, 4);
  assert.deepEqual([ratio.rounds, ratio.medianMs, ratio.peerMs], [3, 1, 6]);
  assert.deepEqual([ratio.spread.min, ratio.spread.max], [4, 6]);
  assert.equal(ratioOf({ ...base, check }, samples([null]), samples([1])), undefined);
});

Deno.test("the table names each work once; notes say who was away, what failed, and what is in no time", () => {
  const ratio = ratioOf({ ...base, check }, samples([30, 30, 30]), samples([120, 124, 118]))!;
  const lines = ratioLines([ratio, { ...ratio, peer: "pytorch-best", timesFaster: 0.25 }]);
  assert.match(lines[1], /^lenet5 +jax-js +30\.0.ms +120.ms +4\.00× +3\.97–4\.07× +3 +2e-4$/);
  assert.match(lines[2], /^ +pytorch-best .* 0\.250×/);
  assert.deepEqual(ratioLines([]), []);
  const notes = noteLines(
    [{ ...ratio, peer: "pytorch-best" }],
    [{ peer: "tfjs", why: "not installed" }],
    [{ work: "convnet", peer: "jax-js", message: "out of memory" }],
    500,
  ).join("\n");
  for (const words of [/first runs of up to 1\.20.s/, /tfjs did not take part: not installed/]) {
    assert.match(notes, words);
  }
  assert.match(notes, /jax-js failed at convnet: out of memory/);
  assert.match(notes, /pytorch-best, lenet5: kernels/);
});

const STEP = stepWork("lenet5", [1, 28, 28], 2, null);
const step = (losses: number[], weight: number[]): Tensors =>
  new Map([
    ["losses", floats([3], Float32Array.from(losses))],
    ["w", floats([2], Float32Array.from(weight))],
    ["v", floats([1], Float32Array.of(1))],
  ]);
const INPUTS = step([0, 0, 0], [1, 1]), OWN = step([2, 1.9, 1.7], [0.99, 1.02]);
const worst = (theirs: Tensors, precision: "float32" | "bfloat16" = "float32") =>
  requireSame("lenet5", "jax-js", compareResults(STEP, INPUTS, OWN, theirs, precision));

Deno.test("a step is the same if it moves parameters and losses alike", () => {
  assert.equal(worst(OWN).error, 0);
  assert(worst(step([2, 1.9, 1.701], [0.99, 1.02])).error < 0.01);
});

Deno.test("a forgotten update, a gradient of the wrong sign, a missing momentum, a NaN and a missing tensor are found", () => {
  const wrong: [string, RegExp, Tensors][] = [
    ["no update", /w is .* apart/, step([2, 1.9, 1.7], [1, 1])],
    ["wrong sign", /w is .* apart/, step([2, 1.9, 1.7], [1.01, 0.98])],
    ["no momentum", /losses is .* apart/, step([2, 1.9, 1.8], [0.99, 1.02])],
    ["not a number", /losses is missing, of another shape, or not a number/, step([2, NaN, 1.7], [0.99, 1.02])],
    ["missing", /v is missing/, new Map([...OWN].filter(([name]) => name !== "v"))],
  ];
  for (const [what, words, theirs] of wrong) {
    assert.throws(() => worst(theirs), (error: Error) => {
      assert(error instanceof UserError, what);
      assert.match(error.message, /^lenet5: jax-js and startsparse compute different numbers/);
      assert.match(error.message, words);
      return true;
    });
  }
});

Deno.test("16 bits are held to all updates together, and more loosely", () => {
  const near = step([2, 1.9, 1.72], [0.9905, 1.019]);
  assert.throws(() => worst(near), /different numbers/);
  assert(worst(near, "bfloat16").error < 0.1);
  assert.throws(() => worst(step([2, 1.9, 1.7], [1, 1]), "bfloat16"), /updates is 1\.0e\+0 apart/);
});

Deno.test("layers are held to rounding", () => {
  const [{ work }] = chooseWorks(["matmul-128"]);
  const y = (last: number): Tensors => new Map([["y", floats([3], Float32Array.of(3, -4, last))]]);
  const compare = (last: number) => compareResults(work, new Map(), y(12), y(last), "float32")[0].error;
  assert(compare(12) === 0 && compare(12.00001) < 1e-5 && compare(12.01) > 1e-5);
});
