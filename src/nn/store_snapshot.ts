/**
 * A store's numbers as they were, kept on the device, for rewinding. It is as large as what was stored: a packed layer is
 * kept packed, with the index structure that it had then, and a layer that has been pruned or packed since gets from it
 * what it still keeps.
 */
import type { Gpu } from "../gpu/device.ts";
import { type Slice, whole } from "../gpu/memory.ts";
import { type Operand, Recorder } from "../gpu/recorder.ts";
import { IDLE_STEP, type Runner } from "../gpu/runner.ts";
import { recordCopyWords, recordRepack, recordSlots, recordSources, type SlotStorage } from "../ops/pattern_slots.ts";
import { type Place, storedCount } from "./store_layout.ts";
import { slotStorage } from "./store_masks.ts";

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

/** Numbers of one moment. It belongs to whoever took it. */
export class StoreSnapshot {
  readonly #copies = new Map<GPUBuffer, GPUBuffer>();
  /** Storage of packed layers then, by parameter name. */
  readonly #storages = new Map<string, SlotStorage>();

  constructor(readonly gpu: Gpu, readonly tensors: SnapshotTensors) {
    const { places, values, moments, kept, statistics } = tensors;
    const encoder = gpu.device.createCommandEncoder();
    const copy = (source: GPUBuffer): Slice => {
      const target = gpu.memory.create("snapshot", source.size);
      encoder.copyBufferToBuffer(source, 0, target, 0, source.size);
      this.#copies.set(source, target);
      return whole(target);
    };
    for (const buffer of [values, ...moments, kept, ...statistics]) copy(buffer);
    for (const { parameter: { name }, pattern, host } of places) {
      if (!pattern || host) continue;
      const { block, rowStart, entries } = pattern;
      this.#storages.set(name, {
        storage: "packed",
        block,
        rowStart: { ...copy(rowStart.buffer), offset: rowStart.offset },
        entries: { ...copy(entries.buffer), offset: entries.offset },
      });
    }
    gpu.device.queue.submit([encoder.finish()]);
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
    for (const buffer of this.#copies.values()) this.gpu.memory.destroy(buffer);
  }
}

const dense: SlotStorage = { storage: "dense" };
