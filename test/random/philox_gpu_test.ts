import { strict as assert } from "node:assert";
import philoxCode from "../../shaders/random/philox.wgsl" with { type: "text" };
import { randomU32, STREAM } from "../../src/random/philox.ts";
import { KNOWN_ANSWERS } from "./known_answers.ts";

const KERNEL = `${philoxCode}
@group(0) @binding(0) var<storage, read> counters: array<vec4u>;
@group(0) @binding(1) var<storage, read> keys: array<vec2u>;
@group(0) @binding(2) var<storage, read_write> answers: array<vec4u>;

@compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x < arrayLength(&counters)) { answers[id.x] = philox4x32(counters[id.x], keys[id.x]); }
}`;

/** Runs the WGSL generator on counters (4 words each) and keys (2 words each); raw WebGPU, no engine code. */
async function philoxOnGpu(counters: Uint32Array, keys: Uint32Array): Promise<Uint32Array> {
  const adapter = await navigator.gpu.requestAdapter();
  assert.ok(adapter, "no WebGPU adapter");
  const device = await adapter.requestDevice();
  const upload = (data: Uint32Array) => {
    const buffer = device.createBuffer({
      size: data.byteLength,
      usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST,
    });
    device.queue.writeBuffer(buffer, 0, data as Uint32Array<ArrayBuffer>);
    return buffer;
  };
  const counterBuffer = upload(counters), keyBuffer = upload(keys);
  const size = counters.byteLength;
  const answers = device.createBuffer({ size, usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC });
  const readback = device.createBuffer({ size, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
  const pipeline = device.createComputePipeline({
    layout: "auto",
    compute: { module: device.createShaderModule({ code: KERNEL }), entryPoint: "main" },
  });
  const group = device.createBindGroup({
    layout: pipeline.getBindGroupLayout(0),
    entries: [counterBuffer, keyBuffer, answers].map((buffer, binding) => ({ binding, resource: { buffer } })),
  });
  const encoder = device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  pass.setPipeline(pipeline);
  pass.setBindGroup(0, group);
  pass.dispatchWorkgroups(Math.ceil(counters.length / 4 / 64));
  pass.end();
  encoder.copyBufferToBuffer(answers, 0, readback, 0, size);
  device.queue.submit([encoder.finish()]);
  await readback.mapAsync(GPUMapMode.READ);
  const out = new Uint32Array(readback.getMappedRange().slice(0));
  readback.unmap();
  for (const buffer of [counterBuffer, keyBuffer, answers, readback]) buffer.destroy();
  device.destroy();
  return out;
}

Deno.test("philox.wgsl gives Random123's known answers", async () => {
  const out = await philoxOnGpu(
    Uint32Array.from(KNOWN_ANSWERS.flatMap((v) => v.counter)),
    Uint32Array.from(KNOWN_ANSWERS.flatMap((v) => v.key)),
  );
  assert.deepEqual([...out], KNOWN_ANSWERS.flatMap((v) => v.answer));
});

Deno.test("philox.wgsl equals the CPU on 10,000 counters of a stream", async () => {
  const count = 10_000, seed = 5 * 2 ** 32 + 0xdeadbeef, layer = 17, step = 3;
  const counters = new Uint32Array(4 * count), keys = new Uint32Array(2 * count);
  for (let i = 0; i < count; i++) {
    counters.set([i, step, layer, STREAM.augment], 4 * i);
    keys.set([0xdeadbeef, 5], 2 * i);
  }
  const out = await philoxOnGpu(counters, keys);
  assert.deepEqual(out, randomU32(seed, STREAM.augment, layer, step, 4 * count));
});
