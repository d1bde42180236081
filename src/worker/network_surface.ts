/**
 * One canvas of the network view: what it is configured for, its depth buffer, and the lane that it shows.
 *
 * A GPU draws straight to the canvas. What a software adapter draws is read back and put there as pixels: it lies in the
 * CPU's memory anyway, and browsers do not all present such a device's pictures from a worker (Chromium's GPU process ends
 * when SwiftShader is to).
 */
import type { Gpu } from "../gpu/device.ts";
import { whole } from "../gpu/memory.ts";
import type { Viewport } from "../view3d/camera.ts";
import { DEPTH_FORMAT } from "../view3d/render_kernels.ts";
import type { NetworkSurface } from "../view3d/renderer.ts";
import type { NetworkScene } from "./network_scene.ts";
import type { PictureSize } from "./network_types.ts";

/** What a canvas must be able to do; an OffscreenCanvas can. */
export interface PictureCanvas {
  width: number;
  height: number;
  getContext(kind: "webgpu"): PictureContext | null;
  getContext(kind: "2d"): PixelContext | null;
}

/** A context that a GPU draws to. */
export interface PictureContext {
  configure(options: { device: GPUDevice; format: GPUTextureFormat; alphaMode: "opaque" }): void;
  unconfigure(): void;
  getCurrentTexture(): GPUTexture;
}

/** A context that pixels are put to. */
export interface PixelContext {
  putImageData(image: ImageData, x: number, y: number): void;
}

/** Pixels as an ImageData has them. */
const PIXELS = "rgba8unorm";

/** The format of a device's pictures. @param preferred by canvases that it draws to directly */
export function pictureFormat({ adapter }: Gpu, preferred: GPUTextureFormat): GPUTextureFormat {
  return adapter.software ? PIXELS : preferred;
}

/** What one picture is drawn to. */
export interface PictureTarget {
  readonly surface: NetworkSurface;
  readonly color: GPUTextureView;
  readonly depth: GPUTextureView;
}

/** A canvas that shows a lane. */
export class Picture {
  /** Whether anything has been drawn yet. */
  shown = false;
  #context: PictureContext | undefined;
  #pixels: PixelContext | undefined;
  #device: GPUDevice | undefined;
  #depth: GPUTexture | undefined;
  #color: GPUTexture | undefined;
  #drawn: { scene: NetworkScene; surface: NetworkSurface } | undefined;

  constructor(readonly canvas: PictureCanvas, public lane: string, public size: PictureSize) {}

  /** Its size in the device's pixels, at a scale. */
  viewport(scale: number): Viewport {
    const pixels = (length: number) => Math.max(1, Math.round(length * this.size.pixelRatio * scale));
    return { width: pixels(this.size.width), height: pixels(this.size.height) };
  }

  /** What one draws a scene to now. */
  target(scene: NetworkScene, { width, height }: Viewport, preferred: GPUTextureFormat): PictureTarget {
    const { gpu } = scene.network.store, { device } = gpu;
    if (this.#device !== device) this.#open(gpu, preferred);
    if (this.canvas.width !== width) this.canvas.width = width;
    if (this.canvas.height !== height) this.canvas.height = height;
    if (this.#depth?.width !== width || this.#depth?.height !== height) {
      this.#free();
      const usage = GPUTextureUsage.RENDER_ATTACHMENT, size = [width, height];
      this.#depth = device.createTexture({ label: "depth", size, format: DEPTH_FORMAT, usage });
      if (this.#pixels) {
        const copied = usage | GPUTextureUsage.COPY_SRC;
        this.#color = device.createTexture({ label: "picture", size, format: PIXELS, usage: copied });
      }
    }
    if (this.#drawn?.scene !== scene) {
      if (this.#drawn) this.forget(this.#drawn.scene);
      this.#drawn = { scene, surface: scene.renderer.surface() };
    }
    const color = this.#color ?? this.#context!.getCurrentTexture();
    return { surface: this.#drawn.surface, color: color.createView(), depth: this.#depth.createView() };
  }

  #open(gpu: Gpu, preferred: GPUTextureFormat): void {
    this.#free();
    this.#device = gpu.device;
    const missing = (kind: string) => new Error(`this canvas has no ${kind} context`);
    if (gpu.adapter.software) {
      this.#pixels ??= this.canvas.getContext("2d") ?? undefined;
      if (!this.#pixels) throw missing("2d");
      return;
    }
    this.#context ??= this.canvas.getContext("webgpu") ?? undefined;
    if (!this.#context) throw missing("WebGPU");
    this.#context.configure({ device: gpu.device, format: preferred, alphaMode: "opaque" });
  }

  /** Puts what was drawn on the canvas, where the device does not do so itself. */
  async present({ network }: NetworkScene): Promise<void> {
    const color = this.#color, pixels = this.#pixels;
    if (!color || !pixels) return;
    const { gpu } = network.store, { width, height } = color, stride = Math.ceil(width / 64) * 256;
    const buffer = gpu.memory.create("pixels", stride * height);
    try {
      const encoder = gpu.device.createCommandEncoder();
      encoder.copyTextureToBuffer({ texture: color }, { buffer, bytesPerRow: stride }, [width, height]);
      gpu.device.queue.submit([encoder.finish()]);
      const read = new Uint8Array(await network.runner.read(whole(buffer)));
      if (this.canvas.width !== width || this.canvas.height !== height) return;
      const image = new ImageData(width, height);
      for (let y = 0; y < height; y++) {
        image.data.set(read.subarray(y * stride, y * stride + 4 * width), 4 * width * y);
      }
      pixels.putImageData(image, 0, 0);
    } finally {
      gpu.memory.destroy(buffer);
    }
  }

  /** Forgets a scene that is gone. */
  forget(scene: NetworkScene): void {
    if (this.#drawn?.scene !== scene) return;
    scene.network.store.gpu.memory.destroy(this.#drawn.surface.buffer);
    this.#drawn = undefined;
  }

  #free(): void {
    this.#depth?.destroy();
    this.#color?.destroy();
    this.#depth = this.#color = undefined;
  }

  /** Frees what belongs to it. */
  destroy(): void {
    if (this.#drawn) this.forget(this.#drawn.scene);
    this.#free();
    this.#context?.unconfigure();
  }
}
