/**
 * What the browser tests call in the page. A test says `run(page, "name", argument)` (see ../page.ts); the function of
 * that name runs here, and what it returns goes back by structured clone. To test something new in a browser, add a
 * function here and a worker script beside this file if it needs one.
 */
import * as comlink from "comlink";
import { loadDataset } from "../../../src/data/load.ts";
import { createPageHost } from "../../../src/host/page.ts";
import type { DensityOverview, OverviewChoice } from "../../../src/experiment/density_overview.ts";
import type { Cpu } from "../../../src/worker/cpu.ts";
import type { Storage } from "../../../src/nn/plan.ts";
import { seedHashes } from "../seed_hashes.ts";
import { ask } from "./ask.ts";
import { type CaughtError, refusal, trainAsPyTorch, type TrainingReport } from "./engine.ts";
import { raceLanes } from "./lab.ts";
import { compileShaders } from "./shaders.ts";
import { setTheme } from "../../../web/state/theme.ts";
import { networkState, playNetworks, showNetworks, type ShownState } from "./network.tsx";
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

  /** Trains `lab` in the engine's worker and compares it with PyTorch. */
  trainAsPyTorch(request: { storage: Storage; steps: number }): Promise<TrainingReport> {
    return trainAsPyTorch(request);
  },

  /** The error that comes from asking the engine for a GPU where there is none. */
  refusal(_: null): Promise<CaughtError | undefined> {
    return refusal();
  },

  /** Two lanes of the lab's worker, until both have finished. */
  raceLanes(_: null): ReturnType<typeof raceLanes> {
    return raceLanes();
  },

  /** Images of a data set that the page's host fetches; loading checks every file against its manifest's SHA-256. */
  async loadDataset(name: string): Promise<{ train: number; test: number }> {
    const { train, test } = await loadDataset(name, createPageHost({ datasets: "/datasets/" }));
    return { train: train.count, test: test.count };
  },

  /** A text that the page's host keeps. */
  async readKept(name: string): Promise<{ text: string | undefined; place: string }> {
    const { kept } = createPageHost({ datasets: "/datasets/" });
    return { text: await kept.read(name), place: kept.place(name) };
  },

  /** Keeps a text. */
  async writeKept({ name, text }: { name: string; text: string }): Promise<void> {
    await createPageHost({ datasets: "/datasets/" }).kept.write(name, text);
  },

  /** Shows the Network view of lanes that have taken so many steps; says where the view stands, for clicks. */
  showNetworks(request: Parameters<typeof showNetworks>[0]): Promise<void> {
    return showNetworks(request);
  },

  /** Lets the lanes of the Network view train on. */
  playNetworks(ids: string[]): Promise<void> {
    return playNetworks(ids);
  },

  /** Switches the page's theme. */
  setTheme(next: "light" | "dark"): Promise<void> {
    setTheme(next);
    return Promise.resolve();
  },

  /** What the Network view shows now. */
  networkState(_: null): Promise<ShownState> {
    return Promise.resolve(networkState());
  },

  /** What every rule says of networks, from the worker that the page asks. */
  async densities(choices: OverviewChoice[]): Promise<DensityOverview[]> {
    const url = new URL("../../../src/worker/cpu_worker.ts", import.meta.url);
    const worker = new Worker(url, { type: "module" }), cpu = comlink.wrap<Cpu>(worker);
    try {
      return await Promise.all(choices.map((choice) => cpu.densities(choice)));
    } finally {
      worker.terminate();
    }
  },

  /** SHA-256 of masks and initial weights. */
  seedHashes(_: null): Promise<Record<string, string>> {
    return seedHashes();
  },
};

/** The functions by name, for the types of the tests. */
export type Harness = typeof functions;

declare global {
  // Declared with `var`, the only form that makes a property of globalThis.
  var harness: Harness;
}

globalThis.harness = functions;
