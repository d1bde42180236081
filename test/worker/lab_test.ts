/** Lanes: runs that go on side by side have the bits of runs that have the device to themselves. */
import { strict as assert } from "node:assert";
import { type ConfigInput, parseConfig } from "../../src/experiment/config.ts";
import { readRun } from "../../src/experiment/run_reader.ts";
import { finishedResult } from "../../src/experiment/run_resume.ts";
import type { Host } from "../../src/host/host.ts";
import { memoryHost, outcome, train } from "../experiment/resume_runs.ts";
import { quiet, testGpu } from "../ops/gpu.ts";
import type { LaneNetwork } from "../../src/worker/lab_types.ts";
import { LAB, type LosableHost, losableHost, TINY, withLab } from "./lab_runs.ts";

/** What a lane's folder holds, as `outcome` sees a run in the folder "run". */
async function laneOutcome(host: Host, lane: string) {
  const at = (path: string) => path.replace(/^run(?=\/|$)/, `runs/${lane}`);
  const seen: Host = {
    ...host,
    readFile: (path) => host.readFile(at(path)),
    readText: (path) => host.readText(at(path)),
    exists: (path) => host.exists(at(path)),
    stat: (path) => host.stat(at(path)),
    list: (path) => host.list(at(path)),
  };
  return await outcome(seen, { ...(await finishedResult(host, `runs/${lane}`))!, name: "run" });
}

/** The same from a run that has the device to itself. */
async function alone(config: unknown) {
  const host = memoryHost();
  const { result } = await train(await testGpu(), parseConfig(config, "alone"), host);
  return await outcome(host, result);
}

/** Milliseconds that a prepared lane waits for its press. */
const WAIT = 1500;

Deno.test({
  name: "lab: two lanes that take turns, in short submissions, paused and stepped, have the bits of undisturbed runs",
  ...quiet,
  fn: async () => {
    const dense = { ...TINY, mask: { rule: "dense" } };
    await withLab(async ({ lab, host, events, phase }) => {
      await lab.open();
      // every submission is cut as far as it goes, and every turn is one step
      lab.setBatchLimits({ slice: 1, submit: 1e-6 });
      await lab.start({ id: "a", config: LAB, name: "run", paused: true });
      await lab.start({ id: "b", config: dense, name: "run" });
      await phase("a", "ready");
      await lab.step("a", 2);
      const steps = (await lab.networks.find("a"))!.steps();
      assert.equal(steps, 2);
      lab.play("a");
      await Promise.all([phase("a", "finished"), phase("b", "finished")]);
      assert.deepEqual(await laneOutcome(host, "a"), await alone(LAB));
      assert.deepEqual(await laneOutcome(host, "b"), await alone(dense));
      const curve = events.filter((event) => event.kind === "curve" && event.lane === "a");
      assert(curve.length > 0);
      assert(events.every((event) => event.kind !== "run" || event.event.kind !== "progress"));
    });
  },
});

Deno.test({
  name: "lab: a lane that waits for its first step has written nothing, also after a loss, and is gone without a trace",
  ...quiet,
  fn: async () => {
    const host = losableHost();
    await withLab(async ({ lab, events, phase, until }) => {
      await lab.start({ id: "never", config: TINY, name: "run", paused: true });
      const asked = performance.now();
      await lab.start({ id: "later", config: TINY, name: "run", paused: true });
      await Promise.all([phase("never", "ready"), phase("later", "ready")]);
      assert(await lab.networks.find("later"), "it can be looked at");
      host.lose();
      for (const lane of ["never", "later"]) {
        await until((event) => event.kind === "recovered" && event.lane === lane);
      }
      assert.equal(await host.stat("runs"), undefined);
      await lab.remove("never");
      await new Promise((resolve) => setTimeout(resolve, WAIT));
      lab.play("later");
      await phase("later", "finished");
      assert.deepEqual((await host.list("runs")).map(({ name }) => name), ["later"]);
      const whole = (performance.now() - asked) / 1000, { result } = await readRun(host, "runs/later");
      assert(
        result!.seconds < whole - WAIT / 1000,
        `of ${whole} s the run says ${result!.seconds}: its wait is in them`,
      );
      assert.deepEqual(await laneOutcome(host, "later"), await alone(TINY));
      const phases = events.flatMap((event) => event.kind === "phase" && event.lane === "later" ? [event.phase] : []);
      assert.deepEqual(phases, ["preparing", "ready", "recovering", "ready", "running", "finished"]);
    }, host);
  },
});

