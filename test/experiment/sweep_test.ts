import { strict as assert } from "node:assert";
import { parseConfig } from "../../src/experiment/config.ts";
import {
  isQueued,
  jobScript,
  parseAccounting,
  parseMaxArray,
  parseQueue,
  parseSubmission,
} from "../../src/experiment/slurm.ts";
import { defaultSweepFolder, openSweep, readSweep, runFolder, sweepRuns } from "../../src/experiment/sweep_folder.ts";
import { allowedJobs, type CellOutcome, runLocally, type SweepWorker } from "../../src/experiment/sweep_local.ts";
import { planCell } from "../../src/experiment/sweep_plan.ts";
import { countStates, StateWriter, sweepStatus } from "../../src/experiment/sweep_state.ts";
import { createDenoHost } from "../../src/host/deno.ts";
import { withFolder } from "../cli/command.ts";
import { madeUpResult } from "./made_up.ts";

const cells = [1, 2, 3].map((seed) => ({ name: `lab-s${seed}`, cell: "lab", config: parseConfig({ seed }, "test") }));

Deno.test("a sweep's folder keeps its runs, takes more of them, and is found again by the same cells", async () => {
  await withFolder(async (folder) => {
    const host = createDenoHost(), path = `${folder}/s`, about = { name: "lab", description: "", command: "c" };
    const runs = await sweepRuns({ cells: [...cells, cells[0]] });
    assert.equal(runs.length, 3, "each configuration once");
    assert.match(runs[0].folder, /^lab-s1-[0-9a-f]{8}$/);
    assert.equal(await defaultSweepFolder("a/b", runs), await defaultSweepFolder("a/b", runs.toReversed()));
    assert.match(await defaultSweepFolder("mini/er", runs), /^sweeps\/mini-er-[0-9a-f]{8}$/);
    await openSweep(host, path, about, runs.slice(0, 2));
    const sweep = await openSweep(host, path, { ...about, name: "other" }, runs);
    assert.deepEqual(sweep.runs.map(({ name }) => name), ["lab-s1", "lab-s2", "lab-s3"]);
    assert.equal(sweep.about.name, "lab", "where it comes from stays");
    assert.deepEqual(await readSweep(host, path), sweep);
  });
});

Deno.test("states: done by the result alone, then who runs, then the queue, then what was noted last", async () => {
  await withFolder(async (folder) => {
    const host = createDenoHost(), about = { name: "lab", description: "", command: "c" };
    const more = [4, 5, 6, 7].map((seed) => ({ name: `s${seed}`, cell: "lab", config: parseConfig({ seed }, "test") }));
    const runs = await sweepRuns({ cells: [...cells, ...more] }),
      sweep = await openSweep(host, folder + "/s", about, runs);
    const first = new StateWriter(host, sweep.folder, "a"), second = new StateWriter(host, sweep.folder, "b");
    const hashes = runs.map(({ hash }) => hash);
    for (const index of [0, 1, 2, 3]) await first.note({ event: "started", hash: hashes[index], machine: "here" });
    await second.note({ event: "failed", hash: hashes[2], error: "why", machine: "here" });
    await host.appendFile(`${sweep.folder}/state/b.jsonl`, '{"time":"2'); // as a kill leaves it
    await host.makeDirectory(runFolder(sweep, runs[0]));
    const result = madeUpResult({ configHash: hashes[0] });
    await host.writeFile(`${runFolder(sweep, runs[0])}/result.json`, JSON.stringify(result));
    // an interrupted run, and one of another configuration, are not done
    await host.makeDirectory(runFolder(sweep, runs[3]));
    const interrupted = madeUpResult({ configHash: hashes[3], interrupted: true });
    await host.writeFile(`${runFolder(sweep, runs[3])}/result.json`, JSON.stringify(interrupted));
    const queue = new Map([
      [hashes[4], { state: "queued" as const, where: "7_0" }],
      [hashes[5], { state: "failed" as const, where: "7_1", error: "timeout" }],
    ]);
    const status = await sweepStatus(host, sweep, { running: (hash) => Promise.resolve(hash === hashes[1]), queue });
    assert.deepEqual(status.map(({ state, error }) => [state, error]), [
      ["done", undefined],
      ["running", undefined],
      ["failed", "why"],
      ["unfinished", undefined],
      ["queued", undefined],
      ["failed", "timeout"],
      ["waiting", undefined],
    ]);
    assert.equal(countStates(status).failed, 2);
  });
});

Deno.test("the local engine: so many at a time, a failure stops no other, a dead worker is replaced, a stop hands out no more", async () => {
  const runs = await sweepRuns({ cells });
  let running = 0, most = 0, launched = 0, closed = 0;
  const worker = (outcome: (name: string) => CellOutcome): SweepWorker => {
    launched++;
    let usable = true;
    return {
      get usable() {
        return usable;
      },
      async run({ name }) {
        most = Math.max(most, ++running);
        await new Promise((resolve) => setTimeout(resolve, 5));
        running--;
        const ended = outcome(name);
        usable = ended.state !== "failed";
        return ended;
      },
      stop: () => {},
      close: () => Promise.resolve(void closed++),
    };
  };
  const outcome = (name: string): CellOutcome =>
    name === "lab-s1" ? { state: "failed", error: "x" } : { state: "done", seconds: 1 };
  const outcomes = await runLocally({ runs, jobs: 1, launch: () => Promise.resolve(worker(outcome)) });
  assert.deepEqual([...outcomes.values()].map(({ state }) => state), ["failed", "done", "done"]);
  assert.deepEqual([most, launched, closed], [1, 2, 2]);
  await runLocally({ runs, jobs: 2, launch: () => Promise.resolve(worker(outcome)) });
  assert.equal(most, 2);
  const unstartable = await runLocally({ runs, jobs: 2, launch: () => Promise.reject(new Error("no process")) });
  assert.deepEqual([...unstartable.values()].map(({ state }) => state), ["failed", "failed", "failed"]);
  const abort = new AbortController();
  const stopped = await runLocally({
    runs,
    jobs: 1,
    signal: abort.signal,
    launch: () => Promise.resolve(worker(outcome)),
    onEvent: ({ kind }) => kind === "start" && abort.abort(),
  });
  assert.equal(stopped.size, 1);
});

