/** The page from any folder of any host, without a network after the first visit, and when a new version comes. */
import { expect, openAt, test, troublesOf } from "./site.ts";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import * as path from "node:path";
import process from "node:process";
import type { Page } from "@playwright/test";

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".webmanifest": "application/manifest+json",
};

/** The built page in a folder of a host that knows nothing of it; `edition` makes the service worker another one. */
class Host {
  edition = 0;
  #server?: Server;

  constructor(readonly folder: string) {}

  async start(): Promise<string> {
    const site = process.env.STARTSPARSE_SITE_FOLDER!;
    const server = this.#server = createServer(async (request, response) => {
      const { pathname } = new URL(request.url!, "http://host");
      const name = pathname.slice(this.folder.length) || "index.html";
      const file = path.join(site, name);
      if (!pathname.startsWith(this.folder) || !(await stat(file).catch(() => undefined))?.isFile()) {
        return void response.writeHead(404).end();
      }
      response.setHeader("content-type", TYPES[path.extname(file)] ?? "application/octet-stream");
      const stream = createReadStream(file);
      if (name !== "sw.js") return void stream.pipe(response);
      stream.on("end", () => response.end(`\n// ${this.edition}`)).pipe(response, { end: false });
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    return `http://127.0.0.1:${(server.address() as { port: number }).port}${this.folder}`;
  }

  async stop(): Promise<void> {
    this.#server!.closeAllConnections();
    await new Promise((done) => this.#server!.close(done));
  }
}

/** Waits until everything is in the browser's storage. */
async function untilKept(page: Page): Promise<void> {
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => {}));
  const missing = () =>
    page.evaluate(async () => {
      const name = (await caches.keys()).find((name) => name.startsWith("startsparse-data-"));
      const kept = name === undefined ? [] : await (await caches.open(name)).keys();
      const files = ["manifest.json", ...["t10k", "train"].flatMap((part) => [`${part}-images`, `${part}-labels`])];
      return files.filter((file) => !kept.some(({ url }) => url.includes(file)));
    });
  await expect.poll(missing, { timeout: 60_000 }).toEqual([]);
}

for (const folder of ["/", "/sub/path/"]) {
  test(`from ${folder}: nothing from elsewhere, and a reload without a network`, async ({ page, context }) => {
    const host = new Host(folder), address = await host.start();
    const troubles = troublesOf(page, address);
    const elsewhere: string[] = [];
    context.on("request", (request) => {
      const url = request.url();
      if (url.startsWith("http") && !url.startsWith(address)) elsewhere.push(url);
    });
    await openAt(page, address);
    await untilKept(page);
    await host.stop();
    await context.setOffline(true);
    await page.reload();
    await expect(page.getByText("Offline: everything here still works.")).toBeVisible();
    for (const view of ["Density", "Network", "Results"]) {
      await page.getByRole("link", { name: view, exact: true }).click();
      await expect(page.locator("main :is(h1, h2)").first()).toBeVisible();
    }
    const bytes = await page.evaluate(async () => {
      const answer = await fetch("datasets/fashion-mnist-10k/train-labels-idx1-ubyte.gz");
      return (await answer.arrayBuffer()).byteLength;
    });
    expect(bytes).toBeGreaterThan(1000);
    expect(troubles).toEqual([]);
    expect(elsewhere).toEqual([]);
  });
}

test("trained from a folder of a host, the run is there without a network, and can be trained again", async ({ page, context }) => {
  const host = new Host("/sub/path/"), address = await host.start();
  const troubles = troublesOf(page, address), elsewhere: string[] = [];
  context.on("request", (request) => {
    const url = request.url();
    if (/^(http|ws)/.test(url) && !url.startsWith(address)) elsewhere.push(url);
  });
  await openAt(page, `${address}#/train?v=1&width=8&data.limit=288&data.testLimit=100&train.batch=32&train.epochs=1`);
  await page.getByRole("button", { name: "Train a small one" }).click();
  const lanes = page.locator(".lane"), finished = lanes.getByText(/^Finished/);
  await expect(finished).toHaveCount(1, { timeout: 90_000 });
  await untilKept(page);
  await host.stop();
  await context.setOffline(true);
  const numbers = await lanes.locator(".large").allTextContents();
  await page.reload();
  await expect(page.getByText("Offline: everything here still works.")).toBeVisible();
  await expect(finished).toHaveCount(1);
  await expect(lanes.locator(".large")).toHaveText(numbers);
  await page.getByRole("region", { name: "Parameters" }).getByRole("button", { name: "Train" }).click();
  await expect(lanes.getByText(/^epoch 1 of 1/)).toBeVisible({ timeout: 90_000 });
  await expect(finished).toHaveCount(1, { timeout: 90_000 });
  // the same seed
  await expect(lanes.locator(".large")).toHaveText(numbers);
  expect(troubles).toEqual([]);
  expect(elsewhere).toEqual([]);
});

test("a new version waits until it is asked for", async ({ page }) => {
  const host = new Host("/"), address = await host.start();
  try {
    await openAt(page, address);
    await untilKept(page);
    await page.reload();
    await expect(page.getByRole("navigation", { name: "Views" })).toBeVisible();
    await expect(page.getByText("A new version is ready.")).toBeHidden();
    host.edition++;
    await page.evaluate(() => navigator.serviceWorker.ready.then((registration) => registration.update()));
    await expect(page.getByText("A new version is ready. Runs are safe.").first()).toBeVisible();
    await page.evaluate(() => Object.assign(globalThis, { before: true }));
    await page.getByRole("button", { name: "Reload" }).click();
    await page.waitForFunction(() => !("before" in globalThis));
    await expect(page.getByRole("navigation", { name: "Views" })).toBeVisible();
    await expect(page.getByText("A new version is ready.")).toBeHidden();
  } finally {
    await host.stop();
  }
});
