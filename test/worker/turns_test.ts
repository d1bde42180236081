/** Who comes next at the GPU, and in what portions: by clocks that are made up. */
import { strict as assert } from "node:assert";
import type { DispatchList } from "../../src/gpu/recorder.ts";
import { IDLE_STEP, type Runner } from "../../src/gpu/runner.ts";
import { LanePace, type PacedDevice } from "../../src/worker/lane_pace.ts";
import { SubmitCuts } from "../../src/worker/submit_cuts.ts";
import { medianInterval } from "../../src/worker/step_times.ts";
import { type Seat, Turns } from "../../src/worker/turns.ts";

const list = (dispatches: number) => ({ dispatches: new Array(dispatches).fill({}) }) as unknown as DispatchList;
const runner = {} as Runner;

/** A GPU that runs what it is sent one after the other; each dispatch of a list takes its time. */
class FakeGpu implements PacedDevice {
  #time = 0;
  #busyUntil = 0;
  readonly submitted: number[] = [];
  most = 0;
  #waiting = 0;

  constructor(readonly milliseconds: (list: DispatchList) => number) {}

  now(): number {
    return this.#time;
  }

  submit({ list, steps, start, end }: Parameters<PacedDevice["submit"]>[0]): void {
    const takes = steps.length * (end - start) * this.milliseconds(list);
    this.submitted.push(takes);
    this.#busyUntil = Math.max(this.#busyUntil, this.#time) + takes;
    this.most = Math.max(this.most, ++this.#waiting);
  }

  async done(): Promise<void> {
    const until = this.#busyUntil;
    // others go on before the clock does
    for (let i = 0; i < 20; i++) await Promise.resolve();
    this.#waiting--;
    this.#time = Math.max(this.#time, until);
  }

  async idle(): Promise<void> {
    await Promise.resolve();
    this.#time = Math.max(this.#time, this.#busyUntil);
  }
}

interface Lane {
  readonly seat: Seat;
  readonly pace: LanePace;
  steps: number;
  used: number;
}

/** Lanes that train for ever, each with steps of so many dispatches. */
function race(gpu: FakeGpu, turns: Turns, dispatches: number[], limits = { slice: 100, submit: 8 }) {
  const lanes = dispatches.map((count): Lane & { run: () => Promise<void> } => {
    const seat = turns.join(), own = list(count);
    const lane = { seat, steps: 0, used: 0, run, pace: undefined as unknown as LanePace };
    lane.pace = new LanePace({ seat, device: gpu, limits, onSlice: ({ milliseconds }) => lane.used += milliseconds });
    async function run() {
      for (;;) {
        const steps = await lane.pace.begin("train", 1000);
        if (steps === 0) return;
        const blocks = new Array(steps).fill(IDLE_STEP);
        await lane.pace.submit("train", { runner, list: own, steps: blocks });
        await gpu.idle();
        lane.steps += steps;
        lane.pace.end("train", steps);
      }
    }
    return lane;
  });
  return lanes;
}

/** Lets lanes go until the made-up clock shows a time. */
async function until(gpu: FakeGpu, time: number): Promise<void> {
  for (let i = 0; gpu.now() < time; i++) {
    if (i > 1e6) throw new Error(`the clock stands still at ${gpu.now()}`);
    await Promise.resolve();
  }
}

Deno.test("turns: lanes of very different steps have equal shares of the GPU, within 10 %", async () => {
  const gpu = new FakeGpu(() => 0.5), turns = new Turns();
  const lanes = race(gpu, turns, [4, 60, 300]); // steps of 2, 30 and 150 ms
  const runs = lanes.map((lane) => (lane.seat.play(), lane.run()));
  await until(gpu, 20_000);
  const shares = lanes.map(({ used }) => used / gpu.now());
  for (const share of shares) assert(Math.abs(share - 1 / 3) < 0.1 / 3, `shares ${shares}`);
  assert(lanes[0].steps > 50 * lanes[2].steps);
  lanes.forEach(({ seat }) => seat.end());
  await Promise.all(runs);
});

Deno.test("turns: a paused lane has none, and does not get them back when it plays again", async () => {
  const gpu = new FakeGpu(() => 0.5), turns = new Turns();
  const [a, b] = race(gpu, turns, [20, 20]);
  const runs = [a, b].map((lane) => (lane.seat.play(), lane.run()));
  await until(gpu, 2000);
  a.seat.pause();
  await until(gpu, gpu.now() + 200);
  const before = a.used;
  await until(gpu, gpu.now() + 5000);
  assert.equal(a.used, before);
  a.seat.play();
  const from = { a: a.used, b: b.used };
  await until(gpu, gpu.now() + 4000);
  const gained = [a.used - from.a, b.used - from.b];
  assert(Math.abs(gained[0] - gained[1]) < 0.1 * gained[0] + 200, `gained ${gained}`);
  [a, b].forEach(({ seat }) => seat.end());
  await Promise.all(runs);
});

Deno.test("turns: a lane takes exactly the steps that it is allowed, rests, and ends where it is told to", async () => {
  const gpu = new FakeGpu(() => 0.5), turns = new Turns();
  const rests: boolean[] = [];
  const [lane] = race(gpu, turns, [2]);
  Object.assign(lane.seat, { onRest: (resting: boolean) => rests.push(resting) });
  const run = lane.run();
  lane.seat.stepOn(7);
  lane.seat.stepOn(3);
  while (!rests.at(-1) || lane.steps < 10) await Promise.resolve();
  assert.equal(lane.steps, 10);
  lane.seat.end();
  await run;
  assert.equal(lane.steps, 10);
});

Deno.test("turns: an error reaches those who wait and those who come to wait, and what runs alone comes between turns", async () => {
  const turns = new Turns(), first = turns.join(), second = turns.join();
  first.play();
  await first.take("train");
  let ran = false;
  const alone = turns.alone(async () => void await Promise.resolve().then(() => ran = true));
  for (let i = 0; i < 10; i++) await Promise.resolve();
  assert.equal(ran, false);
  first.give(10, 1);
  await alone;
  assert(ran);
  second.play();
  await first.take("train");
  const waiting = assert.rejects(second.take("train"), /lost/);
  turns.fail(new Error("lost"));
  await waiting;
  await assert.rejects(first.take("evaluate"), /lost/);
});

Deno.test("submissions: at most two wait on the GPU, and once times are known none is longer than asked", async () => {
  for (const [dispatches, each] of [[4, 0.05], [40, 1], [10, 5]]) {
    const gpu = new FakeGpu(() => each), turns = new Turns();
    const [lane] = race(gpu, turns, [dispatches]);
    lane.seat.play();
    const run = lane.run();
    await until(gpu, 3000);
    gpu.submitted.length = 0;
    await until(gpu, 6000);
    lane.seat.end();
    await run;
    assert(gpu.most <= 2);
    const longest = Math.max(...gpu.submitted);
    assert(longest <= 8 * 1.3, `${longest} ms in a submission of dispatches of ${each} ms`);
    assert(longest >= 4, `submissions of ${longest} ms are needlessly short`);
  }
});

Deno.test("cuts: they are the work, whole and in order, whatever was learnt", () => {
  const cuts = new SubmitCuts(), work = list(13);
  const steps = [1, 2, 3].map((index) => ({ ...IDLE_STEP, index }));
  for (const milliseconds of [1e-9, 2.5, 13, 40]) {
    const seen: string[] = [];
    for (const cut of cuts.cut({ runner, list: work, steps, start: 2 }, milliseconds)) {
      for (const { index } of cut.steps) {
        for (let i = cut.start; i < cut.end; i++) seen.push(`${index}:${i}`);
      }
      cuts.learn(cut, 3 * (cut.end - cut.start));
    }
    const all = steps.flatMap(({ index }) => Array.from({ length: 11 }, (_, i) => `${index}:${i + 2}`));
    assert.deepEqual(seen, all);
  }
});

Deno.test("the interval of the median is that of the binomial's order statistics", () => {
  // of ten values the second and the ninth: 97.9 %; of 25 the eighth and the eighteenth
  const of = (n: number) => medianInterval(Array.from({ length: n }, (_, i) => i + 1).reverse());
  assert.deepEqual(of(1), { median: 1, low: 1, high: 1, n: 1 });
  assert.deepEqual(of(5), { median: 3, low: 1, high: 5, n: 5 });
  assert.deepEqual(of(10), { median: 5.5, low: 2, high: 9, n: 10 });
  assert.deepEqual(of(25), { median: 13, low: 8, high: 18, n: 25 });
});
