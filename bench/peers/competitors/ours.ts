/** startsparse itself as a competitor. */
import { VERSION } from "../../../src/experiment/provenance.ts";
import { type Gpu, openGpu } from "../../../src/gpu/device.ts";
import { type Competitor, WAITS } from "../competitor.ts";
import { serve } from "../serve.ts";
import { prepareLayer } from "./ours_layer.ts";
import { prepareStep } from "./ours_step.ts";

/** startsparse on an open device. */
export function ours(gpu: Gpu): Competitor {
  const { description, software } = gpu.adapter;
  const threads = Number(Deno.env.get("LP_NUM_THREADS")) || null;
  return {
    greeting: {
      versions: { startsparse: VERSION },
      device: description,
      cuda: false,
      threads: software ? threads : null,
      waits: WAITS,
    },
    prepare: (work, inputs) => work.kind === "step" ? prepareStep(gpu, work, inputs) : prepareLayer(gpu, work, inputs),
  };
}

if (import.meta.main) {
  await serve(async () => ours(await openGpu(navigator.gpu, { power: "high" })));
}
