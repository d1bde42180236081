/**
 * Sums so long that an invocation alone could not make them: llvmpipe ends loops after 65,535 turns in all, and what is
 * beyond is missing without a word. All ones, so that a sum is a count.
 */
import { strict as assert } from "node:assert";
import { toIndices } from "../../src/masks/mask.ts";
import { fromDense } from "../../src/masks/mask.ts";
import { makePattern } from "../../src/masks/pattern.ts";
import { layerVariants, recordConvWeightGradient } from "../../src/ops/conv.ts";
import { ADAPTER_CLASSES } from "../../src/ops/emit.ts";
import { uploadPattern } from "../../src/ops/packed_pattern.ts";
import { convShape } from "../../src/ops/shape.ts";
import { splitRows } from "../../src/ops/sum_splits.ts";
import { quiet, runOps, testGpu } from "./gpu.ts";

Deno.test("rows are split as wanted, and further where their turns are too many", () => {
  assert.deepEqual(splitRows(32, 0.3, 10), { rowsPerSplit: 32, splits: 1 });
  assert.deepEqual(splitRows(32, 3, 10), { rowsPerSplit: 11, splits: 3 });
  assert.deepEqual(splitRows(7, 100, 10), { rowsPerSplit: 1, splits: 7 });
  assert.deepEqual(splitRows(32, 1, 65_000), { rowsPerSplit: 1, splits: 32 });
  assert.deepEqual(splitRows(100, 1, 2000), { rowsPerSplit: 25, splits: 4 });
  assert.throws(() => splitRows(4, 1, 70_000), RangeError);
});

const columns = 640;
const shape = convShape({ inChannels: 1, inHeight: 24, inWidth: 24, outChannels: 2, kernelHeight: 1 });
const total = shape.outHeight * shape.outWidth * columns, adapter = ADAPTER_CLASSES.software;

for (const kernel of [...layerVariants("weightGradient", shape, { capacity: columns, adapter }), "packed"]) {
  Deno.test({
    name: `weight gradient ${kernel}: ${total / 4} vectors are all counted`,
    ...quiet,
    fn: async () => {
      const { memory } = await testGpu(), mask = fromDense("w", [2, 1, 1, 1], [1, 1]);
      assert.equal(toIndices(mask).length, 2);
      const pattern = uploadPattern(memory, "w", makePattern(mask));
      const ones = (length: number) => new Float32Array(length).fill(1);
      const { dw } = await runOps(({ recorder, input, output }) => {
        const values = input(ones(2)), operands = { x: input(ones(total)), dy: input(ones(2 * total)) };
        const weights = kernel === "packed"
          ? { storage: "packed" as const, values, pattern }
          : { storage: "dense" as const, values, kernels: { weightGradient: kernel } };
        const context = { recorder, capacity: columns, adapter };
        recordConvWeightGradient(context, shape, { ...operands, dw: output("dw", 2) }, weights, false);
      });
      pattern.destroy();
      assert.deepEqual([...dw], [total, total]);
    },
  });
}
