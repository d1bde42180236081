/** One lane's network as it is drawn: its texture, its masks' counts, and when they were taken. */
import { whole } from "../gpu/memory.ts";
import { readMasks } from "../nn/read_masks.ts";
import { Activations } from "../view3d/activations.ts";
import { countPlanes, type PlaneCounts } from "../view3d/degrees.ts";
import { type EdgeChoice, EdgeList } from "../view3d/edge_list.ts";
import { KeptValues } from "../view3d/kept.ts";
import type { Picked } from "../view3d/pick.ts";
import { type Gathered, PlaneTexture } from "../view3d/planes.ts";
import { fansOf, NetworkRenderer } from "../view3d/renderer.ts";
import { type NetworkShape, networkShape } from "../view3d/shape.ts";
import type { LaneNetwork } from "./lab_types.ts";
import type { DeviceTools } from "./network_tools.ts";
import type { NetworkDescription } from "./network_types.ts";

/** What is drawn of a lane. */
export class NetworkScene {
  readonly shape: NetworkShape;
  readonly kept: KeptValues;
  readonly texture: PlaneTexture;
  readonly renderer: NetworkRenderer;
  counts: readonly PlaneCounts[] | undefined;
  /** (rms of what is kept, kept values, 3 · rms, 3 · rms of the kernels' means) of each plane, as last read back. */
  limits: Float32Array | undefined;
  #counted: { key: string; step: number; at: number } | undefined;
  #counting: Promise<void> | undefined;
  #gathered: { key: string; at: number; step?: number } = { key: "", at: -Infinity };
  #edges: EdgeList | undefined;
  #readingLimits = false;
  #activations: { readonly image: Uint8Array; readonly of: Activations } | undefined;
  /** Nothing of it may be used any more. */
  gone = false;

  constructor(readonly network: LaneNetwork, readonly tools: DeviceTools) {
    const { model, store, recordMask } = network;
    this.shape = networkShape(model);
    this.kept = new KeptValues(store, this.shape.planes.map(({ parameter }) => parameter), recordMask);
    this.texture = new PlaneTexture(store.gpu, tools.planes, this.shape, store, this.kept);
    this.renderer = new NetworkRenderer(store.gpu, tools.render, this.shape, this.texture);
  }

