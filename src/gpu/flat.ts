/** Flat kernels: the shared index helper in front of their text, and the step block where they read it. */
import flatCode from "../../shaders/common/flat.wgsl" with { type: "text" };
import stepCode from "../../shaders/common/step.wgsl" with { type: "text" };

/** Invocations of a workgroup in the flat kernels (fixed in shaders/common/flat.wgsl). */
export const FLAT = 64;

/** A flat kernel's whole text; `step` where it reads the step block, other modules in front of it. */
export function flatKernel(code: string, options: { step?: boolean; with?: string[] } = {}): string {
  return [options.step ? stepCode : "", flatCode, ...(options.with ?? []), code].filter(Boolean).join("\n");
}

/** A kernel that reads the step block and is not flat. */
export function stepKernel(code: string): string {
  return `${stepCode}\n${code}`;
}
