/** `startsparse sweep`: a grid of runs, each a process of its own or an element of a Slurm array; only what is missing is run. */
import { UserError } from "../errors.ts";
import { listAdapters } from "../gpu/adapter.ts";
import { loadGrid } from "../experiment/grid.ts";
import {
  defaultSweepFolder,
  lockFile,
  openSweep,
  type Sweep,
  type SweepRun,
  sweepRuns,
} from "../experiment/sweep_folder.ts";
import { allowedJobs, runLocally } from "../experiment/sweep_local.ts";
import { countStates, finishedRun, StateWriter, sweepStatus } from "../experiment/sweep_state.ts";
import type { Host } from "../host/host.ts";
import { checkFolder, type CommandContext, type DeviceChoice, overridesOf, type RunOptions } from "./context.ts";
import { Interruption } from "./interrupt.ts";
import { debugging, jsonText, openOutput, type Output } from "./output.ts";
import { largestRun } from "./sweep_memory.ts";
import { launchWorker } from "./sweep_launch.ts";
import { isLocked } from "./sweep_lock.ts";
import type { SlurmOptions } from "./sweep_slurm.ts";
import { SweepView } from "./sweep_view.ts";

/** Options of `sweep`. */
export interface SweepOptions extends Omit<RunOptions, "force">, SlurmOptions {
  jobs?: number;
  on?: "local" | "slurm";
}

/** What a process takes besides its device's buffers: runtime, compiler, driver. Measured: 0.5 to 0.7 GB of lab on llvmpipe. */
const PROCESS_BYTES = 0.75 * 2 ** 30;

/** Starts a sweep, or goes on with it. @returns the exit status: 1 where a cell failed */
export async function sweepCommand(
  context: CommandContext,
  preset: string,
  words: readonly string[],
  options: SweepOptions,
): Promise<number> {
  const { host, command } = context;
  const grid = await loadGrid(host, preset, overridesOf(words, options));
  const runs = await sweepRuns(grid);
  const folder = options.out === undefined ? await defaultSweepFolder(grid.name, runs) : checkFolder(options.out);
  const sweep = await openSweep(host, folder, { name: grid.name, description: grid.description, command }, runs);
  const wanted = new Set(runs.map(({ hash }) => hash));
  return await runSweep(host, sweep, sweep.runs.filter(({ hash }) => wanted.has(hash)), options);
}

/** Runs those of a sweep's cells that are not done yet. */
export async function runSweep(
  host: Host,
  sweep: Sweep,
  runs: readonly SweepRun[],
  options: SweepOptions,
): Promise<number> {
  const output = openOutput({ json: options.json, plain: debugging() });
  const finished = await Promise.all(runs.map((run) => finishedRun(host, sweep, run)));
  const missing = runs.filter((_, i) => !finished[i]);
  const already = runs.length - missing.length;
  const { bold } = output.colours;
  output.say(
    `${bold(sweep.about.name)}: ${runs.length} runs` + (already > 0 ? `, ${already} of them done already` : ""),
  );
  output.say(`folder  ${sweep.folder}/`);
  let exitCode = 0;
  if (missing.length > 0 && options.on === "slurm") {
    const { submitSweep } = await import("./sweep_slurm.ts");
    exitCode = await submitSweep(host, sweep, missing, options, output);
  } else if (missing.length > 0) {
    exitCode = await runHere(host, sweep, missing, options, output);
  }
  return await conclude(host, sweep, runs, options, output, exitCode);
}

async function runHere(
  host: Host,
  sweep: Sweep,
  runs: readonly SweepRun[],
  options: SweepOptions,
  output: Output,
): Promise<number> {
  const device = runs[0].config.device;
  const adapters = await listAdapters(await host.backend({ backend: options.backend ?? device.backend }));
  if (adapters.length === 0) throw new UserError("no WebGPU adapter was found", { hint: "startsparse doctor" });
  const gpus = adapters.flatMap((adapter, index) => adapter.software ? [] : [index]);
  const choosing = options.adapter !== undefined || device.index !== undefined || device.name !== undefined;
  const software = gpus.length === 0;
  const { jobs, why } = allowedJobs({
    wanted: options.jobs,
    adapters: choosing ? 1 : Math.max(1, gpus.length),
    bytes: PROCESS_BYTES + (software ? await largestRun(host, runs, adapters[0]) : 0),
    available: host.memory()?.available,
  });
  const words = `${Math.min(jobs, runs.length)} at a time on this machine`;
  output.say(why === undefined ? words : `${words}: ${why}`);
  output.say();
  const id = `local-${host.now().toISOString().replace(/\D/g, "").slice(0, 14)}-${Deno.pid}`;
  const state = new StateWriter(host, sweep.folder, id);
  await state.note({ event: "engine", machine: Deno.hostname(), pid: Deno.pid });
  const view = new SweepView(output, sweep.about.name, runs.map(({ name }) => name), Math.min(jobs, runs.length));
  const abort = new AbortController();
  const interruption = new Interruption({
    stop: () => {
      view.log("stopping after the steps that are on the GPU… (Ctrl-C again ends at once)");
      view.stopping();
      abort.abort();
    },
    endNow: (exitCode) => {
      view.end();
      Deno.exit(exitCode); // the workers end with their stdin
    },
  });
  const unlisten = interruption.listen();
  let launched = 0;
  try {
    const outcomes = await runLocally({
      runs,
      jobs,
      signal: abort.signal,
      onEvent: (event) => view.show(event),
      launch: (slot) => {
        const choice: DeviceChoice = choosing || gpus.length < 2
          ? options
          : { ...options, adapter: String(gpus[slot % gpus.length]) };
        return Promise.resolve(launchWorker(sweep.folder, `${id}-w${++launched}`, choice, state));
      },
    });
    const failed = [...outcomes.values()].filter((outcome) => outcome.state === "failed").length;
    return interruption.exitCode ?? (failed > 0 ? 1 : 0);
  } finally {
    view.end();
    unlisten();
  }
}

/** What there is now, and what to do next. */
async function conclude(
  host: Host,
  sweep: Sweep,
  runs: readonly SweepRun[],
  options: SweepOptions,
  output: Output,
  exitCode: number,
): Promise<number> {
  const running = (hash: string) => isLocked(lockFile(sweep, hash));
  const cells = await sweepStatus(host, { ...sweep, runs }, { running });
  const counts = countStates(cells), { folder } = sweep;
  output.say();
  if (counts.done === runs.length) {
    output.say(`all ${runs.length} runs are done`);
  } else if (options.on !== "slurm") {
    const left = Object.entries(counts).filter(([, count]) => count > 0).map(([state, count]) => `${count} ${state}`);
    output.say(output.colours.yellow(left.join(", ")));
    output.say(`go on   startsparse sweep retry ${folder}`);
  }
  output.say(`status  startsparse sweep status ${folder}`);
  if (counts.done > 0) output.say(`table   startsparse results ${folder}`);
  if (options.json) {
    const shown = cells.map(({ run, ...status }) => ({ name: run.name, cell: run.cell, hash: run.hash, ...status }));
    output.data(jsonText({ format: 1, name: sweep.about.name, folder, counts, cells: shown }));
  }
  return exitCode;
}
