/** `startsparse sweep cell`: what an element of a Slurm array runs on its node. */
import { UserError } from "../errors.ts";
import { readSweep } from "../experiment/sweep_folder.ts";
import { StateWriter } from "../experiment/sweep_state.ts";
import type { Host } from "../host/host.ts";
import type { DeviceChoice } from "./context.ts";
import { EngineClient } from "./engine.ts";
import { openOutput } from "./output.ts";
import { RunView } from "./run_view.ts";
import { machineName, runCell } from "./sweep_cell.ts";
import { slurm } from "./sweep_slurm.ts";

/** Options of an element. */
export interface ElementOptions extends DeviceChoice {
  list: string;
  index: number;
}

/**
 * Runs the cell with this number of a list. Where Slurm warns that time is nearly over (SIGUSR1), or ends the job while it
 * still counts as running (SIGTERM), the run stops cleanly and its element is queued again.
 * @returns the exit status: 1 where the cell failed
 */
export async function elementCommand(host: Host, folder: string, options: ElementOptions): Promise<number> {
  const { list, index } = options;
  const sweep = await readSweep(host, folder);
  const hash = (await host.readText(list)).trim().split("\n")[index];
  const run = sweep.runs.find((run) => run.hash === hash);
  if (!run) throw new UserError(`${list} has no cell ${index} of this sweep`);
  const task = element();
  const writer = task === undefined
    ? `cell-${host.now().getTime()}-${Deno.pid}`
    : `slurm-${task}-${Deno.env.get("SLURM_RESTART_COUNT") ?? 0}`;
  const output = openOutput({ plain: true }), state = new StateWriter(host, folder, writer);
  output.say(`${run.name}: ${run.hash.slice(0, 8)}, on ${machineName()}${task ? `, element ${task}` : ""}`);
  const engine = new EngineClient(output, "the cell will be begun again");
  const score = run.config.score.name === "none" ? undefined : run.config.score.name;
  const view = new RunView(output, { rule: run.config.mask.rule, score });
  let warned = false;
  const warn = () => {
    if (warned) return;
    warned = true;
    output.say("the time limit is near: stopping, to go on when the queue lets it");
    engine.stop();
  };
  if (Deno.build.os !== "windows") Deno.addSignalListener("SIGUSR1", warn);
  try {
    const context = { sweep, engine, state, device: options, view, job: task };
    const outcome = await runCell(run, { ...context, onEvent: (event) => view.show(event) });
    view.end();
    if (outcome.state === "failed") output.complain(`error: ${outcome.error}`);
    else output.say(outcome.state);
    if (outcome.state === "stopped" && task !== undefined && (warned || await stillRuns(task))) await requeue(task);
    return outcome.state === "failed" ? 1 : engine.exitCode ?? 0;
  } finally {
    view.end();
    engine.close();
  }
}

/** `job_task`: the bare number of an array's job means all of its elements. */
function element(): string | undefined {
  const job = Deno.env.get("SLURM_ARRAY_JOB_ID"), task = Deno.env.get("SLURM_ARRAY_TASK_ID");
  return job !== undefined && task !== undefined ? `${job}_${task}` : undefined;
}

/** A job that its user has cancelled is not running any more when its processes are told. */
async function stillRuns(task: string): Promise<boolean> {
  try {
    return (await slurm("squeue", ["-h", "-j", task, "-o", "%T"])).trim() === "RUNNING";
  } catch {
    return false;
  }
}

/** Queues this element again. Slurm ends the job for it, so that nothing is to be done afterwards. */
async function requeue(task: string): Promise<void> {
  await slurm("scontrol", ["requeue", task]);
}
