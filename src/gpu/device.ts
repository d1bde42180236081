/**
 * Opening a WebGPU device: which adapter, which limits and features, and what happens when the device fails.
 *
 * Everything above this file takes a {@link Gpu}; nothing above it talks to `navigator.gpu`.
 */
import { GpuError, UserError } from "../errors.ts";
import { type AdapterInfo, type AdapterWish, chooseAdapter, type Platform } from "./adapter.ts";
import { KernelCache } from "./kernel.ts";
import { mebibytes, Memory } from "./memory.ts";
import { findSubgroups, mayHaveSubgroups, SUBGROUPS, type Subgroups } from "./subgroups.ts";

/** The limits that are asked for where the adapter has them (bytes and counts, as WebGPU names them). */
const WANTED_LIMITS = [
  "maxStorageBufferBindingSize",
  "maxBufferSize",
  "maxComputeInvocationsPerWorkgroup",
  "maxComputeWorkgroupSizeX",
  "maxComputeWorkgroupStorageSize",
  "maxStorageBuffersPerShaderStage",
] as const;

/** The features that are switched on where the adapter has them. */
const WANTED_FEATURES: GPUFeatureName[] = ["timestamp-query", "shader-f16"];

/** An open device with everything that is made once for it. */
export interface Gpu {
  readonly device: GPUDevice;
  readonly adapter: AdapterInfo;
  readonly memory: Memory;
  readonly kernels: KernelCache;
  /** Where kernels can use them. */
  readonly subgroups?: Subgroups;
  /** Throws the first error that the device has reported since the last call, if any. */
  check(): void;
  /** Resolves when the GPU has run everything submitted so far, then {@link check}s. */
  idle(): Promise<void>;
  /**
   * Runs what makes buffers and waits for the device's word on them.
   * @throws {GpuError} of kind `out-of-memory` where it could not make them all
   */
  allocate<T>(act: () => T): Promise<T>;
  /** Destroys the device and everything on it. */
  close(): void;
}

/** Options of {@link openGpu}. */
export interface OpenOptions extends AdapterWish {
  /** Refuse an adapter that computes on the CPU. */
  requireGpu?: boolean;
}

/**
 * Opens a device on the adapter that the options choose.
 * @throws {GpuError} of kind `no-adapter` where the platform offers none.
 * @throws {UserError} where the wish cannot be met (no such index or name, software adapter refused).
 */
export async function openGpu(platform: Platform, options: OpenOptions = {}): Promise<Gpu> {
  const { adapter, info } = await chooseAdapter(platform, options);
  if (options.requireGpu && info.software) {
    throw new UserError(`A GPU is required, but the adapter "${info.description}" computes on the CPU.`, {
      hint: "Install the GPU's Vulkan driver (`startsparse doctor` says what is missing), or leave out --require-gpu.",
    });
  }
  const requiredLimits: Record<string, number> = {};
  for (const name of WANTED_LIMITS) requiredLimits[name] = adapter.limits[name];
  const requiredFeatures = WANTED_FEATURES.filter((name) => adapter.features.has(name));
  let device: GPUDevice | undefined;
  if (mayHaveSubgroups(adapter)) {
    const withSubgroups = [...requiredFeatures, SUBGROUPS];
    device = await adapter.requestDevice({ requiredLimits, requiredFeatures: withSubgroups }).catch(() => undefined);
  }
  device ??= await adapter.requestDevice({ requiredLimits, requiredFeatures });
  return new OpenGpu(device, info, await findSubgroups(adapter, device));
}

class OpenGpu implements Gpu {
  readonly memory: Memory;
  readonly kernels: KernelCache;
  #failure: GpuError | undefined;
  #closed = false;

  constructor(readonly device: GPUDevice, readonly adapter: AdapterInfo, readonly subgroups?: Subgroups) {
    this.memory = new Memory(device);
    this.kernels = new KernelCache(device);
    device.addEventListener("uncapturederror", (event) => {
      const error = (event as GPUUncapturedErrorEvent).error;
      const kind = /memory/i.test(error.constructor.name + error.message) ? "out-of-memory" : "validation";
      const held = kind === "out-of-memory" ? ` (${mebibytes(this.memory.bytes)} are in use by this program)` : "";
      this.#failure ??= new GpuError(kind, `The GPU refused work: ${error.message}${held}`);
    });
    device.lost.then((info) => {
      if (this.#closed) return;
      this.#failure ??= new GpuError(
        "device-lost",
        `The GPU was lost (${info.reason || "unknown reason"}): ${info.message}`,
        {
          hint: "Another program may have reset it, or a step took too long. Start the run again.",
        },
      );
    });
  }

  check(): void {
    const failure = this.#failure;
    // who asks later must hear of a lost device too
    if (failure?.kind !== "device-lost") this.#failure = undefined;
    if (failure) throw failure;
  }

  async idle(): Promise<void> {
    await this.device.queue.onSubmittedWorkDone();
    this.check();
  }

  async allocate<T>(act: () => T): Promise<T> {
    this.device.pushErrorScope("out-of-memory");
    let outcome: { value: T } | { thrown: unknown };
    try {
      outcome = { value: act() };
    } catch (thrown) {
      outcome = { thrown };
    }
    const error = await this.device.popErrorScope();
    if (error) {
      const wanted = mebibytes(this.memory.bytes);
      throw new GpuError("out-of-memory", `The GPU has not enough memory: ${wanted} were asked for. ${error.message}`);
    }
    if ("thrown" in outcome) throw outcome.thrown;
    return outcome.value;
  }

  close(): void {
    this.#closed = true;
    this.memory.destroyAll();
    this.device.destroy();
  }
}
