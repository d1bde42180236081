import { strict as assert } from "node:assert";
import { UserError } from "../../src/errors.ts";
import { configHash, parseConfig } from "../../src/experiment/config.ts";
import { type Metric, stripTimes } from "../../src/experiment/metrics.ts";
import { loadConfig } from "../../src/experiment/presets.ts";
import { endProvenance, gitCommit, shellCommand, startProvenance, VERSION } from "../../src/experiment/provenance.ts";
import { readRun } from "../../src/experiment/run_reader.ts";
import { createRunStore, defaultRunFolder } from "../../src/experiment/run_store.ts";
import { createDenoHost } from "../../src/host/deno.ts";
import { createPageHost } from "../../src/host/page.ts";
import { madeUpResult } from "./made_up.ts";

const memoryHost = () => createPageHost({ datasets: "http://localhost/datasets/" });

async function complaint(act: Promise<unknown>): Promise<string> {
  try {
    await act;
  } catch (error) {
    assert(error instanceof UserError, `not a UserError: ${error}`);
    return [error.message, error.hint].filter(Boolean).join("\n");
  }
  throw new Error("accepted");
}

const metrics: Metric[] = [
  { kind: "event", event: "start", time: { elapsed: 0.1 } },
  { kind: "step", epoch: 1, step: 1, images: 128, loss: 2.3, accuracy: 0.1, lr: 0.1, time: { elapsed: 0.2 } },
  { kind: "epoch", epoch: 1, step: 70, images: 9000, loss: NaN, accuracy: 0.5, lr: 0.1 },
  { kind: "evaluate", epoch: 1, step: 70, split: "test", images: 2000, loss: 1, accuracy: 0.7, top5: 0.98 },
];

Deno.test("a run folder is read back as it was written", async () => {
  const host = memoryHost();
  const config = parseConfig({ mask: { rule: "erk" }, seed: 3 }, "t");
  const store = await createRunStore(host, "runs/a", config);
  const provenance = await startProvenance(host, config, { preset: "lab", command: "startsparse run lab" });
  await store.writeProvenance(provenance);
  await store.writePlan({ layers: [{ name: "conv1", storage: "packed" }] });
  // Not awaited: the order of the lines is the order of the calls all the same.
  for (const metric of metrics) store.append(metric);
  await store.append();
  assert.equal((await readRun(host, "runs/a")).result, null);
  await store.writeWeights(new Uint8Array([1]));
  await store.writeMasks(new Uint8Array([2]));
  await store.writeProvenance(endProvenance(host, provenance));
  const result = madeUpResult();
  if (result.last) result.last.testLoss = Infinity;
  await store.writeResult(result);

  const run = await readRun(host, "runs/a");
  assert.deepEqual(run.config, config);
  assert.deepEqual(run.result, result);
  assert.deepEqual(run.plan, { layers: [{ name: "conv1", storage: "packed" }] });
  assert.equal(run.metrics.length, 4);
  assert.equal((run.metrics[2] as { loss: unknown }).loss, NaN, "a loss that diverged stays so");
  assert.equal(run.provenance?.seeds.mask, 3);
  assert.equal(run.provenance?.configHash, await configHash(config));
  assert(run.provenance?.ended !== null);
  assert.deepEqual(await loadConfig(host, "runs/a/config.yaml", [], { folder: "x" }), config, "config.yaml runs again");
});

Deno.test("times are dropped at any depth, and nothing else", () => {
  assert.deepEqual(stripTimes([{ kind: "step", time: { a: 1 }, inner: { time: 3, x: null } }, 4]), [
    { kind: "step", inner: { x: null } },
    4,
  ]);
});

