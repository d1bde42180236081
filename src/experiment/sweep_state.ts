/** What has become of a sweep's cells: from their run folders, from what the writers of state have noted, and from locks. */
import * as z from "zod";
import { encodeJsonLine, parseJsonLines } from "../formats/jsonl.ts";
import { type Host, joinPath } from "../host/host.ts";
import { RUN_FILES } from "./run_store.ts";
import { type RunResult, runResultSchema } from "./run_result.ts";
import { runFolder, type Sweep, SWEEP_FILES, type SweepRun } from "./sweep_folder.ts";

const noteSchema = z.object({
  time: z.string(),
  event: z.enum(["started", "done", "failed", "stopped", "submitted", "engine"]),
  /** The cell; left out for what concerns the writer alone. */
  hash: z.string().optional(),
  error: z.string().optional(),
  machine: z.string().optional(),
  pid: z.int().optional(),
  /** Of Slurm: `job_task`. */
  job: z.string().optional(),
});

/** A line of a state file. */
export type SweepNote = z.output<typeof noteSchema>;

/** Adds lines to one state file, which nobody else writes. */
export class StateWriter {
  #last: Promise<void> = Promise.resolve();

  constructor(readonly host: Host, readonly folder: string, readonly writer: string) {}

  /** Adds a line, with the time. Lines come in the order of the calls. */
  note(note: Omit<SweepNote, "time">): Promise<void> {
    const line = encodeJsonLine({ time: this.host.now().toISOString(), ...note });
    const path = joinPath(this.folder, SWEEP_FILES.state, `${this.writer}.jsonl`);
    this.#last = this.#last.then(() => this.host.appendFile(path, line));
    this.#last.catch(() => {});
    return this.#last;
  }
}

/** All notes of a sweep, by time. A last line that was cut short is passed over. */
export async function readNotes(host: Host, folder: string): Promise<SweepNote[]> {
  const states = joinPath(folder, SWEEP_FILES.state), notes: SweepNote[] = [];
  for (const { name } of (await host.exists(states)) ? await host.list(states) : []) {
    if (!name.endsWith(".jsonl")) continue;
    const path = joinPath(states, name);
    for (const value of parseJsonLines(await host.readText(path), path).values) {
      const note = noteSchema.safeParse(value);
      if (note.success) notes.push(note.data);
    }
  }
  // sort is stable: lines of one writer stay in their order
  return notes.sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0));
}

/** A cell is one of these. `unfinished`: it was begun, and nobody is at it any more. */
export const CELL_STATES = ["done", "running", "queued", "failed", "unfinished", "waiting"] as const;

/** What has become of a cell. */
export interface CellStatus {
  readonly run: SweepRun;
  readonly state: (typeof CELL_STATES)[number];
  /** Why it failed. */
  readonly error?: string;
  /** Where it ran or runs: a machine's name, an element of a Slurm job with its node. */
  readonly where?: string;
  readonly machine?: string;
  /** Of those that are done. */
  readonly seconds?: number;
  readonly testAccuracy?: number;
}

/** What others know of cells. */
export interface Watchers {
  /** Whether somebody runs the cell now. */
  running(hash: string): Promise<boolean>;
  /** What a queue says of cells, by hash: that they wait in it, that it runs them, or how they failed. */
  readonly queue?: ReadonlyMap<string, { state: "queued" | "running" | "failed"; where: string; error?: string }>;
}

/** The state of every cell of a sweep. */
export async function sweepStatus(host: Host, sweep: Sweep, watchers: Watchers): Promise<CellStatus[]> {
  const notes = new Map<string, SweepNote>();
  for (const note of await readNotes(host, sweep.folder)) {
    if (note.hash !== undefined) notes.set(note.hash, note);
  }
  return await Promise.all(sweep.runs.map(async (run): Promise<CellStatus> => {
    const note = notes.get(run.hash), machine = note?.machine;
    const where = [note?.job, machine].filter((word) => word !== undefined).join(" on ") || undefined;
    const finished = await finishedRun(host, sweep, run);
    if (finished) {
      return {
        run,
        state: "done",
        where,
        machine,
        seconds: finished.seconds,
        testAccuracy: finished.last?.testAccuracy,
      };
    }
    if (await watchers.running(run.hash)) return { run, state: "running", where, machine };
    const queued = watchers.queue?.get(run.hash);
    if (queued && queued.state !== "failed") return { run, state: queued.state, where: queued.where };
    if (note?.event === "failed") return { run, state: "failed", error: note.error, where, machine };
    if (queued) return { run, ...queued };
    return { run, state: note && note.event !== "submitted" ? "unfinished" : "waiting", where, machine };
  }));
}

/** The result of a cell that was trained to its end. */
export async function finishedRun(host: Host, sweep: Sweep, run: SweepRun): Promise<RunResult | undefined> {
  const path = joinPath(runFolder(sweep, run), RUN_FILES.result);
  if (!(await host.exists(path))) return undefined;
  try {
    const result = runResultSchema.parse(JSON.parse(await host.readText(path)));
    return result.interrupted || result.configHash !== run.hash ? undefined : result;
  } catch {
    // not written by this version, or damaged: it is run again, or refused by the run itself
    return undefined;
  }
}

/** How many cells are in which state, in the order of {@link CELL_STATES}. */
export function countStates(cells: readonly Pick<CellStatus, "state">[]): Record<CellStatus["state"], number> {
  const counts = Object.fromEntries(CELL_STATES.map((state) => [state, 0])) as Record<CellStatus["state"], number>;
  for (const { state } of cells) counts[state]++;
  return counts;
}
