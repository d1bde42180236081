/** Scores and masks on the GPU against PyTorch's autograd, dense and inside a source, stored dense and packed. */
import { strict as assert } from "node:assert";
import { toDense, toIndices } from "../../../src/masks/mask.ts";
import { scoreEntry, scoreMasks } from "../../../src/methods/scores/masks.ts";
import { scoreNetwork } from "../../../src/methods/scores/network.ts";
import type { ScoreName } from "../../../src/methods/names.ts";
import type { ScoreSettings } from "../../../src/methods/scores/settings.ts";
import type { Storage } from "../../../src/nn/plan.ts";
import { sampleClasses } from "../../../src/random/order.ts";
import { assertClose, quiet } from "../../ops/gpu.ts";
import {
  expectedScores,
  IMAGES,
  layersOf,
  type NetworkName,
  NETWORKS,
  scoredNetwork,
  settings,
  tensor,
} from "./fixtures.ts";

/** Runs of the fixture, with the settings that they were made with. */
const RUNS: Record<string, Partial<ScoreSettings> & { name: ScoreName }> = {
  "snip": { name: "snip", batch: 8 },
  "snip-running": { name: "snip", statistics: "running", temperature: 3 },
  "grasp": { name: "grasp" },
  "synflow": { name: "synflow" },
};

/** Scores of all weights in row-major order, one layer after the other; 0 where nothing is kept. */
async function scoresOf(
  name: NetworkName,
  { masked, storage }: { masked: boolean; storage: Storage },
  given: Partial<ScoreSettings> & { name: ScoreName },
) {
  const network = { ...await scoredNetwork(name, { masked }), storage }, entry = scoreEntry(given.name);
  const { context, destroy } = scoreNetwork(network, entry, settings(given));
  const scorer = entry.create(context);
  try {
    scorer.compute();
    const { store, runner } = context, all = await runner.readFloats(scorer.scores);
    for (const layer of layersOf(network.model)) assert.equal(store.storage(layer), masked ? storage : "dense");
    return layersOf(network.model).flatMap((layer) => {
      const from = store.first(layer), mask = network.source.get(layer.name);
      if (store.storage(layer) === "dense") {
        const own = all.subarray(from, from + layer.size);
        return mask ? [...own].map((v, i) => v * toDense(mask)[i]) : [...own];
      }
      // packed slots of single weights are the kept ones in row-major order
      const dense = new Float32Array(layer.size);
      toIndices(mask!).forEach((index, slot) => dense[index] = all[from + slot]);
      return [...dense];
    });
  } finally {
    scorer.destroy();
    destroy();
  }
}

for (const name of Object.keys(NETWORKS) as NetworkName[]) {
  for (const [run, given] of Object.entries(RUNS)) {
    Deno.test({
      name: `${name}: ${run} is PyTorch's, dense and inside a source, stored dense and packed`,
      ...quiet,
      fn: async () => {
        const cases = [{ masked: false, storage: "dense" }, { masked: true, storage: "dense" }, {
          masked: true,
          storage: "packed",
        }] as const;
        for (const { masked, storage } of cases) {
          const scores = await scoresOf(name, { masked, storage }, given);
          const expected = expectedScores(name, masked ? `masked-${run}` : run);
          if (run === "synflow") {
            // up to a power of two, the same for all
            const at = expected.indexOf(Math.max(...expected)), factor = scores[at] / expected[at];
            const exponent = Math.round(Math.log2(factor));
            assert.ok(Math.abs(factor / 2 ** exponent - 1) < 1e-5, `a factor of ${factor}`);
            assertRelative(scores.map((v) => v / 2 ** exponent), expected, 1e-4);
          } else {
            assertClose(scores, expected, 1e-4, "scores");
            assertRelative(scores, expected, 1e-3);
          }
        }
      },
    });
  }

  for (
    const [run, given] of Object.entries(
      {
        "iter-snip": { name: "iter-snip", rounds: 5, batch: 8 },
        "synflow-100": { name: "synflow" },
      } as const,
    )
  ) {
    Deno.test({
      name: `${name}: the masks of ${run} at density 0.1 are PyTorch's`,
      ...quiet,
      fn: async () => {
        const network = await scoredNetwork(name);
        const { masks } = await scoreMasks({ ...network, settings: settings({ ...given, density: 0.1 }) });
        const found = layersOf(network.model).flatMap((layer) => [...toDense(masks.get(layer.name)!)]);
        assert.deepEqual(found, [...tensor(`${name}/${run}`)]);
      },
    });
  }
}

/** Each score to so much of itself, or of a hundredth of the median: scores near zero are differences of large numbers. */
function assertRelative(actual: readonly number[], expected: Float32Array, tolerance: number): void {
  const sizes = [...expected].map(Math.abs).filter((v) => v > 0).sort((a, b) => a - b);
  const least = sizes[Math.floor(sizes.length / 2)] / 100;
  expected.forEach((value, i) => {
    const off = Math.abs(actual[i] - value);
    assert.ok(off <= tolerance * Math.max(Math.abs(value), least), `weight ${i}: ${actual[i]}, expected ${value}`);
  });
}

Deno.test("the fixture's images are in the order in which they are chosen", () => {
  const order = sampleClasses(Array.from({ length: IMAGES }, (_, i) => i % 5), 3, 1);
  assert.deepEqual([...order], [0, 11, 2, 13, 9, 10, 6, 12, 3, 4, 5, 1, 7, 8]);
});
