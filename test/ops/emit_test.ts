/**
 * The text of every emitted kernel, so that a change of an emitter shows what it does to the kernels. After a change
 * that is meant: `UPDATE=1 npm run test:unit -- test/ops/emit_test.ts`, and read the difference.
 */
import { strict as assert } from "node:assert";
import { ADAPTER_CLASSES, declare, evenTile, unroll2 } from "../../src/ops/emit.ts";
import { chooseConvTile } from "../../src/ops/conv_tile.ts";
import { shaderModules, subgroupModules } from "../../src/ops/emitted_kernels.ts";
import { cutChunks } from "../../src/ops/packed_pattern.ts";
import { parseKernel } from "../../src/gpu/kernel.ts";

const FOLDER = new URL("snapshots/", import.meta.url);
const update = Deno.env.get("UPDATE") === "1";

const modules = [...shaderModules(), ...subgroupModules("")];

for (const { label, code } of modules) {
  Deno.test(`emitted kernel ${label} is its snapshot`, async () => {
    const file = new URL(`${label}.wgsl`, FOLDER);
    if (update) {
      await Deno.mkdir(FOLDER, { recursive: true });
      await Deno.writeTextFile(file, code);
    }
    const expected = await Deno.readTextFile(file);
    if (code === expected) return;
    const lines = code.split("\n"), old = expected.split("\n");
    const at = lines.findIndex((line, i) => line !== old[i]);
    assert.fail(
      `${label}.wgsl, line ${at + 1}: "${lines[at]}", the snapshot has "${old[at]}" (UPDATE=1 writes it anew)`,
    );
  });
}

Deno.test("every snapshot belongs to a kernel", async () => {
  const labels = new Set(modules.map(({ label }) => `${label}.wgsl`));
  for await (const { name } of Deno.readDir(FOLDER)) assert.ok(labels.has(name), `${name} is left over`);
});

Deno.test("declarations are what the kernel reader reads", () => {
  const text = declare([["x", "vec4f", "read"], ["y", "f32", "read_write"]], ["count", "pad"]);
  assert.deepEqual(parseKernel(text), {
    bindings: [{ name: "x", kind: "read" }, { name: "y", kind: "write" }, { name: "s", kind: "uniform" }],
    constants: [{ name: "count", type: "u32" }, { name: "pad", type: "u32" }],
    usesStep: false,
  });
});

Deno.test("unrolling runs over the second index first; even tiles waste least", () => {
  assert.equal(unroll2(2, 2, (i, j) => `${i}${j}`), "00\n01\n10\n11");
  assert.deepEqual([evenTile(10, 8), evenTile(8, 8), evenTile(17, 8), evenTile(3, 8)], [5, 8, 6, 3]);
});

Deno.test("tiles of every kernel size fit the registers and are not unrolled beyond measure", () => {
  for (const adapter of Object.values(ADAPTER_CLASSES)) {
    for (const size of [1, 3, 5, 7]) {
      for (const image of [1, 2, 4, 7, 8, 28, 32]) {
        for (const channels of [1, 3, 10, 64, 512]) {
          const shape = { height: image, width: image, channels, taps: size * size };
          const tile = chooseConvTile(adapter, shape, 1, (rows, columns) => (rows + size - 1) * (columns + size - 1));
          const accumulators = tile.channels * tile.rows * tile.columns;
          assert.ok(accumulators <= adapter.accumulators, JSON.stringify({ adapter, shape, tile }));
          assert.ok(accumulators * shape.taps <= 1250, JSON.stringify({ adapter, shape, tile }));
          assert.ok(tile.rows < 2 * image || tile.rows === 1);
        }
      }
    }
  }
});

Deno.test("chunks cut each output channel's weights into runs of at most eight", () => {
  const chunks = cutChunks(Uint32Array.of(0, 3, 3, 20, 28), 8);
  assert.deepEqual([...chunks], [0, 0, 3, 2, 3, 11, 2, 11, 19, 2, 19, 20, 3, 20, 28]);
  assert.equal(cutChunks(Uint32Array.of(0, 0), 8).length, 0);
});
