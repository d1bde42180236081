import { strict as assert } from "node:assert";
import fc from "fast-check";
import {
  allLive,
  countLive,
  type LiveNode,
  liveThroughAdd,
  liveThroughFlatten,
  liveThroughMask,
  reachesOutput,
  traceLive,
} from "../../src/masks/connectivity.ts";
import { drawMask } from "../../src/masks/draw.ts";
import { preserveFlow } from "../../src/masks/flow.ts";
import { emptyMask, fromIndices, fullMask, keeps } from "../../src/masks/mask.ts";

Deno.test("through a mask: live where a kept weight reads a live channel", () => {
  // Output 0 reads input 0 (tap 4), output 1 reads input 1, output 2 nothing.
  const mask = fromIndices("w", [3, 2, 3, 3], [4, 18 + 9]);
  assert.deepEqual([...liveThroughMask(mask, allLive(2))], [1, 1, 0]);
  assert.deepEqual([...liveThroughMask(mask, Uint8Array.of(0, 1))], [0, 1, 0]);
  assert.equal(countLive(liveThroughMask(mask, new Uint8Array(2))), 0);
});

Deno.test("liveThroughMask is the product of 0/1 matrices", () => {
  fc.assert(fc.property(
    fc.integer({ min: 1, max: 9 }),
    fc.integer({ min: 1, max: 9 }),
    fc.constantFrom(1, 3),
    fc.nat(999),
    (o, i, k, seed) => {
      const mask = drawMask({ name: "w", shape: [o, i, k, k] }, 0.1, seed, 0);
      const live = Uint8Array.from({ length: i }, (_, c) => (seed >> c) & 1);
      const expected = Array.from({ length: o }, (_, row) => {
        for (let c = 0; c < i; c++) {
          for (let t = 0; t < k * k; t++) if (live[c] && keeps(mask, (row * i + c) * k * k + t)) return 1;
        }
        return 0;
      });
      assert.deepEqual([...liveThroughMask(mask, live)], expected);
    },
  ));
});

Deno.test("additions are unions, flattening repeats a channel for its positions", () => {
  assert.deepEqual([...liveThroughAdd([Uint8Array.of(1, 0, 0), Uint8Array.of(1, 1, 0)])], [1, 1, 0]);
  assert.deepEqual([...liveThroughFlatten(Uint8Array.of(0, 1), 3)], [0, 0, 0, 1, 1, 1]);
});

/** input -> conv -> (conv a, shortcut s) -> add -> relu -> flatten -> fc. */
function residual(
  conv = fullMask("c", [4, 3, 3, 3]),
  a = fullMask("a", [4, 4, 3, 3]),
  s = fullMask("s", [4, 4, 1, 1]),
) {
  return [
    { kind: "input", name: "image", channels: 3 },
    { kind: "weights", name: "conv", input: "image", mask: conv },
    { kind: "weights", name: "a", input: "conv", mask: a },
    { kind: "weights", name: "s", input: "conv", mask: s },
    { kind: "add", name: "sum", inputs: ["a", "s"] },
    { kind: "pass", name: "relu", input: "sum" },
    { kind: "flatten", name: "flat", input: "relu", positions: 4 },
    { kind: "weights", name: "fc", input: "flat", mask: fullMask("fc", [2, 16]) },
  ] satisfies LiveNode[];
}

Deno.test("a network reaches its output as long as one branch is left", () => {
  assert.ok(reachesOutput(residual()));
  assert.ok(reachesOutput(residual(undefined, emptyMask("a", [4, 4, 3, 3]))));
  const cut = residual(undefined, emptyMask("a", [4, 4, 3, 3]), emptyMask("s", [4, 4, 1, 1]));
  const { live, reachesOutput: reached } = traceLive(cut);
  assert.ok(!reached);
  assert.equal(countLive(live.get("conv")!), 4);
  assert.equal(countLive(live.get("sum")!), 0);
  assert.ok(!reachesOutput(residual(emptyMask("c", [4, 3, 3, 3]))));
});

Deno.test("an unknown node is a programming error", () => {
  assert.throws(() => traceLive([{ kind: "pass", name: "relu", input: "nothing" }]), /nothing/);
});

Deno.test("flow preservation gives every channel of a chain a path", () => {
  fc.assert(fc.property(
    fc.array(fc.integer({ min: 1, max: 10 }), { minLength: 2, maxLength: 6 }),
    fc.nat(999),
    (widths, seed) => {
      const empty = widths.slice(1).map((width, l) => emptyMask(`${l}`, [width, widths[l]]));
      let live = allLive(widths[0]);
      for (const mask of preserveFlow(empty, "paper", seed).masks) live = liveThroughMask(mask, live);
      assert.equal(countLive(live), widths[widths.length - 1]);
    },
  ));
});
