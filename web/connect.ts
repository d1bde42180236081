/**
 * The page's workers, each started when it is first wanted. All that computes is behind them; what they say to each other
 * goes through comlink, errors whole.
 */
import * as comlink from "comlink";
import type { Cpu } from "../src/worker/cpu.ts";
import { keepErrors } from "../src/worker/errors.ts";
import { startLab } from "../src/worker/start_lab.ts";

keepErrors();

function once<T>(start: () => T): () => T {
  let made: T | undefined;
  return () => made ??= start();
}

// `new Worker(new URL(…))` stands here word by word: that is how Vite finds a worker's file.

/** Densities, figures, images. */
export const cpu = once(() =>
  comlink.wrap<Cpu>(
    new Worker(new URL("../src/worker/cpu_worker.ts", import.meta.url), { type: "module", name: "cpu" }),
  )
);

/** Networks in training: the one worker that owns the GPU. */
export const lab = once(async () => (await startLab()).lab);
