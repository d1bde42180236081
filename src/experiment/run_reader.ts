/** Reads a run folder back, checking every file. */

import * as z from "zod";
import { UserError } from "../errors.ts";
import { parseJsonLines } from "../formats/jsonl.ts";
import { joinPath, type ReadFiles } from "../host/host.ts";
import { type Config, parseConfig } from "./config.ts";
import { type Metric, metricSchema } from "./metrics.ts";
import { parseYaml } from "./yaml_file.ts";
import { type Provenance, provenanceSchema } from "./provenance.ts";
import { type RunResult, runResultSchema } from "./run_result.ts";
import { RUN_FILES } from "./run_store.ts";

/** What a run folder holds, weights and masks apart. */
export interface StoredRun {
  folder: string;
  config: Config;
  provenance: Provenance | null;
  /** The kernel plan as JSON. */
  plan: unknown;
  metrics: Metric[];
  /** Null where the run has not ended. */
  result: RunResult | null;
}

/**
 * Reads a run, finished or not.
 *
 * @throws UserError for a folder that holds no run, and naming the file and what is wrong in it. Only a last line of the
 * metrics that was cut short, as a killed run leaves it, is passed over.
 */
export async function readRun(host: ReadFiles, folder: string): Promise<StoredRun> {
  const configPath = joinPath(folder, RUN_FILES.config);
  if (!(await host.exists(configPath))) {
    throw new UserError(`${folder} is no run folder: it has no ${RUN_FILES.config}`);
  }
  const optional = async <T>(file: keyof typeof RUN_FILES, schema: z.ZodType<T>): Promise<T | null> => {
    const path = joinPath(folder, RUN_FILES[file]);
    return await host.exists(path) ? parseJson(await host.readText(path), path, schema) : null;
  };
  return {
    folder,
    config: parseConfig(await parseYaml(await host.readText(configPath), configPath), configPath),
    provenance: await optional("provenance", provenanceSchema),
    plan: await optional("plan", z.unknown()),
    metrics: await readMetrics(host, joinPath(folder, RUN_FILES.metrics)),
    result: await optional("result", runResultSchema),
  };
}

async function readMetrics(host: ReadFiles, path: string): Promise<Metric[]> {
  if (!(await host.exists(path))) return [];
  return parseJsonLines(await host.readText(path), path).values.map((value, index) => {
    return check(value, `${path}, line ${index + 1}`, metricSchema);
  });
}

function parseJson<T>(text: string, where: string, schema: z.ZodType<T>): T {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new UserError(`${where} is not JSON: ${(cause as Error).message}`, { cause });
  }
  return check(value, where, schema);
}

function check<T>(value: unknown, where: string, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new UserError(`${where}: ${issue.path.map(String).join(".") || "content"}: ${issue.message}`);
}
