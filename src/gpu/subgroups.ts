/**
 * Subgroups: invocations that run together and pass values to each other without memory. Runtimes differ in how they are
 * had, and all that is known of it is here.
 *
 * WGSL wants `enable subgroups;` at the top. Chromium and Dawn insist on that line, and Deno's compiler (naga) refuses it
 * but takes the functions without it. Deno moreover does not list the feature and still grants it to who asks. So nothing is
 * looked up by name: the device is asked for, and a small kernel is compiled in either dialect and run.
 *
 * It runs because kernels here need what every known adapter does and no rule of WGSL says: that the lanes of a workgroup
 * are numbered along its subgroups. Where that does not hold there are no subgroups.
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

/** Lanes of the probe's workgroup, as of the kernels that use subgroups. */
const LANES = 32;

/** Sums over clusters of `width` lanes, and where each lane stands in its subgroup. */
const probe = (width: number) =>
  `@group(0) @binding(0) var<storage, read_write> y: array<u32>;
@compute @workgroup_size(${LANES})
fn main(@builtin(local_invocation_index) lane: u32, @builtin(subgroup_invocation_id) id: u32) {
  var sum = lane * lane;
  ${masksOf(width).map((mask) => `sum += subgroupShuffleXor(sum, ${mask}u);`).join("\n  ")}
  y[lane] = sum;
  y[${LANES}u + lane] = id % ${width}u;
}
`;

const masksOf = (width: number) => [64, 32, 16, 8, 4, 2, 1].filter((mask) => mask < width);

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
  const width = Math.min(sizes.min, LANES);
  for (const prelude of DIALECTS) {
    const found = await run(device, prelude + probe(width));
    if (found) return numberedAlong(found, width) ? { ...sizes, prelude } : undefined;
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

/** Whether the probe's results are those of lanes that are numbered along subgroups. */
function numberedAlong(found: Uint32Array, width: number): boolean {
  for (let lane = 0; lane < LANES; lane++) {
    const first = lane - lane % width;
    let sum = 0;
    for (let l = first; l < first + width; l++) sum += l * l;
    if (found[lane] !== sum || found[LANES + lane] !== lane % width) return false;
  }
  return true;
}

/** What the probe writes; undefined where it does not compile. */
async function run(device: GPUDevice, code: string): Promise<Uint32Array | undefined> {
  const label = "subgroups?", size = 8 * LANES;
  device.pushErrorScope("validation");
  const pipeline = device.createComputePipeline({
    label,
    layout: "auto",
    compute: { module: device.createShaderModule({ label, code }), entryPoint: "main" },
  });
  if (await device.popErrorScope() !== null) return undefined;
  const { STORAGE, COPY_SRC, COPY_DST, MAP_READ } = GPUBufferUsage;
  const y = device.createBuffer({ label, size, usage: STORAGE | COPY_SRC });
  const back = device.createBuffer({ label, size, usage: COPY_DST | MAP_READ });
  try {
    const layout = pipeline.getBindGroupLayout(0);
    const group = device.createBindGroup({ label, layout, entries: [{ binding: 0, resource: { buffer: y } }] });
    const encoder = device.createCommandEncoder({ label });
    const pass = encoder.beginComputePass();
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, group);
    pass.dispatchWorkgroups(1);
    pass.end();
    encoder.copyBufferToBuffer(y, 0, back, 0, size);
    device.queue.submit([encoder.finish()]);
    await back.mapAsync(GPUMapMode.READ);
    return new Uint32Array(back.getMappedRange().slice(0));
  } catch {
    return undefined; // a device that fails at this fails at the self-test, which says so
  } finally {
    y.destroy();
    back.destroy();
  }
}
