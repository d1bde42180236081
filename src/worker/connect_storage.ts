/** The other end of the storage worker. */
import * as comlink from "comlink";
import { keepErrors } from "./errors.ts";
import type { StorageApi } from "./storage_types.ts";

/** A page's storage in a worker, and how to end it. */
export interface StorageConnection {
  readonly storage: comlink.Remote<StorageApi>;
  terminate(): void;
}

/** Starts the storage worker of a page. */
export function startStorage(): StorageConnection {
  keepErrors();
  const worker = new Worker(new URL("./storage_worker.ts", import.meta.url), { type: "module", name: "storage" });
  return { storage: comlink.wrap<StorageApi>(worker), terminate: () => worker.terminate() };
}
