/**
 * What the browser tests call in the page. A test says `run(page, "name", argument)` (see ../page.ts); the function of
 * that name runs here, and what it returns goes back by structured clone. To test something new in a browser, add a
 * function here and a worker script beside this file if it needs one.
 */
import { ask } from "./ask.ts";
import { compileShaders } from "./shaders.ts";
import type { ProbeReply, ProbeRequest } from "./probe_worker.ts";

const functions = {
  /** The adapter that a module worker gets, and Philox blocks computed in it. */
  probe(request: ProbeRequest): Promise<ProbeReply> {
    return ask(new Worker(new URL("./probe_worker.ts", import.meta.url), { type: "module" }), request);
  },

  /** Compiles every WGSL module of the project. */
  compileShaders(_: null): Promise<{ modules: number; complaints: string[] }> {
    return compileShaders();
  },
};

/** The functions by name, for the types of the tests. */
export type Harness = typeof functions;

declare global {
  // Declared with `var`, the only form that makes a property of globalThis.
  var harness: Harness;
}

globalThis.harness = functions;
