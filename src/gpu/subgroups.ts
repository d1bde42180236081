/**
 * Subgroups: invocations that run together and pass values to each other without memory. Runtimes differ in how they are
 * had, and all that is known of it is here.
 *
 * WGSL wants `enable subgroups;` at the top. Chromium and Dawn insist on that line, and Deno's compiler (naga) refuses it
 * but takes the functions without it. Deno moreover does not list the feature and still grants it to who asks. So nothing is
 * looked up by name: the device is asked for, and a small kernel is compiled in either dialect.
 */

/** What kernels that use subgroups have to know. */
export interface Subgroups {
  /** Least and greatest number of invocations of a subgroup, powers of two. */
  readonly min: number;
  readonly max: number;
  /** What a kernel's text begins with. */
  readonly prelude: string;
}

/** The feature's name; not yet in all type libraries. */
export const SUBGROUPS = "subgroups" as GPUFeatureName;

/** The feature of matrices that a subgroup multiplies together, which Dawn offers as an experiment. */
const SUBGROUP_MATRIX = "chromium-experimental-subgroup-matrix";

const DIALECTS = ["enable subgroups;\n", ""];

const PROBE = `@group(0) @binding(0) var<storage, read_write> y: array<f32>;
@compute @workgroup_size(32)
fn main(@builtin(local_invocation_index) i: u32, @builtin(subgroup_size) size: u32) {
  y[i] = subgroupShuffleXor(f32(i), size / 2u);
}
`;

/** The matrix products that an adapter offers to subgroups, as "f16 → f32, 16×16×8"; no key where it offers none. */
export function subgroupMatrices(adapter: GPUAdapter): { subgroupMatrices?: string[] } {
  if (!adapter.features.has(SUBGROUP_MATRIX as GPUFeatureName)) return {};
  const { subgroupMatrixConfigs: configs = [] } = adapter.info as { subgroupMatrixConfigs?: Iterable<MatrixConfig> };
  const words = [...configs].map(({ componentType, resultComponentType, M, N, K }) =>
    `${componentType} → ${resultComponentType}, ${M}×${N}×${K}`
  );
  return { subgroupMatrices: words };
}

interface MatrixConfig {
  readonly componentType: string;
  readonly resultComponentType: string;
  readonly M: number;
  readonly N: number;
  readonly K: number;
}

/** Whether it is worth asking the adapter for subgroups: it lists them, or tells their sizes without listing them. */
export function mayHaveSubgroups(adapter: GPUAdapter): boolean {
  return adapter.features.has(SUBGROUPS) || sizesOf(adapter) !== undefined;
}

/** The subgroups of a device that was asked for {@link SUBGROUPS}; undefined where its kernels cannot use any. */
export async function findSubgroups(adapter: GPUAdapter, device: GPUDevice): Promise<Subgroups | undefined> {
  const sizes = sizesOf(adapter);
  if (sizes === undefined || !device.features.has(SUBGROUPS)) return undefined;
  for (const prelude of DIALECTS) {
    if (await compiles(device, prelude + PROBE)) return { ...sizes, prelude };
  }
  return undefined;
}

function sizesOf(adapter: GPUAdapter): { min: number; max: number } | undefined {
  const { subgroupMinSize: min, subgroupMaxSize: max } = adapter.info as {
    subgroupMinSize?: number;
    subgroupMaxSize?: number;
  };
  return min && max ? { min, max } : undefined;
}

async function compiles(device: GPUDevice, code: string): Promise<boolean> {
  device.pushErrorScope("validation");
  device.createComputePipeline({
    label: "subgroups?",
    layout: "auto",
    compute: { module: device.createShaderModule({ label: "subgroups?", code }), entryPoint: "main" },
  });
  return await device.popErrorScope() === null;
}
