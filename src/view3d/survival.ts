/**
 * Which kept weights have been kept ever since somebody looked. A run does not note when each weight came, so that this is
 * what a view can say truly: it compares the masks that it reads.
 */
import { FLAT, flatKernel } from "../gpu/flat.ts";
import { type Slice, whole } from "../gpu/memory.ts";
import { flatGrid, Recorder } from "../gpu/recorder.ts";
import { IDLE_STEP, type Runner } from "../gpu/runner.ts";
import { intersect, type Mask } from "../masks/mask.ts";
import { recordSlots } from "../ops/pattern_slots.ts";
import type { Parameter } from "../nn/model.ts";
import type { ParameterStore } from "../nn/store.ts";
import { slotStorageOf } from "./kept.ts";
import survivorsText from "../../shaders/view3d/survivors.wgsl" with { type: "text" };

const survivorsKernel = flatKernel(survivorsText);

/** The survivors of one network. */
export class Survivors {
  #masks: ReadonlyMap<string, Mask> | undefined;
  #buffer: GPUBuffer | undefined;
  #written = "";
  /** Changes with every look. */
  version = 0;
  /** Optimizer steps at the first look. */
  since = 0;

  constructor(readonly store: ParameterStore) {}

  /** Takes masks in, as they are after so many steps. */
  look(masks: ReadonlyMap<string, Mask>, step: number): void {
    if (!this.#masks) this.since = step;
    const before = this.#masks;
    this.#masks = before
      ? new Map([...masks].map(([name, mask]) => [name, intersect(before.get(name)!, mask)]))
      : masks;
    this.version++;
  }

  /** Whether there has been a look. */
  get known(): boolean {
    return this.#masks !== undefined;
  }

  /** 1 or 0 for each stored value of a parameter; {@link write} fills it. */
  values(parameter: Parameter): Slice {
    this.#buffer ??= this.store.gpu.memory.create("survivors", 4 * this.store.length);
    return { ...this.store.values(parameter), buffer: this.#buffer };
  }

  /** Writes the values, where masks have changed since. */
  write(runner: Runner): void {
    const key = `${this.version} ${this.store.version}`;
    if (!this.#masks || this.#written === key) return;
    this.#written = key;
    const { store } = this, { memory, kernels } = store.gpu, recorder = new Recorder(memory, kernels);
    const uploaded: GPUBuffer[] = [];
    for (const [name, mask] of this.#masks) {
      const parameter = store.parameter(name), slots = store.stored(parameter);
      if (slots === 0) continue;
      const bits = memory.upload("survivors' bits", mask.bits), storage = slotStorageOf(store, parameter);
      uploaded.push(bits);
      const found = recordSlots(recorder, parameter.shape, storage, slots, { bits: whole(bits), by: "weight" });
      const survived = whole(this.values(parameter).buffer), numbers = { slots, first: store.first(parameter) };
      recorder.dispatch("survivors", survivorsKernel, { weights: found, survived }, numbers, flatGrid(slots, FLAT));
    }
    const list = recorder.finish();
    runner.submit(list, [IDLE_STEP]);
    list.destroy();
    for (const buffer of uploaded) memory.destroy(buffer);
  }

  destroy(): void {
    if (this.#buffer) this.store.gpu.memory.destroy(this.#buffer);
  }
}
