import { strict as assert } from "node:assert";
import { readSafetensors } from "../../src/formats/safetensors.ts";
import { assertClearError, startsparse, TINY, withFolder } from "./command.ts";

Deno.test("what runs leave behind is shown, compared, evaluated, exported and reported", () =>
  withFolder(async (folder) => {
    const SPARSE = ["mask.rule=uniform", "mask.density=0.5"];
    const runs = { a: SPARSE, b: [...SPARSE, "seed=2"], c: ["mask.rule=dense"] };
    for (const [name, settings] of Object.entries(runs)) {
      const ended = await startsparse(
        ["run", ...TINY, "data.testLimit=100", ...settings, "--out", `runs/${name}`],
        folder,
      );
      assert.equal(ended.code, 0, ended.stderr);
    }
    const json = JSON.parse((await startsparse(["results", "runs", "--json"], folder)).stdout);
    assert.deepEqual(json.groups.map((group: { rule: string; n: number }) => [group.rule, group.n]), [
      ["dense", 1],
      ["uniform", 2],
    ]);
    assert.deepEqual(json.runs.map((run: { name: string }) => run.name), ["c", "a", "b"]);
    const parquet = await startsparse(["results", "runs", "--parquet"], folder);
    assertClearError(parquet, /--parquet writes a binary file: name it/);
    assert.equal((await startsparse(["results", "runs", "--parquet", "--out", "r.parquet"], folder)).code, 0);
    assert.equal(new TextDecoder().decode((await Deno.readFile(`${folder}/r.parquet`)).subarray(0, 4)), "PAR1");
    assertClearError(await startsparse(["results", "nowhere"], folder), /there is no folder nowhere/);

    const report = await startsparse(["report", "runs", "--json"], folder);
    assert.equal(report.code, 0, report.stderr);
    assert.equal(JSON.parse(report.stdout).page, "runs/report/report.html");

    const evaluated = await startsparse(["eval", "runs/a", "--json", "--logits", "logits.safetensors"], folder);
    assert.equal(evaluated.code, 0, evaluated.stderr);
    const { last } = JSON.parse(await Deno.readTextFile(`${folder}/runs/a/result.json`));
    const again = JSON.parse(evaluated.stdout);
    assert.deepEqual([again.accuracy, again.loss, again.top5], [last.testAccuracy, last.testLoss, last.testTop5]);
    const { tensors } = readSafetensors(await Deno.readFile(`${folder}/logits.safetensors`));
    assert.deepEqual(tensors.get("logits")!.shape, [100, 10]);

    const exported = await startsparse(["export", "runs/a", "--onnx", "a.onnx", "--tensorboard", "logs"], folder);
    assert.equal(exported.code, 0, exported.stderr);
    assert((await Deno.stat(`${folder}/a.onnx`)).size > 10_000);
    assert((await Deno.stat(`${folder}/logs/a/events.out.tfevents.0.startsparse`)).size > 1000);
    assertClearError(await startsparse(["export", "runs/a"], folder), /nothing to export to/);

    const compared = JSON.parse((await startsparse(["compare", "runs/a", "runs/b", "--json"], folder)).stdout);
    assert.deepEqual(compared.config, [{ key: "seed", a: "1", b: "2" }]);
    assert.equal(compared.curves.length, 1);
    for (const { keptA, keptB, both, size } of compared.masks) {
      // two draws at 0.5 share about a quarter of all weights
      assert(Math.abs(both / size - 0.25) < 0.1 && both <= Math.min(keptA, keptB));
    }
    const words = (await startsparse(["compare", "runs/a", "runs/a"], folder)).stdout;
    assert.match(words, /the same configuration/);
    assert.match(words, /^ {2}all +[\d,]+ +[\d,]+ +[\d,]+ +1\.000$/m);
  }));
