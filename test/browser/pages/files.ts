/** What files.spec.ts calls: workers over the origin-private file system, started and ended at will. */
import * as comlink from "comlink";
import { keepErrors } from "../../../src/worker/errors.ts";
import type { FilesWorker } from "./files_worker.ts";

keepErrors();
const workers = new Map<string, { worker: Worker; api: comlink.Remote<FilesWorker> }>();

/** A worker by name, started at the first call. */
function of(name: string): comlink.Remote<FilesWorker> {
  let found = workers.get(name);
  if (!found) {
    const worker = new Worker(new URL("./files_worker.ts", import.meta.url), { type: "module" });
    workers.set(name, found = { worker, api: comlink.wrap<FilesWorker>(worker) });
  }
  return found.api;
}

/** Ends a worker as a crash would. */
function kill(name: string): void {
  workers.get(name)?.worker.terminate();
  workers.delete(name);
}

declare global {
  var filesHarness: { of: typeof of; kill: typeof kill };
}

globalThis.filesHarness = { of, kill };
