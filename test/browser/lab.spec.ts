import { expect, test } from "@playwright/test";
import type { LabEvent } from "../../src/worker/lab_types.ts";
import { open, run } from "./page.ts";

test("two lanes train side by side in the lab's worker, and tell of it", async ({ page }) => {
  test.slow(); // SwiftShader compiles the kernels
  await open(page);
  const { events, width } = await run(page, "raceLanes", null);
  expect(width).toBe(8);
  for (const lane of ["dense", "sparse"]) {
    const own = events.filter((event) => "lane" in event && event.lane === lane);
    const of = <Kind extends LabEvent["kind"]>(kind: Kind) =>
      own.filter((event): event is Extract<LabEvent, { kind: Kind }> => event.kind === kind);
    expect(of("phase").map(({ phase, error }) => error?.message ?? phase)).toEqual([
      "preparing",
      "running",
      "finished",
    ]);
    const images = of("preparing").filter(({ what }) => what === "images");
    expect(images.at(-1)!.done).toBe(images.at(-1)!.total);
    const steps = of("curve").map(({ rows }) => rows[0]);
    expect(steps.at(-1)).toBe(6);
    expect(of("time").at(-1)).toMatchObject({ done: 1, images: 172 });
    const [end] = of("run").flatMap(({ event }) => event.kind === "end" ? [event] : []);
    expect(end.result.interrupted).toBe(false);
  }
  const kernels = events.filter((event) => event.kind === "preparing" && event.what === "kernels");
  expect(kernels.length).toBeGreaterThan(2);
});
