import AxeBuilder from "@axe-core/playwright";
import { expect, type Page, test } from "@playwright/test";

/** What the parts last committed: density, weight decay, epochs, width, rule. */
async function committed(page: Page): Promise<unknown[]> {
  return JSON.parse(await page.locator("output").innerText());
}

test.beforeEach(async ({ page }) => {
  await page.goto("./parts.html");
  await expect(page.getByRole("heading", { name: "Parts" })).toBeVisible();
});

test("a logarithmic slider goes by detents, 2 % and decades, and takes typed numbers", async ({ page }) => {
  const slider = page.getByRole("slider", { name: "density" });
  const density = async () => (await committed(page))[0];
  await slider.focus();
  await expect(slider).toHaveAttribute("aria-valuetext", "0.100");
  await slider.press("ArrowLeft");
  expect(await density()).toBe(0.05);
  await slider.press("Shift+ArrowRight");
  expect(await density()).toBe(0.051);
  await slider.press("ArrowRight");
  expect(await density()).toBe(0.1);
  await slider.press("PageDown");
  expect(await density()).toBe(0.01);
  await slider.press("End");
  expect(await density()).toBe(1);

  const number = page.getByRole("textbox", { name: "density, number" });
  await number.fill("0.3");
  await number.press("Enter");
  expect(await density()).toBe(0.3);
  await number.fill("1.4");
  await number.press("Enter");
  await expect(page.getByRole("alert").first()).toHaveText("density 1.4 is outside 0.001–1; using 0.300.");
  expect(await density()).toBe(0.3);

  const box = (await slider.boundingBox())!;
  await page.mouse.click(box.x + 1, box.y + box.height / 2);
  expect(await density()).toBe(0.001);
});

test("weight decay has a place for 0", async ({ page }) => {
  const slider = page.getByRole("slider", { name: "weight decay" });
  await slider.press("ArrowRight");
  expect((await committed(page))[1]).toBe(1e-6);
  await slider.press("ArrowLeft");
  expect((await committed(page))[1]).toBe(0);
});

test("a list is worked by keys, and what is unavailable says why", async ({ page }) => {
  const list = page.getByRole("combobox", { name: "rule" });
  await list.focus();
  await list.press("Enter");
  await expect(page.getByRole("listbox")).toBeVisible();
  await expect(page.getByRole("option", { name: /balanced/ })).toContainText("Needs a model with more layers.");
  await list.press("ArrowDown");
  await list.press("ArrowDown");
  await list.press("Enter");
  expect((await committed(page))[4], "an unavailable choice cannot be made").toBe("uniform");
  await list.press("p");
  await list.press("Enter");
  expect((await committed(page))[4]).toBe("pyramidal");
  await expect(page.getByRole("listbox")).toBeHidden();
  await list.press("Enter");
  await list.press("Escape");
  await expect(page.getByRole("listbox")).toBeHidden();
  await list.click();
  await page.getByRole("option", { name: /ERK/ }).click();
  expect((await committed(page))[4]).toBe("erk");
});

test("numbers and segments commit what is in their range", async ({ page }) => {
  const epochs = page.getByRole("textbox", { name: "epochs" });
  await epochs.press("ArrowUp");
  await epochs.fill("2.5");
  await epochs.press("Tab");
  await expect(page.getByText("epochs is a whole number; using 11.")).toBeVisible();
  await page.getByRole("radio", { name: "32" }).focus();
  await page.keyboard.press("ArrowRight");
  expect((await committed(page)).slice(2, 4)).toEqual([11, 64]);
});

for (const theme of ["light", "dark"] as const) {
  test(`parts have no axe violation, ${theme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: theme });
    await page.reload();
    await page.getByRole("combobox", { name: "rule" }).click();
    expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  });
}
