/** What drawing needs once for a device. */
import type { Gpu } from "../gpu/device.ts";
import { GpuTimer } from "../view3d/gpu_timer.ts";
import { KernelReader } from "../view3d/kernel_reader.ts";
import { PlaneKernels } from "../view3d/planes.ts";
import { RenderKernels } from "../view3d/render_kernels.ts";

/** Kernels and pipelines of a device. */
export interface DeviceTools {
  readonly gpu: Gpu;
  readonly planes: PlaneKernels;
  readonly render: RenderKernels;
  readonly reader: KernelReader;
  readonly timer: GpuTimer;
}

/** Makes them. */
export function deviceTools(gpu: Gpu, format: GPUTextureFormat): DeviceTools {
  const planes = new PlaneKernels(gpu);
  return {
    gpu,
    planes,
    render: new RenderKernels(gpu, format, planes),
    reader: new KernelReader(gpu, planes),
    timer: new GpuTimer(gpu),
  };
}
