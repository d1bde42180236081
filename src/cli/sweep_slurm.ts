/** The Slurm engine of sweeps: submits arrays, runs an element's cell on its node, and asks what has become of them. */
import * as z from "zod";
import { UserError } from "../errors.ts";
import { projectFolder } from "../experiment/provenance.ts";
import {
  isQueued,
  jobScript,
  parseAccounting,
  parseMaxArray,
  parseQueue,
  parseSubmission,
} from "../experiment/slurm.ts";
import { type Sweep, SWEEP_FILES, type SweepRun } from "../experiment/sweep_folder.ts";
import { StateWriter, type Watchers } from "../experiment/sweep_state.ts";
import { type Host, joinPath } from "../host/host.ts";
import type { DeviceChoice } from "./context.ts";
import type { Output } from "./output.ts";
import { deviceFlags } from "./sweep_launch.ts";

/** Options of `sweep` that are about Slurm. */
export interface SlurmOptions extends DeviceChoice {
  partition?: string;
  gpus?: number;
  time?: string;
  warning?: number;
  sbatch?: string[];
  allowSoftware?: boolean;
  jobs?: number;
}

/** Seconds before the time limit at which a run is told. */
export const WARNING_SECONDS = 120;

const submissionSchema = z.object({
  format: z.literal(1).default(1),
  job: z.string(),
  hashes: z.array(z.string()),
});

type Submission = z.output<typeof submissionSchema>;

/** Runs a command of Slurm's. @throws {UserError} where it is not there, or with what it says */
export async function slurm(command: string, args: readonly string[]): Promise<string> {
  let ended: Deno.CommandOutput;
  try {
    ended = await new Deno.Command(command, { args: [...args], stdin: "null" }).output();
  } catch (cause) {
    throw new UserError(`cannot start ${command}: is this machine part of a Slurm cluster?`, {
      hint: "Submit where sbatch works, or leave --on slurm out to run here.",
      cause,
    });
  }
  const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes).trim();
  if (ended.code !== 0) throw new UserError(`${command}: ${decode(ended.stderr) || `status ${ended.code}`}`);
  return decode(ended.stdout);
}

/** Submits cells that no earlier submission still has in the queue. @returns the exit status */
export async function submitSweep(
  host: Host,
  sweep: Sweep,
  runs: readonly SweepRun[],
  options: SlurmOptions,
  output: Output,
): Promise<number> {
  const queue = await slurmQueue(host, sweep);
  const free = runs.filter(({ hash }) => (queue.get(hash)?.state ?? "failed") === "failed");
  if (free.length < runs.length) output.say(`${runs.length - free.length} runs are in Slurm's queue already`);
  const largest = parseMaxArray(await slurm("scontrol", ["show", "config"])) ?? 1001;
  const state = new StateWriter(host, sweep.folder, `submit-${host.now().getTime()}-${Deno.pid}`);
  for (let from = 0; from < free.length; from += largest - 1) {
    const part = free.slice(from, from + largest - 1);
    const { job, script } = await submit(host, sweep, part, options);
    for (const { hash } of part) await state.note({ event: "submitted", hash, job });
    output.say(`job     ${job}, ${part.length} elements: ${script}`);
  }
  return 0;
}