Deno.test("workers are as many as adapters, as are asked for, and as memory is enough for", () => {
  assert.deepEqual(allowedJobs({ adapters: 2, bytes: 5 }), { jobs: 2 });
  assert.deepEqual(allowedJobs({ wanted: 4, adapters: 1, bytes: 5, available: 100 }), { jobs: 4 });
  const bound = allowedJobs({ wanted: 4, adapters: 1, bytes: 5, available: 11 });
  assert.equal(bound.jobs, 2);
  assert.match(bound.why!, /memory is enough for 2/);
  assert.equal(allowedJobs({ adapters: 1, bytes: 50, available: 11 }).jobs, 1);
});

Deno.test("a job script can be read, and says all that was asked for", () => {
  const script = jobScript({
    name: "startsparse-lab",
    elements: 6,
    limit: 2,
    partition: "gpu",
    gpus: 1,
    time: "4:00:00",
    warning: 120,
    extra: ["--mem=16G"],
    logs: "/s/slurm/1/logs",
    workingFolder: "/home/of somebody",
    command: ["node", "/p/bin/startsparse.mjs", "sweep", "cell", "it's"],
    environment: { STARTSPARSE_KEPT: "/s/kept" },
  });
  assert.equal(
    script,
    `#!/bin/bash
# Written by startsparse: an element of the array runs one cell of the sweep, and starting it again goes on with it.
# 120 s before the time limit the run writes what it needs to go on, and this element is requeued.
#SBATCH --job-name=startsparse-lab
#SBATCH --array=0-5%2
#SBATCH --partition=gpu
#SBATCH --gpus=1
#SBATCH --time=4:00:00
#SBATCH --signal=B:USR1@120
#SBATCH --requeue
#SBATCH --open-mode=append
#SBATCH --output=/s/slurm/1/logs/%a.log
#SBATCH --mem=16G

cd '/home/of somebody' || exit 1
export STARTSPARSE_KEPT=/s/kept
exec node /p/bin/startsparse.mjs sweep cell 'it'\\''s' --index "$SLURM_ARRAY_TASK_ID"
`,
  );
});

Deno.test("what Slurm answers is understood", () => {
  assert.equal(parseSubmission("123\n"), "123");
  assert.equal(parseSubmission("123;cluster"), "123");
  assert.equal(parseSubmission("sbatch: error"), undefined);
  assert.deepEqual([...parseQueue("0 RUNNING n1\n12 PENDING \n")], [
    [0, { state: "RUNNING", node: "n1" }],
    [12, { state: "PENDING", node: "" }],
  ]);
  assert.deepEqual([...parseAccounting("123_4|TIMEOUT\n123_5|CANCELLED by 0\n")], [[4, "TIMEOUT"], [5, "CANCELLED"]]);
  assert.deepEqual(["PENDING", "REQUEUED", "RUNNING", "COMPLETING"].map(isQueued), [true, true, false, false]);
  assert.equal(parseMaxArray("Foo = 1\nMaxArraySize            = 1001\n"), 1001);
});

Deno.test("a cell's plan counts work as runs count it", async () => {
  const plan = (raw: Record<string, unknown>) =>
    planCell(parseConfig({ data: { limit: 1000 }, train: { epochs: 4, batch: 100 }, ...raw }, "test"), {
      host: createDenoHost(),
    });
  const dense = await plan({ mask: { rule: "dense" } });
  assert.deepEqual([dense.epochs, dense.steps, dense.denseEpochs, dense.bound], [4, 36, 4, "exact"]);
  const sparse = await plan({ mask: { rule: "erk", density: 0.1 } });
  assert.equal(sparse.denseEpochs, 4 * sparse.compute);
  assert(Math.abs(sparse.flops / dense.flops - sparse.compute) < 1e-9 && sparse.compute < 0.6);
  // 0.3 → 0.15 → 0.1: two levels to prune and a final one, of 4 epochs each
  const levels = await plan({
    mask: { rule: "uniform", density: 0.3 },
    method: { name: "imp", factor: 0.5, density: 0.1 },
  });
  assert.equal(levels.epochs, 12);
  assert.equal(levels.bound, "about");
  const mean = (levels.density + levels.density / 2 + 0.1) / 3;
  assert(
    Math.abs(levels.denseEpochs / (12 * levels.compute * mean / levels.density) - 1) < 0.02,
    `${levels.denseEpochs}`,
  );
  assert.equal((await plan({ method: { name: "rigl" }, mask: { density: 0.1 } })).bound, "most");
  assert.equal((await plan({ mask: { rule: "dense" }, score: { name: "snip", density: 0.05 } })).target, 0.05);
});
