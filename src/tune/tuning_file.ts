/**
 * Where measurements are kept: `tuning/<adapter>.json` of what the host keeps, one text an adapter. Runs only read it;
 * `startsparse tune` writes it.
 */
import { UserError } from "../errors.ts";
import { sha256 } from "../formats/sha256.ts";
import type { AdapterInfo } from "../gpu/adapter.ts";
import type { Host } from "../host/host.ts";
import { kernelFingerprint } from "./kernel_fingerprint.ts";
import { emptyTable, type TunedAdapter, tuningSchema, type TuningTable } from "./tuning_table.ts";

/** What a host keeps of an adapter. */
export interface Tuning {
  /** `stale`: what is kept was measured of other kernels, and counts as nothing. */
  readonly state: "none" | "stale" | "here";
  /** Where there is one. */
  readonly table?: TuningTable;
  /** Where it is kept, for people. */
  readonly place: string;
}

/** The part of a host that tuning needs. */
export type TuningHost = Pick<Host, "kept" | "now" | "platform">;

/** What an adapter is told from others by. The driver's version is a part of a software adapter's name. */
export function tunedAdapter(host: Pick<Host, "platform">, adapter: AdapterInfo): TunedAdapter {
  const { description: name, vendor, architecture, device, software, boundsChecks } = adapter;
  const { os, arch } = host.platform();
  // without bounds checks kernels take other times
  const backend = adapter.backend + (boundsChecks ? "" : ", unchecked");
  return { name, vendor, architecture, device, software, backend, os, arch };
}

/** The class of an adapter's kernels. */
export function classOf({ software }: Pick<AdapterInfo, "software">): "software" | "gpu" {
  return software ? "software" : "gpu";
}

/** The name that an adapter's measurements are kept under: a readable part, and digits that tell adapters apart. */
export async function tuningName(adapter: TunedAdapter): Promise<string> {
  const identity = new TextEncoder().encode(Object.values(adapter).join("\n"));
  const word = adapter.name.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "").slice(0, 40);
  return `tuning/${word || "adapter"}-${(await sha256(identity)).slice(0, 8)}.json`;
}

/**
 * What is kept of an adapter.
 * @throws {UserError} naming the place, where it is damaged, of another adapter, or of a newer version
 */
export async function readTuning(host: TuningHost, info: AdapterInfo): Promise<Tuning> {
  const adapter = tunedAdapter(host, info), name = await tuningName(adapter), place = placeOf(host, name);
  const text = await host.kept.read(name);
  if (text === undefined) return { state: "none", place };
  const table = parseTuning(text, place);
  if (differs(table.adapter, adapter)) throw damaged(place, `it is of another adapter (${table.adapter.name})`);
  const kernels = await kernelFingerprint(classOf(info));
  return table.kernels === kernels ? { state: "here", table, place } : { state: "stale", place };
}

/** A table of an adapter before anything is measured, and where it will be kept. */
export async function newTuning(host: TuningHost, info: AdapterInfo): Promise<Required<Tuning>> {
  const adapter = tunedAdapter(host, info), place = placeOf(host, await tuningName(adapter));
  const table = emptyTable(adapter, await kernelFingerprint(classOf(info)), host.now().toISOString());
  return { state: "none", table, place };
}

/** Keeps an adapter's measurements in place of what was there. */
export async function writeTuning(host: TuningHost, table: TuningTable): Promise<void> {
  await host.kept.write(await tuningName(table.adapter), JSON.stringify(table, null, 1) + "\n");
}

/** A table as it was kept. @throws {UserError} naming the place, for what is none */
export function parseTuning(text: string, place: string): TuningTable {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw damaged(place, (cause as Error).message, cause);
  }
  const parsed = tuningSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const { path, message } = parsed.error.issues[0];
  throw damaged(place, `${path.join(".") || "it"}: ${message}`, parsed.error);
}

function damaged(place: string, why: string, cause?: unknown): UserError {
  return new UserError(`cannot use the measurements in ${place}: ${why}`, {
    cause,
    hint: "Remove them, or measure anew: startsparse tune --fresh",
  });
}

function differs(a: TunedAdapter, b: TunedAdapter): boolean {
  return (Object.keys(a) as (keyof TunedAdapter)[]).some((key) => a[key] !== b[key]);
}

function placeOf({ kept }: TuningHost, name: string): string {
  try {
    return kept.place(name);
  } catch {
    return name; // nowhere to keep it
  }
}
