import AxeBuilder from "@axe-core/playwright";
import { expect, type Page, test } from "@playwright/test";
import type { ConfigInput } from "../../src/experiment/config.ts";
import { open, run } from "./page.ts";

const SMALL: ConfigInput = {
  data: { limit: 64, testLimit: 32 },
  model: { name: "lab", width: 8 },
  train: { epochs: 50, batch: 32, evalBatch: 32, logEvery: 1 },
};

const LANES = [
  { id: "dense", title: "dense", rule: "dense" as const, config: { ...SMALL, mask: { rule: "dense" as const } } },
  {
    id: "uniform",
    title: "0.1 uniform",
    rule: "uniform" as const,
    config: { ...SMALL, mask: { rule: "uniform" as const, density: 0.1 } },
  },
];

const box = (page: Page) => page.locator(".network-box").last();
const state = (page: Page) => run(page, "networkState", null);

/** Waits until the picture has been drawn with what it says. */
async function drawn(page: Page): Promise<void> {
  await expect.poll(async () => (await state(page)).frames.run?.limits !== undefined, { timeout: 60_000 }).toBe(true);
}

/** A pixel of the picture, as it is shown. */
async function pixel(page: Page, [x, y]: readonly [number, number]): Promise<number[]> {
  return await box(page).locator("canvas").evaluate(async (canvas: HTMLCanvasElement, [x, y]) => {
    const copy = new OffscreenCanvas(canvas.clientWidth, canvas.clientHeight), context = copy.getContext("2d")!;
    context.drawImage(canvas, 0, 0, copy.width, copy.height);
    return await Promise.resolve([...context.getImageData(x, y, 1, 1).data.slice(0, 3)]);
  }, [x, y] as const);
}

/** Of each canvas whether there is a picture on it: more than a ground and a few lines. */
async function colours(page: Page): Promise<boolean[]> {
  return await page.locator(".network-box canvas").evaluateAll((canvases) =>
    canvases.map((canvas) => {
      const { clientWidth: width, clientHeight: height } = canvas as HTMLCanvasElement;
      const context = new OffscreenCanvas(width, height).getContext("2d")!;
      context.drawImage(canvas as HTMLCanvasElement, 0, 0, width, height);
      const { data } = context.getImageData(0, 0, width, height);
      return new Set(new Uint32Array(data.buffer)).size > 50;
    })
  );
}

