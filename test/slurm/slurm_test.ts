/** Sweeps on a real Slurm cluster: a smoke always, the long form with `npm run test:slurm`. */
import { strict as assert } from "node:assert";
import { startsparse, withFolder } from "../cli/command.ts";
import { type Cluster, startCluster, whyNoCluster } from "./cluster.ts";

const FULL = Deno.env.get("STARTSPARSE_TEST") === "full";
const why = await whyNoCluster();
if (why !== undefined) console.log(`Slurm is not tested: ${why}`);

/** A perceptron on few images, for so many epochs. */
const TINY = ["model.widths=[16]", "data.limit=256", "data.testLimit=128", "train.batch=64"];

interface Status {
  counts: Record<string, number>;
  cells: { name: string; state: string; where?: string; machine?: string; error?: string }[];
}

async function status(folder: string, sweep: string, env: Record<string, string>): Promise<Status> {
  return JSON.parse((await startsparse(["sweep", "status", sweep, "--json"], folder, env)).stdout);
}

/** Asks until it is so, or for at most so many seconds. */
async function until(
  folder: string,
  sweep: string,
  env: Record<string, string>,
  isSo: (status: Status) => boolean,
  seconds = 240,
): Promise<Status> {
  for (const end = performance.now() + 1000 * seconds;;) {
    const now = await status(folder, sweep, env);
    if (isSo(now)) return now;
    assert(performance.now() < end, `after ${seconds} s: ${JSON.stringify(now, null, 1)}`);
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}

const settled = ({ counts }: Status) => counts.queued + counts.running === 0;

async function withCluster(nodes: number, test: (cluster: Cluster, folder: string) => Promise<void>): Promise<void> {
  await withFolder(async (folder) => {
    const cluster = await startCluster(nodes);
    try {
      await test(cluster, folder);
    } finally {
      await cluster.stop();
    }
  });
}

Deno.test({
  name: "a sweep is submitted to Slurm, fails on a node without a GPU, and is done where software adapters are allowed",
  ignore: why !== undefined,
  fn: () =>
    withCluster(1, async ({ env }, folder) => {
      const grid = ["sweep", "mlp", ...TINY, "train.epochs=1", "grid.seed=1,2", "--out", "s", "--on", "slurm"];
      const refused = await startsparse([...grid, "--gpus", "0"], folder, env);
      assert.equal(refused.code, 0, refused.stderr);
      const failed = await until(folder, "s", env, settled);
      assert.equal(failed.counts.failed, 2, JSON.stringify(failed));
      assert.match(failed.cells[0].error!, /A GPU is required/);
      const again = await startsparse(["sweep", "retry", "s", "--on", "slurm", "--allow-software"], folder, env);
      assert.equal(again.code, 0, again.stderr);
      assert.match(again.stdout, /job +\d+, 2 elements: s\/slurm\/2\/job\.sh/);
      const done = await until(folder, "s", env, settled);
      assert.equal(done.counts.done, 2, JSON.stringify(done));
      assert.match(done.cells[0].where!, /^\d+_0 on n1$/);
    }),
});

Deno.test({
  name: "three nodes: one is killed, an element is warned, all cells are done, as on this machine alone",
  ignore: why !== undefined || !FULL,
  fn: () =>
    withCluster(3, async ({ env, ask, killNode }, folder) => {
      const grid = ["sweep", "mlp", ...TINY, "train.epochs=400", "grid.density=0.05,0.1", "grid.seed=1,2,3"];
      const submitted = await startsparse(
        [...grid, "--out", "s", "--on", "slurm", "--allow-software", "--partition", "main", "--time", "30:00"],
        folder,
        env,
      );
      assert.equal(submitted.code, 0, submitted.stderr);
      const job = /job +(\d+)/.exec(submitted.stdout)![1];
      // Slurm calls an element running before its program is there; whoever has noted its node is.
      const at = (now: Status, node: string) =>
        now.cells.find(({ state, machine }) => state === "running" && machine === node)!;
      const running = await until(folder, "s", env, (now) => ["n1", "n2", "n3"].every((node) => at(now, node)));
      const on = (node: string) => at(running, node);
      const killed = on("n2"), warned = on("n1");
      // What Slurm does before a time limit, without the wait; it is told to the element, not to the array.
      // Where the element ends by it, scancel takes it for "try again later", and would signal the next one too.
      const element = warned.where!.split(" ")[0];
      await ask("timeout", "2", "scancel", "--signal=USR1", "--batch", element).catch(() => {});
      await killNode(2);
      // Slurm lets a requeued job wait for two minutes; nobody needs to in a test.
      const again = new Set<string>(), expected = [killed, warned].map(({ where }) => where!.split(" ")[0]);
      for (let tries = 0; tries < 120 && !expected.every((element) => again.has(element)); tries++) {
        for (const line of (await ask("squeue", "-h", "-r", "-j", job, "-o", "%F_%K %r")).split("\n")) {
          const [element, reason] = line.split(" ");
          if (reason !== "BeginTime") continue;
          await ask("scontrol", "update", `jobid=${element}`, "starttime=now");
          again.add(element);
        }
        await new Promise((resolve) => setTimeout(resolve, 1000));
      }
      assert.deepEqual([...again].sort(), expected.sort(), "these two were requeued, and no other");
      const done = await until(folder, "s", env, settled, 600);
      assert.equal(done.counts.done, 6, JSON.stringify(done, null, 1));
      for (const node of ["n1", "n3"]) assert(done.cells.some(({ machine }) => machine === node), node);
      assert.notEqual(done.cells.find(({ name }) => name === killed.name)!.machine, "n2");
      const local = await startsparse([...grid, "--out", "here", "--json"], folder);
      assert.equal(local.code, 0, local.stderr);
      for (const { name } of [...Deno.readDirSync(`${folder}/here/runs`)]) {
        const [a, b] = await Promise.all(
          ["here", "s"].map((sweep) => Deno.readFile(`${folder}/${sweep}/runs/${name}/weights.safetensors`)),
        );
        assert.deepEqual(a, b, name);
      }
    }),
});
