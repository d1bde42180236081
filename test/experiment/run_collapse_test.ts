/** A run tells of paths that its method has cut. */
import { strict as assert } from "node:assert";
import { parseConfig } from "../../src/experiment/config.ts";
import { run } from "../../src/experiment/run.ts";
import { createRunStore } from "../../src/experiment/run_store.ts";
import { createDenoHost } from "../../src/host/deno.ts";
import type { Host } from "../../src/host/host.ts";
import { createMemoryFiles } from "../../src/host/memory_files.ts";
import { quiet, testGpu } from "../ops/gpu.ts";

const host: Host = { ...createDenoHost(), ...createMemoryFiles(), environment: () => undefined };

Deno.test({
  name: "weights that a method leaves without a path are told of at the end",
  ...quiet,
  fn: async () => {
    const warnings = async (density: number) => {
      const config = parseConfig({
        data: { limit: 256, testLimit: 100 },
        model: { name: "mlp", widths: [16] },
        mask: { rule: "dense" },
        method: { name: "gmp", density, interval: 1, until: 1 },
        train: { epochs: 1, batch: 64, evalBatch: 64 },
      }, `gmp ${density}`);
      const store = () => createRunStore(host, `gmp-${density}`, config);
      const result = await run({ host, gpu: await testGpu(), config, store, name: "gmp" });
      return result.warnings.filter((text) => text.startsWith("at the end: "));
    };
    assert.deepEqual(await warnings(0.5), []);
    assert.match((await warnings(0.002)).join(), /% of the kept weights lie on no path|without a single weight/);
  },
});
