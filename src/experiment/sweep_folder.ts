/**
 * A sweep is a folder:
 *
 * - `sweep.json` where it comes from; `runs.jsonl` its cells, a line each with the whole configuration, to which runs may be added
 * - `runs/` with a run folder for each cell, named by what it is and by the hash of its configuration
 * - `state/<writer>.jsonl` what each writer did, only ever added to: no two writers share a file
 * - `kept/` the kernel times of all adapters when the sweep began, which every cell is planned by
 * - `slurm/<n>/` a submission: job script, its cells, logs
 * - `locks/` empty files that whoever runs a cell holds a lock on
 */
import * as z from "zod";
import { UserError } from "../errors.ts";
import { encodeJsonLine, parseJsonLines } from "../formats/jsonl.ts";
import { sha256 } from "../formats/sha256.ts";
import { type Host, joinPath } from "../host/host.ts";
import { type Config, configHash, parseConfig } from "./config.ts";
import type { Grid } from "./grid.ts";

/** Names in a sweep folder. */
export const SWEEP_FILES = {
  about: "sweep.json",
  runs: "runs.jsonl",
  folders: "runs",
  state: "state",
  kept: "kept",
  slurm: "slurm",
  locks: "locks",
} as const;

const aboutSchema = z.object({
  format: z.literal(1).default(1),
  name: z.string(),
  description: z.string(),
  command: z.string(),
  created: z.string(),
});

/** Where a sweep comes from. */
export type SweepAbout = z.output<typeof aboutSchema>;

const entrySchema = z.object({
  format: z.literal(1).default(1),
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  name: z.string(),
  cell: z.string(),
  variant: z.string().optional(),
  folder: z.string().regex(/^[\w.-]+$/),
  config: z.unknown(),
});

/** One run of a sweep. */
export interface SweepRun {
  /** Hash of the configuration, without its device. */
  readonly hash: string;
  /** `erk-0.1-s2`; and `erk-0.1`, which runs that differ in their seeds share. */
  readonly name: string;
  readonly cell: string;
  /** The grid's variant, in which the cell's name ends. */
  readonly variant?: string;
  /** Its run folder inside the sweep's: name and the first 8 digits of the hash. */
  readonly folder: string;
  readonly config: Config;
}

/** A sweep as its folder has it. */
export interface Sweep {
  readonly folder: string;
  readonly about: SweepAbout;
  readonly runs: readonly SweepRun[];
}

/** The run folder of a cell. */
export function runFolder(sweep: Pick<Sweep, "folder">, run: Pick<SweepRun, "folder">): string {
  return joinPath(sweep.folder, SWEEP_FILES.folders, run.folder);
}

/** The file that whoever runs a cell holds a lock on. */
export function lockFile(sweep: Pick<Sweep, "folder">, hash: string): string {
  return joinPath(sweep.folder, SWEEP_FILES.locks, hash.slice(0, 16));
}

/** The runs of a grid, each configuration once. */
export async function sweepRuns(grid: Pick<Grid, "cells">): Promise<SweepRun[]> {
  const runs = new Map<string, SweepRun>();
  for (const { name, cell, variant, config } of grid.cells) {
    const hash = await configHash(config), word = name.replace(/[^\w.-]+/g, "_");
    if (!runs.has(hash)) runs.set(hash, { hash, name, cell, variant, folder: `${word}-${hash.slice(0, 8)}`, config });
  }
  return [...runs.values()];
}

/** `sweeps/er-ratios-1a2b3c4d`: the same cells lead to the same folder, so that starting again goes on. */
export async function defaultSweepFolder(name: string, runs: readonly SweepRun[], root = "sweeps"): Promise<string> {
  const all = runs.map(({ hash }) => hash).sort().join("\n");
  const digits = (await sha256(new TextEncoder().encode(all))).slice(0, 8);
  return joinPath(root, `${name.replace(/[^\w.-]+/g, "-").replace(/^[-.]+/, "") || "sweep"}-${digits}`);
}

/**
 * Opens a sweep's folder for these runs, or makes it. Runs that it does not have yet are added to it; those that it has
 * beyond them stay.
 * @throws {UserError} for a folder that holds other things
 */
export async function openSweep(
  host: Host,
  folder: string,
  about: Omit<SweepAbout, "format" | "created">,
  runs: readonly SweepRun[],
): Promise<Sweep> {
  await host.makeDirectory(folder);
  const present = (await host.list(folder)).map(({ name }) => name);
  if (!present.includes(SWEEP_FILES.about)) {
    if (present.length > 0) {
      throw new UserError(`the folder ${folder} holds other files (${present.slice(0, 3).join(", ")}) and no sweep`, {
        hint: "Give a new folder with --out.",
      });
    }
    await keepTuning(host, folder);
    for (const name of [SWEEP_FILES.state, SWEEP_FILES.locks]) await host.makeDirectory(joinPath(folder, name));
    const text = { format: 1, ...about, created: host.now().toISOString() };
    await host.writeFile(joinPath(folder, SWEEP_FILES.about), JSON.stringify(text, null, 2) + "\n");
  }
  const before = await readRuns(host, folder), known = new Set(before.map(({ hash }) => hash));
  const added = runs.filter(({ hash }) => !known.has(hash));
  if (added.length > 0) {
    // As a whole, so that a crash leaves no line that is cut short.
    const lines = [...before, ...added].map((run) => encodeJsonLine({ format: 1, ...run })).join("");
    await host.writeFile(joinPath(folder, SWEEP_FILES.runs), lines);
  }
  return await readSweep(host, folder);
}

/** Reads a sweep. @throws {UserError} for a folder that holds none, and naming the file and line that is wrong */
export async function readSweep(host: Host, folder: string): Promise<Sweep> {
  const path = joinPath(folder, SWEEP_FILES.about);
  if (!(await host.exists(path))) {
    throw new UserError(`${folder} is no sweep folder: it has no ${SWEEP_FILES.about}`, {
      hint: "A sweep's folder is named in the first lines that startsparse sweep prints.",
    });
  }
  let value: unknown;
  try {
    value = JSON.parse(await host.readText(path));
  } catch (cause) {
    throw new UserError(`${path} is not JSON: ${(cause as Error).message}`, { cause });
  }
  const about = aboutSchema.safeParse(value);
  if (!about.success) throw new UserError(`${path}: ${about.error.issues[0].message}`);
  return { folder, about: about.data, runs: await readRuns(host, folder) };
}

async function readRuns(host: Host, folder: string): Promise<SweepRun[]> {
  const path = joinPath(folder, SWEEP_FILES.runs);
  if (!(await host.exists(path))) return [];
  return parseJsonLines(await host.readText(path), path).values.map((value, i) => {
    const where = `${path}, line ${i + 1}`, entry = entrySchema.safeParse(value);
    if (!entry.success) throw new UserError(`${where}: ${entry.error.issues[0].message}`);
    return { ...entry.data, config: parseConfig(entry.data.config, where) };
  });
}

/**
 * Keeps what adapters have been tuned to in the sweep's folder: a tuning that comes later would give cells other kernels,
 * and with them other last bits.
 */
async function keepTuning(host: Host, folder: string): Promise<void> {
  const from = host.kept.place("tuning"), to = joinPath(folder, SWEEP_FILES.kept, "tuning");
  await host.makeDirectory(to);
  if (host.kind !== "deno" || !(await host.exists(from))) return;
  for (const { name, isFolder } of await host.list(from)) {
    if (!isFolder && name.endsWith(".json")) {
      await host.writeFile(joinPath(to, name), await host.readFile(joinPath(from, name)));
    }
  }
}
