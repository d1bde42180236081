/** Pictures of every view, to be looked at; and that none of them scrolls sideways. They go to test-results/screenshots. */
import { expect, openView, test, VIEWS } from "./site.ts";

const SIZES = [
  { name: "320", width: 320, height: 640 },
  { name: "360", width: 360, height: 780 },
  // 1280 at a zoom of 200 %
  { name: "640-zoomed", width: 640, height: 400, deviceScaleFactor: 2 },
  { name: "1280", width: 1280, height: 800 },
  { name: "1920", width: 1920, height: 1080 },
  { name: "3840", width: 3840, height: 2160 },
];
const FOLDER = "test-results/screenshots";

for (const { name, ...size } of SIZES) {
  for (const theme of ["light", "dark"] as const) {
    test.describe(() => {
      const { deviceScaleFactor, ...viewport } = { deviceScaleFactor: 1, ...size };
      test.use({ viewport, deviceScaleFactor, colorScheme: theme });
      test(`pictures at ${name}, ${theme} @full`, async ({ site }) => {
        for (const view of VIEWS) {
          await openView(site, view);
          await site.page.waitForLoadState("networkidle");
          await site.page.screenshot({ path: `${FOLDER}/${view}-${name}-${theme}.png` });
          const width = await site.page.evaluate(() => document.documentElement.scrollWidth);
          expect.soft(width, `${view} scrolls sideways`).toBeLessThanOrEqual(viewport.width);
        }
      });
    });
  }
}

test.describe(() => {
  test.use({ contextOptions: { forcedColors: "active" } });
  test("pictures in forced colours @full", async ({ site }) => {
    for (const view of VIEWS) {
      await openView(site, view);
      await site.page.screenshot({ path: `${FOLDER}/${view}-forced-colours.png` });
    }
  });
});
