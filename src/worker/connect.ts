/** The other end of a worker that exposes an engine or a lab. */
import * as comlink from "comlink";
import { keepErrors } from "./errors.ts";

/** What a worker exposes, and how to end it. */
export interface Connection<T> {
  readonly remote: comlink.Remote<T>;
  /** Ends the worker at once, device and all. */
  terminate(): void;
}

/** Talks to what is behind a worker. */
export function connect<T>(worker: Worker): Connection<T> {
  keepErrors();
  return { remote: comlink.wrap<T>(worker), terminate: () => worker.terminate() };
}
