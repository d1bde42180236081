/**
 * A run is a folder. Written as the run goes on:
 *
 * - `config.yaml` the resolved configuration, which `startsparse run` takes back
 * - `plan.json` the kernel plan; `provenance.json` code, machine, seeds, times
 * - `metrics.jsonl` a line for each epoch, evaluation and event
 * - `weights.safetensors`; `masks.safetensors`, in the end those of the trained network
 * - `checkpoints/` what a run that was ended goes on from (checkpoint_files.ts)
 * - `result.json`, last of all: a folder that has it holds a finished (or cleanly interrupted) run
 */

import { UserError } from "../errors.ts";
import { encodeJsonLine } from "../formats/jsonl.ts";
import { sha256 } from "../formats/sha256.ts";
import { type Host, joinPath } from "../host/host.ts";
import { type Config, configHash, parseConfig } from "./config.ts";
import { DEFAULT_METHOD } from "./config_method.ts";
import { NO_SCORE } from "./config_score.ts";
import { readsMaskDensity } from "./config_schema.ts";
import type { Metric } from "./metrics.ts";
import { parseYaml, writeYaml } from "./yaml_file.ts";
import { checkpointSteps, knownMetrics } from "./checkpoint_files.ts";
import type { Checkpoint } from "./checkpoint.ts";
import { checkpointPath, CHECKPOINTS, RUN_FILES } from "./run_files.ts";
import { type Provenance, provenanceSchema } from "./provenance.ts";
import { type RunResult, runResultSchema } from "./run_result.ts";

export { RUN_FILES };

/** How {@link createRunStore} treats a folder that holds a run. */
export interface RunStoreOptions {
  /** Replace a finished run of the same configuration, or an unfinished one of another. */
  force?: boolean;
}

/**
 * `runs/lab-erk-0.3-snip-0.1-gmp-0.05-s1-1a2b3c4d`: preset, rule, density, score and method where there is more than a
 * fixed mask, seed, and the first 8 digits of the configuration's hash.
 */
export function defaultRunFolder(preset: string, config: Config, hash: string, root = "runs"): string {
  const { rule, density } = config.mask;
  const mask = readsMaskDensity(rule) ? `${rule}-${density}` : rule;
  const name = preset.replace(/[^\w.-]+/g, "-").replace(/^[-.]+/, "");
  const words = [name || "run", mask];
  for (const { name, density } of [config.score, config.method] as { name: string; density?: number }[]) {
    if (name !== NO_SCORE && name !== DEFAULT_METHOD) words.push(density === undefined ? name : `${name}-${density}`);
  }
  return joinPath(root, [...words, `s${config.seed}`, hash.slice(0, 8)].join("-"));
}

/**
 * Refuses a folder that {@link createRunStore} would refuse, and touches nothing: so that a long preparation is not in
 * vain.
 * @throws UserError when refused
 */
export async function checkRunFolder(
  host: Host,
  folder: string,
  config: Config,
  options: RunStoreOptions = {},
): Promise<void> {
  if (!(await host.stat(folder))?.isFolder) return;
  const present = await presentIn(host, folder);
  if (present.length > 0) {
    await checkReplaceable(host, folder, present, await configHash(config), options.force ?? false);
  }
}

/**
 * Makes a run's folder and writes its configuration, when all is ready to train.
 *
 * | the folder holds | same configuration | another configuration |
 * |---|---|---|
 * | nothing | used | used |
 * | an unfinished or interrupted run | replaced; with checkpoints refused, replaced by force | refused; replaced by force |
 * | a finished run | refused; replaced by force | always refused |
 * | other files | always refused | always refused |
 *
 * Replacing removes the files of a run and nothing else.
 *
 * @throws UserError when refused, and when the folder cannot be written
 */
export async function createRunStore(
  host: Host,
  folder: string,
  config: Config,
  options: RunStoreOptions = {},
): Promise<RunStore> {
  const hash = await configHash(config);
  await host.makeDirectory(folder);
  const present = await presentIn(host, folder);
  if (present.length > 0) {
    await checkReplaceable(host, folder, present, hash, options.force ?? false);
    // The result goes first: a folder without it is unfinished, whatever else is still there.
    for (const name of [...Object.values(RUN_FILES)].reverse()) await host.remove(joinPath(folder, name));
    await host.remove(joinPath(folder, CHECKPOINTS));
  }
  await removeTemporary(host, folder);
  const head =
    `# A run of startsparse, complete: \`startsparse run ${folder}/config.yaml\` repeats it.\n# Hash ${hash}\n`;
  await host.writeFile(joinPath(folder, RUN_FILES.config), head + await writeYaml(config));
  await host.writeFile(joinPath(folder, RUN_FILES.metrics), "");
  return new RunStore(host, folder, hash);
}

/**
 * Goes on in the folder of an unfinished run from one of its checkpoints: what the metrics have beyond it goes, and the
 * result of an interrupted run too.
 * @throws UserError when the folder cannot be read or written
 */
export async function continueRunStore(host: Host, folder: string, checkpoint: Checkpoint): Promise<RunStore> {
  const store = new RunStore(host, folder, checkpoint.state.configHash);
  const known = await knownMetrics(host, folder, checkpoint);
  await host.remove(store.path("result"));
  await host.writeFile(store.path("metrics"), known);
  await removeTemporary(host, folder);
  return store;
}

/** Removes what a killed process was writing. */
async function removeTemporary(host: Host, folder: string): Promise<void> {
  for (const { name } of await host.list(folder)) {
    if (isTemporary(name)) await host.remove(joinPath(folder, name));
  }
}

