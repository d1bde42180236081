/**
 * The sweep of this page: what was chosen, what it would take, and its cells one after another on the lab. What has become
 * of a cell is read from its run folder, so that a reload loses nothing; the choice and failures are remembered.
 */
import { computed, effect, signal } from "@preact/signals";
import type { RunResult } from "../../../src/experiment/run_result.ts";
import type { SweepCell, SweepCellState, SweepChoice, SweepPlan } from "../../../src/worker/page_sweep.ts";
import { RUNS_FOLDER } from "../../../src/worker/storage_types.ts";
import { lab, storage } from "../../connect.ts";
import { ResultState } from "../../figures/result_state.ts";
import { figures } from "../../figures/worker.ts";
import { announce } from "../../state/announce.ts";
import { removals } from "../../state/keeping.ts";
import { keep, kept } from "../../state/kept.ts";
import { openDevice } from "../../state/lab.ts";
import { type Lane, lanes, newLane } from "../../state/lanes.ts";
import { claimTraining } from "../../state/training_lock.ts";

/** What the choosers begin with: a figure within some minutes on any machine. */
const FIRST: SweepChoice = {
  preset: "mini/er-ratios",
  rules: ["dense", "uniform", "erk", "balanced", "pyramidal"],
  densities: [0.2, 0.05],
  seeds: [1, 2, 3],
  width: 8,
  epochs: 4,
  images: 2000,
};

interface Kept {
  readonly choice: SweepChoice;
  readonly failures: Readonly<Record<string, string>>;
}

function remembered(): Kept {
  try {
    const value = JSON.parse(kept("sweep") ?? "") as Partial<Kept>;
    return { choice: { ...FIRST, ...value.choice }, failures: value.failures ?? {} };
  } catch {
    return { choice: FIRST, failures: {} };
  }
}

const before = remembered();

/** The grid as it is chosen. */
export const choice = signal<SweepChoice>(before.choice);
/** Errors of cells that failed, by their hashes. */
export const failures = signal<Readonly<Record<string, string>>>(before.failures);
/** Its cells; undefined until they are known. */
export const plan = signal<SweepPlan | undefined>(undefined);
/** What is wrong with the choice, or with the last thing that was asked for. */
export const problem = signal<string | undefined>(undefined);
/** What the run folders say, by hash. */
export const states = signal<ReadonlyMap<string, SweepCellState>>(new Map());
/** The cell at work. */
export const current = signal<Lane | undefined>(undefined);
/** Whether cells follow each other. */
export const sweeping = signal(false);
/** The figures of what has ended. */
export const results = new ResultState();

effect(() => keep("sweep", JSON.stringify({ choice: choice.value, failures: failures.value })));

/** A cell's state for people. */
export type CellWord = "done" | "running" | "failed" | "begun" | "waiting";

/** The state of a cell. */
export function wordOf(cell: SweepCell): CellWord {
  if (states.value.get(cell.hash)?.state === "done") return "done";
  if (current.value?.id === cell.id) return "running";
  if (failures.value[cell.hash] !== undefined) return "failed";
  return states.value.get(cell.hash)?.state === "begun" ? "begun" : "waiting";
}

/** Cells in each state. */
export const counts = computed(() => {
  const all: Record<CellWord, number> = { done: 0, running: 0, failed: 0, begun: 0, waiting: 0 };
  for (const cell of plan.value?.cells ?? []) all[wordOf(cell)]++;
  return all;
});

/** Images a second of runs of these networks that this browser has trained; undefined before the first. */
export const speed = signal<{ readonly rate: number; readonly runs: number } | undefined>(undefined);

let turn = 0;

effect(() => {
  if (removals.value > 0) void look();
});

/** Chooses another grid: its cells are planned and looked up, nothing is trained. */
export async function choose(change: Partial<SweepChoice>): Promise<void> {
  choice.value = { ...choice.peek(), ...change };
  await look();
}

/** Looks at the grid that is chosen, and at what there is of it. */
export async function look(): Promise<void> {
  const mine = ++turn;
  try {
    const made = await (await figures()).planSweep(choice.peek());
    if (mine !== turn) return;
    problem.value = undefined;
    plan.value = made;
    await readCells();
    void measure();
  } catch (error) {
    if (mine === turn) problem.value = (error as Error).message;
  }
}

