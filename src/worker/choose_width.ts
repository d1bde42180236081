/** How wide the page's network is: so that a dense step takes about as long on this GPU as an eye likes to follow. */
import type { Gpu } from "../gpu/device.ts";
import { randomBatch } from "../bench/step_data.ts";
import { fixed } from "../methods/fixed.ts";
import type { Size } from "../nn/model.ts";
import { buildModel } from "../nn/registry.ts";
import { buildTraining } from "../train/training.ts";

/** The widths that a page offers. */
export const LAB_WIDTHS = [8, 16, 32, 64] as const;

/** Milliseconds of a dense step that are wished for. */
const WISHED = 30;

/** Timed steps of a width. */
const STEPS = 3;

/** Images as those of the embedded data set. */
const INPUT: Size = [1, 28, 28], CLASSES = 10, BATCH = 128;

/** What a page trains on this adapter, and the measured milliseconds of a dense step by width; none on software adapters. */
export interface WidthChoice {
  readonly width: number;
  readonly batch: number;
  /** Training images, where not all of them are used. */
  readonly limit?: number;
  readonly measured: readonly { readonly width: number; readonly milliseconds: number }[];
}

/**
 * Times dense steps of the lab network, narrow ones first, until one is longer than wished; the nearest width wins. On a
 * software adapter nothing is timed.
 */
export async function chooseWidth(gpu: Gpu, milliseconds: () => number): Promise<WidthChoice> {
  if (gpu.adapter.software) return { width: LAB_WIDTHS[0], batch: 32, limit: 2000, measured: [] };
  const measured: { width: number; milliseconds: number }[] = [];
  for (const width of LAB_WIDTHS) {
    measured.push({ width, milliseconds: await timeSteps(gpu, width, milliseconds) });
    if (measured.at(-1)!.milliseconds > WISHED) break;
  }
  return { width: nearestWidth(measured), batch: BATCH, measured };
}

/** The width whose step is nearest to the wished time, by their ratio. */
export function nearestWidth(measured: WidthChoice["measured"]): number {
  const away = ({ milliseconds }: { milliseconds: number }) => Math.abs(Math.log(milliseconds / WISHED));
  return measured.reduce((best, one) => away(one) < away(best) ? one : best).width;
}

/** The median of the timed steps, each from its submission until the device is idle; one comes before them untimed. */
async function timeSteps(gpu: Gpu, width: number, milliseconds: () => number): Promise<number> {
  const { split, normalisation } = randomBatch(INPUT, CLASSES, BATCH, 1);
  const training = await gpu.allocate(() =>
    buildTraining({
      gpu,
      model: buildModel({ name: "lab", width }, INPUT, CLASSES),
      source: new Map(),
      method: fixed({ apply: "after-step" }),
      storage: "dense",
      data: { splits: [split], normalisation },
      optimizer: { name: "sgd", momentum: 0.9, nesterov: true },
      weightDecay: 5e-4,
      batch: BATCH,
      evalBatch: BATCH,
      smoothing: 0,
      augment: { crop: 0, flip: false },
      seeds: { init: 1, order: 1, augment: 1 },
      milliseconds,
    })
  );
  try {
    const order = Uint32Array.from({ length: BATCH }, (_, i) => i), times: number[] = [];
    for (let step = 0; step <= STEPS; step++) {
      const before = milliseconds();
      await training.trainer.follow(order, 0.01);
      if (step > 0) times.push(milliseconds() - before);
    }
    return times.sort((a, b) => a - b)[Math.floor(STEPS / 2)];
  } finally {
    training.destroy();
  }
}
