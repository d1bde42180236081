/** One engine, two homes: what the page trains, the command line trains, and each goes on with what the other has begun. */
import { readFile } from "node:fs/promises";
import * as path from "node:path";
import type { Page } from "@playwright/test";
import { drop, largestDifference, startsparse, swiftShader, unpacked, weightsOf, zipped } from "./runs.ts";
import { expect, type Site, test } from "./site.ts";

/** 18 steps of the narrowest network, alone in the view. */
const RUN = "#/train?v=1&width=8&data.limit=288&data.testLimit=100&train.batch=32&train.epochs=2&mask.rule=erk";

/**
 * What rounding may make of a weight, as a part of the largest weight of its tensor: 7.7e-7 was measured after 18 steps,
 * SwiftShader in the page against llvmpipe under Deno.
 */
const ROUNDING = 1e-5;
/** In a variable, so that the type check does without the package. */
const DAWN: string = "webgpu";

const lane = (page: Page) => page.getByRole("group", { name: "0.1 ERK", exact: true });

/** Trains what a link says to its end; the command that the page copies for it. */
async function train({ page, open }: Site, link: string): Promise<string> {
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await open(link);
  await page.getByRole("button", { name: "Train a small one" }).click();
  await expect(lane(page).getByText(/^Finished · /)).toBeVisible({ timeout: 90_000 });
  await page.getByRole("button", { name: "Copy command" }).click();
  await expect(page.getByText("Copied. Same masks bit for bit; weights agree to rounding on another GPU.").first())
    .toBeVisible();
  return await page.evaluate(() => navigator.clipboard.readText());
}

async function exported(page: Page, folder: string): Promise<string> {
  const runs = await unpacked(page, () => page.getByRole("button", { name: "Export 0.1 ERK" }).click(), folder);
  expect(runs).toHaveLength(1);
  return path.join(folder, runs[0]);
}

const resultOf = async (folder: string) => JSON.parse(await readFile(path.join(folder, "result.json"), "utf8"));

/** Names that hold the same bytes in two run folders. */
async function sameFile(name: string, ...folders: readonly string[]): Promise<boolean> {
  const [one, other] = await Promise.all(folders.map((folder) => readFile(path.join(folder, name))));
  return one.equals(other);
}

/** Ways to compute under Deno, and how close the page's weights are: on the page's own adapter, there is no rounding. */
async function backends(): Promise<{ name: string; options: string; env: Record<string, string>; bound: number }[]> {
  const driver = await swiftShader();
  const dawn = driver !== undefined && await import(DAWN).then(() => true, () => false);
  return [
    { name: "wgpu", options: "", env: {}, bound: ROUNDING },
    ...(dawn ? [{ name: "dawn", options: " --backend dawn", env: { VK_DRIVER_FILES: driver }, bound: 0 }] : []),
  ];
}

test("the copied command under Deno: the same masks bit for bit, and the same weights", async ({ site }, info) => {
  const command = await train(site, RUN);
  expect(command).toMatch(/^npx startsparse run \S/);
  const page = await exported(site.page, info.outputPath("page"));
  for (const { name, options, env, bound } of await backends()) {
    const deno = info.outputPath(name);
    await startsparse(`${command}${options} --out '${deno}'`, info.outputPath(), env);
    expect((await resultOf(page)).configHash).toBe((await resultOf(deno)).configHash);
    expect(await sameFile("masks.safetensors", page, deno)).toBe(true);
    const difference = largestDifference(await weightsOf(page), await weightsOf(deno));
    info.annotations.push({ type: `largest difference, ${name}`, description: String(difference) });
    expect(difference).toBeLessThanOrEqual(bound);
    expect(await sameFile("weights.safetensors", page, deno)).toBe(difference === 0);
  }
});

test(
  "a run stopped half way in the page is ended by resume under Deno, and comes back with its curves @full",
  async ({ site }, info) => {
    const { page } = site;
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await site.open(RUN.replace("train.epochs=2", "train.epochs=8"));
    await page.getByRole("button", { name: "Train a small one" }).click();
    await expect(lane(page).getByText(/^epoch [2-6] of 8/)).toBeVisible({ timeout: 90_000 });
    await page.getByRole("region", { name: "Parameters" }).getByRole("button", { name: "Pause" }).click();
    await expect(lane(page).getByText(/^Paused at step/)).toBeVisible();
    const half = await exported(page, info.outputPath("half"));
    await expect(lane(page).getByText(/^Stopped, saved at step \d+/)).toBeVisible();
    const { name: backend, options, env, bound } = (await backends()).at(-1)!;
    const said = await startsparse(`npx startsparse resume '${half}'${options}`, info.outputPath(), env);
    expect(said).toMatch(/goes on from\s+\S+step-\d+\.safetensors:\s+[1-6] epochs?\s+and\s+\d+ steps? done/);

    // the page ends it too, and both have the same network
    await lane(page).getByRole("button", { name: "Go on: 0.1 ERK" }).click();
    await expect(lane(page).getByText(/^Finished/)).toBeVisible({ timeout: 90_000 });
    const whole = await exported(page, info.outputPath("whole"));
    expect(await sameFile("masks.safetensors", half, whole)).toBe(true);
    const difference = largestDifference(await weightsOf(half), await weightsOf(whole));
    info.annotations.push({ type: `largest difference, ${backend}`, description: String(difference) });
    expect(difference).toBeLessThanOrEqual(bound);

    // dropped on the page, it stands beside the page's own run, with the same curve
    const name = path.basename(half);
    await drop(page, `${name}.zip`, await zipped(half, name));
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("button", { name: "Use" }).click();
    await expect(page.getByRole("heading", { name: "What did the runs find?" })).toBeVisible();
    await page.getByRole("link", { name: "Train", exact: true }).click();
    const imported = page.getByRole("group", { name, exact: true });
    await expect(imported.getByText("Finished")).toBeVisible();
    // what came out of the storage, for both: the page's own run was drawn from what it measured until now
    await page.reload();
    await expect(imported.getByText("Finished")).toBeVisible();
    const rows = (await curves(page)).split("\n").map((line) => line.split(","));
    const curveOf = (run: string) =>
      rows.filter(([name]) => name === run).map(([, kind, step, images, , loss, accuracy]) => {
        return [kind, step, images, loss, accuracy].join();
      });
    const own = curveOf("0.1 ERK");
    expect(own.filter((row) => row.startsWith("test"))).toHaveLength(8);
    expect(own.length).toBeGreaterThan(10);
    if (bound === 0) expect(curveOf(name)).toEqual(own);
    else expect(curveOf(name)).toHaveLength(own.length);
  },
);

/** The curves of the view as its button saves them. */
async function curves(page: Page): Promise<string> {
  const figure = page.getByRole("figure", { name: /^Accuracy/ });
  await figure.getByRole("button", { name: "Save" }).click();
  const download = page.waitForEvent("download");
  await figure.getByRole("button", { name: "CSV" }).click();
  return await readFile(await (await download).path(), "utf8");
}