async function readCells(): Promise<void> {
  const made = plan.peek();
  if (!made) return;
  const worker = await figures(), found = await worker.sweepStates(made.cells);
  if (plan.peek() !== made) return;
  states.value = new Map(made.cells.map(({ hash }, i) => [hash, found[i]]));
  const done = made.cells.filter((_, i) => found[i].state === "done");
  if (done.length === 0) return void await results.close();
  const folders = done.map(({ id }) => `${RUNS_FOLDER}/${id}`);
  await results.refresh(() => worker.openStored(made.name, folders));
}

/** Speed of runs of the same network that this browser has: its own cells, or others before. */
async function measure(): Promise<void> {
  const own = [...states.peek().values()].flatMap(({ result }) => result ? [result] : []);
  const width = choice.peek().width;
  const all = own.length > 0
    ? own
    : (await storage().runs().catch(() => [])).flatMap(({ result, config, imported }) => {
      const model = config?.model;
      const same = model?.name === "lab" && model.width === width && !imported;
      return same && result ? [result] : [];
    });
  speed.value = all.length === 0 ? undefined : { rate: harmonicMean(all), runs: all.length };
}

/** Of whole runs, preparation included: what a cell takes, and not what a step does. */
function harmonicMean(results: readonly RunResult[]): number {
  const known = results.filter(({ seconds, imagesPerSecond }) => seconds > 0 && imagesPerSecond > 0);
  return known.length / known.reduce((sum, { imagesPerSecond }) => sum + 1 / imagesPerSecond, 0);
}

/** Seconds that the missing cells will take; undefined where nothing was measured yet. */
export const expected = computed(() => {
  const cells = (plan.value?.cells ?? []).filter((cell) => wordOf(cell) !== "done");
  const images = cells.reduce((sum, { images }) => sum + images, 0);
  return speed.value && Number.isFinite(speed.value.rate) ? images / speed.value.rate : undefined;
});

/** Trains the cells that are not done, one after another; one that fails stops no other. */
export async function start(): Promise<void> {
  const made = plan.peek();
  if (!made || sweeping.peek()) return;
  if (!await claimTraining()) return;
  sweeping.value = true;
  problem.value = undefined;
  failures.value = {};
  announce(`Sweep of ${made.cells.length} cells starts.`);
  try {
    if (!await openDevice()) throw new Error("This browser has no WebGPU: cells cannot be trained here.");
    for (const cell of made.cells) {
      if (!sweeping.peek()) break;
      if (states.peek().get(cell.hash)?.state === "done") continue;
      await runCell(cell, made);
      await readCells();
      await measure();
    }
    const { done, failed } = counts.peek();
    if (sweeping.peek()) announce(`Sweep ended: ${done} cells done${failed > 0 ? `, ${failed} failed` : ""}.`);
  } catch (error) {
    problem.value = (error as Error).message;
  } finally {
    sweeping.value = false;
  }
}

/** Ends after the cell at work has written a checkpoint, from which it goes on. */
export async function stop(): Promise<void> {
  sweeping.value = false;
  const lane = current.peek();
  if (lane) await (await lab()).stop(lane.id).catch(() => {});
}

async function runCell(cell: SweepCell, { name: preset, command }: SweepPlan): Promise<void> {
  const { checkpoint: _own, ...config } = cell.config, { id, name } = cell;
  const lane = newLane({ id, title: name, settings: {}, config: cell.config, rule: cell.rule });
  lanes.value = [...lanes.peek().filter((other) => other.id !== id), lane];
  current.value = lane;
  try {
    await (await lab()).start({ id, name, config, preset, command, resume: true });
    await settled(lane);
    const { phase, error } = lane;
    if (phase.peek() === "failed") fail(cell, error.peek()?.message ?? "it failed");
    // somebody ended this one cell by hand: the sweep waits to be gone on with
    if (phase.peek() === "stopped") sweeping.value = false;
  } catch (error) {
    fail(cell, (error as Error).message);
  } finally {
    current.value = undefined;
    lanes.value = lanes.peek().filter((other) => other !== lane);
    await (await lab()).remove(id).catch(() => {});
  }
}

function fail({ hash }: SweepCell, message: string): void {
  failures.value = { ...failures.peek(), [hash]: message };
}

function settled({ phase }: Lane): Promise<void> {
  return new Promise((resolve) => {
    const end = effect(() => {
      if (!["finished", "stopped", "failed"].includes(phase.value)) return;
      resolve();
      queueMicrotask(() => end());
    });
  });
}
