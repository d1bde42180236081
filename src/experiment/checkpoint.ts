/**
 * A checkpoint: everything that a run goes on from, as one sealed safetensors file. Its metadata's `state` is JSON of the
 * schema here; tensors are those of the training (src/train/training_state.ts), and `scored/…`, the masks that a score has
 * left, which are not computed again.
 */
import * as z from "zod";
import { UserError } from "../errors.ts";
import { encodeJsonLine } from "../formats/jsonl.ts";
import type { Tensor } from "../formats/safetensors.ts";
import { readSealed, writeSealed } from "../formats/sealed.ts";
import type { AdapterInfo } from "../gpu/adapter.ts";
import { trainingFactsSchema } from "../train/training_state.ts";
import { liveSettingsSchema } from "./live_settings.ts";
import { metricSchema, realSchema } from "./metrics.ts";
import { runResultSchema } from "./run_result.ts";

const FORMAT = "startsparse checkpoint 1";

const sumsSchema = z.object({ loss: realSchema, correct: realSchema, correct5: realSchema, images: realSchema });

/** Where the walk over the epochs stands. */
export const placeSchema = z.object({
  level: z.int().min(0).describe("Counted from 0."),
  own: z.int().min(0).describe("Epochs of the level that are over."),
  epoch: z.int().min(0).describe("Epochs of the run that are over."),
  best: runResultSchema.shape.best,
  last: runResultSchema.shape.last,
  images: z.number().min(0).describe("Images and milliseconds that the rate is taken from."),
  milliseconds: z.number().min(0),
  inside: z.object({
    step: z.int().min(0).describe("Steps of it done."),
    sums: sumsSchema.describe("Over them."),
    line: z.object({ sums: sumsSchema, steps: z.int().min(0) }).describe("Towards the next line of metrics."),
    lines: z.array(metricSchema).describe("Lines that wait for the end of the epoch."),
  }).nullable().describe("In the middle of an epoch; null between two."),
});

/** See {@link placeSchema}. */
export type RunPlace = z.output<typeof placeSchema>;

/** The last record of the masks, as src/train/mask_recorder.ts makes it. */
const recordSchema = z.object({
  reason: z.enum(["start", "update", "epoch", "level"]),
  step: z.int(),
  epoch: z.int(),
  level: z.int(),
  nominal: z.number().nullable(),
  realised: z.number(),
  compute: z.number(),
  nnz: z.record(z.string(), z.int()),
  stayed: z.number().nullable(),
  inSource: z.number(),
  explored: z.number(),
  denseImages: z.number(),
});

const stateSchema = z.object({
  configHash: z.string(),
  adapter: z.object({
    backend: z.string(),
    boundsChecks: z.boolean(),
    vendor: z.string(),
    architecture: z.string(),
    device: z.string(),
    description: z.string(),
  }),
  kernels: z.string().describe("Fingerprint of the kernels."),
  data: z.object({ name: z.string(), fingerprint: z.string() }),
  plan: z.unknown().describe("The kernel plan."),
  seconds: z.number().min(0).describe("Of the run so far."),
  loading: z.number().min(0).describe("Seconds of them that reading the data took at first."),
  metrics: z.object({ bytes: z.int().min(0), sha256: z.string() }).describe("What metrics.jsonl had by then."),
  place: placeSchema,
  bestStep: z.int().nullable().describe("Step of the checkpoint at the best epoch, where there is one."),
  masks: z.object({
    changes: z.int().min(0),
    last: recordSchema,
  }),
  scored: z.object({
    densities: z.array(z.number()),
    denseImages: z.number(),
    seconds: z.number(),
    warnings: z.array(z.string()),
  }).nullable().describe("What the score said before training, where there is one."),
  live: liveSettingsSchema.optional().describe("What was changed while the run went on, and holds."),
  training: trainingFactsSchema,
});

/** What of a checkpoint is not tensors. */
export type CheckpointState = z.output<typeof stateSchema>;

/** A checkpoint as read from a file. */
export interface Checkpoint {
  readonly file: string;
  readonly state: CheckpointState;
  readonly tensors: ReadonlyMap<string, Tensor>;
}

/** The bytes of a checkpoint. */
export function encodeCheckpoint(
  state: CheckpointState,
  tensors: ReadonlyMap<string, Tensor>,
): Promise<Uint8Array<ArrayBuffer>> {
  return writeSealed(tensors, { format: FORMAT, state: encodeJsonLine(state).trimEnd() });
}

/**
 * Reads a checkpoint.
 * @throws UserError naming the file, where it is damaged or none that this version knows
 */
export async function decodeCheckpoint(bytes: Uint8Array<ArrayBuffer>, file: string): Promise<Checkpoint> {
  const { metadata, tensors } = await readSealed(bytes, file);
  if (metadata.format !== FORMAT) {
    throw new UserError(`${file} is no checkpoint that this version reads: its format is "${metadata.format ?? ""}"`);
  }
  const parsed = stateSchema.safeParse(JSON.parse(metadata.state ?? "null"));
  if (parsed.success) return { file, state: parsed.data, tensors };
  const [{ path, message }] = parsed.error.issues;
  throw new UserError(`${file} is no checkpoint that this version reads: ${path.join(".") || "state"}: ${message}`);
}

/** What tells adapters apart whose results differ in their last bits. */
export function adapterIdentity(adapter: AdapterInfo): CheckpointState["adapter"] {
  const { backend, boundsChecks, vendor, architecture, device, description } = adapter;
  return { backend, boundsChecks, vendor, architecture, device, description };
}

/** What a checkpoint must match. */
export interface CheckpointUse {
  readonly configHash: string;
  readonly adapter: AdapterInfo;
}

/**
 * Refuses a checkpoint of another configuration or adapter. Only between a page and the command line, which never have the
 * same one, a run goes on all the same.
 * @returns what its reader should know where it does
 * @throws UserError that names both
 */
export function requireMatch({ file, state }: Checkpoint, { configHash, adapter }: CheckpointUse): string | undefined {
  if (state.configHash !== configHash) {
    const digits = (hash: string) => hash.slice(0, 8);
    throw new UserError(
      `${file} is of another configuration: its hash is ${digits(state.configHash)}…, ` +
        `and that of the run to go on with is ${digits(configHash)}…`,
      { hint: "Undo the change of config.yaml, or begin a new run of it in another folder (startsparse run … --out)." },
    );
  }
  const now = adapterIdentity(adapter), then = state.adapter;
  const differs = (Object.keys(now) as (keyof typeof now)[]).filter((key) => now[key] !== then[key]);
  if (differs.length === 0) return undefined;
  const words = (identity: typeof now) => {
    const more = differs.filter((key) => key !== "description").map((key) => `${key} ${identity[key] || '""'}`);
    return [identity.description, ...more].join(", ");
  };
  const inPage = (identity: typeof now) => identity.backend === "browser";
  if (inPage(then) !== inPage(now)) {
    const [before, after] = inPage(then) ? ["a page", "the command line"] : ["the command line", "a page"];
    return `begun in ${before} (${then.description}) and gone on with in ${after} (${now.description}): ` +
      "its last bits are those of neither alone";
  }
  throw new UserError(
    `${file} was written on another adapter: ${words(then)}; this one is ${words(now)}`,
    {
      hint: "Go on where it began, or choose that adapter with --adapter or --backend: " +
        "the last bits of a result are the adapter's.",
    },
  );
}