async function submit(
  host: Host,
  sweep: Sweep,
  runs: readonly SweepRun[],
  options: SlurmOptions,
): Promise<{ job: string; script: string }> {
  const submissions = joinPath(sweep.folder, SWEEP_FILES.slurm);
  const number = ((await host.exists(submissions)) ? (await host.list(submissions)).length : 0) + 1;
  const folder = joinPath(submissions, String(number)), logs = joinPath(folder, "logs");
  await host.makeDirectory(logs);
  const here = Deno.cwd(), absolute = (path: string) => path.startsWith("/") ? path : joinPath(here, path);
  const { allowSoftware, gpus = allowSoftware ? 0 : 1 } = options;
  const list = joinPath(folder, "cells.txt");
  await host.writeFile(list, runs.map(({ hash }) => `${hash}\n`).join(""));
  const launcher = joinPath(projectFolder(), "bin/startsparse.mjs");
  const device = { ...options, requireGpu: !allowSoftware };
  const text = jobScript({
    name: `startsparse-${sweep.about.name.replace(/[^\w.-]+/g, "-")}`,
    elements: runs.length,
    limit: options.jobs,
    partition: options.partition,
    gpus,
    time: options.time,
    warning: options.warning ?? WARNING_SECONDS,
    extra: options.sbatch ?? [],
    logs: absolute(logs),
    workingFolder: here,
    command: ["node", launcher, "sweep", "cell", sweep.folder, "--list", list, ...deviceFlags(device)],
    environment: { STARTSPARSE_KEPT: absolute(joinPath(sweep.folder, SWEEP_FILES.kept)) },
  });
  const script = joinPath(folder, "job.sh");
  await host.writeFile(script, text);
  const answer = await slurm("sbatch", ["--parsable", absolute(script)]);
  const job = parseSubmission(answer);
  if (job === undefined) throw new UserError(`sbatch did not name a job but said: ${answer}`);
  const submission: Submission = { format: 1, job, hashes: runs.map(({ hash }) => hash) };
  await host.writeFile(joinPath(folder, "submission.json"), JSON.stringify(submission, null, 2) + "\n");
  return { job, script };
}

/** All submissions of a sweep, oldest first. */
export async function submissionsOf(host: Host, { folder }: Pick<Sweep, "folder">): Promise<Submission[]> {
  const submissions = joinPath(folder, SWEEP_FILES.slurm), found: Submission[] = [];
  if (!(await host.exists(submissions))) return found;
  const numbers = (await host.list(submissions)).map(({ name }) => Number(name)).filter(Number.isInteger);
  for (const number of numbers.sort((a, b) => a - b)) {
    const path = joinPath(submissions, String(number), "submission.json");
    // a submission that sbatch refused has none
    if (await host.exists(path)) found.push(submissionSchema.parse(JSON.parse(await host.readText(path))));
  }
  return found;
}

/** What Slurm says of the cells that were submitted; of several submissions the last. */
export async function slurmQueue(host: Host, sweep: Sweep): Promise<NonNullable<Watchers["queue"]>> {
  type Entry = { state: "queued" | "running" | "failed"; where: string; error?: string };
  const queue = new Map<string, Entry>();
  for (const { job, hashes } of await submissionsOf(host, sweep)) {
    const present = parseQueue(await slurmOrNothing("squeue", ["-h", "-r", "-j", job, "-o", "%K %T %N"]));
    // Where accounting is off there is nothing to say but that they are gone.
    const ended = present.size === hashes.length
      ? new Map<number, string>()
      : parseAccounting(await slurmOrNothing("sacct", ["-n", "-P", "-X", "-j", job, "-o", "JobID,State"]));
    hashes.forEach((hash, index) => {
      const where = `${job}_${index}`, element = present.get(index);
      if (element && isQueued(element.state)) queue.set(hash, { state: "queued", where });
      else if (element) queue.set(hash, { state: "running", where: `${where} on ${element.node}` });
      else {
        const how = ended.get(index)?.toLowerCase().replaceAll("_", " ") ?? "ended";
        queue.set(hash, { state: "failed", where, error: `Slurm's element ${where} ${how} without a result` });
      }
    });
  }
  return queue;
}

/** A job that is long over is an error of squeue's, and sacct is one where there is no accounting. */
async function slurmOrNothing(command: string, args: readonly string[]): Promise<string> {
  try {
    return await slurm(command, args);
  } catch (error) {
    if (error instanceof UserError) return "";
    throw error;
  }
}

/** Takes all elements of a sweep out of the queue and ends those that run. @returns the jobs */
export async function cancelSlurm(host: Host, sweep: Sweep): Promise<string[]> {
  const jobs: string[] = [];
  for (const { job } of await submissionsOf(host, sweep)) {
    if (parseQueue(await slurmOrNothing("squeue", ["-h", "-r", "-j", job, "-o", "%K %T %N"])).size === 0) continue;
    await slurm("scancel", [job]);
    jobs.push(job);
  }
  return jobs;
}