test("the Network view: drawn, picked, turned, read, on one canvas and on two", async ({ page }) => {
  test.slow(); // SwiftShader compiles the network's kernels first
  await page.setViewportSize({ width: 1280, height: 800 });
  await open(page);
  await run(page, "showNetworks", { lanes: LANES, steps: 1, theme: "light" });
  await drawn(page);
  const start = await state(page);
  expect(start.frames.run).toMatchObject({ lane: "uniform", step: 1, relief: "none" });
  expect(start.frames.run.problem).toBeUndefined();

  // a click on a kernel chooses it, its taps are read, and its unit's edges are told
  const at = start.firstKernels[1]!, frame = (await box(page).boundingBox())!;
  expect(await pixel(page, at)).not.toEqual(await pixel(page, [4, 4]));
  await page.mouse.click(frame.x + at[0], frame.y + at[1]);
  expect((await state(page)).selected).toMatchObject({ layer: 1, output: 0, input: 0 });
  const inspector = page.getByRole("region", { name: "Layer of 0.1 uniform" });
  await expect(inspector.getByRole("heading", { name: "kernel 0 ← 0" })).toBeVisible();
  await expect(inspector.getByRole("img", { name: /^Taps, row by row: / })).toBeVisible();
  await expect(inspector).toContainText(/unit 0: \d+ in, \d+ out/);
  await expect(inspector).toContainText(/kept 1\d\d \(0\.1/);

  // dragging turns it; buttons and keys do the same
  const { yaw } = await state(page);
  await page.mouse.move(frame.x + 300, frame.y + 300);
  await page.mouse.down();
  await page.mouse.move(frame.x + 360, frame.y + 320, { steps: 8 });
  await page.mouse.up();
  const turned = (await state(page)).yaw;
  expect(turned).not.toBeCloseTo(yaw, 2);
  expect((await state(page)).selected).toMatchObject({ layer: 1 });
  await page.getByRole("button", { name: "Turn right" }).click();
  await box(page).focus();
  await page.keyboard.press("ArrowRight");
  expect((await state(page)).yaw).toBeGreaterThan(turned + 0.3);
  await page.keyboard.press("]");
  expect((await state(page)).layer).toBe(2);
  await page.keyboard.press("[");
  await page.keyboard.press("Home");
  await expect.poll(async () => (await state(page)).yaw).toBeCloseTo(yaw, 5);

  // with reduced motion the camera is there at once
  await page.emulateMedia({ reducedMotion: "reduce" });
  // the page hears of it with its next picture
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  await page.keyboard.press("]");
  const there = (await state(page)).yaw;
  expect(there).not.toBeCloseTo(yaw, 2);
  expect((await state(page)).yaw).toBe(there);
  await page.keyboard.press("[");

  // flat, the arrows move among kernels
  await page.getByRole("radio", { name: "flat" }).check({ force: true });
  await box(page).focus();
  for (const key of ["Enter", "ArrowRight", "ArrowRight", "ArrowDown"]) await page.keyboard.press(key);
  expect((await state(page)).selected).toMatchObject({ layer: 1, output: 1, input: 2 });
  await expect(inspector.getByRole("heading", { name: "kernel 1 ← 2" })).toBeVisible();

  // the same in words
  await page.getByText("Table of 0.1 uniform").click();
  await expect(page.getByRole("row", { name: /^conv2 8→16 3×3 1,152 / })).toBeVisible();
  await expect(page.getByRole("img", { name: /^conv2, 16 outputs by 8 inputs, \d+ of 1,152 kept, density 0\.1/ }))
    .toBeVisible();
  for (const theme of ["light", "dark"] as const) {
    await run(page, "setTheme", theme);
    const { violations } = await new AxeBuilder({ page }).include("main").analyze();
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
  }

  // a wide page has the dense network beside it, with one camera
  await page.getByRole("radio", { name: "3-D" }).check({ force: true });
  await page.setViewportSize({ width: 1920, height: 1080 });
  await expect.poll(async () => Object.keys((await state(page)).frames).sort()).toEqual(["run", "twin"]);
  expect((await state(page)).frames.twin.lane).toBe("dense");
  await expect(page.getByRole("region", { name: "Layer of dense" })).toContainText("kept 1,152 (1.00)");
  await expect.poll(() => colours(page)).toEqual([true, true]);

  // the second canvas comes and goes with the width, however fast; what is not drawn yet says so
  for (const width of [1280, 1920, 1300, 1500, 1290, 1920]) await page.setViewportSize({ width, height: 1080 });
  await expect.poll(() => colours(page), { timeout: 30_000 }).toEqual([true, true]);
  await expect(page.getByText("Drawing the network of")).toHaveCount(0);
});

test("the Network view: its address says how it is drawn, which run, layer and kernel; the width's layout does not stay", async ({ page }) => {
  test.slow();
  await page.setViewportSize({ width: 1280, height: 800 });
  await open(page);
  const query = "layout=flat&colour=survival&run=dense&layer=conv2&kernel=3,5";
  await run(page, "showNetworks", { lanes: LANES, steps: 1, theme: "light", query });
  await drawn(page);
  const address = () => new URL(page.url()).hash;
  expect(await state(page)).toMatchObject({
    mode: "flat",
    colour: "survival",
    layer: 1,
    selected: { layer: 1, output: 3, input: 5 },
    frames: { run: { lane: "dense" } },
  });
  const inspector = page.getByRole("region", { name: "Layer of dense" });
  await expect(inspector.getByRole("heading", { name: "kernel 3 ← 5" })).toBeVisible();
  expect(address()).toBe(`#/network?${query}`);

  // what is done is in the address a moment later, in place of what was there; defaults are not
  const entries = await page.evaluate(() => history.length);
  await page.getByRole("radio", { name: "3-D" }).check({ force: true });
  await page.getByRole("group", { name: "Layers" }).getByRole("button", { name: /^conv3 / }).click();
  await expect.poll(address).toBe("#/network?colour=survival&run=dense&layer=conv3");
  await page.getByRole("combobox", { name: /Run/ }).click();
  await page.getByRole("option", { name: /0\.1 uniform/ }).click();
  await expect.poll(address).toBe("#/network?colour=survival&layer=conv3");
  expect(await page.evaluate(() => history.length)).toBe(entries);

  // what is not there names itself
  await page.evaluate(() => location.hash = "#/network?run=gone&layer=conv9&kernel=0,0");
  await expect(page.getByText("layer conv9 is not in this network; using conv1")).toBeVisible();
  await expect(page.getByText("kernel 0,0 is not in conv9; none is picked")).toBeVisible();
  await expect(page.getByText("run gone is not here; using 0.1 uniform")).toBeVisible();
  await page.evaluate(() => location.hash = "#/network?layer=conv2&kernel=16,0");
  await expect(page.getByText("kernel 16,0 is not in conv2; none is picked")).toBeVisible();
  expect((await state(page)).colour).toBe("weight");

  // a narrow page is flat by itself, and a wide one is not any more
  await page.evaluate(() => location.hash = "#/network?layer=conv2&kernel=1,0");
  await expect.poll(async () => (await state(page)).mode).toBe("depth");
  await page.setViewportSize({ width: 380, height: 800 });
  await expect.poll(async () => (await state(page)).mode).toBe("flat");
  await page.setViewportSize({ width: 1280, height: 800 });
  await expect.poll(async () => (await state(page)).mode).toBe("depth");
  await expect(page.getByRole("radio", { name: "3-D" })).toBeChecked();
  expect(address()).toBe("#/network?layer=conv2&kernel=1,0");
  // unless somebody wanted it
  await page.getByRole("radio", { name: "Flat" }).check({ force: true });
  await page.setViewportSize({ width: 380, height: 800 });
  await page.setViewportSize({ width: 1280, height: 800 });
  await expect.poll(address).toBe("#/network?layout=flat&layer=conv2&kernel=1,0");
  expect((await state(page)).mode).toBe("flat");
});

test("the Network view: without a network it says so", async ({ page }) => {
  await open(page);
  await run(page, "showNetworks", { lanes: [], steps: 0, theme: "light" });
  await expect(page.getByRole("heading", { name: "No network yet" })).toBeVisible();
  await expect(page.getByText("Train one, or open a run.")).toBeVisible();
  await expect(page.getByRole("link", { name: "Train both" })).toHaveAttribute("href", "#/train");
});

test("the Network view: no task is long while two lanes train and the camera turns @full", async ({ page }) => {
  test.slow();
  await page.setViewportSize({ width: 1280, height: 800 });
  await open(page);
  await run(page, "showNetworks", { lanes: LANES, steps: 1, theme: "light" });
  await drawn(page);
  await run(page, "playNetworks", LANES.map(({ id }) => id));
  await page.evaluate(() => {
    const seen: number[] = [];
    new PerformanceObserver((list) => seen.push(...list.getEntries().map(({ duration }) => duration)))
      .observe({ type: "longtask" });
    Object.assign(globalThis, { longTasks: seen });
  });
  const frame = (await box(page).boundingBox())!;
  await page.mouse.move(frame.x + 200, frame.y + 200);
  await page.mouse.down();
  for (let i = 0; i < 60; i++) {
    await page.mouse.move(frame.x + 200 + 4 * i, frame.y + 200 + i);
    await page.waitForTimeout(50);
  }
  await page.mouse.up();
  const { frames } = await state(page);
  expect(frames.run.step).toBeGreaterThan(1);
  const long = await page.evaluate(() => (globalThis as unknown as { longTasks: number[] }).longTasks);
  expect(Math.max(0, ...long)).toBeLessThanOrEqual(100);
});
