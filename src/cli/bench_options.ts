/** The options of `startsparse bench` as they are read. */
import type { FlowMode } from "../masks/flow.ts";
import type { RuleName } from "../masks/rules/registry.ts";
import type { DeviceChoice } from "./context.ts";

/** What every benchmark takes. */
export interface BenchOptions extends DeviceChoice {
  rounds: number;
  seed: number;
  json?: boolean;
}

/** Options of the benchmarks of one layer. */
export interface LayerOptions extends BenchOptions {
  batch: number;
  passes: ("forward" | "dx" | "dw")[];
  densities: number[];
  /** "8x4" */
  blocks: string[];
  activations: ("f32" | "f16")[];
  subgroups?: boolean;
}

/** Options of `bench conv`. */
export interface ConvOptions extends LayerOptions {
  channels: [number, number];
  image: [number, number];
  kernel: number;
  stride: number;
  pad?: number;
}

/** Options of `bench matmul`. */
export interface MatmulOptions extends LayerOptions {
  features: [number, number];
}

/** Options of `bench step`. */
export interface StepOptions extends BenchOptions {
  model: string;
  width?: number;
  dataset?: string;
  input?: [number, number, number];
  classes?: number;
  batch: number;
  rule: RuleName;
  densities: number[];
  block: [number, number];
  flow: FlowMode;
  storage: "auto" | "dense" | "packed";
  activations: "f32" | "f16";
  optimizer: "sgd" | "adam" | "adamw";
  figures?: string;
}

/** Options of `bench figures`. */
export interface FigureOptions {
  out: string;
}
