/** The other end of the engine's worker. */
import * as comlink from "comlink";
import type { Engine } from "./engine.ts";
import { keepErrors } from "./errors.ts";

/** An engine in a worker, and how to end it. */
export interface Connection {
  readonly engine: comlink.Remote<Engine>;
  /** Ends the worker at once, device and all. */
  terminate(): void;
}

/** Talks to an engine behind a worker. */
export function connect(worker: Worker): Connection {
  keepErrors();
  return { engine: comlink.wrap<Engine>(worker), terminate: () => worker.terminate() };
}
