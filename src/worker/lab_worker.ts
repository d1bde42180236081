/** The worker that owns the GPU in a browser page; see start_lab.ts for its other end. */
import * as comlink from "comlink";
import { createPageHost } from "../host/page.ts";
import { keepErrors } from "./errors.ts";
import { Lab } from "./lab.ts";

/** Makes the worker's lab. @param datasets address of the folder of data sets */
export type StartLab = (datasets: string) => Lab & comlink.ProxyMarked;

const start: StartLab = (datasets) =>
  comlink.proxy(new Lab(createPageHost({ datasets, files: "origin", servedSets: true })));

keepErrors();
comlink.expose(start);
