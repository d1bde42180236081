/** The draw pipelines of one device and one format of pictures. */
import type { Gpu } from "../gpu/device.ts";
import type { Storage } from "../nn/plan.ts";
import { LOOKUP, type PlaneKernels, STORED } from "./planes.ts";
import viewText from "../../shaders/view3d/view.wgsl" with { type: "text" };
import planeText from "../../shaders/view3d/plane.wgsl" with { type: "text" };
import planesText from "../../shaders/view3d/draw_planes.wgsl" with { type: "text" };
import tapsText from "../../shaders/view3d/draw_taps.wgsl" with { type: "text" };
import lineText from "../../shaders/view3d/line.wgsl" with { type: "text" };
import channelsText from "../../shaders/view3d/channels.wgsl" with { type: "text" };
import fansText from "../../shaders/view3d/draw_fans.wgsl" with { type: "text" };
import edgesText from "../../shaders/view3d/draw_edges.wgsl" with { type: "text" };
import segmentsText from "../../shaders/view3d/draw_segments.wgsl" with { type: "text" };
import activationsText from "../../shaders/view3d/draw_activations.wgsl" with { type: "text" };
import dotsText from "../../shaders/view3d/draw_dots.wgsl" with { type: "text" };

/** Of depth buffers. Depth is reversed: 1 is near. */
export const DEPTH_FORMAT = "depth32float";

/** Colours come multiplied by their alpha. */
const OVER: GPUBlendState = {
  color: { srcFactor: "one", dstFactor: "one-minus-src-alpha", operation: "add" },
  alpha: { srcFactor: "one", dstFactor: "one-minus-src-alpha", operation: "add" },
};

/** How a pipeline treats depth: planes hide what is behind them, lines lie among them and hide nothing. */
interface DepthRule {
  readonly compare: GPUCompareFunction;
  readonly write: boolean;
}
const SOLID: DepthRule = { compare: "greater-equal", write: true };
const AMONG: DepthRule = { compare: "greater-equal", write: false };
const HIDDEN: DepthRule = { compare: "less", write: false };

/** A pipeline with the layout of its second group. */
export interface Marks {
  readonly pipeline: GPURenderPipeline;
  readonly layout: GPUBindGroupLayout;
}

/** What is made once for a device and a format. */
export class RenderKernels {
  readonly view: GPUBindGroupLayout;
  /** Of fans and edges: grids, links, and what they are a list of. */
  readonly lines: GPUBindGroupLayout;
  readonly planes: GPURenderPipeline;
  readonly taps: Record<Storage, GPURenderPipeline>;
  readonly fans: GPURenderPipeline;
  /** Where planes hide a fan, it shows through faintly. */
  readonly hiddenFans: GPURenderPipeline;
  readonly edges: GPURenderPipeline;
  readonly dots: Marks;
  readonly segments: Marks;
  /** Pictures in grids: grids, values, ranges, and what is shown. */
  readonly activations: Marks;

  constructor({ device }: Gpu, format: GPUTextureFormat, { lookup }: PlaneKernels) {
    const visibility = GPUShaderStage.VERTEX | GPUShaderStage.FRAGMENT;
    const read = (binding: number, visibility: number): GPUBindGroupLayoutEntry => ({
      binding,
      visibility,
      buffer: { type: "read-only-storage" },
    });
    this.view = device.createBindGroupLayout({
      label: "view",
      entries: [
        { binding: 0, visibility, buffer: { type: "uniform" } },
        read(1, visibility),
        read(2, visibility),
        { binding: 3, visibility, texture: { sampleType: "unfilterable-float" } },
      ],
    });
    const list = (label: string, bindings: number, visibility: number = GPUShaderStage.VERTEX) =>
      device.createBindGroupLayout({
        label,
        entries: Array.from({ length: bindings }, (_, i) => read(i, visibility)),
      });
    const marks = list("marks", 1), pictures = list("activations", 4, visibility);
    this.lines = list("lines", 3);
    const pipeline = (
      label: string,
      texts: string[],
      layout: GPUBindGroupLayout | undefined,
      rule: DepthRule,
      ofVertex: Record<string, number> = {},
      ofFragment: Record<string, number> = {},
    ) => {
      const module = device.createShaderModule({ label, code: [viewText, ...texts].join("\n") });
      const bindGroupLayouts = layout ? [this.view, layout] : [this.view];
      return device.createRenderPipeline({
        label,
        layout: device.createPipelineLayout({ label, bindGroupLayouts }),
        vertex: { module, entryPoint: "vertex", constants: ofVertex },
        fragment: {
          module,
          entryPoint: "fragment",
          constants: ofFragment,
          targets: [{ format, blend: OVER }],
        },
        primitive: { topology: "triangle-strip" },
        depthStencil: { format: DEPTH_FORMAT, depthWriteEnabled: rule.write, depthCompare: rule.compare },
      });
    };
    this.planes = pipeline("planes", [planeText, planesText], undefined, SOLID);
    const taps = (storage: Storage) =>
      pipeline(`taps, ${storage}`, [planeText, LOOKUP, tapsText], lookup, SOLID, {}, STORED[storage]);
    this.taps = { dense: taps("dense"), packed: taps("packed") };
    const lines = [lineText, channelsText];
    this.fans = pipeline("edges of a unit", [...lines, fansText], this.lines, AMONG);
    this.hiddenFans = pipeline("hidden edges of a unit", [...lines, fansText], this.lines, HIDDEN, { strength: 0.3 });
    this.edges = pipeline("edges", [...lines, edgesText], this.lines, AMONG);
    this.dots = { pipeline: pipeline("channels", [dotsText], marks, AMONG), layout: marks };
    this.activations = { pipeline: pipeline("activations", [activationsText], pictures, SOLID), layout: pictures };
    this.segments = { pipeline: pipeline("notches", [lineText, segmentsText], marks, AMONG), layout: marks };
  }
}