  /** What masks depend on: the last change of the store's, and the step where the method decides them. */
  #masksKey(): string {
    const { version } = this.network.store;
    return this.kept.decided ? `${version} ${this.network.steps()}` : `${version}`;
  }

  /** Reads the masks and counts them, where they have changed since. @param now when that is, in milliseconds */
  count(now = -Infinity): Promise<void> {
    const { store, runner, recordMask } = this.network;
    if (this.gone || this.counted) return Promise.resolve();
    return this.#counting ??= (async () => {
      const key = this.#masksKey(), step = this.network.steps();
      try {
        const masks = await readMasks(store, this.kept.names, runner, recordMask);
        if (this.gone) return;
        this.texture.survivors.look(masks, step);
        this.counts = countPlanes(this.shape, masks);
        this.renderer.counts = this.counts;
        this.#counted = { key, step, at: now };
      } finally {
        this.#counting = undefined;
      }
    })();
  }

  /** Whether the masks are known as they are now. */
  get counted(): boolean {
    return this.#counted?.key === this.#masksKey();
  }

  /** When they were last counted. */
  get countedAt(): number {
    return this.#counted?.at ?? -Infinity;
  }

  /** Whether the texture is out of date: other weights, another colour, or layers that were not in sight. */
  stale(layers: readonly number[], what: Gathered): boolean {
    return this.#gathered.key !== this.#key(layers, what);
  }

  /** Whether the weights themselves have changed since. */
  get aged(): boolean {
    return !this.#gathered.key.startsWith(`${this.network.steps()} `);
  }

  /** When the texture was last gathered. */
  get gatheredAt(): number {
    return this.#gathered.at;
  }

  /** Optimizer steps that what is drawn has had. */
  get step(): number {
    return this.#gathered.step ?? this.network.steps();
  }

  #key(layers: readonly number[], what: Gathered): string {
    const { network, texture: { survivors } } = this, seen = what === "survival" ? survivors.version : 0;
    return `${network.steps()} ${network.store.version} ${what} ${seen} ${layers.join()}`;
  }

  /** Brings what is gathered up to date, before a gathering is encoded; whether there is anything to gather. */
  prepare(what: Gathered): boolean {
    this.kept.update(this.network.runner);
    if (what !== "survival") return true;
    const { survivors } = this.texture;
    survivors.write(this.network.runner);
    return survivors.known;
  }

  /** Encodes the gathering of some layers. */
  gather(pass: GPUComputePassEncoder, layers: readonly number[], what: Gathered, now: number): void {
    this.texture.encode(pass, layers, what);
    this.#gathered = { key: this.#key(layers, what), at: now, step: this.network.steps() };
  }

  /** Reads the layers' limits back, unless that is still under way. */
  async readLimits(): Promise<void> {
    // what was never gathered has none
    if (this.gone || this.#readingLimits || this.#gathered.at === -Infinity) return;
    this.#readingLimits = true;
    const read = await this.network.runner.readFloats(whole(this.texture.limits)).catch(() => undefined);
    if (read && !this.gone) this.limits = read.slice(0, 4 * this.shape.planes.length);
    this.#readingLimits = false;
  }

  /** Lines of the whole network. */
  setEdges(choice: EdgeChoice | undefined, limit: number): void {
    if (this.#edges?.choice === choice && this.#edges?.limit === limit) return;
    this.#edges?.destroy();
    const { store } = this.network;
    this.#edges = choice && new EdgeList(store.gpu, this.shape, store, choice, limit, this.kept.bits);
    this.renderer.edges = this.#edges;
    this.#edges?.update(this.network.runner);
  }

  /** Chooses the lines anew, by the weights as they are now. */
  updateEdges(): void {
    this.#edges?.update(this.network.runner);
  }

  /** Shows what channels hold for an image of the lane's data; nothing where it is left out, or is of another size. */
  setImage(image: Uint8Array | undefined): void {
    const last = this.#activations;
    if (image === last?.image) return;
    if (!image) {
      this.renderer.activations = undefined;
      last?.of.destroy();
      this.#activations = undefined;
      return;
    }
    this.#activations = { image, of: last?.of ?? new Activations(this.network, this.shape) };
    this.updateActivations();
  }

  /** Computes them anew, by the weights as they are now. */
  updateActivations(): void {
    if (!this.#activations) return;
    const { image, of } = this.#activations;
    this.renderer.activations = of.update(this.network.runner, image) ? of : undefined;
  }

  /** Lines of the whole network, and kept weights. */
  get edges(): { shown: number; all: number; choice: EdgeChoice } | undefined {
    if (!this.#edges || !this.counts) return undefined;
    const all = this.counts.reduce((sum, { nnz }) => sum + nnz, 0);
    return { shown: Math.min(all, this.#edges.limit), all, choice: this.#edges.choice };
  }

  /** Kept weights that a unit reads with, and that read it. */
  degrees({ layer, output }: Picked): { unitIn: number; unitOut: number } {
    const counts = this.counts!;
    const readers = fansOf(this.shape, { layer, output }).filter(({ row }) => !row);
    return {
      unitIn: counts[layer].outputs[output],
      unitOut: readers.reduce((sum, fan) => sum + counts[fan.layer].inputs[fan.fixed], 0),
    };
  }

  /** The network in words and numbers; undefined where it is gone meanwhile. */
  async describe(now?: number): Promise<NetworkDescription | undefined> {
    await this.count(now);
    if (this.gone) return undefined;
    const layers = this.shape.planes.map((_, layer) => layer);
    const frozen = layers.some((layer) => !this.texture.has(layer, "gradient"));
    return {
      lane: this.network.lane,
      shape: this.shape,
      layers: this.counts!.map(({ nnz, size, deadInputs, deadOutputs }) => ({ nnz, size, deadInputs, deadOutputs })),
      step: this.kept.decided ? this.#counted!.step : this.network.steps(),
      since: this.texture.survivors.since,
      unavailable: frozen ? { gradient: "This method does not train the weights, so they have no gradient." } : {},
    };
  }

  /** Frees what was made for drawing. */
  destroy(): void {
    this.gone = true;
    this.#edges?.destroy();
    this.#activations?.of.destroy();
    this.renderer.destroy();
    this.texture.destroy();
    this.kept.destroy();
  }
}
