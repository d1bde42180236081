import { Uint8ArrayReader, Uint8ArrayWriter, ZipReader } from "@zip.js/zip.js";
import { expect, type Page, test } from "@playwright/test";
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { cifar10Members, GREY_JPEG, idxMembers, tarGz, zip } from "../data/importers/members.ts";
import type { Sent } from "./pages/storage.ts";

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");

/** A small network, three epochs of which the page trains one. */
const TINY = {
  data: { limit: 600, testLimit: 200 },
  model: { name: "mlp", widths: [16] },
  train: { epochs: 3, batch: 60, logEvery: 3 },
};

async function open(page: Page): Promise<void> {
  page.on("console", (message) => {
    if (message.type() === "error") console.error(`in the page: ${message.text()}`);
  });
  await page.goto("./storage.html");
  await page.waitForFunction(() => "storageHarness" in globalThis);
}

const base64 = (content: Uint8Array | string) => Buffer.from(content).toString("base64");
const sent = (name: string, content: Uint8Array | string): Sent => ({ path: name, base64: base64(content) });

async function startsparse(...args: string[]): Promise<string> {
  const program = path.join(ROOT, "bin/startsparse.mjs");
  return (await promisify(execFile)(process.execPath, [program, ...args], { cwd: ROOT })).stdout;
}

async function unzip(bytes: Uint8Array, folder: string): Promise<string[]> {
  const reader = new ZipReader(new Uint8ArrayReader(bytes), { useWebWorkers: false }), names: string[] = [];
  for (const entry of await reader.getEntries()) {
    if (entry.directory) continue;
    const target = path.join(folder, entry.filename);
    await mkdir(path.dirname(target), { recursive: true });
    await writeFile(target, await entry.getData(new Uint8ArrayWriter()));
    names.push(entry.filename);
  }
  return names;
}

test("a run of the page survives a reload, is exported, gone on with on the command line, and imported again", async ({ page }) => {
  test.slow(); // compilation on the CPU, twice
  await open(page);
  await page.evaluate((config) => storageHarness.trainOneEpoch("tiny", config), TINY);
  await open(page);
  const [run, ...others] = await page.evaluate(() => storageHarness.storage.runs());
  expect(others).toEqual([]);
  expect(run).toMatchObject({ id: "tiny", name: "tiny", state: "can-go-on", imported: false, last: { epoch: 1 } });
  expect(run.config!.model).toMatchObject(TINY.model);
  expect(run.savedStep).toBe(run.last!.step);
  expect(run.bytes).toBeGreaterThan(1000);
  const curves = await page.evaluate(() => storageHarness.storage.curves("tiny"));
  // 540 images in 9 steps, a row for each 3 of them
  expect(Array.from(curves.training).filter((_, i) => i % 5 === 0)).toEqual([3, 6, 9]);
  expect(Array.from(curves.training).filter((_, i) => i % 5 === 1)).toEqual([180, 360, 540]);
  expect(curves.evaluations.map(({ split }) => split)).toEqual(["validation", "test"]);

  const { name, base64: packed, texts } = await page.evaluate(() => storageHarness.exported("tiny"));
  expect(name).toBe("tiny.zip");
  expect(texts.at(-1)).toMatch(/^Packing tiny\.zip: (\S+) of \1 (kB|MB)$/);
  const folder = await mkdtemp(path.join(tmpdir(), "startsparse-export-"));
  try {
    const files = await unzip(Buffer.from(packed, "base64"), folder), unpacked = path.join(folder, "tiny");
    expect(files).toContain("tiny/config.yaml");
    const rows = JSON.parse(await startsparse("results", unpacked, "--json"));
    expect(rows.runs).toMatchObject([{ name: "tiny", status: "interrupted", last_epoch: 1 }]);
    const resumed = JSON.parse(await startsparse("resume", unpacked, "--json"));
    expect(resumed).toMatchObject({ name: "tiny", interrupted: false, last: { epoch: 3 } });
    expect(resumed.warnings.join()).toMatch(/begun in a page \(.*\) and gone on with in the command line/);
    await startsparse("eval", unpacked);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }

  const file = { path: "anything.bin", base64: packed };
  const plan = await page.evaluate((file) => storageHarness.plan([file]), file);
  expect(plan).toMatchObject({ kind: "run", runs: ["tiny"], source: "anything.bin" });
  expect(plan.sentence).toMatch(/^Run tiny, [\d.]+ kB$/);
  const { taken } = await page.evaluate((id) => storageHarness.take(id), plan.id);
  expect(taken).toMatchObject({ kind: "run", runs: [{ id: "tiny-2", name: "tiny", imported: true }] });
  const again = await page.evaluate(() => storageHarness.storage.curves("tiny-2"));
  expect({ ...again, id: "tiny" }).toEqual(curves);
  const results = await page.evaluate(() => storageHarness.storage.results());
  expect(results.runs.map(({ result }) => result.name)).toEqual(["tiny"]);
  expect(results.repeated).toHaveLength(1);

  await page.evaluate(() => storageHarness.storage.removeRun("tiny-2"));
  const use = await page.evaluate(() => storageHarness.storage.use());
  expect(use.quota).toBeGreaterThan(use.used);
  expect(use.runs).toBe(run.bytes);
  expect(use.warning).toBe("This browser may delete runs when space is short.");
});

