/** Where a run comes from: which code, on which machine, started how and when. */

import * as z from "zod";
import packageJson from "../../package.json" with { type: "json" };
import type { AdapterInfo } from "../gpu/adapter.ts";
import { type Host, joinPath } from "../host/host.ts";
import { type Config, configHash, streamSeeds } from "./config.ts";

const seed = z.int().min(0);

/** Schema of `provenance.json`. Times are ISO 8601 in UTC. */
export const provenanceSchema = z.object({
  format: z.literal(1).default(1),
  version: z.string().describe("Version of startsparse."),
  commit: z.string().nullable().describe("Git commit of the checkout it ran from; null outside of one."),
  configHash: z.string(),
  preset: z.string().nullable(),
  command: z.string().nullable().describe("What repeats the run, as typed."),
  seeds: z.object({ init: seed, mask: seed, order: seed, augment: seed }),
  adapter: z.object({
    name: z.string(),
    vendor: z.string(),
    architecture: z.string(),
    device: z.string(),
    software: z.boolean(),
  }).nullable(),
  driver: z.string().nullable().describe("Driver and its version, where the runtime tells."),
  backend: z.string().nullable().describe("WebGPU that it ran on: wgpu (Deno's own), dawn or browser."),
  boundsChecks: z.boolean().default(true).describe("False where kernels ran without bounds checks."),
  runtime: z.string(),
  os: z.string(),
  arch: z.string(),
  data: z.object({ name: z.string(), fingerprint: z.string().describe("SHA-256 over what the data set holds.") })
    .nullable().default(null),
  started: z.string(),
  ended: z.string().nullable(),
  resumed: z.array(z.object({ at: z.string(), step: z.int() })).optional().describe(
    "When the run went on after it had been ended, and after which step.",
  ),
});

/** Where a run comes from. */
export type Provenance = z.output<typeof provenanceSchema>;

/** What only the caller knows. */
export interface ProvenanceInput {
  preset?: string;
  /** The command line, joined by {@link shellCommand}. */
  command?: string;
  adapter?: AdapterInfo;
  driver?: string;
}

/** The version in package.json. */
export const VERSION: string = packageJson.version;

/** Provenance of a run that starts now; its end is written by {@link endProvenance}. */
export async function startProvenance(host: Host, config: Config, input: ProvenanceInput = {}): Promise<Provenance> {
  const { adapter } = input;
  const { runtime, os, arch } = host.platform();
  return {
    format: 1,
    version: VERSION,
    commit: await gitCommit(host, projectFolder()),
    configHash: await configHash(config),
    preset: input.preset ?? null,
    command: input.command ?? null,
    seeds: streamSeeds(config),
    adapter: adapter
      ? {
        name: adapter.description,
        vendor: adapter.vendor,
        architecture: adapter.architecture,
        device: adapter.device,
        software: adapter.software,
      }
      : null,
    driver: input.driver ?? null,
    backend: adapter?.backend ?? null,
    boundsChecks: adapter?.boundsChecks ?? true,
    runtime,
    os,
    arch,
    data: null,
    started: host.now().toISOString(),
    ended: null,
  };
}

/** The same provenance, ended now. */
export function endProvenance(host: Host, provenance: Provenance): Provenance {
  return { ...provenance, ended: host.now().toISOString() };
}

/**
 * The commit that a folder's checkout is at, read from git's own files since a host need not be able to start git. Null
 * where there is no checkout. Changes that are not committed do not show.
 */
export async function gitCommit(host: Host, folder: string): Promise<string | null> {
  // In a page the files are in memory, and no checkout among them.
  if (host.kind === "page") return null;
  try {
    const git = await gitFolder(host, folder);
    const head = (await host.readText(joinPath(git, "HEAD"))).trim();
    if (!head.startsWith("ref: ")) return head;
    const ref = head.slice("ref: ".length);
    // A linked worktree keeps HEAD for itself and the branches in the main one.
    const shared = joinPath(git, "commondir");
    const common = await host.exists(shared) ? joinPath(git, (await host.readText(shared)).trim()) : git;
    const loose = joinPath(common, ref);
    if (await host.exists(loose)) return (await host.readText(loose)).trim();
    const packed = await host.readText(joinPath(common, "packed-refs"));
    return packed.split("\n").find((line) => line.endsWith(` ${ref}`))?.split(" ")[0] ?? null;
  } catch {
    return null;
  }
}

async function gitFolder(host: Host, folder: string): Promise<string> {
  const git = joinPath(folder, ".git");
  if (await host.exists(joinPath(git, "HEAD"))) return git;
  const pointer = (await host.readText(git)).replace(/^gitdir: /, "").trim();
  return pointer.startsWith("/") ? pointer : joinPath(folder, pointer);
}

/** The folder of the checkout, or of the package, that this code is in. */
export function projectFolder(): string {
  // a page has no such folder: without the mark, its build would ship what it takes for the file meant
  const url = new URL(/* @vite-ignore */ "../..", import.meta.url);
  return decodeURIComponent(url.pathname).replace(/^\/(?=[A-Za-z]:)/, "").replace(/\/$/, "");
}

/** One line of POSIX shell from the parts of a command, quoted only where it must be. */
export function shellCommand(parts: readonly string[]): string {
  return parts.map((part) => /^[\w@%+=:,./-]+$/.test(part) ? part : `'${part.replaceAll("'", `'\\''`)}'`).join(" ");
}