/** Files that a host writes beside their places and renames. */
const isTemporary = (name: string) => name.endsWith(".tmp");

async function presentIn(host: Host, folder: string): Promise<string[]> {
  return (await host.list(folder)).map(({ name }) => name).filter((name) => !isTemporary(name));
}

async function checkReplaceable(
  host: Host,
  folder: string,
  present: readonly string[],
  hash: string,
  force: boolean,
): Promise<void> {
  if (!present.includes(RUN_FILES.config)) {
    throw new UserError(`the folder ${folder} holds other files (${present.slice(0, 3).join(", ")}) and no run`, {
      hint: "Give a new folder with --out.",
    });
  }
  const same = await hashOf(host, folder) === hash;
  const finished = present.includes(RUN_FILES.result) && !(await wasInterrupted(host, folder));
  if (finished && !same) {
    throw new UserError(`the folder ${folder} holds a finished run of another configuration`, {
      hint: "Give a new folder with --out, or remove that one.",
    });
  }
  if (force) return;
  if (same && !finished) {
    if ((await checkpointSteps(host, folder)).length === 0) return;
    throw new UserError(`the folder ${folder} holds this run unfinished, and it can go on`, {
      hint: `Go on: startsparse resume ${folder}. Or begin again with --force.`,
    });
  }
  throw new UserError(
    finished
      ? `the folder ${folder} holds this run already, finished`
      : `the folder ${folder} holds an unfinished run of another configuration`,
    { hint: "Replace it with --force, or give a new folder with --out." },
  );
}

/** The hash of the configuration in a run folder; undefined where it cannot be read, by this version at least. */
async function hashOf(host: Host, folder: string): Promise<string | undefined> {
  try {
    const path = joinPath(folder, RUN_FILES.config);
    return await configHash(parseConfig(await parseYaml(await host.readText(path), path), path));
  } catch {
    return undefined;
  }
}

async function wasInterrupted(host: Host, folder: string): Promise<boolean> {
  try {
    return runResultSchema.parse(JSON.parse(await host.readText(joinPath(folder, RUN_FILES.result)))).interrupted;
  } catch {
    // A result that cannot be read is still somebody's result.
    return false;
  }
}

/** Writes a run folder; made by {@link createRunStore}. Every method throws a UserError when the disk refuses. */
export class RunStore {
  #appending: Promise<void> = Promise.resolve();

  constructor(readonly host: Host, readonly folder: string, readonly configHash: string) {}

  /** The path of a file of this run. */
  path(file: keyof typeof RUN_FILES): string {
    return joinPath(this.folder, RUN_FILES[file]);
  }

  /** What the metrics have now, brought to the disk, so that a checkpoint can say what it continues. */
  async syncMetrics(): Promise<{ bytes: number; sha256: string }> {
    await this.#appending;
    const path = this.path("metrics");
    await (await this.host.openWriter(path, { append: true })).close();
    const bytes = await this.host.readFile(path);
    return { bytes: bytes.length, sha256: await sha256(bytes) };
  }

  /** Writes the checkpoint of a step, as a whole or not at all. @returns its path */
  async writeCheckpoint(step: number, bytes: Uint8Array): Promise<string> {
    await this.host.makeDirectory(joinPath(this.folder, CHECKPOINTS));
    const path = checkpointPath(this.folder, step);
    await this.host.writeFile(path, bytes);
    return path;
  }

  /** Writes the kernel plan: any value that JSON can hold. */
  writePlan(plan: unknown): Promise<void> {
    return this.#writeJson("plan", plan);
  }

  /** The provenance as it was written; null where there is none that can be read. */
  async readProvenance(): Promise<Provenance | null> {
    try {
      return provenanceSchema.parse(JSON.parse(await this.host.readText(this.path("provenance"))));
    } catch {
      return null;
    }
  }

  /** Writes the provenance; once at the start and once more at the end. */
  writeProvenance(provenance: Provenance): Promise<void> {
    return this.#writeJson("provenance", provenance);
  }

  /** Adds lines to the metrics, in the order of the calls even when they are not awaited. */
  append(...metrics: Metric[]): Promise<void> {
    if (metrics.length === 0) return this.#appending;
    const text = metrics.map(encodeJsonLine).join("");
    this.#appending = this.#appending.then(() => this.host.appendFile(this.path("metrics"), text));
    // A caller that does not wait learns of a full disk from the next call that it waits for.
    this.#appending.catch(() => {});
    return this.#appending;
  }

  /** Writes the final weights, a whole safetensors file. */
  writeWeights(safetensors: Uint8Array): Promise<void> {
    return this.host.writeFile(this.path("weights"), safetensors);
  }

  /** Writes the masks, a whole safetensors file. */
  writeMasks(safetensors: Uint8Array): Promise<void> {
    return this.host.writeFile(this.path("masks"), safetensors);
  }

  /** Ends the run: after this the folder counts as finished. */
  async writeResult(result: RunResult): Promise<void> {
    await this.#appending;
    await this.#writeJson("result", runResultSchema.parse(result));
  }

  #writeJson(file: keyof typeof RUN_FILES, value: unknown): Promise<void> {
    // Through the encoder of lines for its words for NaN, then spread out for people.
    const text = JSON.stringify(JSON.parse(encodeJsonLine(value)), null, 2);
    return this.host.writeFile(this.path(file), text + "\n");
  }
}
