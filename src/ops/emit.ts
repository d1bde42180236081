/**
 * Small helpers of the kernel emitters. Register-tiled kernels are written out ("unrolled") by pure functions, because
 * compilers keep named variables in registers and indexed arrays in memory: on a software adapter the same tile written
 * with an array and loops was fifteen times slower.
 */
import type { Subgroups } from "../gpu/subgroups.ts";

/** An operand: name, element type, access. */
export type Declaration = readonly [name: string, type: string, access: "read" | "read_write"];

/** Declares operands as bindings 0, 1, … of group 0 and the constants struct behind them. */
export function declare(operands: readonly Declaration[], constants: readonly string[]): string {
  const lines = operands.map(([name, type, access], i) =>
    `@group(0) @binding(${i}) var<storage, ${access}> ${name}: array<${type}>;`
  );
  lines.push(`struct S { ${constants.map((name) => `${name}: u32`).join(", ")} }`);
  lines.push(`@group(0) @binding(${operands.length}) var<uniform> s: S;`);
  return lines.join("\n") + "\n";
}

/** The text of `line(i)` for i = 0 … count − 1, one below the other. */
export function unroll(count: number, line: (i: number) => string): string {
  return Array.from({ length: count }, (_, i) => line(i)).join("\n");
}

/** {@link unroll} over two indices, the second one inner. */
export function unroll2(rows: number, columns: number, line: (i: number, j: number) => string): string {
  return unroll(rows, (i) => unroll(columns, (j) => line(i, j)));
}

/**
 * `sum = fma(a, b, fma(…, sum))` over terms a · b: all terms of one sum behind each other. Compilers for CPUs, whose
 * registers are too few for a tile's sums, then fetch and store a sum once for all of them instead of once a term.
 */
export function sumTerms(sum: string, terms: readonly (readonly [a: string, b: string])[]): string {
  return terms.length === 0 ? "" : `${sum} = ${terms.reduce((text, [a, b]) => `fma(${a}, ${b}, ${text})`, sum)};`;
}

/** `sum += dot(a, b)` of two vec4f in four multiply-adds; compilers make eight operations of the built-in one. */
export function addDot(sum: string, a: string, b: string): string {
  return sumTerms(sum, [..."wzyx"].map((c) => [`${a}.${c}`, `${b}.${c}`]));
}

/** How the kernels of an adapter are shaped: a program on the CPU wants other tiles than a GPU. */
export interface AdapterClass {
  readonly name: "software" | "gpu";
  /** Invocations of a workgroup in the register-tiled kernels. */
  readonly lanes: number;
  /** Block rows of a workgroup in the packed passes: they read the same activations, which a GPU's caches then hold. */
  readonly rows: number;
  /** vec4 accumulators that a thread can hold in registers. */
  readonly accumulators: number;
  /** Workgroups that keep the adapter busy: reductions are split until there are about so many. */
  readonly groups: number;
  /** Invocations that keep it busy: a packed kernel's tiles are made smaller until there are about so many; 0 on a CPU. */
  readonly threads: number;
  /** Reductions add their lanes by subgroups; through workgroup memory where it is left out. */
  readonly subgroups?: Subgroups;
}

/**
 * One SIMD vector for a workgroup and many accumulators on the CPU; two warps and few accumulators on a GPU. The GPU's
 * figures were tried on an H100 in ResNet-18 steps: 8 or 32 accumulators, half or twice the groups and half or twice the
 * threads were no faster, an eighth of the threads took 1.37 of the time of the packed passes at density 0.1, and 4, 8, 16
 * and 32 rows 0.95, 0.91, 0.82 and over 3 of that with one.
 */
export const ADAPTER_CLASSES: Readonly<Record<AdapterClass["name"], AdapterClass>> = {
  software: { name: "software", lanes: 8, rows: 1, accumulators: 128, groups: 16, threads: 0 },
  gpu: { name: "gpu", lanes: 64, rows: 16, accumulators: 16, groups: 1024, threads: 2 ** 17 },
};

/** Lanes of a workgroup that runs over the batch's n/4 vectors: a power of two, no more than there is work for. */
export function batchLanes(n4: number, adapter: AdapterClass): number {
  let lanes = 1;
  while (lanes < n4 && lanes < Math.min(32, adapter.lanes)) lanes *= 2;
  return lanes;
}

/** The smallest tile that covers `size` in the same number of steps as `most` would, so that little is wasted. */
export function evenTile(size: number, most: number): number {
  return Math.ceil(size / Math.ceil(size / most));
}
