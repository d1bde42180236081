/**
 * The pictures of the page in `docs/`: the built page trains, measures and sweeps in a Chromium, on the GPU that it finds,
 * and each view is taken with what came out.
 *
 *   node scripts/screenshots.mjs [--out docs] [--profile FOLDER] [--port N] [--only view,view]
 *
 * With `--profile` what was trained stays there, and a second call takes its pictures without training again (the port is
 * part of what a browser keeps it under).
 */
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { parseArgs } from "node:util";
import { root, runMain, setUp } from "./setup.mjs";

/** As small as shows something: on a processor that plays the GPU all of it takes some ten minutes. */
const RACE =
  "#/train?v=1&width=8&data.limit=2000&data.testLimit=1000&train.batch=32&train.epochs=6&mask.rule=erk&vs=dense";
const RESULTS = path.join(root, "test/browser/fixtures/er-ratios-small.zip");
const FLAGS = ["--enable-unsafe-webgpu", "--ignore-gpu-blocklist", "--no-sandbox", "--no-first-run"];
const MINUTES = 60_000;

/** Builds the page and serves it as a static host would. */
async function serve(port) {
  const { build, preview } = await import("vite");
  const configFile = path.join(root, "vite.config.ts");
  const outDir = path.join(root, "node_modules/.cache/startsparse/site-pictures");
  await build({ configFile, logLevel: "error", build: { outDir, emptyOutDir: true } });
  const server = await preview({
    configFile,
    build: { outDir },
    preview: { port, strictPort: true, host: "127.0.0.1" },
  });
  return { address: `http://127.0.0.1:${port}/`, close: () => server.close() };
}

async function hasAdapter(context, address) {
  const page = await context.newPage();
  await page.goto(address);
  const found = await page.evaluate(async () => await navigator.gpu?.requestAdapter() != null);
  await page.close();
  return found;
}

/** Takes the view as it is: `height` pixels of it, from the top of the page. */
function taker(page, folder) {
  fs.mkdirSync(folder, { recursive: true });
  return async (name, height) => {
    await page.setViewportSize({ width: 1280, height });
    await page.mouse.move(0, 0);
    for (const close of await page.locator(".notice").getByRole("button", { name: /^Close/ }).all()) {
      await close.click();
    }
    // charts follow the size of their columns
    await page.waitForTimeout(1500);
    const file = path.join(folder, `page-${name}.png`);
    await page.screenshot({ path: file });
    console.log(`${path.relative(root, file)}: ${Math.round(fs.statSync(file).size / 1000)} kB`);
  };
}

