import { strict as assert } from "node:assert";
import { GpuError } from "../../src/errors.ts";
import { KernelCache, packConstants, parseKernel } from "../../src/gpu/kernel.ts";
import { quiet, testGpu } from "../ops/gpu.ts";

const TEXT = `
@group(1) @binding(0) var<uniform> step: Step;
@group(0) @binding(1) var<storage, read_write> y: array<vec4f>;
@group(0) @binding(0) var<storage,read> x: array<f32>;
struct S { count: u32, shift: i32,
  factor: f32 }
@group(0)  @binding(2) var<uniform> s: S;
`;

Deno.test("a kernel's operands, constants and step block are read from its text", () => {
  assert.deepEqual(parseKernel(TEXT), {
    bindings: [{ name: "x", kind: "read" }, { name: "y", kind: "write" }, { name: "s", kind: "uniform" }],
    constants: [{ name: "count", type: "u32" }, { name: "shift", type: "i32" }, { name: "factor", type: "f32" }],
    usesStep: true,
  });
  assert.deepEqual(parseKernel("fn main() {}"), { bindings: [], constants: [], usesStep: false });
});

Deno.test("a constant that is not a plain number is refused with its name", () => {
  const error = refusal(() => parseKernel("struct S { a: u32, where: vec4f }"));
  assert.equal(error.kind, "validation");
  assert.match(error.message, /where.*vec4f/);
});

const CODE = `
@group(0) @binding(0) var<storage, read_write> y: array<u32>;
struct S { count: u32, shift: i32, factor: f32 }
@group(0) @binding(1) var<uniform> s: S;
@compute @workgroup_size(1) fn main() { y[0] = s.count; y[1] = u32(s.shift); y[2] = u32(s.factor); }`;

Deno.test({
  name: "constants are laid out in the order of the struct, each as its type",
  ...quiet,
  fn: async () => {
    const kernel = new KernelCache((await testGpu()).device).get("three", CODE);
    const bytes = packConstants(kernel, { factor: 1.5, count: 2 ** 32 - 1, shift: -2 });
    const view = new DataView(bytes.buffer);
    assert.equal(bytes.length, 16);
    assert.deepEqual([view.getUint32(0, true), view.getInt32(4, true), view.getFloat32(8, true)], [
      2 ** 32 - 1,
      -2,
      1.5,
    ]);
  },
});

Deno.test({
  name: "a missing or unknown constant is refused with the kernel's name",
  ...quiet,
  fn: async () => {
    const kernel = new KernelCache((await testGpu()).device).get("three", CODE);
    assert.match(refusal(() => packConstants(kernel, { count: 1, shift: 0 })).message, /three lacks .*factor/);
    const more = { count: 1, shift: 0, factor: 1, size: 3 };
    assert.match(refusal(() => packConstants(kernel, more)).message, /three has no constant size/);
  },
});

Deno.test({
  name: "the same text is compiled once",
  ...quiet,
  fn: async () => {
    const kernels = new KernelCache((await testGpu()).device);
    assert.equal(kernels.get("three", CODE), kernels.get("another layer's", CODE));
    kernels.get("other", CODE.replace("y[0]", "y[3]"));
    assert.equal(kernels.size, 2);
    assert.deepEqual(kernels.all().map(({ label }) => label), ["three", "other"]);
  },
});

function refusal(act: () => unknown): GpuError {
  try {
    act();
  } catch (error) {
    assert.ok(error instanceof GpuError, `${error}`);
    return error;
  }
  assert.fail("nothing was refused");
}
