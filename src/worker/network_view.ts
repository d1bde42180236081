/**
 * The network view: canvases of a page, drawn from the training buffers in the worker that owns them. It draws when
 * something changed, never otherwise, and gives way to training.
 */
import { Camera, type CameraPose } from "../view3d/camera.ts";
import { DrawBudget } from "../view3d/budget.ts";
import { MOST_EDGES, MOST_EDGES_NARROW } from "../view3d/edge_list.ts";
import { layOutNetwork } from "../view3d/layout.ts";
import { pick, type Picked, rayThrough } from "../view3d/pick.ts";
import { fansOf } from "../view3d/renderer.ts";
import type { Look } from "../view3d/view_block.ts";
import type { LaneNetworks } from "./lab_types.ts";
import type { NetworkScene } from "./network_scene.ts";
import { NetworkScenes } from "./network_scenes.ts";
import { Picture, type PictureCanvas } from "./network_surface.ts";
import type { FrameInfo, Inspection, NetworkDescription, NetworkLook, PictureSize } from "./network_types.ts";
import type { Gpu } from "../gpu/device.ts";
import { TrainingWatch } from "./training_watch.ts";

/** Least milliseconds between two gatherings of a lane's weights: 4 a second, or one. */
const REFRESH = 250, SLOW_REFRESH = 1000;
/** Least milliseconds between two countings of masks that change with every step. */
const COUNT = 1000;
/** Least milliseconds between two readings for the inspector. */
const INSPECT = 200;
/** Of the picture's size, where drawing costs too much. */
const REDUCED_SCALE = 0.75;

/** What the view takes from its surroundings. */
export interface NetworkViewOptions {
  /** The page's own format of pictures. */
  readonly format: GPUTextureFormat;
  /** Calls back before the next picture. */
  readonly frame?: (draw: () => void) => void;
  readonly milliseconds?: () => number;
  /** Somebody begins to drag, or has ended: training takes shorter slices meanwhile. */
  readonly onDragging?: (dragging: boolean) => void;
}

const DEFAULT_LOOK: NetworkLook = { theme: "light", colour: "weight", reducedMotion: false, narrow: false };

/** The canvases, one camera for all of them. */
export class NetworkView {
  readonly #pictures = new Map<string, Picture>();
  readonly #scenes: NetworkScenes;
  readonly #camera = new Camera();
  readonly #budget = new DrawBudget();
  readonly #stop: () => void;
  readonly #frame: (draw: () => void) => void;
  readonly #now: () => number;
  #pose: CameraPose | undefined;
  #look = DEFAULT_LOOK;
  #selected: Picked | undefined;
  #hovered: Picked | undefined;
  #image: Uint8Array | undefined;
  #handler: ((info: FrameInfo) => void) | undefined;
  #scheduled = false;
  #drawing = false;
  #again = false;
  #waiting: ReturnType<typeof setTimeout> | undefined;
  #inspected = -Infinity;
  readonly #watch = new TrainingWatch();
  #problem: string | undefined;

  constructor(networks: LaneNetworks, readonly options: NetworkViewOptions) {
    this.#scenes = new NetworkScenes(networks, options.format);
    this.#frame = options.frame ?? beforeNextPicture;
    this.#now = options.milliseconds ?? (() => performance.now());
    this.#stop = networks.onChange((lane, gone) => gone ? this.#drop(lane) : this.#changed(lane));
  }

