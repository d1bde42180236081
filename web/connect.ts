/**
 * The page's workers, each started when it is first wanted. All that computes is behind them; what they say to each other
 * goes through comlink, errors whole.
 */
import { signal } from "@preact/signals";
import * as comlink from "comlink";
import type { Cpu } from "../src/worker/cpu.ts";
import { keepErrors } from "../src/worker/errors.ts";
import type { StorageApi } from "../src/worker/storage_types.ts";
import { startLab } from "../src/worker/start_lab.ts";

keepErrors();

function once<T>(start: () => T): () => T {
  let made: T | undefined;
  return () => made ??= start();
}

// `new Worker(new URL(…))` stands here word by word: that is how Vite finds a worker's file.

function startCpu(): comlink.Remote<Cpu> {
  cpuIsThere.value = true;
  return comlink.wrap<Cpu>(
    new Worker(new URL("../src/worker/cpu_worker.ts", import.meta.url), { type: "module", name: "cpu" }),
  );
}

/**
 * Whether anything has wanted {@link cpu}. Its code is large, and a visitor who looks and presses "Train both" does well
 * without: nothing may start it before that press or a first change.
 */
export const cpuIsThere = signal(false);

/** Densities, figures, images: answers at once. */
export const cpu = once(startCpu);

/** The same once more, for what takes seconds: what {@link cpu} is asked does not wait behind it. */
export const slowCpu = once(startCpu);

/** Networks in training: the one worker that owns the GPU. */
export const lab = once(async () => (await startLab()).lab);

/** The runs and data sets that this browser keeps. */
export const storage = once(() =>
  comlink.wrap<StorageApi>(
    new Worker(new URL("../src/worker/storage_worker.ts", import.meta.url), { type: "module", name: "storage" }),
  )
);