test("dropped data sets are told before they are read, imported, and found by the engine", async ({ page }) => {
  await open(page);
  const archive = sent("pictures.tar.gz", tarGz(cifar10Members()));
  const plan = await page.evaluate((file) => storageHarness.plan([file]), archive);
  expect(plan).toMatchObject({ kind: "dataset", dataset: { format: "cifar10", name: "pictures", present: false } });
  expect(plan.sentence).toMatch(/^CIFAR-10 binary, \d+\.\d kB, needs \d+ kB of storage$/);
  const { taken, texts } = await page.evaluate((id) => storageHarness.take(id), plan.id);
  expect(taken).toMatchObject({ kind: "dataset", dataset: { name: "pictures", train: 15, test: 5 } });
  expect(texts.some((text) => /^Reading pictures\.tar\.gz: \S+ of \S+ kB$/.test(text))).toBe(true);
  expect(await page.evaluate(() => storageHarness.images("pictures"))).toMatchObject({ train: 15, test: 5 });
  // four files by themselves, whatever they are called
  const names = ["w", "x", "y", "z"], members = idxMembers();
  const four = names.map((name, i) => sent(name, members[i].content));
  const idx = await page.evaluate((files) => storageHarness.plan(files), four);
  expect(idx.sentence).toBe("IDX images of 2×3, 9 images, 0.2 kB, needs 0.1 kB of storage");
  await page.evaluate((id) => storageHarness.take(id, { name: "small" }), idx.id);
  expect(await page.evaluate(() => storageHarness.images("small"))).toMatchObject({ train: 6, first: [0, 1, 2, 3] });
  const known = await page.evaluate(() => storageHarness.storage.datasets());
  expect(known.map(({ name }) => name)).toEqual(["pictures", "small"]);
  // 20 pictures of 3 × 32 × 32 bytes, and what is said of them
  expect(known[0].bytes).toBeGreaterThan(20 * 3072);
  expect(known[0].bytes).toBeLessThan(20 * 3072 + 4096);
  await page.evaluate(() => storageHarness.storage.removeDataset("small"));
  // the same again is there already
  const again = await page.evaluate((file) => storageHarness.plan([file]), archive);
  expect(again.dataset).toMatchObject({ name: "pictures", present: true });
  const refused = page.evaluate((id) => storageHarness.take(id), again.id);
  await expect(refused).rejects.toThrow("there is a data set pictures already");
  const { taken: replaced } = await page.evaluate((id) => storageHarness.take(id, { replace: true }), again.id);
  expect(replaced).toMatchObject({ dataset: { name: "pictures", train: 15 } });
});

