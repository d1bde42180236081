/** The experiment on tables (preset `tabular`) on a small real one. */
import { strict as assert } from "node:assert";
import { getDataset } from "../../src/data/get.ts";
import { loadConfig } from "../../src/experiment/presets.ts";
import { run } from "../../src/experiment/run.ts";
import { readRun } from "../../src/experiment/run_reader.ts";
import { createRunStore } from "../../src/experiment/run_store.ts";
import { createDenoHost } from "../../src/host/deno.ts";
import { createMemoryFiles } from "../../src/host/memory_files.ts";
import { quiet, testGpu } from "../ops/gpu.ts";

Deno.test({
  name: "a perceptron with batch norm learns a table while it is pruned, and keeps what it is asked to",
  ...quiet,
  fn: async () => {
    const disk = createDenoHost();
    const host = { ...disk, ...createMemoryFiles(), environment: () => undefined };
    const csv = decodeURIComponent(new URL("../golden/penguins.csv", import.meta.url).pathname);
    await host.writeFile("penguins.csv", await disk.readFile(csv));
    const info = await getDataset("penguins", host, { from: "penguins.csv", label: "species" });
    assert.deepEqual(info.classes, ["Adelie", "Chinstrap", "Gentoo"]);
    const overrides = ["data.name=penguins", "model.widths=[64,64,64]", "method.levelEpochs=4", "train.epochs=6"];
    const config = await loadConfig(disk, "tabular", overrides);
    const store = () => createRunStore(host, "tabular", config);
    const result = await run({ host, gpu: await testGpu(), config, store, name: "tabular" });
    // 7 columns beside the class: three islands, two sexes and five numbers
    assert.equal(result.parameters.maskable, 10 * 64 + 2 * 64 * 64 + 64 * 3);
    assert(result.last!.testAccuracy > 0.9, `test accuracy ${result.last!.testAccuracy}`);
    const { metrics } = await readRun(host, "tabular");
    const levels = metrics.flatMap((line) => line.kind === "mask" && line.reason === "level" ? [line] : []);
    assert.deepEqual(levels.map(({ nominal }) => nominal), [0.4, 0.3, 0.2, 0.1]);
    for (const { nominal, realised } of levels) {
      const { maskable } = result.parameters;
      assert.equal(Math.round(realised * maskable), Math.floor(nominal! * maskable));
    }
    assert.equal(metrics.filter(({ kind }) => kind === "epoch").length, 4 * 4 + 6);
  },
});
