/**
 * A kernel is WGSL text; everything else about it is read from the text, so that host and shader cannot drift:
 * the bindings of group 0 (name and kind), the fields of its constants struct, and whether it reads the step block.
 *
 * Conventions of this project's WGSL:
 * - group 0 holds the operands in order, each `var<storage, read>` or `var<storage, read_write>`;
 * - `var<uniform> s: S;` in group 0, with `struct S` of u32, i32 and f32 fields, holds sizes that are fixed once recorded;
 * - group 1 binding 0 is `var<uniform> step: Step;` (shaders/common/step.wgsl), which changes every step.
 */
import { GpuError } from "../errors.ts";

/** How an operand is bound. */
export type BindingKind = "read" | "write" | "uniform";

/** One operand of a kernel. */
export interface Binding {
  readonly name: string;
  readonly kind: BindingKind;
}

/** A field of the constants struct, at its byte offset. */
export interface ConstantField {
  readonly name: string;
  readonly type: "u32" | "i32" | "f32";
}

/** A compiled kernel. */
export interface Kernel {
  readonly label: string;
  readonly code: string;
  readonly bindings: readonly Binding[];
  readonly constants: readonly ConstantField[];
  readonly usesStep: boolean;
  readonly layout: GPUBindGroupLayout;
  readonly pipeline: GPUComputePipeline;
}

const BINDING =
  /@group\((\d)\)\s*@binding\((\d+)\)\s*var<\s*(storage|uniform)\s*(?:,\s*(read_write|read)\s*)?>\s*(\w+)/g;

/** What a kernel's text says of its operands. */
export function parseKernel(code: string): Pick<Kernel, "bindings" | "constants" | "usesStep"> {
  const bindings: Binding[] = [];
  let usesStep = false;
  for (const [, group, index, space, access, name] of code.matchAll(BINDING)) {
    if (group === "1") {
      usesStep = true;
      continue;
    }
    const kind: BindingKind = space === "uniform" ? "uniform" : access === "read_write" ? "write" : "read";
    bindings[Number(index)] = { name, kind };
  }
  const constants: ConstantField[] = [];
  const struct = /struct\s+S\s*\{([^}]*)\}/.exec(code);
  if (struct) {
    for (const [, name, type] of struct[1].matchAll(/(\w+)\s*:\s*(\w+)/g)) {
      if (type !== "u32" && type !== "i32" && type !== "f32") {
        throw new GpuError("validation", `Constant ${name} has type ${type}; only u32, i32 and f32 are laid out here.`);
      }
      constants.push({ name, type });
    }
  }
  return { bindings, constants, usesStep };
}

/** Compiles kernels, each text once. Layers of one kind share a pipeline because sizes are constants, not text. */
export class KernelCache {
  readonly #kernels = new Map<string, Kernel>();
  /** Layout of group 1: the step block, bound at a dynamic offset. */
  readonly stepLayout: GPUBindGroupLayout;

  constructor(readonly device: GPUDevice) {
    this.stepLayout = device.createBindGroupLayout({
      label: "step",
      entries: [{
        binding: 0,
        visibility: GPUShaderStage.COMPUTE,
        buffer: { type: "uniform", hasDynamicOffset: true },
      }],
    });
  }

  /** How many different kernels there are. */
  get size(): number {
    return this.#kernels.size;
  }

  /** Every kernel compiled so far. */
  all(): Kernel[] {
    return [...this.#kernels.values()];
  }

  /** The kernel of a WGSL text, compiled at the first call. Its label only serves messages. */
  get(label: string, code: string): Kernel {
    let kernel = this.#kernels.get(code);
    if (!kernel) {
      kernel = this.#compile(label, code);
      this.#kernels.set(code, kernel);
    }
    return kernel;
  }

  /**
   * Compiles kernels beforehand, side by side where the browser can, so that whoever records them does not wait.
   * @param onProgress told at the beginning and after each, unless all are there already
   */
  async prepare(
    kernels: readonly { readonly label: string; readonly code: string }[],
    onProgress: (done: number, total: number) => void = () => {},
  ): Promise<void> {
    const missing = [...new Map(kernels.map((kernel) => [kernel.code, kernel])).values()]
      .filter(({ code }) => !this.#kernels.has(code));
    if (missing.length === 0) return;
    let done = 0;
    onProgress(done, missing.length);
    await Promise.all(missing.map(async ({ label, code }) => {
      const { descriptor, ...kernel } = this.#describe(label, code);
      const pipeline = await this.device.createComputePipelineAsync(descriptor);
      if (!this.#kernels.has(code)) this.#kernels.set(code, { ...kernel, pipeline });
      onProgress(++done, missing.length);
    }));
  }

  #compile(label: string, code: string): Kernel {
    const { descriptor, ...kernel } = this.#describe(label, code);
    return { ...kernel, pipeline: this.device.createComputePipeline(descriptor) };
  }

  #describe(label: string, code: string): Omit<Kernel, "pipeline"> & { descriptor: GPUComputePipelineDescriptor } {
    const parsed = parseKernel(code);
    const layout = this.device.createBindGroupLayout({
      label,
      entries: parsed.bindings.map(({ kind }, binding) => ({
        binding,
        visibility: GPUShaderStage.COMPUTE,
        buffer: { type: kind === "uniform" ? "uniform" : kind === "read" ? "read-only-storage" : "storage" },
      })),
    });
    const groups = parsed.usesStep ? [layout, this.stepLayout] : [layout];
    const descriptor: GPUComputePipelineDescriptor = {
      label,
      layout: this.device.createPipelineLayout({ label, bindGroupLayouts: groups }),
      compute: { module: this.device.createShaderModule({ label, code }), entryPoint: "main" },
    };
    return { label, code, ...parsed, layout, descriptor };
  }
}

/** Packs named constants in the order of the kernel's struct; a missing or unknown name is a mistake of the caller. */
export function packConstants(
  kernel: Pick<Kernel, "label" | "constants">,
  values: Readonly<Record<string, number>>,
): Uint8Array {
  const words = new DataView(new ArrayBuffer(Math.max(16, Math.ceil(kernel.constants.length / 4) * 16)));
  kernel.constants.forEach(({ name, type }, i) => {
    const value = values[name];
    if (value === undefined) throw new GpuError("validation", `Kernel ${kernel.label} lacks the constant ${name}.`);
    if (type === "f32") words.setFloat32(4 * i, value, true);
    else if (type === "i32") words.setInt32(4 * i, value, true);
    else words.setUint32(4 * i, value, true);
  });
  const known = new Set(kernel.constants.map((field) => field.name));
  for (const name of Object.keys(values)) {
    if (!known.has(name)) throw new GpuError("validation", `Kernel ${kernel.label} has no constant ${name}.`);
  }
  return new Uint8Array(words.buffer);
}