Deno.test({
  name:
    "lab: after a loss of the device lanes go on from their last checkpoints, and end with the bits of undisturbed runs",
  ...quiet,
  fn: async () => {
    const config = { ...TINY, checkpoint: { every: 1, seconds: 0 } }, dense = { ...config, mask: { rule: "dense" } };
    const host: LosableHost = losableHost();
    await withLab(async ({ lab, events, phase, until }) => {
      await lab.start({ id: "a", config, name: "run", paused: true });
      await lab.start({ id: "b", config: dense, name: "run", paused: true });
      await Promise.all([phase("a", "ready"), phase("b", "ready")]);
      // one stands a step behind its checkpoint, the other has none yet
      await Promise.all([lab.step("a", 7), lab.step("b", 2)]);
      assert(await lab.networks.find("a"));
      let gone = false;
      lab.networks.onChange((lane, isGone) => gone ||= lane === "a" && isGone);
      host.lose();
      const recovered = (lane: string) => until((event) => event.kind === "recovered" && event.lane === lane);
      assert.deepEqual(await recovered("a"), { kind: "recovered", lane: "a", step: 6, repeated: 1 });
      assert.deepEqual(await recovered("b"), { kind: "recovered", lane: "b", step: 0, repeated: 2 });
      assert(gone, "views let go of a network whose device is lost");
      const lost = events.filter((event) => event.kind === "lost");
      assert.deepEqual(lost, [{ kind: "lost", losses: 1, givenUp: false }]);
      lab.play("a");
      await phase("a", "running");
      host.lose(); // in the middle of training
      lab.play("b");
      await Promise.all([phase("a", "finished"), phase("b", "finished")]);
      assert.deepEqual(await laneOutcome(host, "a"), await alone(config));
      assert.deepEqual(await laneOutcome(host, "b"), await alone(dense));
      const steps = events.flatMap((event) => event.kind === "curve" && event.lane === "a" ? [event.rows[0]] : []);
      assert.deepEqual(steps, [...new Set(steps)].sort((x, y) => x - y), "no step is told twice");
    }, host);
  },
});

Deno.test({
  name:
    "lab: three losses within five minutes are given up, with the runs kept; a lane that is resumed opens a new device",
  ...quiet,
  fn: async () => {
    const host = losableHost();
    await withLab(async ({ lab, events, phase, until }) => {
      await lab.start({
        id: "a",
        config: { ...TINY, checkpoint: { every: 1, seconds: 0 } },
        name: "run",
        paused: true,
      });
      await phase("a", "ready");
      await lab.step("a", 7);
      for (let losses = 1; losses <= 3; losses++) {
        host.lose();
        await until((event) => event.kind === "lost" && event.losses === losses && event.givenUp === (losses === 3));
        const back = () => events.filter((event) => event.kind === "recovered").length;
        if (losses < 3) await until(() => back() === losses);
      }
      await phase("a", "stopped");
      await lab.start({
        id: "a",
        config: { ...TINY, checkpoint: { every: 1, seconds: 0 } },
        name: "run",
        resume: true,
      });
      await phase("a", "finished");
      assert.deepEqual(await laneOutcome(host, "a"), await alone(TINY));
    }, host);
  },
});

Deno.test({
  name: "lab: a learning rate is changed live, from the next step on, and kept over a stop and over a loss",
  ...quiet,
  fn: async () => {
    const config = { ...TINY, train: { ...TINY.train, logEvery: 1 } }, ends: unknown[] = [];
    for (const how of ["undisturbed", "stopped", "lost"]) {
      const host = losableHost();
      await withLab(async ({ lab, phase, until }) => {
        await lab.start({ id: "a", config, name: "run", paused: true });
        await phase("a", "ready");
        await lab.step("a", 3);
        lab.setLive("a", { learningRate: 0.02, weightDecay: 0.01 });
        await lab.step("a", 2);
        if (how === "stopped") {
          await lab.stop("a");
          await lab.start({ id: "a", config, name: "run", resume: true });
        } else if (how === "lost") {
          host.lose();
          await until((event) => event.kind === "recovered");
          lab.play("a");
        } else lab.play("a");
        await phase("a", "finished");
        ends.push(await laneOutcome(host, "a"));
        const { metrics } = await readRun(host, "runs/a");
        const rates = metrics.flatMap((line) => line.kind === "step" ? [line.lr] : []);
        assert.deepEqual(rates.slice(0, 5), [0.1, 0.1, 0.1, 0.02, 0.02], how);
        const [changed] = metrics.filter((line) => line.kind === "event" && line.event === "changed");
        assert(
          changed.kind === "event" && changed.step === 3 && changed.message === "train.lr=0.02 train.weightDecay=0.01",
        );
      }, host);
    }
    assert.deepEqual(ends[1], ends[0]);
    assert.deepEqual(ends[2], ends[0]);
    assert.notDeepEqual((ends[0] as { weights: string }).weights, (await alone(config)).weights);
  },
});

