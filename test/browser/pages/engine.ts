/** Training in a Web Worker, as a page has it. */
import { UserError } from "../../../src/errors.ts";
import type { AdapterInfo } from "../../../src/gpu/adapter.ts";
import type { KernelPlan, Storage } from "../../../src/nn/plan.ts";
import { connect } from "../../../src/worker/connect.ts";
import { startLab } from "../../../src/worker/start_lab.ts";
import { loadTraining, type ReadFile } from "../../golden/training.ts";
import { checkAgainstPyTorch } from "../../train/pytorch_check.ts";
import { requestOf } from "../../train/session_request.ts";
import type { Sessions } from "./session_worker.ts";

/** What training in the worker gave. */
export interface TrainingReport {
  adapter: AdapterInfo;
  plan: KernelPlan;
  /** Nats per image, of each step. */
  losses: number[];
  /** Opening the device with its self-test; building the session and all that was trained and read. */
  milliseconds: { open: number; train: number };
}

/** What is left of an error that crossed from the worker. */
export interface CaughtError {
  isUserError: boolean;
  name: string;
  message: string;
  hint?: string;
}

/** Files of the repository: Vite serves it from its root (../server.ts). */
const fetchFile: ReadFile = async (path) => {
  const response = await fetch(`/${path}`);
  if (!response.ok) throw new Error(`${path}: status ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
};

/** Trains `lab` in the worker and compares it with PyTorch. Rejects with the first number that differs. */
export async function trainAsPyTorch({ storage, steps }: { storage: Storage; steps: number }): Promise<TrainingReport> {
  const fixture = await loadTraining("lab", fetchFile);
  const worker = new Worker(new URL("./session_worker.ts", import.meta.url), { type: "module" });
  const { remote, terminate } = connect<Sessions>(worker);
  try {
    const started = performance.now();
    const adapter = await remote.open();
    const opened = performance.now();
    const session = await remote.session(requestOf(fixture, storage));
    const plan = await session.plan();
    const losses = await checkAgainstPyTorch(session, fixture, steps);
    await session.destroy();
    return { adapter, plan, losses, milliseconds: { open: opened - started, train: performance.now() - opened } };
  } finally {
    terminate();
  }
}

/** The error with which the lab refuses this browser's software adapter, as the page receives it. */
export async function refusal(): Promise<CaughtError | undefined> {
  const { lab, terminate } = await startLab("/datasets/");
  try {
    await lab.open({ requireGpu: true });
    return undefined;
  } catch (error) {
    const { name, message, hint } = error as UserError;
    return { isUserError: error instanceof UserError, name, message, hint };
  } finally {
    terminate();
  }
}
