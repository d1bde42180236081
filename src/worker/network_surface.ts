/** One canvas of the network view: what it is configured for, its depth buffer, and the lane that it shows. */
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
}

/** What its context must be able to do. */
export interface PictureContext {
  configure(options: { device: GPUDevice; format: GPUTextureFormat; alphaMode: "opaque"; usage: number }): void;
  unconfigure(): void;
  getCurrentTexture(): GPUTexture;
}

/** A canvas that shows a lane. */
export class Picture {
  readonly #context: PictureContext;
  #device: GPUDevice | undefined;
  #depth: GPUTexture | undefined;
  #drawn: { scene: NetworkScene; surface: NetworkSurface } | undefined;

  constructor(readonly canvas: PictureCanvas, public lane: string, public size: PictureSize) {
    const context = canvas.getContext("webgpu");
    if (!context) throw new Error("this canvas has no WebGPU context");
    this.#context = context;
  }

  /** Its size in the device's pixels, at a scale. */
  viewport(scale: number): Viewport {
    const pixels = (length: number) => Math.max(1, Math.round(length * this.size.pixelRatio * scale));
    return { width: pixels(this.size.width), height: pixels(this.size.height) };
  }

  /** What one draws a scene to now. */
  target(
    scene: NetworkScene,
    { width, height }: Viewport,
    format: GPUTextureFormat,
  ): { surface: NetworkSurface; color: GPUTextureView; depth: GPUTextureView } {
    const { device, memory } = scene.network.store.gpu;
    if (this.#device !== device) {
      const usage = GPUTextureUsage.RENDER_ATTACHMENT | GPUTextureUsage.COPY_SRC;
      this.#context.configure({ device, format, alphaMode: "opaque", usage });
      this.#device = device;
      this.#depth = undefined;
    }
    if (this.canvas.width !== width) this.canvas.width = width;
    if (this.canvas.height !== height) this.canvas.height = height;
    if (this.#depth?.width !== width || this.#depth?.height !== height) {
      this.#depth?.destroy();
      const usage = GPUTextureUsage.RENDER_ATTACHMENT;
      this.#depth = device.createTexture({ label: "depth", size: [width, height], format: DEPTH_FORMAT, usage });
    }
    if (this.#drawn?.scene !== scene) {
      if (this.#drawn) memory.destroy(this.#drawn.surface.buffer);
      this.#drawn = { scene, surface: scene.renderer.surface() };
    }
    return {
      surface: this.#drawn.surface,
      color: this.#context.getCurrentTexture().createView(),
      depth: this.#depth.createView(),
    };
  }

  /** Forgets a scene that is gone. */
  forget(scene: NetworkScene): void {
    if (this.#drawn?.scene !== scene) return;
    scene.network.store.gpu.memory.destroy(this.#drawn.surface.buffer);
    this.#drawn = undefined;
  }

  /** Frees what belongs to it. */
  destroy(): void {
    if (this.#drawn) this.forget(this.#drawn.scene);
    this.#depth?.destroy();
    this.#context.unconfigure();
  }
}
