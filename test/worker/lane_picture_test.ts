/** Pictures of masks in the Train view are of what a run keeps: while its method changes it, after a score, and from storage. */
import { strict as assert } from "node:assert";
import type { ConfigInput } from "../../src/experiment/config.ts";
import { openTrainedNetwork } from "../../src/experiment/trained_network.ts";
import type { LabEvent, LayerPicture } from "../../src/worker/lab_types.ts";
import { laneFolder } from "../../src/worker/lane.ts";
import { Storage } from "../../src/worker/storage.ts";
import { quiet } from "../ops/gpu.ts";
import { TINY, withLab } from "./lab_runs.ts";

const CHANGES: Record<string, Pick<ConfigInput, "method" | "score">> = {
  "edge-popup": { method: { name: "edge-popup", density: 0.2, levels: 2, levelEpochs: 1 } },
  gmp: { method: { name: "gmp", density: 0.1, interval: 2 } },
  snip: { score: { name: "snip", density: 0.1 } },
  fixed: {},
};

const picturesOf = (events: readonly LabEvent[], id: string): LayerPicture[] =>
  events.flatMap((event) => event.kind === "picture" && event.lane === id ? [event.mask] : []);

for (const [id, change] of Object.entries(CHANGES)) {
  Deno.test({
    name: `a lane's picture, ${id}: in the end the mask of the trained network`,
    ...quiet,
    fn: () =>
      withLab(async ({ lab, host, events, phase, until }) => {
        const config: ConfigInput = { ...TINY, mask: { rule: "uniform", density: 0.9 }, ...change };
        await lab.start({ id, name: id, config });
        await phase(id, "finished");
        const { masks } = await openTrainedNetwork(host, laneFolder(id));
        const layer = "fc2.weight", mask = masks.get(layer)!, stored = await new Storage(host).picture(id, layer);
        assert.deepEqual(stored && [...stored.bits], [...mask.bits]);
        assert.equal(stored!.kept, mask.nnz);
        if (id === "fixed") {
          return assert.deepEqual(picturesOf(events, id), [], "its picture is the one that was drawn");
        }
        await until((event) => event.kind === "picture" && event.lane === id && event.mask.kept === mask.nnz);
        const last = picturesOf(events, id).at(-1)!;
        assert.deepEqual([last.layer, [...last.bits], last.kept], [layer, [...mask.bits], mask.nnz]);
        assert(mask.nnz < (await lab.masks(config)).pictured.kept, "less than the source keeps");
      }),
  });
}
