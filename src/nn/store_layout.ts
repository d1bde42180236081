/**
 * Where each parameter lies in the store's buffers: its place, the bits of what it keeps, its group.
 *
 * A place has room for a fixed number of values. What of it is in use changes with the mask of a packed layer.
 */
import { align, type Memory } from "../gpu/memory.ts";
import { blockGrid, type BlockSize, NO_BLOCKS } from "../masks/blocks.ts";
import { keeps, type Mask } from "../masks/mask.ts";
import { makePattern, NO_WEIGHT, type Pattern, slotIndices } from "../masks/pattern.ts";
import { GROUP_VALUES } from "../ops/optimizer.ts";
import { type UploadedPattern, uploadPattern } from "../ops/packed_pattern.ts";
import type { AddedParameter, Model, Parameter } from "./model.ts";
import { type KernelPlan, layerPlan } from "./plan.ts";

/** A parameter's part of every buffer of the store. */
export interface Place {
  readonly parameter: Parameter;
  /** First value, and values that there is room for; multiples of {@link GROUP_VALUES}. */
  offset: number;
  readonly room: number;
  /** Blocks that the layer is packed in, where it is packed or will be. */
  readonly block: BlockSize;
  /** Whether it has gradients and moments; a frozen parameter has values alone. */
  readonly trained: boolean;
  /** The place of the parameter that this one is stored like: all that follows is then that one's. */
  readonly host?: Place;
  /** Places of the parameters that are stored like this one. */
  readonly companions: Place[];
  /** Where the layer is packed. */
  pattern?: UploadedPattern;
  /** Kept weights. */
  nnz: number;
  /** The mask as the CPU knows it; undefined where nothing is masked, or where the device alone knows (`onDevice`). */
  mask?: Mask;
  onDevice: boolean;
  /** Weight of each stored value of a packed layer; undefined until it is asked for after the device changed the mask. */
  slots?: Uint32Array;
}

/** Stored values in use. */
export function storedCount({ pattern, parameter }: Place): number {
  return pattern ? pattern.count * pattern.block[0] * pattern.block[1] : parameter.size;
}

/** Weights of a block; 1 where single weights are masked. */
export const blockArea = ({ block: [outs, ins] }: Pick<Place, "block">): number => outs * ins;

/** What a layout is made from; see StoreOptions. */
export interface LayoutOptions {
  readonly plan: KernelPlan;
  readonly masks: ReadonlyMap<string, Mask>;
  readonly capacity?: ReadonlyMap<string, number>;
  readonly transformed?: ReadonlySet<string>;
  readonly added?: readonly AddedParameter[];
  readonly frozen?: ReadonlySet<string>;
}

/**
 * Lays the parameters out one after the other and uploads the patterns of packed layers. Frozen ones come last: gradients
 * and moments end before them.
 */
export function layOut(memory: Memory, model: Model, options: LayoutOptions): Map<string, Place> {
  const places = new Map<string, Place>();
  for (const parameter of model.parameters) places.set(parameter.name, placeOf(memory, parameter, options));
  for (const parameter of options.added ?? []) {
    const { name, like } = parameter;
    places.set(name, like === undefined ? placeOf(memory, parameter, options) : besides(parameter, places.get(like)));
  }
  const all = [...places.values()];
  let offset = 0;
  for (const place of [...all.filter(({ trained }) => trained), ...all.filter(({ trained }) => !trained)]) {
    place.offset = offset;
    offset += place.room;
  }
  return places;
}