  /** The lane's network, counted; undefined where it has none yet. */
  async describe(lane: string): Promise<NetworkDescription | undefined> {
    return await (await this.#scenes.find(lane))?.describe(this.#now());
  }

  /** Draws a lane to a canvas from now on. */
  attach(surface: string, canvas: PictureCanvas, lane: string, size: PictureSize): void {
    this.#pictures.get(surface)?.destroy();
    this.#pictures.set(surface, new Picture(canvas, lane, size));
    this.#invalidate();
  }

  /** Another lane on the same canvas. */
  show(surface: string, lane: string): void {
    const picture = this.#pictures.get(surface);
    if (!picture || picture.lane === lane) return;
    picture.lane = lane;
    this.#invalidate();
  }

  detach(surface: string): void {
    this.#pictures.get(surface)?.destroy();
    this.#pictures.delete(surface);
    this.#prune();
  }

  resize(surface: string, size: PictureSize): void {
    const picture = this.#pictures.get(surface);
    if (!picture) return;
    picture.size = size;
    this.#invalidate();
  }

  /** Where all pictures are seen from. */
  camera(pose: CameraPose): void {
    this.#pose = pose;
    this.#invalidate();
  }

  look(look: NetworkLook): void {
    this.#look = look;
    this.#invalidate();
  }

  /** The weight under a pixel of the page, without asking the GPU. */
  async pick(surface: string, x: number, y: number): Promise<Picked | undefined> {
    const picture = this.#pictures.get(surface);
    const scene = picture && await this.#scenes.find(picture.lane);
    if (!scene || !this.#pose) return undefined;
    const viewport = picture.viewport(1), { pixelRatio } = picture.size;
    this.#camera.set(this.#pose, viewport);
    const ray = rayThrough(this.#camera, viewport, x * pixelRatio, y * pixelRatio);
    return pick(ray, scene.shape, layOutNetwork(scene.shape, this.#pose.mode));
  }

  /** Marks a kernel and shows its unit's edges; nothing where it is left out. */
  select(picked?: Picked): void {
    this.#selected = picked;
    this.#invalidate();
  }

  hover(picked?: Picked): void {
    this.#hovered = picked;
    this.#invalidate();
  }

  /**
   * Shows what channels hold for an image, in depth; nothing where it is left out.
   * @param image bytes as the lanes' data set has them: networks of other sizes show nothing
   */
  activations(image?: Uint8Array): void {
    this.#image = image;
    this.#invalidate();
  }

  /** Reads a kernel of a lane, at most five times a second: who asks more often waits. */
  async inspect(lane: string, picked: Picked): Promise<Inspection | undefined> {
    const wait = this.#inspected + INSPECT - this.#now();
    this.#inspected = Math.max(this.#now(), this.#inspected + INSPECT);
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    const scene = await this.#scenes.find(lane);
    if (!scene || !within(scene, picked)) return undefined;
    await scene.count(this.#now());
    if (!scene.limits) await scene.readLimits();
    if (scene.gone) return undefined;
    const { kept, network, texture, tools } = scene, step = network.steps();
    kept.update(network.runner);
    const taps = await tools.reader.read(texture, network.runner, picked);
    return {
      ...picked,
      ...taps,
      ...scene.degrees(picked),
      rms: this.#look.colour === "weight" ? scene.limits?.[4 * picked.layer] : undefined,
      step,
    };
  }

  /** Says what was drawn, each time. */
  onFrame(handler: ((info: FrameInfo) => void) | undefined): void {
    this.#handler = handler;
  }

  setDragging(dragging: boolean): void {
    this.options.onDragging?.(dragging);
  }

  /** After "Drawing paused to keep training fast." */
  resume(): void {
    this.#budget.resume(this.#now());
    this.#invalidate();
  }

  /** Ends everything. */
  destroy(): void {
    this.#stop();
    clearTimeout(this.#waiting);
    for (const picture of this.#pictures.values()) picture.destroy();
    this.#pictures.clear();
    this.#scenes.destroy();
  }

  #drop(lane: string): void {
    const scene = this.#scenes.made(lane);
    if (!scene) return;
    for (const picture of this.#pictures.values()) picture.forget(scene);
    this.#scenes.drop(lane);
  }

  /** Frees everything once nothing is shown: a page shows few lanes, and goes back and forth between them. */
  #prune(): void {
    if (this.#pictures.size > 0) return;
    this.#scenes.dropAll();
  }

  #changed(lane: string): void {
    if ([...this.#pictures.values()].some((picture) => picture.lane === lane)) this.#invalidate();
  }

  #invalidate(): void {
    if (this.#scheduled || this.#pictures.size === 0) return;
    this.#scheduled = true;
    this.#frame(() => {
      this.#scheduled = false;
      void this.#draw();
    });
  }

  /** Draws all pictures, one picture at a time on the device: what changes meanwhile is drawn after it. */
  async #draw(): Promise<void> {
    // where nothing trains any more, there is nothing to keep fast
    if (this.#budget.relief === "paused" && !this.#anyTrains()) this.#budget.resume(this.#now());
    if (this.#drawing || this.#budget.relief === "paused" || !this.#pose) {
      if (this.#drawing) this.#again = true;
      else if (this.#pose) this.#sayPaused();
      return;
    }
    this.#drawing = true;
    this.#again = false;
    for (const [surface, picture] of [...this.#pictures]) {
      try {
        await this.#drawPicture(surface, picture);
      } catch (error) {
        // a device that was lost meanwhile has nothing to draw with; its lanes say so
        this.#problem = error instanceof Error ? error.message : String(error);
        this.#sayUndrawn(surface, picture.lane);
      }
    }
    this.#drawing = false;
    if (this.#again) this.#invalidate();
  }

  async #drawPicture(surface: string, picture: Picture): Promise<void> {
    const scene = await this.#scenes.find(picture.lane);
    // another canvas may have taken its place meanwhile
    if (!scene || this.#pictures.get(surface) !== picture || !this.#pose) return;
    const { renderer, tools } = scene, { gpu } = tools, now = this.#now();
    const scale = this.#budget.gaveUp("resolution") ? REDUCED_SCALE : 1, viewport = picture.viewport(scale);
    renderer.mode = this.#pose.mode;
    this.#camera.set(this.#pose, viewport);
    const what = this.#look.colour, layers = this.#needed(scene, renderer.visible(this.#camera, viewport));
    const limit = this.#look.narrow ? MOST_EDGES_NARROW : MOST_EDGES;
    scene.setEdges(this.#look.edges, this.#budget.gaveUp("edges") ? limit / 2 : limit);
    scene.setImage(this.#pose.mode === "depth" ? this.#image : undefined);
    const due = this.#due(scene, now) && scene.stale(layers, what) && scene.prepare(what);
    const training = this.#watch.trains(scene.network, now);

    // what drawing gets wrong is drawing's own trouble: it must not end a lane
    gpu.device.pushErrorScope("validation");
    const target = picture.target(scene, viewport, this.options.format);
    const encoder = gpu.device.createCommandEncoder(), marks = tools.timer.begin();
    if (due) {
      const pass = encoder.beginComputePass(marks ? { timestampWrites: marks.first } : {});
      scene.gather(pass, layers, what, now);
      pass.end();
      scene.updateEdges();
      scene.updateActivations();
    }
    const look: Look = {
      theme: this.#look.theme,
      colour: this.#look.colour,
      mode: this.#pose.mode,
      pixelRatio: picture.size.pixelRatio * scale,
      selected: within(scene, this.#selected),
      hovered: within(scene, this.#hovered),
    };
    renderer.draw(encoder, target.surface, target.color, target.depth, {
      camera: this.#camera,
      viewport,
      look,
      gathered: what,
      timestamps: marks && (due ? marks.last : marks.only),
    });
    if (marks) tools.timer.resolve(encoder);
    gpu.device.queue.submit([encoder.finish()]);
    const refused = await gpu.device.popErrorScope();
    this.#problem = refused?.message;
    if (scene.gone) return;
    if (due) void scene.readLimits().then(() => this.#say(surface, picture, scene, viewport));
    if (this.#countDue(scene, now)) void scene.count(now).then(() => this.#invalidate(), () => undefined);
    const [milliseconds] = await Promise.all([marks ? tools.timer.read() : done(gpu), picture.present(scene)]);
    picture.shown = true;
    if (milliseconds !== undefined) this.#budget.record(this.#now(), milliseconds, training);
    this.#say(surface, picture, scene, viewport, milliseconds);
    if (scene.stale(layers, what)) this.#later(scene.gatheredAt + this.#refresh());
    else if (!scene.counted && scene.kept.decided) this.#later(scene.countedAt + COUNT);
  }

  #anyTrains(): boolean {
    const now = this.#now();
    return [...this.#pictures.values()].some(({ lane }) => {
      const scene = this.#scenes.made(lane);
      return scene !== undefined && this.#watch.trains(scene.network, now);
    });
  }

  /** Layers to gather: those in sight, those that lines in sight lead to or come from. */
  #needed(scene: NetworkScene, visible: readonly number[]): number[] {
    if (this.#look.edges) return scene.shape.planes.map((_, layer) => layer);
    const selected = within(scene, this.#selected);
    const fans = selected ? fansOf(scene.shape, selected).map(({ layer }) => layer) : [];
    return [...new Set([...visible, ...fans])].sort((a, b) => a - b);
  }

  #due(scene: NetworkScene, now: number): boolean {
    // what is new in sight or in another colour does not wait; newer weights do
    return !scene.aged || now - scene.gatheredAt >= this.#refresh();
  }

  /** Whether masks are to be counted: those of a method that decides them with every step now and then. */
  #countDue(scene: NetworkScene, now: number): boolean {
    return !scene.counted && (!scene.kept.decided || now - scene.countedAt >= COUNT);
  }

  #refresh(): number {
    return this.#look.reducedMotion || this.#budget.gaveUp("refresh") ? SLOW_REFRESH : REFRESH;
  }

  /** Draws again at a time: when newer weights may be gathered, or masks counted. */
  #later(at: number): void {
    if (this.#waiting !== undefined) return;
    const wait = Math.max(0, at - this.#now());
    this.#waiting = setTimeout(() => {
      this.#waiting = undefined;
      this.#invalidate();
    }, wait);
  }

  /** A canvas that comes while drawing is paused has nothing on it: it says why. */
  #sayPaused(): void {
    for (const [surface, { shown, lane }] of this.#pictures) if (!shown) this.#sayUndrawn(surface, lane);
  }

  #sayUndrawn(surface: string, lane: string): void {
    const none = { step: 0, width: 0, height: 0 };
    this.#handler?.({ surface, lane, ...none, relief: this.#budget.relief, problem: this.#problem });
  }

  #say(
    surface: string,
    picture: Picture,
    scene: NetworkScene,
    viewport: { width: number; height: number },
    milliseconds?: number,
  ): void {
    if (this.#pictures.get(surface) !== picture || !picture.shown) return;
    const { limits, edges } = scene;
    this.#handler?.({
      surface,
      lane: picture.lane,
      step: scene.step,
      relief: this.#budget.relief,
      problem: this.#problem,
      edges,
      limits,
      milliseconds,
      ...viewport,
    });
  }
}

/** A choice that was made in another network may lie beyond this one. */
function within({ shape }: NetworkScene, picked: Picked | undefined): Picked | undefined {
  const plane = picked && shape.planes[picked.layer];
  return plane && picked.output < plane.outputs && picked.input < plane.inputs ? picked : undefined;
}

/** A worker of a page has frames as the page has; elsewhere there is nothing to wait for. */
function beforeNextPicture(draw: () => void): void {
  const { requestAnimationFrame: request } = globalThis as { requestAnimationFrame?: (draw: () => void) => void };
  if (request) request(draw);
  else setTimeout(draw, 0);
}

/** Waits until a device has drawn, so that pictures do not queue up on it; there is no time to tell. */
async function done({ device }: Gpu): Promise<undefined> {
  await device.queue.onSubmittedWorkDone();
  return undefined;
}
