/**
 * Draws a network: planes from the texture, near ones with their taps, then channels, edges and marks. One picture is one
 * pass; nothing is drawn unless somebody asks.
 */
import type { Gpu } from "../gpu/device.ts";
import type { Activations } from "./activations.ts";
import { whole } from "../gpu/memory.ts";
import { type Camera, project, type Viewport } from "./camera.ts";
import { channelDots, deadNotches, type PlaneCounts } from "./degrees.ts";
import { EdgeList } from "./edge_list.ts";
import { type Layout, layOutNetwork, pointOf, type Rectangle, type ViewMode } from "./layout.ts";
import { PALETTES, rgb } from "./palette.ts";
import type { Picked } from "./pick.ts";
import type { Gathered, PlaneTexture } from "./planes.ts";
import type { RenderKernels } from "./render_kernels.ts";
import type { NetworkShape } from "./shape.ts";
import { type Look, SPLIT_PIXELS, VIEW_BYTES, ViewBlock } from "./view_block.ts";

/** A part of the network that a chosen unit has as edges: a row or a column of a plane. */
interface Fan {
  readonly layer: number;
  readonly row: boolean;
  readonly fixed: number;
  readonly count: number;
}

/** One network's pictures. */
export class NetworkRenderer {
  #mode: ViewMode = "depth";
  #layout: Layout;
  #counts: readonly PlaneCounts[] | undefined;
  readonly #planes: GPUBuffer;
  readonly #grids: GPUBuffer;
  readonly #links: GPUBuffer;
  #fans: { buffer: GPUBuffer; instances: number; group: GPUBindGroup } | undefined;
  #dots: { buffer: GPUBuffer; instances: number; group: GPUBindGroup } | undefined;
  #notches: { buffer: GPUBuffer; instances: number; group: GPUBindGroup } | undefined;
  #edges: { list: EdgeList; group: GPUBindGroup } | undefined;
  #fansOf: Picked | undefined;
  #activations: { of: Activations; buffer: GPUBuffer; group: GPUBindGroup } | undefined;

  constructor(
    readonly gpu: Gpu,
    readonly kernels: RenderKernels,
    readonly shape: NetworkShape,
    readonly texture: PlaneTexture,
  ) {
    const { memory } = gpu;
    this.#layout = layOutNetwork(shape, this.#mode);
    this.#planes = memory.create("planes", 64 * shape.planes.length);
    this.#grids = memory.create("channel grids", 48 * shape.grids.length);
    const links = shape.planes.flatMap(({ inputGrid, outputGrid, positions }) => [inputGrid, outputGrid, ...positions]);
    this.#links = memory.upload("links", Uint32Array.from(links));
    this.#place();
  }

  /** Where everything stands. */
  get layout(): Layout {
    return this.#layout;
  }

  /** Planes in depth, or flat tiles. */
  set mode(mode: ViewMode) {
    if (mode === this.#mode) return;
    this.#mode = mode;
    this.#layout = layOutNetwork(this.shape, mode);
    this.#place();
    if (this.#counts) this.counts = this.#counts;
  }

  /** What the masks say, for channels and dead units. */
  set counts(counts: readonly PlaneCounts[]) {
    this.#counts = counts;
    this.#dots = this.#marks(this.#dots, "channels", channelDots(this.shape, this.#layout, counts), "dots");
    this.#notches = this.#marks(this.#notches, "notches", deadNotches(this.shape, this.#layout, counts), "segments");
  }

  /** Draws so many of the network's weights as lines, by a list that {@link EdgeList} fills; none where it is undefined. */
  set edges(list: EdgeList | undefined) {
    this.#edges = list && { list, group: this.#lineGroup(list.buffer) };
  }

  /** Draws what channels hold for an image into their grids; nothing where it is undefined. */
  set activations(next: Activations | undefined) {
    const { gpu: { device, memory }, kernels } = this, last = this.#activations;
    if (last?.of === next) return;
    if (last) memory.destroy(last.buffer);
    this.#activations = undefined;
    if (!next || next.shown.length === 0) return;
    const words = next.shown.flatMap(({ grid, first, width, height }) => [grid, first, width, height]);
    const buffer = memory.upload("activations in grids", Uint32Array.from(words));
    const group = device.createBindGroup({
      label: "activations",
      layout: kernels.activations.layout,
      entries: [this.#grids, next.pictures, next.ranges, buffer].map((buffer, binding) => ({
        binding,
        resource: { buffer },
      })),
    });
    this.#activations = { of: next, buffer, group };
  }