test("an import that is stopped keeps nothing, and can be begun again", async ({ page }) => {
  await open(page);
  const files = [1, 2, 3, 4, 5].map((i): Sent => ({ path: `big/data_batch_${i}.bin`, records: 1500 }));
  files.push({ path: "big/test_batch.bin", records: 500 }, sent("big/batches.meta.txt", cifar10Members()[3].content));
  const plan = await page.evaluate((files) => storageHarness.plan(files), files);
  expect(plan.sentence).toBe("CIFAR-10 binary, 8,000 images, 25 MB, needs 25 MB of storage");
  const said = await page.evaluate((id) => storageHarness.takeAndStop(id), plan.id);
  expect(said).toBe("data set big: the import was stopped; nothing was kept");
  expect(await page.evaluate(() => storageHarness.storage.datasets())).toEqual([]);
  const next = await page.evaluate((files) => storageHarness.plan(files), files);
  const { texts } = await page.evaluate((id) => storageHarness.take(id), next.id);
  expect(texts.at(-1)).toMatch(/^Reading big: \d+ of 25 MB$/);
  expect(await page.evaluate(() => storageHarness.images("big"))).toMatchObject({ train: 7500, test: 500 });
});

test("drops that cannot be used say why, and pictures and reports are taken", async ({ page }) => {
  await open(page);
  const plan = (...files: Sent[]) => page.evaluate((files) => storageHarness.plan(files), files);
  const archive = tarGz(cifar10Members());
  expect(await plan(sent("cifar-10-binary.tar.gz", archive.subarray(0, 500)))).toMatchObject({
    kind: "unknown",
    problem: { heading: "cifar-10-binary.tar.gz is cut short", body: "500 of 170,052,171 bytes. Nothing was changed." },
  });
  expect((await plan({ path: "train.bin", records: 20 })).problem).toMatchObject({
    heading: "train.bin cannot be used",
    body: expect.stringMatching(/^train\.bin is one file of CIFAR-10 binary, .* Nothing was changed\.$/),
  });
  expect((await plan(sent("a.png", "a,b\n1,2\n3,4\n5,6\n7,8\n"))).problem).toMatchObject({
    heading: "a.png is a table",
    hint: "npx startsparse data get NAME --from a.png --label COLUMN",
  });
  expect((await plan(sent("notes.zip", "just some words"))).problem).toMatchObject({
    heading: "notes.zip cannot be used",
    body: "It is nothing that is known here. Nothing was changed.",
  });
  const traps = zip([{ name: "run/config.yaml", content: "{}" }, { name: "../out", content: "x" }]);
  expect((await plan(sent("trap.zip", traps))).problem!.body).toMatch(/leads out of the archive/);
  const picture = await plan(sent("cat", GREY_JPEG));
  expect(picture).toMatchObject({ kind: "image", sentence: expect.stringMatching(/^JPEG image, 0\.\d kB$/) });
  const { taken } = await page.evaluate((id) => storageHarness.take(id), picture.id);
  expect(taken).toMatchObject({ kind: "image", image: { width: 8, height: 8, channels: 1 } });
  const page1 = '<!doctype html>\n<html><head><meta name="generator" content="startsparse"></head></html>';
  const report = await plan(sent("report/report.html", page1), sent("report/a.svg", "<svg/>"));
  expect(report).toMatchObject({ kind: "report", source: "report" });
  const imported = await page.evaluate((id) => storageHarness.take(id), report.id);
  expect(imported.taken).toMatchObject({
    kind: "report",
    import: { id: "report", page: "imports/report/report.html" },
  });
  const [info] = await page.evaluate(() => storageHarness.storage.imports());
  const bytes = await page.evaluate((path) => storageHarness.storage.readFile(path), info.page!);
  expect(new TextDecoder().decode(Uint8Array.from(Object.values(bytes)))).toBe(page1);
});
