import { expect, type Page, test } from "@playwright/test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { FILES_RULES } from "../host/files_rules.ts";

async function open(page: Page): Promise<void> {
  await page.goto("./files.html");
  await page.waitForFunction(() => "filesHarness" in globalThis);
}

test("files in the browser's storage keep the rules of all files, and outlive their page", async ({ page }) => {
  await open(page);
  const names = FILES_RULES.map(({ name }) => name);
  expect(names.length).toBeGreaterThan(5);
  expect(await page.evaluate(() => filesHarness.of("a").rules())).toEqual(names);
  await page.evaluate(() => filesHarness.of("a").write("runs/a/result.json", "{ü}"));
  await open(page);
  expect(await page.evaluate(() => filesHarness.of("a").read("/runs/a/result.json"))).toBe("{ü}");
  const times = await page.evaluate(() => filesHarness.of("a").times());
  const words = Object.entries(times).map(([what, ms]) => `${what} ${ms.toFixed(2)} ms`).join(", ");
  test.info().annotations.push({ type: "time", description: words });
});

test("a worker that dies between writing and renaming leaves the old file, and the next one writes", async ({ page }) => {
  await open(page);
  const read = () => page.evaluate(() => filesHarness.of("b").read("runs/r/config.yaml"));
  await page.evaluate(async () => {
    const worker = filesHarness.of("a");
    await worker.write("runs/r/config.yaml", "old");
    await worker.hangAfter(0);
    worker.write("runs/r/config.yaml", "new, and never in its place");
    await new Promise((done) => setTimeout(done, 300));
    filesHarness.kill("a");
  });
  expect(await read()).toBe("old");
  const left = await page.evaluate(() => filesHarness.of("b").list("runs/r"));
  expect(left).toHaveLength(2);
  expect(left[1]).toMatch(/^config\.yaml\..*\.tmp$/);
  await page.evaluate(() => filesHarness.of("b").write("runs/r/config.yaml", "newer"));
  expect(await read()).toBe("newer");
});

test("a folder that was being renamed in a crash has its new name, whole, for whoever comes next", async ({ page }) => {
  await open(page);
  await page.evaluate(async () => {
    const worker = filesHarness.of("a");
    for (const name of ["a", "b", "inner/c", "d"]) await worker.write(`cache/.set.importing/${name}`, name);
    await worker.hangAfter(2);
    worker.rename("cache/.set.importing", "cache/set");
    await new Promise((done) => setTimeout(done, 300));
    filesHarness.kill("a");
  });
  expect(await page.evaluate(() => filesHarness.of("b").list("cache"))).toEqual(["set"]);
  expect(await page.evaluate(() => filesHarness.of("b").list("cache/set"))).toEqual(["a", "b", "d", "inner"]);
  expect(await page.evaluate(() => filesHarness.of("b").read("cache/set/inner/c"))).toBe("inner/c");
  expect(await page.evaluate(() => filesHarness.of("b").list("/"))).toEqual(["cache"]);
});

test("where moving replaces no file, files are replaced all the same", async ({ page }) => {
  await open(page);
  await page.evaluate(async () => {
    const worker = filesHarness.of("a");
    await worker.refuseReplacing();
    await worker.write("f/file", "first, and longer");
    await worker.write("f/file", "second");
    await worker.write("f/other", "third");
    await worker.rename("f/other", "f/file");
  });
  expect(await page.evaluate(() => filesHarness.of("b").list("f"))).toEqual(["file"]);
  expect(await page.evaluate(() => filesHarness.of("b").read("f/file"))).toBe("third");
});

test("two workers add to one file, and no line is lost", async ({ page }) => {
  await open(page);
  const text = await page.evaluate(async () => {
    const [a, b] = [filesHarness.of("a"), filesHarness.of("b")];
    await a.write("log/lines", "");
    await Promise.all([a.appendMany("log/lines", "a", 40), b.appendMany("log/lines", "b", 40)]);
    return await a.read("log/lines");
  });
  const lines = text.trimEnd().split("\n");
  for (const word of ["a", "b"]) {
    expect(lines.filter((line) => line.startsWith(word))).toEqual(Array.from({ length: 40 }, (_, i) => `${word} ${i}`));
  }
});

test("a full storage says so with its size, and nothing is changed", async ({ playwright, launchOptions, baseURL }) => {
  // the storage of a private window is in memory and has no quota
  const profile = await mkdtemp(path.join(tmpdir(), "startsparse-profile-"));
  const context = await playwright.chromium.launchPersistentContext(profile, { ...launchOptions, baseURL });
  try {
    const page = await context.newPage();
    await open(page);
    await page.evaluate(() => filesHarness.of("a").write("runs/r/weights", "old"));
    const session = await context.newCDPSession(page), { origin } = new URL(page.url());
    await session.send("Storage.overrideQuotaForOrigin", { origin, quotaSize: 2 ** 20 });
    const refused = await page.evaluate(() => filesHarness.of("a").fill("runs/r/weights", 4 * 2 ** 20));
    expect(refused).toMatchObject({ isUserError: true });
    expect(refused!.message).toMatch(/^Not saved: browser storage is full \([\d.]+ \w+ of [\d.]+ \w+\)\.$/);
    // what this browser tells of its quota is not what it keeps to
    expect(refused!.hint).toMatch(/The disk itself may be full/);
    expect(await page.evaluate(() => filesHarness.of("a").list("runs/r"))).toEqual(["weights"]);
    expect(await page.evaluate(() => filesHarness.of("a").read("runs/r/weights"))).toBe("old");
  } finally {
    await context.close();
    await rm(profile, { recursive: true, force: true });
  }
});