/** Each view's way to something that is worth a picture. */
const VIEWS = {
  async train(page, address, take) {
    await open(page, address, RACE);
    const finished = page.locator(".lane").getByText(/^Finished/);
    // where nothing has been trained a recording is shown, which has finished too
    await page.locator(".recording-bar, .opening.started").first().waitFor();
    if (await page.locator(".recording-bar").isVisible()) {
      await page.getByRole("button", { name: /^Train (both|a small one)$/ }).click();
      await page.locator(".recording-bar").waitFor({ state: "hidden" });
      for (const lane of [0, 1]) await finished.nth(lane).waitFor();
    }
    await take("train", 1160);
    await inTheDark(page, () => take("train-dark", 1160));
  },
  async network(page, address, take) {
    await open(page, address, "#/network");
    await page.locator(".network-box canvas").first().waitFor();
    const canvas = page.locator(".network-box canvas").last();
    await page.waitForTimeout(8000);
    const box = await canvas.boundingBox();
    await page.mouse.click(box.x + box.width * 0.45, box.y + box.height * 0.5);
    await page.waitForTimeout(3000);
    await take("network", 800);
    await inTheDark(page, () => take("network-dark", 800));
  },
  async density(page, address, take) {
    await open(page, address, "#/density");
    // the masks of all rules have been drawn
    await untilSaid(page, /realised by the draw/, /waiting|drawing…/);
    await take("density", 1000);
  },
  async try(page, address, take) {
    await open(page, address, "#/try");
    await page.locator(".answer li").first().waitFor();
    await page.getByRole("region", { name: "Nearest training images" }).waitFor();
    await page.getByText(/^Looking for images/).waitFor({ state: "hidden" });
    await take("try", 1000);
  },
  async theory(page, address, take) {
    await open(page, address, "#/theory");
    await untilSaid(page, /Lines: exact/, /masks follow/);
    await take("theory", 1000);
  },
  async results(page, address, take) {
    await open(page, address, "#/results");
    const chooser = page.waitForEvent("filechooser");
    await page.getByRole("button", { name: "Choose zip file" }).click();
    await (await chooser).setFiles(RESULTS);
    await page.locator("main svg text").first().waitFor({ state: "attached" });
    await take("results", 1160);
  },
  async speed(page, address, take) {
    await open(page, address, "#/speed");
    if (!await page.locator(".verdict").isVisible()) {
      await page.getByRole("combobox", { name: /Network/ }).click();
      await page.getByRole("option", { name: /lab, width 8/ }).click();
      await page.getByRole("button", { name: "Measure" }).click();
      await page.locator(".verdict").waitFor();
    }
    await take("speed", 1000);
  },
  async sweep(page, address, take) {
    await open(page, address, "#/sweep");
    if (await page.locator(".sweep-cells").getByText("done").count() < 5) {
      await page.getByRole("checkbox", { name: "pyramidal" }).uncheck();
      await page.getByRole("checkbox", { name: "balanced" }).uncheck();
      await page.getByRole("group", { name: "Seeds" }).getByRole("radio").first().check({ force: true });
      for (const [name, value] of [["Epochs", "3"], ["Images", "1000"]]) {
        await page.getByRole("textbox", { name }).fill(value);
        await page.getByRole("textbox", { name }).press("Enter");
      }
      await page.getByRole("button", { name: "Train 5 cells" }).click();
      await page.getByRole("button", { name: "All cells are done" }).waitFor();
    }
    await page.locator("main svg text").first().waitFor({ state: "attached" });
    await take("sweep", 1160);
  },
};

async function open(page, address, hash) {
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.goto("about:blank");
  await page.goto(address + hash);
  await page.getByRole("navigation", { name: "Views" }).waitFor();
}

/** Waits until the view says the one and no longer the other. */
async function untilSaid(page, wanted, unwanted) {
  for (;;) {
    const words = await page.locator("main").innerText();
    if (wanted.test(words) && !unwanted.test(words)) return;
    await page.waitForTimeout(500);
  }
}

async function inTheDark(page, take) {
  await page.getByRole("button", { name: "Dark theme" }).click();
  await take();
  await page.getByRole("button", { name: "Light theme" }).click();
}

await runMain(async () => {
  const { values } = parseArgs({
    options: {
      out: { type: "string", default: "docs" },
      profile: { type: "string" },
      port: { type: "string", default: "4173" },
      only: { type: "string" },
    },
  });
  const { chromium: executablePath } = setUp({ adapter: false, browser: true });
  const site = await serve(Number(values.port));
  const profile = values.profile ?? fs.mkdtempSync(path.join(os.tmpdir(), "startsparse-pictures-"));
  const { chromium } = await import("@playwright/test");
  const launch = (flags = []) =>
    chromium.launchPersistentContext(profile, {
      executablePath,
      args: [...FLAGS, ...flags],
      viewport: { width: 1280, height: 800 },
      colorScheme: "light",
      // a worker of an earlier call would serve the page of that call
      serviceWorkers: "block",
    });
  let context = await launch();
  try {
    if (!await hasAdapter(context, site.address)) {
      await context.close();
      context = await launch(["--use-webgpu-adapter=swiftshader"]);
    }
    const page = context.pages()[0] ?? await context.newPage();
    page.setDefaultTimeout(15 * MINUTES);
    const wanted = values.only?.split(",") ?? Object.keys(VIEWS);
    for (const view of wanted) await VIEWS[view](page, site.address, taker(page, path.resolve(root, values.out)));
  } finally {
    await context.close();
    await site.close();
    if (values.profile === undefined) fs.rmSync(profile, { recursive: true, force: true });
  }
});
