/** Runs whose source is pruned by a score before training: every score, from a dense source and from a random one. */
import { strict as assert } from "node:assert";
import { type ConfigInput, parseConfig } from "../../src/experiment/config.ts";
import { buildNetwork } from "../../src/experiment/network.ts";
import { run } from "../../src/experiment/run.ts";
import type { RunEvent } from "../../src/experiment/run_events.ts";
import { createRunStore, RUN_FILES } from "../../src/experiment/run_store.ts";
import { readMasks } from "../../src/formats/masks.ts";
import { createDenoHost } from "../../src/host/deno.ts";
import type { Host } from "../../src/host/host.ts";
import { createMemoryFiles } from "../../src/host/memory_files.ts";
import { intersect, type Mask, maskFromBits, sameMask } from "../../src/masks/mask.ts";
import { SCORE_NAMES, type ScoreName } from "../../src/methods/names.ts";
import { SCORES } from "../../src/methods/scores/registry.ts";
import { quiet, testGpu } from "../ops/gpu.ts";

/** The data sets of the checkout, and files in memory. */
const host: Host = { ...createDenoHost(), ...createMemoryFiles(), environment: () => undefined };

const WEIGHTS = 784 * 16 + 16 * 10;

/** One epoch of a perceptron on 256 images behind a score; what came of it. */
async function scored(name: string, score: ConfigInput["score"], mask: ConfigInput["mask"]) {
  const config = parseConfig({
    data: { limit: 256, testLimit: 100 },
    model: { name: "mlp", widths: [16] },
    mask,
    score,
    train: { epochs: 1, batch: 64, evalBatch: 64 },
  }, name);
  const gpu = await testGpu(), before = gpu.memory.bytes, events: RunEvent[] = [];
  const store = () => createRunStore(host, name, config);
  const result = await run({ host, gpu, config, store, name, onEvent: (event) => events.push(event) });
  assert.equal(gpu.memory.bytes, before, "nothing stays on the device");
  const file = `${name}/${RUN_FILES.masks}`;
  const { masks } = readMasks(await host.readFile(file), file);
  const read = masks.map(({ name, shape, bits }): [string, Mask] => [name, maskFromBits(name, shape, bits)]);
  const { masks: source } = await buildNetwork(host, config, [1, 28, 28], 10);
  return { result, events, masks: new Map(read), source };
}

for (const name of SCORE_NAMES) {
  for (const density of [1, 0.3]) {
    Deno.test({
      name: `a run by ${name} from a source of density ${density}`,
      ...quiet,
      fn: async () => {
        const given: { name: ScoreName; density: number } = { name, density: 0.05 };
        const score = { ...given, ...(SCORES[name].defaults.rounds > 1 ? { rounds: 4 } : {}) };
        const mask: ConfigInput["mask"] = density === 1 ? { rule: "dense" } : { rule: "uniform", density };
        const { result, events, masks, source } = await scored(`${name}-${density}`, score, mask);
        const kept = [...masks.values()].reduce((sum, { nnz }) => sum + nnz, 0);
        assert.equal(kept, Math.round(0.05 * WEIGHTS));
        assert.equal(result.parameters.kept, kept);
        for (const [name, mask] of masks) {
          const own = source.get(name);
          if (own) assert.ok(sameMask(intersect(mask, own), mask), `${name} inside the source`);
        }
        const rounds = events.flatMap((event) => event.kind === "scoring" ? [event.round] : []);
        assert.deepEqual(rounds, Array.from({ length: SCORES[name].defaults.rounds > 1 ? 4 : 1 }, (_, i) => i + 1));
        assert.ok(result.last && result.last.testAccuracy > 0);
      },
    });
  }
}

Deno.test({
  name: "ratios redraw the mask with a score's counts",
  ...quiet,
  fn: async () => {
    const score = { name: "snip", density: 0.05 } as const, dense = { rule: "dense" } as const;
    const own = await scored("own", score, dense);
    const redrawn = await scored("redrawn", { ...score, ratios: "exact" }, dense);
    for (const [name, mask] of own.masks) {
      assert.equal(redrawn.masks.get(name)!.nnz, mask.nnz);
      assert.ok(!sameMask(redrawn.masks.get(name)!, mask));
    }
  },
});
