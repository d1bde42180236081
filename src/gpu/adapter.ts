/**
 * Choosing an adapter. WebGPU cannot list adapters, so the list is what the power preferences and the fallback flag
 * lead to, without repeats: on most machines every adapter there is.
 */
import { GpuError, UserError } from "../errors.ts";
import { subgroupMatrices } from "./subgroups.ts";

/** An implementation of WebGPU: its `GPU` object, and what its adapters are told with. */
export interface Backend {
  /** "wgpu" (Deno's own), "dawn" or "browser". */
  readonly name: string;
  readonly gpu: GPU | undefined;
  /** False where kernels run without checks that an index lies inside its buffer. Default: true. */
  readonly boundsChecks?: boolean;
  /** What its user can do where it finds no adapter. */
  readonly noAdapter?: string;
}

/** Said wherever kernels run unchecked. */
export const UNCHECKED = "without bounds checks: a mistake in a kernel would read or write memory that is not its own";

/** What adapters are asked of: a backend, or a bare `GPU` object, whose name then is "webgpu". */
export type Platform = Backend | GPU | undefined;

/** What is known of an adapter; printed in the first line of every run and kept in its provenance. */
export interface AdapterInfo {
  /** Name of the {@link Backend} that it was found through. */
  readonly backend: string;
  /** False where kernels run unchecked ({@link Backend.boundsChecks}). */
  readonly boundsChecks: boolean;
  readonly vendor: string;
  readonly architecture: string;
  readonly device: string;
  /** Name for people, never empty. */
  readonly description: string;
  /** True where the "GPU" is a program on the CPU (llvmpipe, SwiftShader, WARP). */
  readonly software: boolean;
  /** Largest storage binding and buffer, bytes. */
  readonly maxBinding: number;
  readonly maxBuffer: number;
  readonly features: readonly string[];
  /** Products of matrices that a subgroup can do together, in words; only Dawn tells. */
  readonly subgroupMatrices?: readonly string[];
}

/** Which adapter is wanted; index and name refer to {@link listAdapters}. */
export interface AdapterWish {
  power?: "high" | "low" | "default";
  index?: number;
  /** Part of the adapter's name, case-insensitive. */
  name?: string;
}

interface Candidate {
  adapter: GPUAdapter;
  info: AdapterInfo;
}

const NO_ADAPTER = "Run `startsparse doctor`: it says what is missing. On Debian or Ubuntu a software adapter comes " +
  "with `apt-get install mesa-vulkan-drivers`.";

const SOFTWARE = /llvmpipe|swiftshader|softpipe|warp|basic render|lavapipe/i;

/** A platform as a backend. */
function backendOf(platform: Platform): Backend {
  return platform !== undefined && "name" in platform ? platform : { name: "webgpu", gpu: platform };
}

/** Reads what an adapter says of itself. */
export function describeAdapter(adapter: GPUAdapter, backend: Omit<Backend, "gpu"> = { name: "webgpu" }): AdapterInfo {
  const { vendor, architecture, device, description } = adapter.info;
  const name = description || [vendor, architecture || device].filter(Boolean).join(" ") || "unnamed adapter";
  const fallback = (adapter.info as { isFallbackAdapter?: boolean }).isFallbackAdapter === true;
  return {
    backend: backend.name,
    boundsChecks: backend.boundsChecks ?? true,
    vendor,
    architecture,
    device,
    description: name,
    software: fallback || SOFTWARE.test(`${vendor} ${architecture} ${device} ${description}`),
    maxBinding: adapter.limits.maxStorageBufferBindingSize,
    maxBuffer: adapter.limits.maxBufferSize,
    features: [...adapter.features].sort(),
    ...subgroupMatrices(adapter),
  };
}

async function candidates(backend: Backend, power: AdapterWish["power"]): Promise<Candidate[]> {
  const { gpu } = backend;
  if (!gpu) return [];
  const order: GPURequestAdapterOptions[] = [
    { powerPreference: power === "low" ? "low-power" : "high-performance" },
    {},
    { powerPreference: power === "low" ? "high-performance" : "low-power" },
    { forceFallbackAdapter: true },
  ];
  if (power === undefined || power === "default") order.unshift({});
  const found = new Map<string, Candidate>();
  for (const options of order) {
    const adapter = await gpu.requestAdapter(options).catch(() => null);
    if (!adapter) continue;
    const info = describeAdapter(adapter, backend);
    const key = `${info.vendor}|${info.architecture}|${info.device}|${info.description}`;
    if (!found.has(key)) found.set(key, { adapter, info });
  }
  return [...found.values()];
}

/** Every adapter that the platform offers, in the order of the power preference. */
export async function listAdapters(platform: Platform, power?: AdapterWish["power"]): Promise<AdapterInfo[]> {
  return (await candidates(backendOf(platform), power)).map((candidate) => candidate.info);
}

/**
 * The adapter that a wish leads to.
 * @throws {GpuError} `no-adapter` where there is none at all.
 * @throws {UserError} where the index or the name fits none.
 */
export async function chooseAdapter(platform: Platform, wish: AdapterWish): Promise<Candidate> {
  const backend = backendOf(platform);
  const all = await candidates(backend, wish.power);
  if (all.length === 0) {
    const finder = backend.name === "dawn" ? "Dawn found no adapter" : "No WebGPU adapter was found";
    throw new GpuError("no-adapter", `${finder} on this machine.`, { hint: backend.noAdapter ?? NO_ADAPTER });
  }
  const listing = all.map((candidate, i) => `${i}: ${candidate.info.description}`).join("; ");
  if (wish.index !== undefined) {
    const chosen = all[wish.index];
    if (!chosen) throw new UserError(`There is no adapter ${wish.index}.`, { hint: `Found: ${listing}.` });
    return chosen;
  }
  if (wish.name !== undefined) {
    const name = wish.name.toLowerCase();
    const chosen = all.find((candidate) => candidate.info.description.toLowerCase().includes(name));
    if (!chosen) throw new UserError(`No adapter's name contains "${wish.name}".`, { hint: `Found: ${listing}.` });
    return chosen;
  }
  return all[0];
}
