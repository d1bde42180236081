/** The part of the CPU worker that reads results and draws figures, in a chunk of its own: Vega is larger than all else. */
import * as comlink from "comlink";
import { createPageHost } from "../host/page.ts";
import type { Figures } from "./figures.ts";

let loading: Promise<Figures & comlink.ProxyMarked> | undefined;

/** Loads it at the first call; it stays in this worker. */
export function loadFigures(): Promise<Figures & comlink.ProxyMarked> {
  return loading ??= import("./figures.ts").then(({ Figures }) => {
    return comlink.proxy(new Figures(createPageHost({ files: "origin", servedSets: true })));
  });
}