  #place(): void {
    const { memory } = this.gpu, { planes, grids } = this.#layout;
    const floats = new Float32Array(16 * planes.length), words = new Uint32Array(floats.buffer);
    planes.forEach(({ origin, right, down, columns, rows }, i) => {
      const { outputs, inputs, kernelHeight, kernelWidth } = this.shape.planes[i], { x, y } = this.texture.places[i];
      floats.set([...origin, columns, ...right, rows, ...down, outputs], 16 * i);
      words.set([x, y, kernelHeight << 16 | kernelWidth, inputs], 16 * i + 12);
    });
    memory.write(whole(this.#planes), floats);
    const channels = grids.flatMap(({ origin, right, down, columns, rows }, g) => [
      ...[...origin, columns, ...right, rows, ...down],
      this.shape.grids[g].channels,
    ]);
    memory.write(whole(this.#grids), Float32Array.from(channels));
  }

  #marks(
    old: { buffer: GPUBuffer } | undefined,
    label: string,
    words: Float32Array,
    kind: "dots" | "segments",
  ) {
    if (old) this.gpu.memory.destroy(old.buffer);
    const buffer = this.gpu.memory.upload(label, words);
    const group = this.gpu.device.createBindGroup({
      label,
      layout: this.kernels[kind].layout,
      entries: [{ binding: 0, resource: { buffer } }],
    });
    return { buffer, instances: words.length / 8, group };
  }

  #lineGroup(buffer: GPUBuffer): GPUBindGroup {
    return this.gpu.device.createBindGroup({
      layout: this.kernels.lines,
      entries: [this.#grids, this.#links, buffer].map((buffer, binding) => ({ binding, resource: { buffer } })),
    });
  }

  /** The edges of the chosen unit: what it reads, and who reads it. */
  #choose(picked: Picked | undefined): void {
    if (picked?.layer === this.#fansOf?.layer && picked?.output === this.#fansOf?.output) return;
    this.#fansOf = picked;
    if (this.#fans) this.gpu.memory.destroy(this.#fans.buffer);
    this.#fans = undefined;
    if (!picked) return;
    const fans = fansOf(this.shape, picked);
    const words = fans.flatMap(({ layer, row, fixed, count }) => [layer, row ? 1 : 0, fixed, count]);
    const buffer = this.gpu.memory.upload("fans", Uint32Array.from(words));
    const instances = fans.reduce((sum, { count }) => sum + count, 0);
    this.#fans = { buffer, instances, group: this.#lineGroup(buffer) };
  }

  /** Makes what a picture of this network needs for itself. */
  surface(): NetworkSurface {
    const { device, memory } = this.gpu;
    const buffer = memory.create("view", VIEW_BYTES, GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST);
    const { texture, kernels } = this;
    const group = device.createBindGroup({
      label: "view",
      layout: kernels.view,
      entries: [
        { binding: 0, resource: { buffer } },
        { binding: 1, resource: { buffer: this.#planes } },
        { binding: 2, resource: { buffer: texture.limits } },
        { binding: 3, resource: texture.view },
      ],
    });
    return { buffer, group, block: new ViewBlock() };
  }

  /** Layers that a camera sees. */
  visible(camera: Camera, viewport: Viewport): number[] {
    return this.#layout.planes.flatMap((place, layer) => {
      const box = onPicture(camera, viewport, place);
      return box && box.right > 0 && box.left < viewport.width && box.bottom > 0 && box.top < viewport.height
        ? [layer]
        : [];
    });
  }

  /** Draws a picture of `viewport`'s size to a target. */
  draw(
    encoder: GPUCommandEncoder,
    surface: NetworkSurface,
    target: GPUTextureView,
    depth: GPUTextureView,
    picture: {
      camera: Camera;
      viewport: Viewport;
      look: Look;
      gathered: Gathered;
      timestamps?: GPURenderPassTimestampWrites;
    },
  ): void {
    const { camera, viewport, look, gathered } = picture, { kernels } = this;
    this.mode = look.mode;
    this.#choose(look.selected);
    this.gpu.device.queue.writeBuffer(surface.buffer, 0, surface.block.fill(camera, viewport, look));
    const [r, g, b] = rgb(PALETTES[look.theme].ground);
    const pass = encoder.beginRenderPass({
      colorAttachments: [{ view: target, loadOp: "clear", storeOp: "store", clearValue: { r, g, b, a: 1 } }],
      depthStencilAttachment: { view: depth, depthLoadOp: "clear", depthStoreOp: "discard", depthClearValue: 0 },
      ...picture.timestamps ? { timestampWrites: picture.timestamps } : {},
    });
    pass.setBindGroup(0, surface.group);
    for (const { layer, shown } of this.#backToFront(camera, viewport)) {
      if (shown !== undefined) {
        pass.setPipeline(kernels.activations.pipeline);
        pass.setBindGroup(1, this.#activations!.group);
        pass.draw(4, 1, 0, shown);
        continue;
      }
      const near = this.#kernelPixels(camera, viewport, layer) >= SPLIT_PIXELS * look.pixelRatio;
      const lookup = near ? this.texture.lookup(layer, gathered) : undefined;
      pass.setPipeline(lookup ? kernels.taps[lookup.storage] : kernels.planes);
      if (lookup) pass.setBindGroup(1, lookup.group);
      pass.draw(4, 1, 0, layer);
    }
    if (look.mode === "depth") this.#drawLines(pass);
    if (this.#notches && this.#notches.instances > 0) {
      pass.setPipeline(kernels.segments.pipeline);
      pass.setBindGroup(1, this.#notches.group);
      pass.draw(4, this.#notches.instances);
    }
    pass.end();
  }

  #drawLines(pass: GPURenderPassEncoder): void {
    const { kernels } = this;
    if (this.#dots) {
      pass.setPipeline(kernels.dots.pipeline);
      pass.setBindGroup(1, this.#dots.group);
      pass.draw(4, this.#dots.instances);
    }
    if (this.#edges) {
      pass.setPipeline(kernels.edges);
      pass.setBindGroup(1, this.#edges.group);
      pass.draw(4, this.#edges.list.limit);
    }
    if (this.#fans) {
      pass.setBindGroup(1, this.#fans.group);
      pass.setPipeline(kernels.hiddenFans);
      pass.draw(4, this.#fans.instances);
      pass.setPipeline(kernels.fans);
      pass.draw(4, this.#fans.instances);
    }
  }

  /** Planes, and grids that show something, are parallel: the further one along their common normal lies behind. */
  #backToFront(camera: Camera, viewport: Viewport): { away: number; layer: number; shown?: number }[] {
    const z = camera.eye[2], { planes, grids } = this.#layout;
    const away = ({ origin }: Rectangle) => Math.abs(origin[2] - z);
    const seen = this.visible(camera, viewport).map((layer) => ({ layer, away: away(planes[layer]) }));
    const pictures = this.#mode === "depth" ? this.#activations?.of.shown ?? [] : [];
    const between = pictures.map(({ grid }, shown) => ({ layer: -1, shown, away: away(grids[grid]) }));
    return [...seen, ...between].sort((a, b) => b.away - a.away || a.layer - b.layer);
  }

  /** Pixels of a kernel's longer side where the plane is nearest. */
  #kernelPixels(camera: Camera, viewport: Viewport, layer: number): number {
    const place = this.#layout.planes[layer], { columns, rows } = place;
    let largest = 0;
    for (const [u, v] of [[0, 0], [0, 1], [1, 0], [1, 1], [0.5, 0.5]]) {
      const at = (u: number, v: number) => project(camera.viewProjection, viewport, pointOf(place, u, v));
      const from = at(u, v), right = at(u + 1 / columns, v), down = at(u, v + 1 / rows);
      // what is at the eye or behind it is as near as can be
      if (!from || !right || !down) return Infinity;
      const length = (to: readonly [number, number]) => Math.hypot(to[0] - from[0], to[1] - from[1]);
      largest = Math.max(largest, length(right), length(down));
    }
    return largest;
  }

  /** Frees what this renderer made; the texture is another's. */
  destroy(): void {
    const made = [this.#planes, this.#grids, this.#links];
    for (const mark of [this.#fans, this.#dots, this.#notches, this.#activations]) if (mark) made.push(mark.buffer);
    for (const buffer of made) this.gpu.memory.destroy(buffer);
  }
}

/** A picture's own block of numbers. */
export interface NetworkSurface {
  readonly buffer: GPUBuffer;
  readonly group: GPUBindGroup;
  readonly block: ViewBlock;
}

/** The rows and columns of kernels that belong to a unit. */
export function fansOf({ planes }: NetworkShape, { layer, output }: Pick<Picked, "layer" | "output">): Fan[] {
  const own = planes[layer];
  const fans: Fan[] = [{ layer, row: true, fixed: output, count: own.inputs }];
  planes.forEach((plane, reader) => {
    if (plane.inputGrid !== own.outputGrid) return;
    const each = plane.positions[0] * plane.positions[1];
    for (let p = 0; p < each; p++) {
      fans.push({ layer: reader, row: false, fixed: output * each + p, count: plane.outputs });
    }
  });
  return fans;
}

function onPicture(camera: Camera, viewport: Viewport, place: Layout["planes"][number]) {
  const corners = [[0, 0], [1, 0], [0, 1], [1, 1]].map(([u, v]) =>
    project(camera.viewProjection, viewport, pointOf(place, u, v))
  );
  const seen = corners.filter((corner) => corner !== undefined);
  if (seen.length === 0) return undefined;
  // a plane that reaches behind the eye may cover anything
  if (seen.length < 4) return { left: 0, right: viewport.width, top: 0, bottom: viewport.height };
  const xs = seen.map(([x]) => x), ys = seen.map(([, y]) => y);
  return { left: Math.min(...xs), right: Math.max(...xs), top: Math.min(...ys), bottom: Math.max(...ys) };
}
