/** Labs under Deno, on files in memory: for the tests of lanes. */
import type { ConfigInput } from "../../src/experiment/config.ts";
import { Lab } from "../../src/worker/lab.ts";
import type { LabEvent, LanePhase } from "../../src/worker/lab_types.ts";
import { memoryHost } from "../experiment/resume_runs.ts";
import type { Host } from "../../src/host/host.ts";

/** Two epochs of six steps of a small perceptron. */
export const TINY: ConfigInput = {
  data: { limit: 192, testLimit: 64 },
  model: { name: "mlp", widths: [32] },
  mask: { rule: "erk", density: 0.5 },
  train: { epochs: 2, batch: 32, evalBatch: 64, logEvery: 2 },
};

/** A lab, what it has told, and how to wait for it. */
export interface WatchedLab {
  readonly lab: Lab;
  readonly host: Host;
  readonly events: LabEvent[];
  /** Resolves at the first event that fits, past or future. */
  until(fits: (event: LabEvent) => boolean): Promise<LabEvent>;
  phase(lane: string, phase: LanePhase): Promise<LabEvent>;
}

/** Uses a lab and closes it. */
export async function withLab(act: (watched: WatchedLab) => Promise<void>, host: Host = memoryHost()): Promise<void> {
  const lab = new Lab(host), events: LabEvent[] = [];
  const waiting = new Set<() => void>();
  lab.listen((event) => {
    events.push(event);
    for (const wake of [...waiting]) wake();
  });
  const until: WatchedLab["until"] = (fits) =>
    new Promise((resolve) => {
      const look = () => {
        const found = events.find(fits);
        if (!found) return;
        waiting.delete(look);
        resolve(found);
      };
      waiting.add(look);
      look();
    });
  const phase: WatchedLab["phase"] = (lane, phase) =>
    until((event) => event.kind === "phase" && event.lane === lane && event.phase === phase);
  try {
    await act({ lab, host, events, until, phase });
  } finally {
    await lab.close();
  }
}

/** Four steps of the page's network, as narrow as it comes. */
export const LAB: ConfigInput = {
  data: { limit: 64, testLimit: 32 },
  model: { name: "lab", width: 8 },
  mask: { rule: "erk", density: 0.3 },
  train: { epochs: 2, batch: 32, evalBatch: 32, logEvery: 1 },
};

/** A host whose device can be lost. */
export interface LosableHost extends Host {
  /** Destroys the device that was opened last, as if another program had. */
  lose(): void;
}

/** Files in memory, and devices that can be taken away. */
export function losableHost(): LosableHost {
  const host = memoryHost();
  let last: GPUDevice | undefined;
  const requestDevice = async (adapter: GPUAdapter, descriptor?: GPUDeviceDescriptor) =>
    last = await adapter.requestDevice(descriptor);
  return {
    ...host,
    lose: () => last!.destroy(),
    async backend(choice) {
      const backend = await host.backend(choice), gpu = backend.gpu!;
      const requestAdapter = async (options?: GPURequestAdapterOptions) => {
        const adapter = await gpu.requestAdapter(options);
        return adapter &&
          proxied(adapter, { requestDevice: (descriptor: GPUDeviceDescriptor) => requestDevice(adapter, descriptor) });
      };
      return { ...backend, gpu: proxied(gpu, { requestAdapter }) };
    },
  };
}

/** An object of the platform with some of it replaced: its own methods want themselves as `this`. */
function proxied<T extends object>(target: T, replaced: Partial<Record<keyof T, unknown>>): T {
  return new Proxy(target, {
    get(target, key) {
      if (key in replaced) return replaced[key as keyof T];
      const value = Reflect.get(target, key, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
