/** Lanes of the lab's worker, as a page has them. */
import * as comlink from "comlink";
import type { LabEvent } from "../../../src/worker/lab_types.ts";
import { startLab } from "../../../src/worker/start_lab.ts";

/** A small network that every test can wait for. */
const TINY = {
  data: { limit: 96, testLimit: 32 },
  model: { name: "mlp", widths: [16] },
  train: { epochs: 2, batch: 32, evalBatch: 32 },
};

/** Trains two lanes side by side, dense and sparse; what was told of them, and their folders' results. */
export async function raceLanes(): Promise<{ events: LabEvent[]; width: number }> {
  const { lab, terminate } = await startLab("/datasets/");
  try {
    const events: LabEvent[] = [], lanes = ["dense", "sparse"];
    const settled = new Promise<void>((resolve) => {
      const phases = new Map<string, string>();
      void lab.listen(comlink.proxy((event: LabEvent) => {
        events.push(event);
        if (event.kind === "phase") phases.set(event.lane, event.phase);
        if (lanes.every((lane) => ["finished", "failed"].includes(phases.get(lane) ?? ""))) resolve();
      }));
    });
    await lab.open();
    const { width } = await lab.chooseWidth();
    await lab.start({ id: "dense", name: "dense", config: { ...TINY, mask: { rule: "dense" } } });
    await lab.start({ id: "sparse", name: "sparse", config: { ...TINY, mask: { rule: "uniform", density: 0.2 } } });
    await settled;
    return { events, width };
  } finally {
    terminate();
  }
}
