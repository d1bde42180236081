/** One lane's network as it is drawn: its texture, its masks' counts, and when they were taken. */
import { whole } from "../gpu/memory.ts";
import { countPlanes, type PlaneCounts } from "../view3d/degrees.ts";
import { type EdgeChoice, EdgeList } from "../view3d/edge_list.ts";
import type { Picked } from "../view3d/pick.ts";
import { type Gathered, PlaneTexture } from "../view3d/planes.ts";
import { fansOf, NetworkRenderer } from "../view3d/renderer.ts";
import { readMasks } from "../view3d/read_masks.ts";
import { type NetworkShape, networkShape } from "../view3d/shape.ts";
import type { LaneNetwork } from "./lab_types.ts";
import type { DeviceTools } from "./network_tools.ts";
import type { NetworkDescription } from "./network_types.ts";

/** What is drawn of a lane. */
export class NetworkScene {
  readonly shape: NetworkShape;
  readonly texture: PlaneTexture;
  readonly renderer: NetworkRenderer;
  counts: readonly PlaneCounts[] | undefined;
  /** (rms of what is kept, kept values, 3 · rms, 3 · rms of the kernels' means) of each plane, as last read back. */
  limits: Float32Array | undefined;
  #countedVersion: number | undefined;
  #counting: Promise<void> | undefined;
  #gathered: { key: string; at: number } = { key: "", at: -Infinity };
  #edges: EdgeList | undefined;
  #readingLimits = false;
  /** Nothing of it may be used any more. */
  gone = false;

  constructor(readonly network: LaneNetwork, readonly tools: DeviceTools) {
    const { model, store } = network;
    this.shape = networkShape(model);
    this.texture = new PlaneTexture(store.gpu, tools.planes, this.shape, store);
    this.renderer = new NetworkRenderer(store.gpu, tools.render, this.shape, this.texture);
  }

  /** Reads the masks and counts them, where they have changed since. */
  count(): Promise<void> {
    const { store, runner } = this.network;
    if (this.gone || this.#countedVersion === store.version) return Promise.resolve();
    return this.#counting ??= (async () => {
      const version = store.version;
      try {
        const masks = await readMasks(store, this.shape.planes.map(({ parameter }) => parameter), runner);
        if (this.gone) return;
        this.texture.survivors.look(masks, this.network.steps());
        this.counts = countPlanes(this.shape, masks);
        this.renderer.counts = this.counts;
        this.#countedVersion = version;
      } finally {
        this.#counting = undefined;
      }
    })();
  }

  /** Whether the masks are known as they are now. */
  get counted(): boolean {
    return this.#countedVersion === this.network.store.version;
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

  #key(layers: readonly number[], what: Gathered): string {
    const { network, texture: { survivors } } = this, seen = what === "survival" ? survivors.version : 0;
    return `${network.steps()} ${network.store.version} ${what} ${seen} ${layers.join()}`;
  }

  /** Brings what is gathered up to date, before a gathering is encoded; whether there is anything to gather. */
  prepare(what: Gathered): boolean {
    if (what !== "survival") return true;
    const { survivors } = this.texture;
    survivors.write(this.network.runner);
    return survivors.known;
  }

  /** Encodes the gathering of some layers. */
  gather(pass: GPUComputePassEncoder, layers: readonly number[], what: Gathered, now: number): void {
    this.texture.encode(pass, layers, what);
    this.#gathered = { key: this.#key(layers, what), at: now };
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
    this.#edges = choice && new EdgeList(store.gpu, this.shape, store, choice, limit);
    this.renderer.edges = this.#edges;
    this.#edges?.update(this.network.runner);
  }

  /** Chooses the lines anew, by the weights as they are now. */
  updateEdges(): void {
    this.#edges?.update(this.network.runner);
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
  async describe(): Promise<NetworkDescription | undefined> {
    await this.count();
    if (this.gone) return undefined;
    const layers = this.shape.planes.map((_, layer) => layer);
    const frozen = layers.some((layer) => !this.texture.has(layer, "gradient"));
    return {
      lane: this.network.lane,
      shape: this.shape,
      layers: this.counts!.map(({ nnz, size, deadInputs, deadOutputs }) => ({ nnz, size, deadInputs, deadOutputs })),
      step: this.network.steps(),
      since: this.texture.survivors.since,
      unavailable: frozen ? { gradient: "This method does not train the weights, so they have no gradient." } : {},
    };
  }

  /** Frees what was made for drawing. */
  destroy(): void {
    this.gone = true;
    this.#edges?.destroy();
    this.renderer.destroy();
    this.texture.destroy();
  }
}
