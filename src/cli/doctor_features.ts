/** What kernels can use of an open device beyond plain WebGPU, in words. */
import type { Gpu } from "../gpu/device.ts";

/** "16-bit floats, GPU times, subgroups of 32, no subgroup matrices". */
export function featureWords({ device: { features }, adapter, subgroups }: Gpu): string {
  const { subgroupMatrices: matrices } = adapter;
  return [
    features.has("shader-f16") ? "16-bit floats" : "no 16-bit floats",
    features.has("timestamp-query") ? "GPU times" : "no GPU times: DEBUG=2 shows none",
    subgroups
      ? `subgroups of ${subgroups.min === subgroups.max ? subgroups.min : `${subgroups.min} to ${subgroups.max}`}`
      : "no subgroups",
    matrices ? `subgroup matrices (${matrices.join("; ")}), which no kernel uses yet` : "no subgroup matrices",
  ].join(", ");
}
