import { strict as assert } from "node:assert";
import { assertClearError, start, startsparse, withFolder } from "./command.ts";

const TINY = ["mlp", "model.widths=[16]", "data.limit=256", "data.testLimit=128", "train.batch=64"];

async function bytesOf(sweep: string): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  for (const { name } of Deno.readDirSync(`${sweep}/runs`)) {
    files.set(name, await Deno.readFile(`${sweep}/runs/${name}/weights.safetensors`));
  }
  return new Map([...files].sort());
}

Deno.test("a sweep that is killed three times ends as one that is not, and does nothing twice", async () => {
  await withFolder(async (folder) => {
    const grid = ["sweep", ...TINY, "train.epochs=12", "grid.density=0.1,0.3", "grid.seed=1,2", "--jobs", "2"];
    const whole = await startsparse([...grid, "--out", "whole", "--json"], folder);
    assert.equal(whole.code, 0, whole.stderr);
    const data = JSON.parse(whole.stdout);
    assert.equal(data.counts.done, 4);
    assert.match(whole.stderr, /2 at a time[\s\S]*done +erk-0\.1-s1 +test/);
    // by how far it is, not by the clock: a fast machine would be done before it is killed
    let killed = 0;
    for (const epochs of [5, 18, 31]) {
      const child = start([...grid, "--out", "killed"], folder);
      let over = false;
      const ended = child.output().finally(() => over = true);
      while (!over && await epochsIn(`${folder}/killed`) < epochs) {
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      if (!over) child.kill("SIGKILL");
      if ((await ended).signal === "SIGKILL") killed++;
    }
    assert.equal(killed, 3, "it was over before it was killed");
    const last = await startsparse([...grid, "--out", "killed", "--json"], folder);
    assert.equal(last.code, 0, last.stderr);
    assert.equal(JSON.parse(last.stdout).counts.done, 4);
    assert.deepEqual(await bytesOf(`${folder}/killed`), await bytesOf(`${folder}/whole`));
    const again = await startsparse([...grid, "--out", "killed"], folder);
    assert.match(again.stdout, /4 runs, 4 of them done already/);
    assert.doesNotMatch(again.stdout, /^done /m);
  });
});

/** Epochs that the runs of a sweep have written so far: they are evaluated on the test images once in each. */
async function epochsIn(sweep: string): Promise<number> {
  let epochs = 0;
  for (const { name } of await Array.fromAsync(Deno.readDir(`${sweep}/runs`)).catch(() => [])) {
    const text = await Deno.readTextFile(`${sweep}/runs/${name}/metrics.jsonl`).catch(() => "");
    epochs += text.split('"split":"test"').length - 1;
  }
  return epochs;
}

Deno.test("a cell that fails stops no other, says why, and is the only one that retry runs", async () => {
  await withFolder(async (folder) => {
    // a width that the model does not take is found when the cell is built
    const sweep = ["sweep", "lab", "data.limit=128", "data.testLimit=64", "train.epochs=1", "train.batch=64"];
    const { code, stdout } = await startsparse([...sweep, "grid.width=4,8", "grid.seed=1", "--out", "s"], folder);
    assert.equal(code, 1, stdout);
    assert.match(stdout, /^failed +uniform-0\.1-width-4-s1 +model\.width is 4/m);
    assert.match(stdout, /^done +uniform-0\.1-width-8-s1/m);
    const status = await startsparse(["sweep", "status", "s"], folder, { PATH: "/nowhere" });
    assert.equal(status.code, 1);
    assert.match(status.stdout, /lab: 2 runs: 1 done, 1 failed\n +uniform-0\.1-width-4-s1 +failed .*model\.width is 4/);
    const retry = await startsparse(["sweep", "retry", "s"], folder);
    assert.match(retry.stdout, /2 runs, 1 of them done already/);
    assert.equal(retry.code, 1);
    assertClearError(await startsparse(["sweep", "retry", "s", "none"], folder), /no run or cell none/);
    const cancel = await startsparse(["sweep", "cancel", "s"], folder, { PATH: "/nowhere" });
    assert.match(cancel.stdout, /nothing of this sweep runs/);
  });
});

Deno.test("cancel ends a sweep's cells cleanly; what was done stays done", async () => {
  await withFolder(async (folder) => {
    const child = start(["sweep", ...TINY, "train.epochs=3000", "grid.seed=1,2", "--out", "s"], folder);
    const ended = child.output();
    for (let tries = 0; tries < 60; tries++) {
      await new Promise((resolve) => setTimeout(resolve, 500));
      const { stdout } = await startsparse(["sweep", "status", "s", "--json"], folder, { PATH: "/nowhere" });
      if (stdout !== "" && JSON.parse(stdout).counts.running === 1) break;
    }
    const cancel = await startsparse(["sweep", "cancel", "s"], folder, { PATH: "/nowhere" });
    assert.match(cancel.stdout, /process \d+ is asked to stop/);
    const { code, stdout } = await ended;
    assert.equal(code, 143, new TextDecoder().decode(stdout));
    const { stdout: after } = await startsparse(["sweep", "status", "s"], folder, { PATH: "/nowhere" });
    assert.match(after, /2 runs: 1 unfinished, 1 waiting/);
  });
});

Deno.test("mistakes with sweeps get one clear message", async () => {
  await withFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/notes.txt`, "x");
    assertClearError(await startsparse(["sweep", "lab"], folder), /lab is one run, not a grid/);
    assertClearError(await startsparse(["sweep", "lab", "grid.nothing=1,2"], folder), /nothing/);
    assertClearError(await startsparse(["sweep", "lab", "grid.seed="], folder), /is no axis/);
    assertClearError(await startsparse(["sweep", "lab", "grid.seed=1", "--out", "."], folder), /holds other files/);
    assertClearError(await startsparse(["sweep", "status", "."], folder), /no sweep folder/);
    const submit = ["sweep", "lab", "grid.seed=1", "--out", "s", "--on", "slurm"];
    assertClearError(await startsparse(submit, folder, { PATH: "/nowhere" }), /cannot start scontrol/);
  });
});
