/** Schedules of weights to keep. */
import { strict as assert } from "node:assert";
import fc from "fast-check";
import { keepCounts } from "../../../src/methods/scores/keep_counts.ts";

Deno.test("from dense in one round: the rounded share; in rounds: an exponential", () => {
  const dense = { size: 1000, source: [100, 900], density: 0.1 };
  assert.deepEqual(keepCounts({ ...dense, rounds: 1, scope: "global" }), [[100]]);
  assert.deepEqual(keepCounts({ ...dense, rounds: 2, scope: "global" }), [[316], [100]]);
  assert.deepEqual(keepCounts({ ...dense, rounds: 1, scope: "layers" }), [[10, 90]]);
});

Deno.test("inside a source layers keep its proportions, and a target above it keeps it all", () => {
  const inside = { size: 1000, source: [100, 300], density: 0.2 };
  assert.deepEqual(keepCounts({ ...inside, rounds: 1, scope: "layers" }), [[50, 150]]);
  assert.deepEqual(keepCounts({ ...inside, density: 0.5, rounds: 1, scope: "layers" }), [[100, 300]]);
  assert.deepEqual(keepCounts({ ...inside, source: [0, 0], rounds: 2, scope: "layers" }), [[0, 0], [0, 0]]);
});

Deno.test("any source and density: counts are exact, never rise, and never pass a layer's source", () => {
  const cases = fc.record({
    layers: fc.array(fc.tuple(fc.integer({ min: 1, max: 5000 }), fc.double({ min: 0, max: 1, noNaN: true })), {
      minLength: 1,
      maxLength: 6,
    }),
    density: fc.double({ min: 1e-4, max: 1, noNaN: true }),
    rounds: fc.integer({ min: 1, max: 20 }),
  });
  fc.assert(fc.property(cases, ({ layers, density, rounds }) => {
    const size = layers.reduce((sum, [size]) => sum + size, 0),
      source = layers.map(([size, p]) => Math.floor(p * size));
    const all = source.reduce((a, b) => a + b, 0), target = Math.min(all, Math.floor(density * size + 0.5));
    let before = all;
    for (const scope of ["global", "layers"] as const) {
      const counts = keepCounts({ size, source, density, rounds, scope });
      assert.equal(counts.length, rounds);
      before = all;
      for (const round of counts) {
        const kept = round.reduce((a, b) => a + b, 0);
        assert.ok(kept <= before && kept >= target);
        if (scope === "layers") round.forEach((count, l) => assert.ok(count >= 0 && count <= source[l]));
        before = kept;
      }
      assert.equal(before, target);
    }
  }));
});
