/** Reads single kernels back for the inspector: at most 2 KiB, looked up on the device whatever the storage. */
import type { Gpu } from "../gpu/device.ts";
import { whole } from "../gpu/memory.ts";
import type { Runner } from "../gpu/runner.ts";
import type { Storage } from "../nn/plan.ts";
import type { Picked } from "./pick.ts";
import { LOOKUP, type PlaneKernels, type PlaneTexture, STORED } from "./planes.ts";
import readText from "../../shaders/view3d/read_kernel.wgsl" with { type: "text" };

/** A kernel's taps, row by row: its values, and which of them are kept. */
export interface KernelTaps {
  readonly values: Float32Array;
  readonly kept: boolean[];
}

/** Most taps: a kernel of 15 × 15 is the largest that can be packed, and dense ones are smaller still in practice. */
const MOST_TAPS = 256;

/** Made once for a device. */
export class KernelReader {
  readonly #pipelines: Record<Storage, GPUComputePipeline>;
  readonly #which: GPUBuffer;
  readonly #taps: GPUBuffer;
  readonly #group: GPUBindGroup;

  constructor(readonly gpu: Gpu, kernels: PlaneKernels) {
    const { device, memory } = gpu, visibility = GPUShaderStage.COMPUTE;
    const layout = device.createBindGroupLayout({
      label: "kernel to read",
      entries: [
        { binding: 0, visibility, buffer: { type: "uniform" } },
        { binding: 1, visibility, buffer: { type: "storage" } },
      ],
    });
    const pipeline = (storage: Storage) =>
      device.createComputePipeline({
        label: `read a kernel, ${storage}`,
        layout: device.createPipelineLayout({ bindGroupLayouts: [layout, kernels.lookup] }),
        compute: {
          module: device.createShaderModule({ code: `${LOOKUP}\n${readText}` }),
          entryPoint: "main",
          constants: STORED[storage],
        },
      });
    this.#pipelines = { dense: pipeline("dense"), packed: pipeline("packed") };
    this.#which = memory.create("kernel to read", 16, GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST);
    this.#taps = memory.create("taps read", 8 * MOST_TAPS);
    this.#group = device.createBindGroup({
      layout,
      entries: [this.#which, this.#taps].map((buffer, binding) => ({ binding, resource: { buffer } })),
    });
  }

  /** The taps of a kernel as they are now. */
  async read(texture: PlaneTexture, runner: Runner, { layer, output, input }: Picked): Promise<KernelTaps> {
    const { device, memory } = this.gpu, { kernelHeight, kernelWidth } = texture.shape.planes[layer];
    const taps = kernelHeight * kernelWidth, lookup = texture.lookup(layer, "weight")!;
    memory.write(whole(this.#which), Uint32Array.of(output, input, 0, 0));
    const encoder = device.createCommandEncoder(), pass = encoder.beginComputePass();
    pass.setPipeline(this.#pipelines[lookup.storage]);
    pass.setBindGroup(0, this.#group);
    pass.setBindGroup(1, lookup.group);
    pass.dispatchWorkgroups(Math.ceil(taps / 64));
    pass.end();
    device.queue.submit([encoder.finish()]);
    const pairs = await runner.readFloats({ buffer: this.#taps, offset: 0, size: 8 * taps });
    const at = (i: number) => Array.from({ length: taps }, (_, t) => pairs[2 * t + i]);
    return { values: Float32Array.from(at(0)), kept: at(1).map((kept) => kept > 0) };
  }

  destroy(): void {
    for (const buffer of [this.#which, this.#taps]) this.gpu.memory.destroy(buffer);
  }
}
