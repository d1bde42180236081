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

/**
 * A stand-in for a device on `adapter`. Nothing submitted to it ever runs.
 * @param like an open device on it, for the very kernels that it would get
 */
export function dryGpu(adapter: AdapterInfo = UNKNOWN_ADAPTER, like?: Pick<Gpu, "device" | "subgroups">): Gpu {
  const object = () => ({}), nothing = () => {};
  const pass = { setPipeline: nothing, setBindGroup: nothing, dispatchWorkgroups: nothing, end: nothing };
  const device = {
    limits: {
      maxStorageBufferBindingSize: adapter.maxBinding,
      maxBufferSize: adapter.maxBuffer,
      maxComputeInvocationsPerWorkgroup: like?.device.limits.maxComputeInvocationsPerWorkgroup,
    },
    queue: { writeBuffer: nothing, submit: nothing },
    createCommandEncoder: () => ({
      beginComputePass: () => pass,
      copyBufferToBuffer: nothing,
      clearBuffer: nothing,
      finish: object,
    }),
    createBuffer: ({ label, size, usage }: GPUBufferDescriptor) => ({
      label,
      size,
      usage,
      destroy: nothing,
      mapAsync: () => Promise.resolve(),
      // counts that are read back are 1: of everything there is something to be done
      getMappedRange: (_offset: number, size: number) => new Uint32Array(size / 4).fill(1).buffer,
    }),
    createBindGroup: object,
    createBindGroupLayout: object,
    createPipelineLayout: object,
    createShaderModule: object,
    createComputePipeline: object,
    destroy: nothing,
  } as unknown as GPUDevice; // the part of it that recording, stores and data sets use
  const memory = new Memory(device);
  return {
    device,
    adapter,
    memory,
    kernels: new KernelCache(device),
    subgroups: like?.subgroups,
    check: nothing,
    idle: () => Promise.resolve(),
    allocate: (act) => Promise.resolve(act()),
    close: () => memory.destroyAll(),
  };
}
