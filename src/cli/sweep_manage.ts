/** `startsparse sweep status`, `cancel` and `retry`: what has become of a sweep, ending it, and going on with it. */
import process from "node:process";
import { UserError } from "../errors.ts";
import { formatPercent, formatSeconds } from "../experiment/results_numbers.ts";
import { lockFile, readSweep, type Sweep } from "../experiment/sweep_folder.ts";
import { CELL_STATES, type CellStatus, countStates, readNotes, sweepStatus } from "../experiment/sweep_state.ts";
import type { Host } from "../host/host.ts";
import { checkFolder } from "./context.ts";
import { jsonText, openOutput, type Output } from "./output.ts";
import { runSweep, type SweepOptions } from "./sweep.ts";
import { isLocked } from "./sweep_lock.ts";
import { cancelSlurm, slurmQueue } from "./sweep_slurm.ts";
import { alignColumns } from "./text.ts";

/** Options of `status`. */
export interface StatusOptions {
  json?: boolean;
  /** Show every cell, those that are done and those that wait too. */
  all?: boolean;
}

async function statusOf(host: Host, sweep: Sweep): Promise<CellStatus[]> {
  const running = (hash: string) => isLocked(lockFile(sweep, hash));
  return await sweepStatus(host, sweep, { running, queue: await slurmQueue(host, sweep) });
}

/** Shows how far a sweep is. @returns the exit status: 1 where cells have failed */
export async function statusCommand(host: Host, folder: string, options: StatusOptions): Promise<number> {
  const sweep = await readSweep(host, checkFolder(folder)), cells = await statusOf(host, sweep);
  const counts = countStates(cells), output = openOutput({ json: options.json });
  if (options.json) {
    const shown = cells.map(({ run, ...status }) => ({ name: run.name, cell: run.cell, hash: run.hash, ...status }));
    output.data(jsonText({ format: 1, name: sweep.about.name, folder: sweep.folder, counts, cells: shown }));
  } else {
    showStatus(output, sweep, cells, options.all ?? false);
  }
  return counts.failed > 0 ? 1 : 0;
}

function showStatus(output: Output, sweep: Sweep, cells: readonly CellStatus[], all: boolean): void {
  const counts = countStates(cells), { bold, red, green } = output.colours;
  const words = CELL_STATES.filter((state) => counts[state] > 0).map((state) => `${counts[state]} ${state}`);
  output.say(`${bold(sweep.about.name)}: ${cells.length} runs: ${words.join(", ") || "none"}`);
  const shown = cells.filter(({ state }) => all || state === "running" || state === "failed" || state === "unfinished");
  const rows = shown.map(({ run, state, where, error, seconds, testAccuracy }) => {
    const result = state === "done"
      ? `test ${testAccuracy === undefined ? "–" : formatPercent(testAccuracy, 1)} %, ${formatSeconds(seconds ?? 0)}`
      : error ?? "";
    return [`  ${run.name}`, state, where ?? "", result];
  });
  for (const [i, line] of alignColumns(rows).entries()) {
    output.say(shown[i].state === "failed" ? red(line) : shown[i].state === "done" ? green(line) : line);
  }
  if (counts.failed + counts.unfinished + counts.waiting > 0 && counts.running + counts.queued === 0) {
    output.say(`go on   startsparse sweep retry ${sweep.folder}`);
  }
}

/** Ends a sweep's processes on this machine and its jobs in Slurm's queue; what is done stays. */
export async function cancelCommand(host: Host, folder: string): Promise<number> {
  const sweep = await readSweep(host, checkFolder(folder)), output = openOutput();
  const cells = await statusOf(host, sweep), here = Deno.hostname();
  const engines = new Set<number>();
  // A process' number may be another's by now: only where a cell of the sweep runs, its engine is looked for.
  if (cells.some(({ state, machine }) => state === "running" && machine === here)) {
    for (const { event, machine, pid } of await readNotes(host, sweep.folder)) {
      if (event === "engine" && machine === here && pid !== undefined && isSweepProcess(pid)) engines.add(pid);
    }
  }
  for (const pid of engines) process.kill(pid, "SIGTERM");
  const jobs = await cancelSlurm(host, sweep);
  for (const pid of engines) output.say(`process ${pid} is asked to stop: its cells end cleanly`);
  for (const job of jobs) output.say(`job ${job} is cancelled`);
  if (engines.size + jobs.length === 0) {
    output.say("nothing of this sweep runs on this machine or waits in Slurm's queue");
  }
  return 0;
}

/** Whether a process is there and is a sweep's; where the system does not tell, whether it is there. */
function isSweepProcess(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  try {
    return Deno.readTextFileSync(`/proc/${pid}/cmdline`).includes("\0sweep\0");
  } catch {
    return true;
  }
}

/** Runs what is missing or failed: all of it, or the runs that are named. */
export async function retryCommand(
  host: Host,
  folder: string,
  names: readonly string[],
  options: SweepOptions,
): Promise<number> {
  const sweep = await readSweep(host, checkFolder(folder));
  const known = new Set(sweep.runs.flatMap(({ name, cell }) => [name, cell]));
  const unknown = names.filter((name) => !known.has(name));
  if (unknown.length > 0) {
    throw new UserError(`the sweep has no run or cell ${unknown.join(", ")}`, {
      hint: `startsparse sweep status ${sweep.folder} --all lists them.`,
    });
  }
  const chosen = sweep.runs.filter(({ name, cell }) =>
    names.length === 0 || names.includes(name) || names.includes(cell)
  );
  return await runSweep(host, sweep, chosen, options);
}
