/**
 * A network's kernels as texels: gathered from the store's own buffers, dense and packed alike, into one texture of
 * (mean of what is kept, share that is kept), with two coarser levels. Nothing is read back.
 */
import type { Gpu } from "../gpu/device.ts";
import { align, ALIGNMENT, type Slice } from "../gpu/memory.ts";
import type { Parameter } from "../nn/model.ts";
import type { Storage } from "../nn/plan.ts";
import type { ParameterStore } from "../nn/store.ts";
import { type AtlasPlace, LEVELS, packAtlas } from "./atlas.ts";
import { texels } from "./layout.ts";
import type { KeptValues } from "./kept.ts";
import type { NetworkShape, PlaneShape } from "./shape.ts";
import { Survivors } from "./survival.ts";
import tableText from "../../shaders/view3d/plane_table.wgsl" with { type: "text" };
import lookupText from "../../shaders/view3d/lookup.wgsl" with { type: "text" };
import gatherText from "../../shaders/view3d/gather.wgsl" with { type: "text" };
import reduceText from "../../shaders/view3d/reduce.wgsl" with { type: "text" };
import sumsText from "../../shaders/view3d/sums.wgsl" with { type: "text" };
import limitsText from "../../shaders/view3d/limits.wgsl" with { type: "text" };

/** What is gathered: the weights themselves, their gradients' size, or which of them have survived. */
export type Gathered = "weight" | "gradient" | "survival";

/** WGSL that finds weights of a layer, bound as group 1. */
export const LOOKUP = `${tableText}\n${lookupText}`;

/** The constant that tells {@link LOOKUP} how a layer is stored. */
export const STORED = { dense: { PACKED: 0 }, packed: { PACKED: 1 } } as const;

const GROUPS = 64; // of sums.wgsl and limits.wgsl
const FORMAT = "rgba16float";

/** What is made once for a device. */
export class PlaneKernels {
  /** Layout of the group that finds weights, for compute and fragments. */
  readonly lookup: GPUBindGroupLayout;
  readonly gather: Record<Storage, GPUComputePipeline>;
  readonly target: GPUBindGroupLayout;
  readonly squares: GPUBindGroupLayout;
  readonly reduce: GPUComputePipeline;
  readonly sums: GPUComputePipeline;
  readonly limits: GPUComputePipeline;

  constructor({ device }: Gpu) {
    const visibility = GPUShaderStage.COMPUTE | GPUShaderStage.FRAGMENT;
    const read = (binding: number): GPUBindGroupLayoutEntry => ({
      binding,
      visibility,
      buffer: { type: "read-only-storage" },
    });
    this.lookup = device.createBindGroupLayout({
      label: "weights as stored",
      entries: [read(0), read(1), { binding: 2, visibility, buffer: { type: "uniform" } }, read(3), read(4)],
    });
    this.squares = device.createBindGroupLayout({
      label: "sums of squares",
      entries: [
        { binding: 0, visibility: GPUShaderStage.COMPUTE, buffer: { type: "storage" } },
        { binding: 1, visibility: GPUShaderStage.COMPUTE, texture: { sampleType: "unfilterable-float" } },
      ],
    });
    this.target = device.createBindGroupLayout({
      label: "texels",
      entries: [{
        binding: 0,
        visibility: GPUShaderStage.COMPUTE,
        storageTexture: { access: "write-only", format: FORMAT, viewDimension: "2d" },
      }],
    });
    const pipeline = (label: string, code: string, layouts?: GPUBindGroupLayout[], constants = {}) =>
      device.createComputePipeline({
        label,
        layout: layouts ? device.createPipelineLayout({ label, bindGroupLayouts: layouts }) : "auto",
        compute: { module: device.createShaderModule({ label, code }), entryPoint: "main", constants },
      });
    const gather = (storage: Storage) =>
      pipeline(`gather ${storage}`, `${LOOKUP}\n${gatherText}`, [this.target, this.lookup], STORED[storage]);
    this.gather = { dense: gather("dense"), packed: gather("packed") };
    this.reduce = pipeline("reduce texels", reduceText);
    this.sums = pipeline("sums of squares", `${LOOKUP}\n${sumsText}`, [this.squares, this.lookup]);
    this.limits = pipeline("limits", limitsText);
  }
}

interface BoundPlane {
  readonly storage: Storage;
  readonly group: GPUBindGroup;
}

/** The texture of one network. */
export class PlaneTexture {
  readonly texture: GPUTexture;
  readonly view: GPUTextureView;
  /** Where each plane lies in it. */
  readonly places: readonly AtlasPlace[];
  /** (rms of what is kept, kept values, 3 · rms, 3 · rms of the kernels' means) of each plane. */
  readonly limits: GPUBuffer;
  readonly #parameters: Parameter[];
  readonly #tables: GPUBuffer;
  readonly #parts: GPUBuffer;
  readonly #target: GPUBindGroup;
  readonly #reductions: { group: GPUBindGroup; grid: [number, number] }[];
  readonly #squares: GPUBindGroup;
  readonly #limitGroup: GPUBindGroup;
  #bound: { key: string; planes: (BoundPlane | undefined)[] } = { key: "", planes: [] };

