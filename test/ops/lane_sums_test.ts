/** Sums over a workgroup's lanes, by memory and by subgroups of this adapter and of the sizes below it. */
import { strict as assert } from "node:assert";
import { emitLaneSums } from "../../src/ops/lane_sums.ts";
import { quiet, runOps, testGpu } from "./gpu.ts";

const GROUPS = 3;

/** More sums than lanes, fewer, as many, one, and numbers that are no power of two. */
const CASES = [[64, 32], [8, 32], [3, 32], [1, 8], [8, 8], [5, 4], [40, 64]] as const;

for (const way of ["memory", "subgroups", "pairs"] as const) {
  Deno.test({
    name: `lanes are added by ${way === "pairs" ? "subgroups of which two lanes are used" : way}`,
    ...quiet,
    fn: async () => {
      const { subgroups } = await testGpu();
      if (way !== "memory" && !subgroups) return console.log("not tested: this adapter has no subgroups");
      // narrower clusters than the subgroups: what a kernel does where sizes vary from dispatch to dispatch
      const width = way === "memory" ? undefined : way === "pairs" ? { ...subgroups!, min: 2 } : subgroups;
      const wide = CASES.map(([sums, lanes], c) => {
        const end = emitLaneSums({
          sums,
          lanes,
          part: (k) => `f32((lane + 1u) * ${k + 1}u + group.x)`,
          found: "s.found",
          store: "y[group.x * s.found + k] = sum;",
        }, width);
        return { c, sums, lanes, end };
      });
      const found = (sums: number) => Math.max(1, sums - 1);
      const results = await runOps(({ recorder, output }) => {
        for (const { c, sums, lanes, end } of wide) {
          const code = `${end.prelude}
@group(0) @binding(0) var<storage, read_write> y: array<f32>;
struct S { found: u32 }
@group(0) @binding(1) var<uniform> s: S;
${end.declarations}
@compute @workgroup_size(${lanes})
fn main(@builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) group: vec3u,${end.parameters}) {
  ${end.body}
}`;
          assert.equal(code.includes("subgroupShuffleXor"), way !== "memory");
          const operands = { y: output(String(c), GROUPS * found(sums)) };
          recorder.dispatch("laneSums", code, operands, { found: found(sums) }, [GROUPS, 1, 1]);
        }
      });
      for (const { c, sums, lanes } of wide) {
        const expected = Array.from({ length: GROUPS * found(sums) }, (_, i) => {
          const k = i % found(sums), group = Math.floor(i / found(sums));
          return (k + 1) * lanes * (lanes + 1) / 2 + lanes * group;
        });
        assert.deepEqual(Array.from(results[c]), expected, `${sums} sums over ${lanes} lanes`);
      }
    },
  });
}
