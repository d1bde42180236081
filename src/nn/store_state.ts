/**
 * A store's numbers as a checkpoint holds them, and back: values and moments as they are stored, so that a packed layer
 * costs what it keeps, with the masks that say where they belong, and the running statistics of the batch norms.
 */
import type { Tensor } from "../formats/safetensors.ts";
import type { Slice } from "../gpu/memory.ts";
import type { Runner } from "../gpu/runner.ts";
import { fullMask, maskFromBits, sameMask, wordCount } from "../masks/mask.ts";
import type { Parameter } from "./model.ts";
import type { Storage } from "./plan.ts";
import type { MaskChange, ParameterStore } from "./store.ts";

/** How a maskable layer is stored, and blocks that it has room for where it is packed. */
export interface StoredLayer {
  readonly storage: Storage;
  readonly capacity: number;
}

/** All numbers of a store. */
export interface StoreState {
  /** By the names of the maskable weights. */
  readonly layers: Readonly<Record<string, StoredLayer>>;
  /** `values/<name>`, `moment1/<name>`, `mask/<name>` (a bit a weight), `statistics/<norm>.running_mean` and `_var`. */
  readonly tensors: ReadonlyMap<string, Tensor>;
}

/** A float32 tensor's name, place and shape. */
interface Part {
  readonly name: string;
  readonly slice: Slice;
  readonly shape: readonly number[];
}

/** Every float32 tensor of a store as it is stored now. */
function partsOf(store: ParameterStore): Part[] {
  const parts: Part[] = [];
  for (const parameter of store.parameters) {
    const { name } = parameter, stored = store.stored(parameter), size = 4 * stored;
    if (stored === 0) continue;
    const shape = store.storage(parameter) === "packed" ? [stored] : parameter.shape;
    parts.push({ name: `values/${name}`, slice: { ...store.values(parameter), size }, shape });
    if (!store.trained(parameter)) continue;
    store.moments.forEach((buffer, i) => {
      parts.push({
        name: `moment${i + 1}/${name}`,
        slice: { buffer, offset: 4 * store.first(parameter), size },
        shape,
      });
    });
  }
  for (const norm of store.model.norms) {
    const { runningMean, runningVariance } = store.norm(norm), { channels } = norm;
    const add = (name: string, slice: Slice) =>
      parts.push({
        name: `statistics/${norm.name}.${name}`,
        slice: { ...slice, size: 4 * channels },
        shape: [channels],
      });
    add("running_mean", runningMean);
    add("running_var", runningVariance);
  }
  return parts;
}

const maskable = (store: ParameterStore): readonly Parameter[] =>
  store.model.parameters.filter(({ maskable }) => maskable);

/** Reads everything back; waits for the device. */
export async function captureStore(store: ParameterStore, runner: Runner): Promise<StoreState> {
  const tensors = new Map<string, Tensor>(), layers: Record<string, StoredLayer> = {};
  for (const parameter of maskable(store)) {
    layers[parameter.name] = { storage: store.storage(parameter), capacity: store.capacity(parameter) };
    const mask = await store.mask(parameter);
    if (!mask) continue;
    const data = new Uint8Array(mask.bits.slice().buffer);
    tensors.set(`mask/${parameter.name}`, { dtype: "U8", shape: [data.length], data });
  }
  const parts = partsOf(store), read = await runner.readAll(parts.map(({ slice }) => slice));
  parts.forEach(({ name, shape }, i) => {
    tensors.set(name, { dtype: "F32", shape: [...shape], data: new Float32Array(read[i]) });
  });
  return { layers, tensors };
}

/**
 * Puts a state back into a store that was made with the same model, plan and first masks.
 * @throws {RangeError} where it is the state of another store
 */
export async function restoreStore(store: ParameterStore, { layers, tensors }: StoreState): Promise<void> {
  const changes: MaskChange[] = [];
  for (const parameter of maskable(store)) {
    const { name, shape, size } = parameter, saved = tensors.get(`mask/${name}`), layer = layers[name];
    if (!layer) throw new RangeError(`the state says nothing of ${name}`);
    if (saved && saved.data.byteLength !== 4 * wordCount(size)) {
      throw new RangeError(`the mask of ${name} does not fit`);
    }
    const now = await store.mask(parameter) ?? fullMask(name, shape);
    const mask = saved
      ? maskFromBits(name, shape, new Uint32Array((saved.data as Uint8Array).slice().buffer))
      : fullMask(name, shape);
    if (sameMask(now, mask) && store.storage(parameter) === layer.storage) continue;
    changes.push({ parameter, mask, storage: layer.storage, capacity: layer.capacity || undefined });
  }
  if (changes.length > 0) await store.setMasks(changes);
  for (const { name, slice } of partsOf(store)) {
    const saved = tensors.get(name);
    if (saved?.dtype !== "F32" || saved.data.byteLength !== slice.size) {
      throw new RangeError(`the state has ${saved ? `${saved.data.byteLength} bytes` : "nothing"} for ${name}`);
    }
    store.gpu.memory.write(slice, saved.data);
  }
}