  constructor(
    readonly gpu: Gpu,
    readonly kernels: PlaneKernels,
    readonly shape: NetworkShape,
    readonly store: ParameterStore,
    readonly kept: KeptValues,
    readonly survivors: Survivors = new Survivors(store),
  ) {
    const { device, memory } = gpu, count = shape.planes.length;
    const { places, width, height } = packAtlas(shape.planes.map(texels), device.limits.maxTextureDimension2D);
    this.places = places;
    this.texture = device.createTexture({
      label: "kernels",
      size: [width, height],
      mipLevelCount: LEVELS,
      format: FORMAT,
      usage: GPUTextureUsage.STORAGE_BINDING | GPUTextureUsage.TEXTURE_BINDING | GPUTextureUsage.COPY_SRC,
    });
    this.view = this.texture.createView();
    this.#parameters = shape.planes.map(({ parameter }) => store.parameter(parameter));
    const usage = GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST;
    this.#tables = memory.create("planes as stored", count * ALIGNMENT, usage);
    this.#parts = memory.create("sums of squares", 16 * GROUPS * count);
    this.limits = memory.create("limits", 16 * count);
    const level = (baseMipLevel: number) => this.texture.createView({ baseMipLevel, mipLevelCount: 1 });
    this.#target = device.createBindGroup({
      layout: kernels.target,
      entries: [{ binding: 0, resource: level(0) }],
    });
    this.#reductions = Array.from({ length: LEVELS - 1 }, (_, i) => ({
      group: device.createBindGroup({
        layout: kernels.reduce.getBindGroupLayout(0),
        entries: [{ binding: 0, resource: level(i) }, { binding: 1, resource: level(i + 1) }],
      }),
      grid: [Math.ceil((width >> i + 1) / 8), Math.ceil((height >> i + 1) / 8)],
    }));
    this.#squares = device.createBindGroup({
      layout: kernels.squares,
      entries: [{ binding: 0, resource: { buffer: this.#parts } }, { binding: 1, resource: level(0) }],
    });
    this.#limitGroup = device.createBindGroup({
      layout: kernels.limits.getBindGroupLayout(0),
      entries: [
        { binding: 0, resource: { buffer: this.#parts } },
        { binding: 1, resource: { buffer: this.limits } },
      ],
    });
  }

  /** Whether a plane has the numbers asked for: frozen weights have no gradient. */
  has(layer: number, what: Gathered): boolean {
    return what !== "gradient" || this.store.trained(this.#parameters[layer]);
  }

  /** The bind group that finds a plane's weights, for drawing its taps. */
  lookup(layer: number, what: Gathered): BoundPlane | undefined {
    return this.#bind(what)[layer];
  }

  /** Encodes the gathering of some planes and everything that follows from it. */
  encode(pass: GPUComputePassEncoder, layers: readonly number[], what: Gathered): void {
    const bound = this.#bind(what);
    for (const storage of ["dense", "packed"] satisfies Storage[]) {
      pass.setPipeline(this.kernels.gather[storage]);
      pass.setBindGroup(0, this.#target);
      for (const layer of layers) {
        const plane = bound[layer];
        if (plane?.storage !== storage) continue;
        const { columns, rows } = texels(this.shape.planes[layer]);
        pass.setBindGroup(1, plane.group);
        pass.dispatchWorkgroups(Math.ceil(columns / 8), Math.ceil(rows / 8));
      }
    }
    pass.setPipeline(this.kernels.sums);
    pass.setBindGroup(0, this.#squares);
    for (const layer of layers) {
      const plane = bound[layer];
      if (!plane) continue;
      pass.setBindGroup(1, plane.group);
      pass.dispatchWorkgroups(GROUPS);
    }
    pass.setPipeline(this.kernels.limits);
    pass.setBindGroup(0, this.#limitGroup);
    pass.dispatchWorkgroups(this.shape.planes.length);
    pass.setPipeline(this.kernels.reduce);
    for (const { group, grid } of this.#reductions) {
      pass.setBindGroup(0, group);
      pass.dispatchWorkgroups(...grid);
    }
  }

  /** Bind groups for the buffers as they are now: masks that changed may have moved them. */
  #bind(what: Gathered): (BoundPlane | undefined)[] {
    const key = `${what} ${this.store.version}`;
    if (this.#bound.key !== key) {
      this.#bound = { key, planes: this.shape.planes.map((plane, layer) => this.#bindPlane(plane, layer, what)) };
    }
    return this.#bound.planes;
  }

  #bindPlane(plane: PlaneShape, layer: number, what: Gathered): BoundPlane | undefined {
    if (!this.has(layer, what)) return undefined;
    const { device, memory } = this.gpu, parameter = this.#parameters[layer];
    const weights = this.store.weights(parameter);
    const packed = weights.storage === "packed" ? weights.pattern : undefined;
    const values = what === "weight"
      ? this.store.values(parameter)
      : what === "gradient"
      ? this.store.gradient(parameter)
      : this.survivors.values(parameter);
    const table: Slice = { buffer: this.#tables, offset: layer * ALIGNMENT, size: align(64) };
    const { columns, rows } = texels(plane), { x, y } = this.places[layer];
    const [blockOuts, blockIns] = packed?.block ?? [1, 1];
    memory.write(
      table,
      Uint32Array.of(
        ...[plane.outputs, plane.inputs, plane.kernelHeight, plane.kernelWidth],
        ...[this.store.first(parameter), this.store.stored(parameter), Math.ceil(plane.outputs / blockOuts), blockOuts],
        ...[blockIns, columns, rows, what === "gradient" ? 1 : 0],
        ...[x, y, layer, 0],
      ),
    );
    const kept = this.kept.bits;
    // a store's patterns lie in buffers of their own, never in a list's
    const pattern = packed ? [packed.rowStart as Slice, packed.entries as Slice] : [kept, kept];
    return {
      storage: weights.storage,
      group: device.createBindGroup({
        layout: this.kernels.lookup,
        entries: [values, kept, table, ...pattern].map((resource, binding) => ({ binding, resource })),
      }),
    };
  }

  /** Frees what belongs to this texture; the store and its kept values are others'. */
  destroy(): void {
    this.texture.destroy();
    this.survivors.destroy();
    for (const buffer of [this.#tables, this.#parts, this.limits]) this.gpu.memory.destroy(buffer);
  }
}
