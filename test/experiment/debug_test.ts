import { strict as assert } from "node:assert";
import { debugLevel, kernelLines, planLines, profileLines } from "../../src/experiment/debug.ts";
import { quiet } from "../ops/gpu.ts";
import { BATCH, withTraining } from "../train/small_training.ts";

Deno.test("DEBUG is a level from 1 to 3; anything else is silence", () => {
  const levels = [undefined, "", "0", "1", "2", "3", "7", "-1", "1.5", "yes", "*", "NaN"].map(debugLevel);
  assert.deepEqual(levels, [0, 0, 0, 1, 2, 3, 3, 0, 0, 0, 0, 0]);
});

Deno.test({
  name: "DEBUG=1: a line for each layer with its storage and why, then the memory",
  ...quiet,
  fn: async () => {
    await withTraining({ storage: "packed" }, (training) => {
      const lines = planLines(training);
      assert.match(lines[0], /^kernel plan \((software|gpu) kernels\)$/);
      assert.match(lines[1], /^fc1\.weight {2}packed {2}0\.\d{4} {2}kernels\.storage is packed$/);
      assert.match(lines[2], /^fc2\.weight/);
      assert.match(lines.slice(3).join(" "), /memory: values .* MiB, .* patterns/);
      return Promise.resolve();
    });
    await withTraining({ source: new Map() }, (training) => {
      assert.match(planLines(training)[1], /^fc1\.weight {2}dense {3}1\.0000 {2}\w+\/\w+\/\w+; not masked$/);
      return Promise.resolve();
    });
  },
});

Deno.test({
  name: "DEBUG=2: every dispatch once, slowest first, beside the undisturbed step; DEBUG=3: the kernels' text",
  ...quiet,
  fn: () =>
    withTraining({}, async (training, gpu) => {
      const { dispatches } = training.trainer.training.list;
      const lines = await profileLines(training, () => performance.now());
      if (!gpu.device.features.has("timestamp-query")) assert.match(lines.join(), /no timestamps/);
      else {
        assert.match(lines[0], new RegExp(`${BATCH} images`));
        assert.match(lines.at(-1)!, /^sum of kernels [\d.]+ ms.*undisturbed step [\d.]+ ms/);
        const rows = lines.slice(1, -1).map((line) => line.match(/^(.*?)  +[\d×]+  +([\d.]+) ms  +([\d.]+) %$/)!);
        const labels = (of: readonly string[]) => [...of].sort();
        assert.deepEqual(labels(rows.map(([, label]) => label)), labels(dispatches.map(({ label }) => label)));
        const times = rows.map(([, , time]) => Number(time));
        assert.deepEqual(times, [...times].sort((a, b) => b - a));
        const share = rows.reduce((sum, [, , , percent]) => sum + Number(percent), 0);
        assert(Math.abs(share - 100) < 0.1 * rows.length, `${share} %`);
      }
      const text = kernelLines(training);
      const heads = text.filter((line) => line.startsWith("// ---- "));
      assert(heads.length > 5 && text.some((line) => line.includes("@compute")));
    }),
});
