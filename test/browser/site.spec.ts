import { expect, test } from "./site.ts";

test("every view opens from its link, and nothing complains", async ({ site }) => {
  await site.open();
  for (const link of await site.page.getByRole("navigation", { name: "Views" }).getByRole("link").all()) {
    await link.click();
    await expect(link).toHaveAttribute("aria-current", "page");
    await expect(site.page.locator("main :is(h1, h2)").first()).toBeVisible();
  }
});
