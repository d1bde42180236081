/** A real device as lanes pace it. */
import type { Gpu } from "../gpu/device.ts";
import type { PacedDevice } from "./lane_pace.ts";

/** Submissions to a device, and when they are done. */
export function pacedDevice({ device }: Gpu, now: () => number): PacedDevice {
  return {
    submit: ({ list, steps, start, end }, runner) => runner.submit(list, steps, { start, end }),
    done: async () => void await device.queue.onSubmittedWorkDone(),
    now,
  };
}