Deno.test("a folder that holds a run is replaced only when nothing is lost, or by force", async () => {
  const host = memoryHost();
  const one = parseConfig({}, "t");
  const other = parseConfig({ seed: 2 }, "t");
  await createRunStore(host, "a", one);
  await host.writeFile("a/notes.txt", "mine");
  const unfinished = await createRunStore(host, "a", one);
  assert.match(await complaint(createRunStore(host, "a", other)), /unfinished run of another configuration\n.*--force/);
  await unfinished.writeResult(madeUpResult({ interrupted: true }));
  const again = await createRunStore(host, "a", one);
  assert.equal(await host.exists("a/result.json"), false, "the interrupted run is replaced");
  await again.writeResult(madeUpResult());
  assert.match(await complaint(createRunStore(host, "a", one)), /holds this run already, finished\n.*--force/);
  assert.match(await complaint(createRunStore(host, "a", other, { force: true })), /finished run of another/);
  await createRunStore(host, "a", one, { force: true });
  await createRunStore(host, "a", other, { force: true });
  assert.equal(await host.readText("a/notes.txt"), "mine", "other files stay");

  await host.makeDirectory("b");
  await host.writeFile("b/thesis.tex", "");
  assert.match(await complaint(createRunStore(host, "b", one, { force: true })), /holds other files \(thesis\.tex\)/);
});

Deno.test("a folder that cannot be written is refused before anything starts", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${folder}/file`, "");
    const message = await complaint(createRunStore(createDenoHost(), `${folder}/file/run`, parseConfig({}, "t")));
    assert.match(message, /cannot write into the folder .*file\/run: a part of the path is a file/);
    assert.match(await complaint(createRunStore(createDenoHost(), "/proc/run", parseConfig({}, "t"))), /\/proc\/run/);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("damaged run folders are named with the file and the line", async () => {
  const host = memoryHost();
  assert.match(await complaint(readRun(host, "nothing")), /nothing is no run folder: it has no config\.yaml/);
  const store = await createRunStore(host, "a", parseConfig({}, "t"));
  await store.append(metrics[1]);
  await host.appendFile("a/metrics.jsonl", '{"kind":"step","ep');
  assert.equal((await readRun(host, "a")).metrics.length, 1, "a line cut short at the end is passed over");
  await host.appendFile("a/metrics.jsonl", "\n");
  assert.match(await complaint(readRun(host, "a")), /a\/metrics\.jsonl, line 2 is not JSON/);
  await host.writeFile("a/metrics.jsonl", '{"kind":"stride"}\n');
  assert.match(await complaint(readRun(host, "a")), /a\/metrics\.jsonl, line 1: kind/);
  await host.writeFile("a/metrics.jsonl", "");
  await host.writeFile("a/result.json", JSON.stringify({ ...madeUpResult(), seconds: "long" }));
  assert.match(await complaint(readRun(host, "a")), /a\/result\.json: seconds: /);
});

Deno.test("folders are named for what the run is", async () => {
  const erk = parseConfig({ mask: { rule: "erk", density: 0.05 }, seed: 7 }, "t");
  const hash = await configHash(erk);
  assert.equal(defaultRunFolder("lab", erk, hash), `runs/lab-erk-0.05-s7-${hash.slice(0, 8)}`);
  const dense = parseConfig({ mask: { rule: "dense" } }, "t");
  assert.equal(defaultRunFolder("paper/vgg 16", dense, "abcdef0123", "out"), "out/paper-vgg-16-dense-s1-abcdef01");
});

Deno.test("provenance says which code ran, where, and how to repeat it", async () => {
  const host = createDenoHost();
  const folder = await Deno.makeTempDir();
  const commit = "0123456789abcdef0123456789abcdef01234567";
  try {
    assert.equal(await gitCommit(host, folder), null);
    await Deno.mkdir(`${folder}/.git/refs/heads`, { recursive: true });
    await Deno.writeTextFile(`${folder}/.git/HEAD`, "ref: refs/heads/main\n");
    assert.equal(await gitCommit(host, folder), null, "before the first commit");
    await Deno.writeTextFile(`${folder}/.git/packed-refs`, `# pack-refs\n${commit} refs/heads/main\n`);
    assert.equal(await gitCommit(host, folder), commit);
    await Deno.writeTextFile(`${folder}/.git/refs/heads/main`, commit.replace("0", "f") + "\n");
    assert.equal(await gitCommit(host, folder), commit.replace("0", "f"));
    await Deno.writeTextFile(`${folder}/.git/HEAD`, commit + "\n");
    assert.equal(await gitCommit(host, folder), commit);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
  assert.match(VERSION, /^\d+\.\d+\.\d+/);
  assert.equal(
    shellCommand(["startsparse", "run", "lab", "model.widths=[300, 100]", "data.name=it's"]),
    "startsparse run lab 'model.widths=[300, 100]' 'data.name=it'\\''s'",
  );
});
