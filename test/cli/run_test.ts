import { strict as assert } from "node:assert";
import { stripTimes } from "../../src/experiment/metrics.ts";
import { runResultSchema } from "../../src/experiment/run_result.ts";
import { start, startsparse, TINY, withFolder } from "./command.ts";

const LAB = ["lab", "model.width=8", "data.limit=200", "train.epochs=1", "train.batch=50", "train.evalBatch=400"];

const lines = (text: string) => text.trim().split("\n").map((line) => stripTimes(JSON.parse(line)));

Deno.test("the same seed twice gives the same metrics, weights and masks; --json gives the result alone", async () => {
  await withFolder(async (folder) => {
    const ended = [];
    for (const out of ["a", "b"]) {
      ended.push(await startsparse(["run", ...LAB, "--seed", "7", "--out", out, "--json"], folder));
    }
    for (const { code, stdout, stderr } of ended) {
      assert.equal(code, 0, stderr);
      const { folder, ...result } = JSON.parse(stdout);
      assert.match(folder, /^[ab]$/);
      assert.equal(runResultSchema.parse(result).seed, 7);
    }
    assert.match(ended[0].stderr.split("\n")[0], /\S/);
    assert(ended[0].stderr.startsWith(JSON.parse(ended[0].stdout).adapter.name), "the adapter is the first line");
    const [a, b] = await Promise.all(["a", "b"].map((out) => Deno.readTextFile(`${folder}/${out}/metrics.jsonl`)));
    assert(lines(a).length >= 4);
    assert.deepEqual(lines(a), lines(b));
    for (const file of ["weights.safetensors", "masks.safetensors", "plan.json"]) {
      const [a, b] = await Promise.all(["a", "b"].map((out) => Deno.readFile(`${folder}/${out}/${file}`)));
      assert(a.length > 0);
      assert.deepEqual(a, b, file);
    }
  });
});

Deno.test("Ctrl-C ends a run cleanly with what there is, also when it arrives twice", async () => {
  await withFolder(async (folder) => {
    const process = start(["run", ...TINY, "train.epochs=100000", "--out", "run"], folder);
    const reader = process.stdout.pipeThrough(new TextDecoderStream()).getReader();
    let shown = "";
    // The first rows mean that it trains.
    while (!/^ *3 of 100000 /m.test(shown)) {
      const { value, done } = await reader.read();
      if (done) break;
      shown += value;
    }
    process.kill("SIGINT");
    await new Promise((resolve) => setTimeout(resolve, 20));
    process.kill("SIGINT");
    for (let part = await reader.read(); !part.done; part = await reader.read()) shown += part.value;
    const stderr = (await new Response(process.stderr).text()).trim();
    assert.equal((await process.status).code, 130, shown + stderr);
    assert.equal(stderr, "");
    assert.match(shown, /stopping after the steps that are on the GPU…/);
    assert.match(shown, /saved in +run/);
    const result = runResultSchema.parse(JSON.parse(await Deno.readTextFile(`${folder}/run/result.json`)));
    assert.equal(result.interrupted, true);
    assert(result.last!.epoch >= 3);
    assert((await Deno.stat(`${folder}/run/weights.safetensors`)).size > 0);
  });
});
