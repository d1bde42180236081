/**
 * Recording: ops describe dispatches over operands; a plan of buffers by lifetime turns them into a static list.
 *
 * An operand is either a {@link Slice} that exists (weights, data) or a {@link Tensor} that only has a size until
 * {@link Recorder.finish} knows its lifetime. Two tensors share a buffer only if no dispatch needs both, because WebGPU
 * refuses a buffer that is bound read-only and read-write at once, even for disjoint ranges.
 */
import { GpuError } from "../errors.ts";
import { align, ALIGNMENT, mebibytes, type Memory, type Slice, whole } from "./memory.ts";
import { type Binding, type BindingKind, type Kernel, type KernelCache, packConstants } from "./kernel.ts";

/** A buffer that is planned, not yet made. */
export interface Tensor {
  readonly id: number;
  readonly label: string;
  readonly bytes: number;
}

/** What a dispatch may be bound to. */
export type Operand = Tensor | Slice;

/** One dispatch of the finished list. */
export interface Dispatch {
  readonly label: string;
  readonly kernel: Kernel;
  readonly group: GPUBindGroup;
  readonly grid: readonly [number, number, number];
}

interface Recorded {
  label: string;
  kernel: Kernel;
  operands: Operand[];
  constants: Uint8Array | undefined;
  grid: [number, number, number];
}

const isTensor = (operand: Operand): operand is Tensor => "id" in operand;

/** Whether a written operand and another one may not meet in a dispatch: reading the same buffer, even elsewhere in it. */
function overlap(written: Operand, other: Operand, kind: BindingKind): boolean {
  if (isTensor(written) || isTensor(other)) return written === other;
  if (written.buffer !== other.buffer) return false;
  return kind === "read" || written.offset < other.offset + other.size && other.offset < written.offset + written.size;
}

/** The most workgroups WebGPU accepts along one axis. */
export const MAX_GROUPS = 65_535;

/** A grid for `count` invocations of a flat kernel, folded where one axis is too short. */
export function flatGrid(count: number, workgroup: number): [number, number, number] {
  const groups = Math.max(1, Math.ceil(count / workgroup));
  if (groups <= MAX_GROUPS) return [groups, 1, 1];
  const rows = Math.ceil(groups / MAX_GROUPS);
  return [Math.ceil(groups / rows), rows, 1];
}

/** Buffers that a list may use besides its own. */
export interface FinishOptions {
  /** Of another list that never runs between this one's dispatches and lives longer: they stay that list's. */
  readonly borrow?: readonly GPUBuffer[];
  /** Of a list that is replaced by this one: they are this list's now, and those it has no use for are destroyed. */
  readonly inherit?: readonly GPUBuffer[];
}

/** A finished, static list of dispatches and the buffers that it owns. */
export interface DispatchList {
  readonly dispatches: readonly Dispatch[];
  /** Own buffers that nothing reads after the list has run: another list may borrow them. */
  readonly spare: readonly GPUBuffer[];
  /** Gives the buffers of all tensors away, for {@link FinishOptions.inherit}, and frees the rest: the list is spent. */
  release(): GPUBuffer[];
  /** Bytes of the planned buffers, and what they would be without sharing. */
  readonly plannedBytes: number;
  readonly unsharedBytes: number;
  /** Where a tensor ended up: valid until another tensor of the same buffer is written. */
  locate(tensor: Tensor): Slice;
  destroy(): void;
}

/** Collects dispatches, then plans buffers and makes bind groups once. */
export class Recorder {
  readonly #recorded: Recorded[] = [];
  readonly #tensors: Tensor[] = [];
  readonly #kept = new Set<number>();
  readonly #derived = new Map<Operand, Map<string, Tensor>>();
  /** Put before the label of every dispatch: the layer that is being recorded. */
  scope = "";

  constructor(readonly memory: Memory, readonly kernels: KernelCache) {}

  /** Dispatches recorded so far. */
  get length(): number {
    return this.#recorded.length;
  }

