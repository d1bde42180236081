/** Lanes: runs that go on side by side have the bits of runs that have the device to themselves. */
import { strict as assert } from "node:assert";
import { parseConfig } from "../../src/experiment/config.ts";
import { finishedResult } from "../../src/experiment/run_resume.ts";
import type { Host } from "../../src/host/host.ts";
import { memoryHost, outcome, train } from "../experiment/resume_runs.ts";
import { quiet, testGpu } from "../ops/gpu.ts";
import { LAB, TINY, withLab } from "./lab_runs.ts";

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
