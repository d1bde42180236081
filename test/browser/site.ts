/** The built page as a visitor has it. */
import { type BrowserContext, expect, type Page, test as base } from "@playwright/test";
import process from "node:process";

/** A page and what went wrong in it: a test that uses it fails at the end if anything did. */
export interface Site {
  readonly page: Page;
  /** Opens a view by its hash (`#/density?…`), and waits until the frame is there. */
  open(hash?: string): Promise<void>;
  /** Console errors, uncaught errors, requests to other origins, violations of the content policy: empty at the end. */
  readonly troubles: string[];
}

/** The views by the names that their addresses have. */
export const VIEWS = ["train", "network", "density", "sweep", "try", "speed", "theory", "results"] as const;

/** Playwright's `test` with a {@link Site}. */
export const test = base.extend<{ site: Site }>({
  site: async ({ page }, use) => {
    const address = process.env.STARTSPARSE_SITE_URL!;
    const troubles = troublesOf(page, address);
    await use({ page, open: (hash = "") => openAt(page, address + hash), troubles });
    expect(troubles).toEqual([]);
  },
});

/** Opens an address of the page, and waits until the frame is there. */
export async function openAt(page: Page, address: string): Promise<void> {
  await page.goto(address);
  await expect(page.getByRole("navigation", { name: "Views" })).toBeVisible();
}

/** Opens a view, and waits until it has its first heading. */
export async function openView(site: Site, view: string): Promise<void> {
  await site.open(`#/${view}`);
  await expect(site.page.locator("main :is(h1, h2)").first()).toBeVisible();
}

/** Collects what goes wrong in a page from now on. */
export function troublesOf(page: Page, address: string): string[] {
  const troubles: string[] = [];
  page.on("pageerror", (error) => troubles.push(`uncaught: ${error.stack ?? error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error") troubles.push(`console: ${message.text()}`);
  });
  page.on("request", (request) => {
    const { protocol, origin } = new URL(request.url());
    if (protocol.startsWith("http") && origin !== new URL(address).origin) troubles.push(`request: ${request.url()}`);
  });
  return troubles;
}

/** The page from its sources, whose modules a test can reach: for states that only an engine or another tab would make. */
export async function openSources(page: Page, hash = ""): Promise<void> {
  await openAt(page, new URL(`/web/index.html${hash}`, process.env.STARTSPARSE_TEST_URL).href);
}

/** Another page of the same browser, from the sources. */
export async function secondTab(context: BrowserContext): Promise<Page> {
  const page = await context.newPage();
  await openSources(page);
  return page;
}

/** SHA-256 of the weights of each finished run in the storage, the oldest run first. */
export async function weightsOf(page: Page): Promise<string[]> {
  return await page.evaluate(async () => {
    const runs = await (await navigator.storage.getDirectory()).getDirectoryHandle("runs");
    const found: [string, string][] = [];
    for await (const [name, folder] of runs as unknown as AsyncIterable<[string, FileSystemDirectoryHandle]>) {
      const file = await (await folder.getFileHandle("weights.safetensors")).getFile();
      const sum = new Uint8Array(await crypto.subtle.digest("SHA-256", await file.arrayBuffer()));
      found.push([name, Array.from(sum, (byte) => byte.toString(16).padStart(2, "0")).join("")]);
    }
    return found.sort(([a], [b]) => a < b ? -1 : 1).map(([, sum]) => sum);
  });
}

export { expect };