  /** Plans a buffer of so many bytes. */
  tensor(label: string, bytes: number): Tensor {
    const tensor = { id: this.#tensors.length, label, bytes: align(Math.max(16, bytes), 16) };
    const { maxStorageBufferBindingSize } = this.memory.device.limits;
    if (tensor.bytes > maxStorageBufferBindingSize) {
      throw new GpuError(
        "out-of-memory",
        `"${label}" needs ${mebibytes(tensor.bytes)}, but this adapter binds at most ${
          mebibytes(maxStorageBufferBindingSize)
        }.`,
        {
          hint: "Use a smaller batch (train.batch) or a narrower model (model.width).",
          missing: { place: label, needs: tensor.bytes, offers: maxStorageBufferBindingSize },
        },
      );
    }
    this.#tensors.push(tensor);
    return tensor;
  }

  /**
   * What an operand was turned into under a name, made where there is nothing yet. It holds until a dispatch writes the
   * operand; several readers of an activation share one copy of it.
   */
  derived(operand: Operand, name: string, make: () => Tensor): Tensor {
    const known = this.#derived.get(operand) ?? new Map<string, Tensor>();
    const tensor = known.get(name) ?? make();
    this.#derived.set(operand, known.set(name, tensor));
    return tensor;
  }

  /** Excludes a tensor from sharing, so that it can be read after the list has run. */
  keep(tensor: Tensor): Tensor {
    this.#kept.add(tensor.id);
    return tensor;
  }

  /**
   * Records one dispatch.
   * @param operands by the names in the kernel's text
   * @param constants by the names in its struct S
   * @param grid workgroups along x, y, z
   */
  dispatch(
    label: string,
    code: string,
    operands: Readonly<Record<string, Operand>>,
    constants: Readonly<Record<string, number>>,
    grid: readonly [number, number, number],
  ): void {
    const kernel = this.kernels.get(label, code);
    const named = this.scope ? `${this.scope} ${label}` : label;
    const bound = kernel.bindings.filter(({ kind }) => kind !== "uniform");
    const list = bound.map(({ name }) => {
      const operand = operands[name];
      if (!operand) throw new GpuError("validation", `${named}: operand ${name} is missing.`);
      return operand;
    });
    if (list.length !== Object.keys(operands).length) {
      const known = kernel.bindings.map(({ name }) => name).join(", ");
      throw new GpuError("validation", `${named}: operands ${Object.keys(operands).join(", ")}, but it has ${known}.`);
    }
    this.#checkBindings(named, bound, list);
    list.forEach((operand, i) => bound[i].kind === "write" && this.#derived.delete(operand));
    if (grid.some((groups) => groups > MAX_GROUPS)) {
      throw new GpuError("validation", `${named}: a grid of ${grid.join(" × ")} workgroups is over ${MAX_GROUPS}.`);
    }
    const packed = kernel.constants.length > 0 ? packConstants(kernel, constants) : undefined;
    this.#recorded.push({ label: named, kernel, operands: list, constants: packed, grid: [...grid] });
  }

  /** What WebGPU would refuse only when the list runs, without saying which layer it was. */
  #checkBindings(named: string, bound: readonly Binding[], operands: readonly Operand[]): void {
    const { maxStorageBufferBindingSize } = this.memory.device.limits;
    operands.forEach((operand, i) => {
      const { name, kind } = bound[i];
      if (!isTensor(operand)) {
        if (operand.offset % ALIGNMENT !== 0) {
          const message = `${named}: ${name} starts at byte ${operand.offset}, which is no multiple of ${ALIGNMENT}.`;
          throw new GpuError("validation", message);
        }
        if (operand.size > maxStorageBufferBindingSize) {
          throw new GpuError(
            "out-of-memory",
            `${named}: ${name} has ${mebibytes(operand.size)}, but this adapter binds at most ${
              mebibytes(maxStorageBufferBindingSize)
            }.`,
            { missing: { place: named, needs: operand.size, offers: maxStorageBufferBindingSize } },
          );
        }
      }
      operands.forEach((other, k) => {
        if (i === k || kind !== "write" || !overlap(operand, other, bound[k].kind)) return;
        throw new GpuError("validation", `${named}: ${name} is written and ${bound[k].name} is the same buffer.`);
      });
    });
  }

  /** Plans the buffers and makes the bind groups. The recorder is spent afterwards. */
  finish(options: FinishOptions = {}): DispatchList {
    const { owned, place } = this.#plan(options);
    const kept = new Set([...this.#kept].map((id) => place[id]));
    const tensors = [...owned], spare = owned.filter((buffer) => !kept.has(buffer));
    const device = this.memory.device;
    const blocks = this.#recorded.map((recorded) => recorded.constants);
    const bytes = blocks.reduce((sum, block) => sum + (block ? align(block.length) : 0), 0);
    const constants = this.memory.create(
      "constants",
      Math.max(bytes, ALIGNMENT),
      GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST,
    );
    owned.push(constants);
    let offset = 0;
    const dispatches = this.#recorded.map(({ label, kernel, operands, constants: block, grid }) => {
      const queue = [...operands];
      const entries = kernel.bindings.map(({ kind }, binding) => {
        if (kind === "uniform") {
          device.queue.writeBuffer(constants, offset, block as Uint8Array<ArrayBuffer>);
          const resource = { buffer: constants, offset, size: block!.length };
          offset += align(block!.length);
          return { binding, resource };
        }
        const operand = queue.shift()!;
        return { binding, resource: isTensor(operand) ? { buffer: place[operand.id] } : operand };
      });
      return { label, kernel, grid, group: device.createBindGroup({ label, layout: kernel.layout, entries }) };
    });
    return {
      dispatches,
      spare,
      plannedBytes: owned.reduce((sum, buffer) => sum + buffer.size, 0),
      unsharedBytes: this.#tensors.reduce((sum, tensor) => sum + tensor.bytes, 0),
      locate: (tensor) => whole(place[tensor.id]),
      release: () => {
        this.memory.destroy(constants);
        return tensors;
      },
      destroy: () => owned.forEach((buffer) => this.memory.destroy(buffer)),
    };
  }

  /** Gives every tensor a buffer: the smallest free one that fits, in order of first use. */
  #plan({ borrow = [], inherit = [] }: FinishOptions): { owned: GPUBuffer[]; place: GPUBuffer[] } {
    const first = new Map<number, number>(), last = new Map<number, number>();
    this.#recorded.forEach(({ operands }, time) => {
      for (const operand of operands) {
        if (!isTensor(operand)) continue;
        if (!first.has(operand.id)) first.set(operand.id, time);
        last.set(operand.id, this.#kept.has(operand.id) ? Infinity : time);
      }
    });
    const owned: GPUBuffer[] = [], place: GPUBuffer[] = [];
    const free: GPUBuffer[] = [...borrow, ...inherit];
    const ending = new Map<number, number[]>();
    for (const [id, time] of last) ending.set(time, [...(ending.get(time) ?? []), id]);
    this.#recorded.forEach(({ operands }, time) => {
      for (const operand of operands) {
        if (!isTensor(operand) || place[operand.id]) continue;
        const fits = free.filter((buffer) => buffer.size >= operand.bytes && buffer.size <= 2 * operand.bytes + 4096);
        fits.sort((a, b) => a.size - b.size);
        let buffer = fits[0];
        if (buffer) free.splice(free.indexOf(buffer), 1);
        else owned.push(buffer = this.memory.create(operand.label, operand.bytes));
        place[operand.id] = buffer;
      }
      for (const id of ending.get(time) ?? []) free.push(place[id]);
    });
    for (const buffer of inherit) {
      if (place.includes(buffer)) owned.push(buffer);
      else this.memory.destroy(buffer);
    }
    return { owned, place };
  }
}
