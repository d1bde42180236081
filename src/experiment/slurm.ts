/** What is said to Slurm and what it answers: the job script, and the outputs of sbatch, squeue and sacct. No command is run here. */

import { shellCommand } from "./provenance.ts";

/** What a submission asks for. */
export interface SlurmJob {
  readonly name: string;
  /** Elements of the array, and how many may run at the same time; no bound where it is left out. */
  readonly elements: number;
  readonly limit?: number;
  readonly partition?: string;
  /** GPUs of an element; 0 asks for none. */
  readonly gpus: number;
  /** Time limit as Slurm writes it: "4:00:00", "1-12". */
  readonly time?: string;
  /** Seconds before the limit at which SIGUSR1 comes. */
  readonly warning: number;
  /** More options of sbatch, as they are. */
  readonly extra: readonly string[];
  /** Folder of logs, where the job is started, and the words of the command but for the element's number. */
  readonly logs: string;
  readonly workingFolder: string;
  readonly command: readonly string[];
  /** Environment that the command needs besides what sbatch passes on. */
  readonly environment: Readonly<Record<string, string>>;
}

/** The job script, to be read and kept. */
export function jobScript(job: SlurmJob): string {
  const { name, elements, limit, partition, gpus, time, warning, extra, logs, workingFolder } = job;
  const options = [
    `--job-name=${name}`,
    `--array=0-${elements - 1}${limit === undefined ? "" : `%${limit}`}`,
    ...(partition === undefined ? [] : [`--partition=${partition}`]),
    ...(gpus > 0 ? [`--gpus=${gpus}`] : []),
    ...(time === undefined ? [] : [`--time=${time}`]),
    // to the program, which takes the shell's place below
    `--signal=B:USR1@${warning}`,
    "--requeue",
    "--open-mode=append",
    `--output=${logs}/%a.log`,
    ...extra,
  ];
  const environment = Object.entries(job.environment).map(([key, value]) => `export ${key}=${shellCommand([value])}`);
  return [
    "#!/bin/bash",
    "# Written by startsparse: an element of the array runs one cell of the sweep, and starting it again goes on with it.",
    `# ${warning} s before the time limit the run writes what it needs to go on, and this element is requeued.`,
    ...options.map((option) => `#SBATCH ${option}`),
    "",
    `cd ${shellCommand([workingFolder])} || exit 1`,
    ...environment,
    `exec ${shellCommand(job.command)} --index "$SLURM_ARRAY_TASK_ID"`,
    "",
  ].join("\n");
}

/** The number of the job that `sbatch --parsable` names ("123", "123;cluster"). */
export function parseSubmission(text: string): string | undefined {
  return /^(\d+)(;.*)?$/m.exec(text.trim())?.[1];
}

/** States of the elements of an array, from `squeue -h -r -o "%K %T %N"`. */
export function parseQueue(text: string): Map<number, { state: string; node: string }> {
  const states = new Map<number, { state: string; node: string }>();
  for (const line of text.split("\n")) {
    const match = /^\s*(\d+)\s+([A-Z_]+)\s*(\S*)\s*$/.exec(line);
    if (match) states.set(Number(match[1]), { state: match[2], node: match[3] });
  }
  return states;
}

/** How elements ended, from `sacct -n -P -X -o JobID,State`: "123_4|TIMEOUT", "123_5|CANCELLED by 0". */
export function parseAccounting(text: string): Map<number, string> {
  const states = new Map<number, string>();
  for (const line of text.split("\n")) {
    const match = /^\d+_(\d+)\|([A-Z_]+)/.exec(line.trim());
    if (match) states.set(Number(match[1]), match[2]);
  }
  return states;
}

/** Whether squeue's word means that an element waits for its turn (or for it again). */
export function isQueued(state: string): boolean {
  return ["PENDING", "CONFIGURING", "REQUEUED", "REQUEUE_HOLD", "REQUEUE_FED", "RESV_DEL_HOLD", "SPECIAL_EXIT"]
    .includes(state);
}

/** The largest array that a cluster takes, from `scontrol show config`. */
export function parseMaxArray(text: string): number | undefined {
  const size = /^MaxArraySize\s*=\s*(\d+)/m.exec(text)?.[1];
  return size === undefined ? undefined : Number(size);
}