function placeOf(memory: Memory, parameter: Parameter, options: LayoutOptions): Place {
  const { name, shape, size } = parameter;
  const mask = options.masks.get(name), layer = layerPlan(options.plan, parameter);
  const block = parameter.maskable ? blockGrid(shape, layer?.block ?? NO_BLOCKS).block : NO_BLOCKS;
  const found: Pattern | undefined = mask && layer?.storage === "packed" ? makePattern(mask, block) : undefined;
  const capacity = options.capacity?.get(name) ?? found?.count ?? 0;
  const pattern = found && uploadPattern(memory, name, found, capacity);
  return {
    parameter,
    offset: 0,
    room: align(Math.max(found ? capacity * block[0] * block[1] : size, 1), GROUP_VALUES),
    block,
    trained: !options.frozen?.has(name),
    companions: [],
    pattern,
    nnz: mask?.nnz ?? size,
    mask,
    onDevice: false,
    slots: found && slotIndices(found),
  };
}

/** A place that is stored like another one, whatever becomes of that. */
function besides(parameter: AddedParameter, host: Place | undefined): Place {
  if (!host || host.parameter.size !== parameter.size) {
    throw new RangeError(`${parameter.name} is to be stored like ${parameter.like}, which has no such values`);
  }
  const place: Place = {
    parameter,
    offset: 0,
    room: host.room,
    block: host.block,
    trained: true,
    host,
    companions: [],
    get pattern() {
      return host.pattern;
    },
    get nnz() {
      return host.nnz;
    },
    get mask() {
      return host.mask;
    },
    get onDevice() {
      return host.onDevice;
    },
    get slots() {
      return host.slots;
    },
  };
  host.companions.push(place);
  return place;
}

/**
 * One bit a value: 1 is kept. Unmasked and transformed parameters keep all. A packed layer keeps its slots, but for pruned
 * weights that its blocks hold and values of clipped blocks that are none.
 */
export function keptBits(
  places: Iterable<Place>,
  length: number,
  { transformed }: Pick<LayoutOptions, "transformed">,
): Uint32Array {
  const bits = new Uint32Array(Math.ceil(length / 32)).fill(0xffffffff);
  for (const { parameter, offset, room, mask, slots, host } of places) {
    if (!mask || transformed?.has((host?.parameter ?? parameter).name)) continue;
    const own = bits.subarray(offset / 32, (offset + room) / 32).fill(0);
    if (!slots) own.set(mask.bits);
    else {
      slots.forEach((index, i) => {
        if (index !== NO_WEIGHT && keeps(mask, index)) own[i >>> 5] |= 1 << (i & 31);
      });
    }
  }
  return bits;
}

/** The group of each {@link GROUP_VALUES} values of what is trained. */
export function groupTable(
  places: Iterable<Place>,
  length: number,
  groupOf: (parameter: Parameter) => number,
): Uint32Array {
  const table = new Uint32Array(length / GROUP_VALUES);
  for (const { parameter, offset, room, trained } of places) {
    if (trained) table.fill(groupOf(parameter), offset / GROUP_VALUES, (offset + room) / GROUP_VALUES);
  }
  return table;
}

/**
 * Ranges of values that hold all that is in use and trained, as [from, end) pairs of multiples of `step`. Room that is not in use is
 * skipped where it is long enough to pay for a range of its own.
 */
export function usedRanges(places: Iterable<Place>, length: number, step: number): [from: number, end: number][] {
  const ranges: [number, number][] = [];
  const trained = [...places].filter(({ trained }) => trained).sort((a, b) => a.offset - b.offset);
  for (const place of trained) {
    const used = storedCount(place);
    if (used === 0) continue;
    const from = Math.floor(place.offset / step) * step, end = Math.min(length, align(place.offset + used, step));
    const last = ranges.at(-1);
    if (last && from <= last[1] + SKIP_STEPS * step) last[1] = Math.max(last[1], end);
    else ranges.push([from, end]);
  }
  return ranges;
}

/** Steps of unused room that are not worth another range. */
const SKIP_STEPS = 4;

/** What a selection is recorded over. */
export interface SelectionTensors {
  readonly places: readonly Place[];
  readonly values: GPUBuffer;
  readonly gradients: GPUBuffer;
  readonly kept: GPUBuffer;
}
