/** The scenes of lanes that the network view has drawn, and what each device draws with. */
import type { Gpu } from "../gpu/device.ts";
import type { LaneNetworks } from "./lab_types.ts";
import { NetworkScene } from "./network_scene.ts";
import { pictureFormat } from "./network_surface.ts";
import { type DeviceTools, deviceTools } from "./network_tools.ts";

/** Scenes by lane, made when they are first asked for. */
export class NetworkScenes {
  readonly #scenes = new Map<string, NetworkScene>();
  readonly #finding = new Map<string, Promise<NetworkScene | undefined>>();
  readonly #tools = new Map<Gpu, DeviceTools>();

  /** @param format the page's own format of pictures */
  constructor(readonly networks: LaneNetworks, readonly format: GPUTextureFormat) {}

  /** A lane's scene if it has been made. */
  made(lane: string): NetworkScene | undefined {
    return this.#scenes.get(lane);
  }

  /** A lane's scene; undefined while the lane has no network. */
  async find(lane: string): Promise<NetworkScene | undefined> {
    const known = this.#scenes.get(lane) ?? await this.#finding.get(lane);
    if (known) return known;
    const finding = this.networks.find(lane).then((network) => {
      if (!network) return undefined;
      const { gpu } = network.store;
      const scene = new NetworkScene(network, this.#tools.get(gpu) ?? this.#equip(gpu));
      this.#scenes.set(lane, scene);
      return scene;
    }).finally(() => this.#finding.delete(lane));
    this.#finding.set(lane, finding);
    return await finding;
  }

  /** Makes what a device draws with; that of a device that is gone goes too. */
  #equip(gpu: Gpu): DeviceTools {
    const used = new Set([...this.#scenes.values()].map(({ tools }) => tools));
    for (const [old, tools] of this.#tools) {
      if (used.has(tools)) continue;
      free(tools);
      this.#tools.delete(old);
    }
    const tools = deviceTools(gpu, pictureFormat(gpu, this.format));
    this.#tools.set(gpu, tools);
    return tools;
  }

  /** Frees a lane's scene. @returns it, where there was one */
  drop(lane: string): NetworkScene | undefined {
    const scene = this.#scenes.get(lane);
    scene?.destroy();
    this.#scenes.delete(lane);
    return scene;
  }

  /** Frees all scenes. */
  dropAll(): void {
    for (const lane of [...this.#scenes.keys()]) this.drop(lane);
  }

  /** Frees everything. */
  destroy(): void {
    this.dropAll();
    for (const tools of this.#tools.values()) free(tools);
  }
}

function free({ reader, timer }: DeviceTools): void {
  reader.destroy();
  timer.destroy();
}
