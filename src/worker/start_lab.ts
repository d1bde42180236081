/** Starting the lab's worker in a page. */
import type * as comlink from "comlink";
import { connect, type Connection } from "./connect.ts";
import type { Lab } from "./lab.ts";
import type { StartLab } from "./lab_worker.ts";

/** A lab in its worker. */
export interface LabConnection extends Pick<Connection<Lab>, "terminate"> {
  readonly lab: comlink.Remote<Lab>;
}

/** Starts a lab. @param datasets address of the folder of data sets, relative to the page */
export async function startLab(datasets: string | URL = "datasets/"): Promise<LabConnection> {
  const worker = new Worker(new URL("./lab_worker.ts", import.meta.url), { type: "module" });
  const { remote, terminate } = connect<StartLab>(worker);
  return { lab: await remote(new URL(datasets, globalThis.location.href).href), terminate };
}
