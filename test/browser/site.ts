/** The built page as a visitor has it. */
import { expect, type Page, test as base } from "@playwright/test";
import process from "node:process";

/** A page and what went wrong in it: a test that uses it fails at the end if anything did. */
export interface Site {
  readonly page: Page;
  /** Opens a view by its hash (`#/density?…`), and waits until the frame is there. */
  open(hash?: string): Promise<void>;
  /** Console errors, uncaught errors, requests to other origins, violations of the content policy: empty at the end. */
  readonly troubles: string[];
}

/** Playwright's `test` with a {@link Site}. */
export const test = base.extend<{ site: Site }>({
  site: async ({ page }, use) => {
    const address = process.env.STARTSPARSE_SITE_URL!;
    const troubles: string[] = [];
    page.on("pageerror", (error) => troubles.push(`uncaught: ${error.stack ?? error.message}`));
    page.on("console", (message) => {
      if (message.type() === "error") troubles.push(`console: ${message.text()}`);
    });
    page.on("request", (request) => {
      const { protocol, origin } = new URL(request.url());
      if (protocol.startsWith("http") && origin !== new URL(address).origin) troubles.push(`request: ${request.url()}`);
    });
    const open = async (hash = "") => {
      await page.goto(address + hash);
      await expect(page.getByRole("navigation", { name: "Views" })).toBeVisible();
    };
    await use({ page, open, troubles });
    expect(troubles).toEqual([]);
  },
});

export { expect };
