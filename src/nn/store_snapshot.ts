/**
 * A store's numbers as they were, kept on the device, for rewinding. It is as large as what was stored: a packed layer is
 * kept packed, with the index structure that it had then, and a layer that has been pruned or packed since gets from it
 * what it still keeps.
 */
import type { Tensor } from "../formats/safetensors.ts";
import type { Gpu } from "../gpu/device.ts";
import { type Slice, whole } from "../gpu/memory.ts";
import { type Operand, Recorder } from "../gpu/recorder.ts";
import { IDLE_STEP, type Runner } from "../gpu/runner.ts";
import { recordCopyWords, recordRepack, recordSlots, recordSources, type SlotStorage } from "../ops/pattern_slots.ts";
import { type Place, storedCount } from "./store_layout.ts";
import { slotStorage } from "./store_slots.ts";

/** A store's buffers and places. */
export interface SnapshotTensors {
  readonly places: readonly Place[];
  readonly values: GPUBuffer;
  readonly moments: readonly GPUBuffer[];
  readonly kept: GPUBuffer;
  /** Running statistics of the batch norms. */
  readonly statistics: readonly GPUBuffer[];
}

/** What goes back besides the values. */
export interface RestoreOptions {
  readonly moments: boolean;
  readonly statistics: boolean;
}

/** A snapshot as a checkpoint holds it: its buffers by what is in them. */
export type SavedSnapshot = ReadonlyMap<string, Tensor>;

/** Numbers of one moment. It belongs to whoever took it. */
export class StoreSnapshot {
  readonly #copies = new Map<GPUBuffer, GPUBuffer>();
  /** All copies by the names that a checkpoint has for them. */
  readonly #named = new Map<string, GPUBuffer>();
  /** Storage of packed layers then, by parameter name. */
  readonly #storages = new Map<string, SlotStorage>();

  /** @param saved what it holds instead of the store's present numbers: the snapshot of another, equal store */
  constructor(readonly gpu: Gpu, readonly tensors: SnapshotTensors, saved?: SavedSnapshot) {
    const { places, values, moments, kept, statistics } = tensors;
    const encoder = gpu.device.createCommandEncoder();
    const copy = (name: string, source: GPUBuffer | undefined): Slice => {
      const tensor = saved?.get(name);
      if (saved && !tensor) throw new RangeError(`the saved snapshot has no ${name}`);
      const target = tensor
        ? gpu.memory.upload("snapshot", tensor.data as Uint32Array)
        : gpu.memory.create("snapshot", source!.size);
      if (!tensor) encoder.copyBufferToBuffer(source!, 0, target, 0, source!.size);
      this.#named.set(name, target);
      return whole(target);
    };
    const numbers: [string, GPUBuffer][] = [["values", values], ["kept", kept]];
    moments.forEach((buffer, i) => numbers.push([`moment${i + 1}`, buffer]));
    statistics.forEach((buffer, i) => numbers.push([`statistics${i + 1}`, buffer]));
    for (const [name, buffer] of numbers) this.#copies.set(buffer, copy(name, buffer).buffer);
    for (const { parameter: { name }, block, pattern, host } of places) {
      const packed = saved ? saved.has(`${name}/entries`) : pattern !== undefined;
      if (!packed || host) continue;
      this.#storages.set(name, {
        storage: "packed",
        block,
        rowStart: copy(`${name}/rowStart`, pattern?.rowStart.buffer),
        entries: copy(`${name}/entries`, pattern?.entries.buffer),
      });
    }
    gpu.device.queue.submit([encoder.finish()]);
  }

  /** What it holds, for a checkpoint; waits for the device. */
  async save(runner: Runner): Promise<SavedSnapshot> {
    const names = [...this.#named.keys()];
    const read = await runner.readAll([...this.#named.values()].map(whole));
    return new Map(names.map((name, i) => {
      const data = new Uint32Array(read[i]);
      return [name, { dtype: "U32", shape: [data.length], data }];
    }));
  }

  /** Puts values back into the weights that are kept now; those that were not kept then become 0. */
  restore(runner: Runner, { moments, statistics }: RestoreOptions): void {
    const { gpu: { memory, kernels, device }, tensors } = this, recorder = new Recorder(memory, kernels);
    for (const place of tensors.places) {
      const back = this.#recordSources(recorder, place), buffers = [tensors.values];
      if (moments && place.trained) buffers.push(...tensors.moments);
      for (const buffer of buffers) back(buffer, this.#copies.get(buffer)!);
    }
    const list = recorder.finish();
    runner.submit(list, [IDLE_STEP]);
    list.destroy();
    if (!statistics) return;
    const encoder = device.createCommandEncoder();
    for (const buffer of tensors.statistics) {
      encoder.copyBufferToBuffer(this.#copies.get(buffer)!, 0, buffer, 0, buffer.size);
    }
    device.queue.submit([encoder.finish()]);
  }

  /** Finds where each stored value was; gives what records one tensor's way back. */
  #recordSources(recorder: Recorder, place: Place): (buffer: GPUBuffer, copy: GPUBuffer) => void {
    const { parameter: { name, shape, maskable }, host, offset, room } = place, slots = storedCount(place);
    const part = (buffer: GPUBuffer): Slice => ({ buffer, offset: 4 * offset, size: 4 * room });
    recorder.scope = name;
    const layer = host ?? place;
    if (!maskable && !host?.parameter.maskable) {
      return (buffer, copy) => recordCopyWords(recorder, { source: part(copy), copy: part(buffer) }, slots);
    }
    const bits = (kept: GPUBuffer) => ({ bits: whole(kept), by: "slot", offset: layer.offset } as const);
    const old = this.#storages.get(layer.parameter.name) ?? dense;
    const weights = recordSlots(recorder, shape, slotStorage(place), slots, bits(this.tensors.kept));
    const sources: Operand = recordSources(
      recorder,
      shape,
      weights,
      slots,
      old,
      bits(this.#copies.get(this.tensors.kept)!),
    );
    return (buffer, copy) => recordRepack(recorder, slots, { sources, old: part(copy), values: part(buffer) });
  }

  /** Frees the copies. */
  destroy(): void {
    for (const buffer of this.#named.values()) this.gpu.memory.destroy(buffer);
  }
}

const dense: SlotStorage = { storage: "dense" };
