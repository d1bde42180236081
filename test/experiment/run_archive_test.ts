import { strict as assert } from "node:assert";
import { UserError } from "../../src/errors.ts";
import { metricSchema } from "../../src/experiment/metrics.ts";
import { recogniseRuns } from "../../src/experiment/recognise_runs.ts";
import { packFolders, RUN_LIMITS, unpackFolder } from "../../src/experiment/run_archive.ts";
import { curveRows } from "../../src/experiment/run_curves.ts";
import { summariseRun } from "../../src/experiment/run_summary.ts";
import { openArchive } from "../../src/formats/archive.ts";
import { createPageHost } from "../../src/host/page.ts";
import { makeZip } from "../formats/archives.ts";

const METRICS = [
  { kind: "event", event: "start", time: { seconds: 0 } },
  { kind: "step", epoch: 1, step: 2, images: 20, loss: 2, accuracy: 0.2, lr: 0.1, time: { seconds: 7 } },
  { kind: "step", epoch: 1, step: 4, images: 20, loss: 1, accuracy: 0.4, lr: 0.1, time: { seconds: 8 } },
  { kind: "epoch", epoch: 1, step: 5, images: 45, loss: 1.4, accuracy: 0.3, lr: 0.1, time: { milliseconds: 2500 } },
  {
    kind: "evaluate",
    epoch: 1,
    step: 5,
    split: "test",
    images: 9,
    loss: 1,
    accuracy: 0.5,
    top5: 1,
    time: { seconds: 9 },
  },
  { kind: "step", epoch: 2, step: 7, images: 20, loss: "NaN", accuracy: 0.6, lr: 0.1, time: { seconds: 60 } },
];

async function withRuns() {
  const host = createPageHost({ datasets: "http://localhost/" });
  for (const id of ["a", "b"]) {
    await host.makeDirectory(`runs/${id}/checkpoints`);
    await host.writeFile(`runs/${id}/config.yaml`, `seed: ${id === "a" ? 1 : 2}\n`);
    await host.writeFile(`runs/${id}/metrics.jsonl`, METRICS.map((line) => JSON.stringify(line) + "\n").join(""));
    await host.writeFile(`runs/${id}/checkpoints/step-000000005.safetensors`, new Uint8Array([1, 2, 3]));
    await host.writeFile(`runs/${id}/weights.safetensors.x.tmp`, "half");
    await host.writeFile(`runs/${id}/.imported`, "");
  }
  return host;
}

Deno.test("run folders are packed, recognised and unpacked as they were, without what is half written", async () => {
  const host = await withRuns(), told: [number, number][] = [];
  const packed = await packFolders(host, ["runs/a", "runs/b"], (done, total) => told.push([done, total]));
  assert.deepEqual(told.at(-1), [told[0][1], told[0][1]]);
  await host.writeFile("both.zip", new Uint8Array(await packed.arrayBuffer()));
  const found = await recogniseRuns(host, "both.zip");
  assert.deepEqual(found, { kind: "sweep", top: "", runs: ["a", "b"], page: undefined });
  const archive = await openArchive(host, "both.zip", RUN_LIMITS);
  await unpackFolder(host, archive, "b", "copies/c", async (unpacked) => {
    assert.equal(unpacked, "copies/.c.importing");
    assert(await host.exists(`${unpacked}/config.yaml`));
  });
  await archive.close();
  assert.deepEqual((await host.list("copies")).map(({ name }) => name), ["c"]);
  assert.deepEqual((await host.list("copies/c")).map(({ name }) => name), [
    "checkpoints",
    "config.yaml",
    "metrics.jsonl",
  ]);
  for (const file of ["config.yaml", "metrics.jsonl", "checkpoints/step-000000005.safetensors"]) {
    assert.deepEqual(await host.readFile(`copies/c/${file}`), await host.readFile(`runs/b/${file}`));
  }
});

Deno.test("an archive that is refused, by its members or by who takes it, leaves nothing", async () => {
  const host = await withRuns();
  const refuses = async (members: Parameters<typeof makeZip>, message: RegExp, check = () => Promise.resolve()) => {
    await host.writeFile("x.zip", makeZip(...members));
    const archive = await openArchive(host, "x.zip", RUN_LIMITS);
    await assert.rejects(unpackFolder(host, archive, "", "runs/x", check), (error: unknown) => {
      assert(error instanceof UserError, String(error));
      assert.match(error.message, message);
      return true;
    });
    await archive.close();
    assert.deepEqual((await host.list("runs")).map(({ name }) => name), ["a", "b"]);
  };
  await refuses(
    [{ name: "config.yaml", content: "seed: 1" }, { name: "../../a/config.yaml", content: "" }],
    /leads out/,
  );
  await refuses([{ name: "config.yaml", content: "seed: 1" }], /no run/, () => {
    throw new UserError("no run");
  });
});

Deno.test("a run in short: how far, what it has said last, what it takes", async () => {
  const host = await withRuns();
  const { config, ...run } = await summariseRun(host, "runs/b");
  assert.equal(config?.seed, 2);
  assert.deepEqual(run, {
    folder: "runs/b",
    name: "b",
    state: "can-go-on",
    preset: undefined,
    command: undefined,
    result: undefined,
    last: { epoch: 2, step: 7, loss: NaN, accuracy: 0.6, testAccuracy: 0.5 },
    savedStep: 5,
    bytes: 8 + METRICS.map((line) => JSON.stringify(line).length + 1).reduce((a, b) => a + b) + 3 + 4,
    started: undefined,
    changed: undefined,
  });
  await host.writeFile("runs/a/config.yaml", "seed: [");
  const broken = await summariseRun(host, "runs/a");
  assert.equal(broken.state, "unreadable");
  assert.match(broken.problem!, /runs\/a\/config\.yaml.*not valid YAML/);
});

Deno.test("curves: seconds of training alone, images as they were trained on", () => {
  const metrics = METRICS.map((line) => metricSchema.parse(line));
  assert.deepEqual(curveRows(metrics), [
    { step: 2, images: 20, seconds: 1, loss: 2, accuracy: 0.2 },
    { step: 4, images: 40, seconds: 2, loss: 1, accuracy: 0.4 },
    // the epoch has 45 images and 2.5 s; the next one goes on at its rate, whatever the clock says
    { step: 7, images: 65, seconds: 3.5, loss: NaN, accuracy: 0.6 },
  ]);
  const epochs = metrics.filter(({ kind }) => kind === "epoch");
  assert.deepEqual(curveRows(epochs), [{ step: 5, images: 45, seconds: 2.5, loss: 1.4, accuracy: 0.3 }]);
});
