/** Which class of kernels an open adapter gets, within its limits. */
import type { Gpu } from "../gpu/device.ts";
import { rowsThatFit } from "./conv_packed.ts";
import { ADAPTER_CLASSES, type AdapterClass } from "./emit.ts";

/** The kernels' class of an open adapter: GPUs add lanes by subgroups where they have them. */
export function adapterClassOf(gpu: Gpu): AdapterClass {
  return gpu.adapter.software ? ADAPTER_CLASSES.software : gpuClassOn(gpu);
}

/** The class of GPUs as a device of any kind can run it: some offer workgroups of 256 invocations only. */
export function gpuClassOn({ device, subgroups }: Pick<Gpu, "device" | "subgroups">): AdapterClass {
  const { gpu } = ADAPTER_CLASSES;
  return { ...gpu, rows: rowsThatFit(gpu.rows, device.limits.maxComputeInvocationsPerWorkgroup), subgroups };
}
