/**
 * A device that computes nothing and allocates nothing: buffers are sizes, kernels are texts. What is built on it goes
 * through the same code as on a real one, so that its memory account says what a run will need before it starts.
 */
import type { AdapterInfo } from "./adapter.ts";
import type { Gpu } from "./device.ts";
import { KernelCache } from "./kernel.ts";
import { Memory } from "./memory.ts";

/** What an adapter without extensions offers: WebGPU's default limits, no GPU at hand. */
export const UNKNOWN_ADAPTER: AdapterInfo = {
  backend: "none",
  boundsChecks: true,
  vendor: "",
  architecture: "",
  device: "",
  description: "no adapter",
  software: true,
  maxBinding: 2 ** 27,
  maxBuffer: 2 ** 28,
  features: [],
};

/** A stand-in for a device on `adapter`. Nothing submitted to it ever runs. */
export function dryGpu(adapter: AdapterInfo = UNKNOWN_ADAPTER): Gpu {
  const object = () => ({});
  const device = {
    limits: { maxStorageBufferBindingSize: adapter.maxBinding, maxBufferSize: adapter.maxBuffer },
    queue: { writeBuffer: () => {} },
    createBuffer: ({ label, size, usage }: GPUBufferDescriptor) => ({ label, size, usage, destroy: () => {} }),
    createBindGroup: object,
    createBindGroupLayout: object,
    createPipelineLayout: object,
    createShaderModule: object,
    createComputePipeline: object,
    destroy: () => {},
  } as unknown as GPUDevice; // the part of it that recording, stores and data sets use
  const memory = new Memory(device);
  return {
    device,
    adapter,
    memory,
    kernels: new KernelCache(device),
    check: () => {},
    idle: () => Promise.resolve(),
    allocate: (act) => Promise.resolve(act()),
    close: () => memory.destroyAll(),
  };
}
