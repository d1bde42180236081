import type { Page } from "@playwright/test";
import type { Harness } from "./pages/harness.ts";

type Argument<Name extends keyof Harness> = Parameters<Harness[Name]>[0];
type Answer<Name extends keyof Harness> = Awaited<ReturnType<Harness[Name]>>;

/** Opens the harness page and waits until its functions are there. Errors in the page fail the test that made them. */
export async function open(page: Page): Promise<void> {
  page.on("pageerror", (error) => console.error(`in the page: ${error.stack ?? error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error") console.error(`in the page: ${message.text()}`);
  });
  await page.goto("./");
  await page.waitForFunction(() => "harness" in globalThis);
}

/** Calls a function of the page's harness and gives back what it returns. */
export async function run<Name extends keyof Harness>(
  page: Page,
  name: Name,
  argument: Argument<Name>,
): Promise<Answer<Name>> {
  return await page.evaluate(([name, argument]) => {
    const call = globalThis.harness[name] as (argument: Argument<Name>) => Promise<Answer<Name>>;
    return call(argument);
  }, [name, argument] as const);
}