Deno.test({
  name: "lab: lanes fail by themselves, each with its kind of error, and the others go on",
  ...quiet,
  fn: async () => {
    let available = 2 ** 40;
    const host: Host = { ...memoryHost(), memory: () => ({ resident: 0, available }) };
    await withLab(async ({ lab, phase }) => {
      await lab.start({ id: "good", config: TINY, name: "run" });
      await phase("good", "running");
      await assert.rejects(lab.start({ id: "bad", config: { train: { lr: -1 } }, name: "bad" }), /train\.lr/);
      await assert.rejects(lab.start({ id: "../up", config: TINY, name: "up" }), /no name for a lane/);
      await assert.rejects(lab.start({ id: "good", config: TINY, name: "run" }), /in training already/);
      const failed = async (id: string, config: ConfigInput) => {
        await lab.start({ id, config, name: id });
        const event = await phase(id, "failed");
        return event.kind === "phase" ? event.error! : undefined!;
      };
      const missing = await failed("missing", { ...TINY, data: { name: "cifar10" } });
      assert.equal(missing.kind, "user");
      assert.match(missing.message, /cifar10/);
      available = 1000;
      const large = await failed("large", TINY);
      available = 2 ** 40;
      assert.equal(large.kind, "out-of-memory");
      const broken = await failed("broken", { ...TINY, train: { ...TINY.train, lr: 1e30 } });
      assert.equal(broken.kind, "diverged");
      assert.match(broken.message, /the loss became (NaN|∞)\. Learning rate 1e\+30 is too high/);
      assert(broken.step! >= 1 && broken.step! <= 6);
      await phase("good", "finished");
      assert.deepEqual(await laneOutcome(host, "good"), await alone(TINY));
    }, host);
  },
});

Deno.test({
  name:
    "lab: views find networks in training, of runs that have ended, and of a run that was cut off, by its checkpoint",
  ...quiet,
  fn: async () => {
    const host = memoryHost(), first = new Map<string, Float32Array>();
    const values = async (network: LaneNetwork) => {
      const { store, runner } = network, parameter = store.parameters[0];
      return await store.read(parameter, (slice) => runner.readFloats(slice));
    };
    await withLab(async ({ lab, phase }) => {
      assert.equal(await lab.networks.find("cut"), undefined);
      const often = { ...TINY, checkpoint: { every: 1, seconds: 0 } };
      await lab.start({ id: "done", config: TINY, name: "done" });
      await lab.start({ id: "cut", config: often, name: "cut", paused: true });
      await Promise.all([phase("done", "finished"), phase("cut", "ready")]);
      await lab.step("cut", 6);
      const network = (await lab.networks.find("cut"))!;
      assert.deepEqual([network.steps(), network.shape, network.classes.length], [6, [1, 28, 28], 10]);
      for (const lane of ["cut", "done"]) first.set(lane, await values((await lab.networks.find(lane))!));
      // what a page that is closed leaves: files as they are now
      for (const { name } of await host.list("runs/cut")) {
        if (name === "checkpoints") continue;
        await host.makeDirectory("runs/left");
        await host.writeFile(`runs/left/${name}`, await host.readFile(`runs/cut/${name}`));
      }
      await host.makeDirectory("runs/left/checkpoints");
      for (const { name } of await host.list("runs/cut/checkpoints")) {
        await host.writeFile(`runs/left/checkpoints/${name}`, await host.readFile(`runs/cut/checkpoints/${name}`));
      }
    }, host);
    await withLab(async ({ lab }) => {
      const [left, again] = await Promise.all([lab.networks.find("left"), lab.networks.find("left")]);
      assert.equal(left!.store, again!.store, "opened once for all views");
      assert.equal(left!.steps(), 6);
      assert.deepEqual(await values(left!), first.get("cut"));
      const done = (await lab.networks.find("done"))!;
      assert.equal(done.steps(), 12);
      assert.deepEqual(await values(done), first.get("done"));
      await lab.remove("done");
      assert.notEqual((await lab.networks.find("done"))!.store, done.store, "closed when it was removed");
    }, host);
  },
});
