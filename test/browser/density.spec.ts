/** The view Density, and the worker behind it: golden values, what is shown, how fast it follows. */
import type { RuleExpectation } from "../../src/experiment/density_facts.ts";
import type { DensityOverview } from "../../src/experiment/density_overview.ts";
import { dimensionSum } from "../../src/masks/rules/erk.ts";
import { equalsPrinted, GOLDEN_DENSITIES } from "../golden/rule_densities.ts";
import { open, run } from "./page.ts";
import { expect, type Site, test } from "./site.ts";

test("densities of VGG-16 and ResNet-18 equal the golden table, in the page's worker", async ({ page }) => {
  await open(page);
  for (const [model, rows] of Object.entries(GOLDEN_DENSITIES)) {
    const choices = rows.map(({ density }) => ({ model, dataset: "cifar10", density: Number(density) }));
    const found = await run(page, "densities", choices);
    rows.forEach((row, i) => {
      const overview = found[i], of = (rule: string) => overview.rules.find((each) => each.rule === rule)!;
      const check = (value: number, printed: string, digits: number, what: string) =>
        expect(equalsPrinted(value, printed, digits), `${model} ${what} at ${row.density}: ${value}`).toBe(true);
      const full = ({ densities }: RuleExpectation) => densities.flatMap((p, l) => p === 1 ? [l] : []);
      check(firstFree(overview, of("erk")).factor, row.epsilon, 6, "epsilon");
      expect(full(of("erk")).join() || "none").toBe(row.dense);
      check(firstFree(overview, of("erk-str")).factor, row.factor, 6, "STR's factor");
      check(of("erk-str").expectedDensity, row.strDensity, 6, "STR's density");
      check(firstFree(overview, of("balanced")).kept, row.share, 1, "balanced share");
      check(full(of("balanced")).length, row.fullLayers, 0, "full layers");
      check(of("balanced").expectedDensity, row.balancedDensity, 6, "balanced density");
      check(of("balanced-partial").expectedDensity, row.partialDensity, 6, "partial density");
      check(of("pyramidal").densities[0], row.base, 8, "pyramidal base");
      for (const rule of ["uniform", "erk", "balanced-fill", "pyramidal"]) {
        check(of(rule).expectedDensity, row.density, 12, rule);
      }
    });
  }
});

/** Of the first layer that is not full: weights kept, and these over the sum of its dimensions. */
function firstFree({ layers }: DensityOverview, { densities }: RuleExpectation): { kept: number; factor: number } {
  const l = densities.findIndex((p) => p < 1), kept = densities[l] * layers[l].size;
  return { kept, factor: kept / dimensionSum(layers[l].shape) };
}

const kept = (site: Site) => site.page.locator(".rule-kept");

test("balanced 0.3 keeps 0.190, and the panel says why", async ({ site }) => {
  await site.page.setViewportSize({ width: 1280, height: 900 });
  await site.open("#/density?model=resnet18&mask.density=0.3");
  await expect(kept(site)).toHaveText([
    /0\.3 asked → 0\.300 kept$/,
    /0\.3 asked → 0\.300 kept$/,
    /0\.3 asked → 0\.190 kept/,
    /0\.3 asked → 0\.300 kept$/,
  ]);
  const notes = site.page.getByRole("group", { name: "Notes on balanced" });
  await expect(notes).toContainText("13 layers have no more than that, and what does not fit goes to no other layer");
  await expect(site.page.getByRole("img", { name: "kept differs from asked by over 1 %" })).toHaveCount(1);
  // water-filling mends it
  await site.page.getByRole("combobox", { name: /Variant of balanced/ }).click();
  await site.page.getByRole("option", { name: /balanced \(fill\)/ }).click();
  await expect(kept(site).nth(2)).toHaveText(/0\.3 asked → 0\.300 kept$/);
  await expect.poll(() => site.page.url()).toContain("balanced=balanced-fill");
  const train = site.page.getByRole("link", { name: "Train this: balanced (fill)" });
  await expect(train).toHaveAttribute("href", /#\/train\?.*model=resnet18&mask\.rule=balanced-fill&mask\.density=0\.3/);
});

test("the draw follows: dead channels, the table, a network that is cut off", async ({ site }) => {
  await site.page.setViewportSize({ width: 1280, height: 900 });
  await site.open("#/density?model=lenet5&data=mnist&mask.density=0.002");
  await expect(site.page.getByText(/waiting|drawing…/)).toHaveCount(0);
  await expect(site.page.getByRole("group", { name: "Notes on uniform" })).toContainText("Not connected");
  const table = site.page.getByRole("region", { name: "Table: every layer" });
  await expect(table.getByRole("row")).toHaveCount(5 + 2);
  await expect(table.getByRole("row", { name: /^all layers/ })).not.toContainText("≈");
  await site.page.getByRole("link", { name: "Pyramidal starves the classifier" }).click();
  await expect(site.page.getByRole("group", { name: "Notes on pyramidal" })).toContainText("Starves the classifier");
});

test("at 360 pixels one rule is shown, and the others by tabs; nothing is wider than the page", async ({ site }) => {
  await site.page.setViewportSize({ width: 360, height: 800 });
  await site.open("#/density?model=resnet18&mask.density=0.3");
  await expect(kept(site)).toHaveText([/0\.300 kept/]);
  await site.page.getByRole("radio", { name: "balanced" }).check();
  await expect(kept(site)).toHaveText([/0\.190 kept/]);
  expect(await site.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
});

test("expected values follow a moving slider at once", async ({ site }) => {
  await site.page.setViewportSize({ width: 1280, height: 900 });
  await site.open("#/density?model=resnet18");
  await expect(kept(site)).toHaveCount(4);
  // drawing has a thread of its own, and a machine of tests few processors
  await expect(site.page.getByText(/waiting|drawing…/)).toHaveCount(0, { timeout: 60_000 });
  const updates = await site.page.evaluate(async () => {
    const slider = document.querySelector<HTMLInputElement>(".density input[type=range]")!;
    const shown = document.querySelector(".rule-kept")!;
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    const updates: { readonly ms: number; readonly frames: number }[] = [];
    for (let i = 0; i < 30; i++) {
      let seen = 0;
      const watch = new MutationObserver(() => (seen = performance.now()));
      watch.observe(shown, { subtree: true, characterData: true, childList: true });
      const start = performance.now();
      slider.value = String([0.28, 0.42, 0.55][i % 3]); // between detents, else it would stand still
      slider.dispatchEvent(new Event("input", { bubbles: true }));
      let frames = 0;
      for (; seen === 0; frames++) await frame();
      watch.disconnect();
      updates.push({ ms: seen - start, frames });
      await frame();
    }
    return updates;
  });
  const times = updates.map(({ ms }) => ms).sort((a, b) => a - b);
  test.info().annotations.push({
    type: "time",
    description: `${times[times.length >> 1].toFixed(1)} ms, at most ${times.at(-1)!.toFixed(1)}`,
  });
  // no answer of a worker is waited for: they are there with the next frame, but where the machine has none to give
  const late = updates.filter(({ frames }) => frames > 1);
  expect(late.length, JSON.stringify(updates)).toBeLessThan(updates.length / 2);
});
