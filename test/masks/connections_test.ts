/** Which kept weights and neurons lie on a path from the input to the output, and what is said of the others. */
import { strict as assert } from "node:assert";
import fc from "fast-check";
import { connectionWarnings, traceConnections } from "../../src/masks/connections.ts";
import type { LiveNode } from "../../src/masks/connectivity.ts";
import { drawMask } from "../../src/masks/draw.ts";
import { emptyMask, fromIndices, fullMask, keeps, type Mask } from "../../src/masks/mask.ts";

/** image → a → b → … as a chain of linear layers. */
function chain(masks: readonly Mask[]): LiveNode[] {
  return [
    { kind: "input", name: "image", channels: masks[0].shape[1] },
    ...masks.map((mask, i): LiveNode => ({
      kind: "weights",
      name: `${i}`,
      input: i === 0 ? "image" : `${i - 1}`,
      mask,
    })),
  ];
}

Deno.test("a weight counts if its input is reached and its output is needed", () => {
  // neuron 0 of the first layer is reached and read; 1 is reached and not read; 2 is read and not reached
  const first = fromIndices("first", [3, 2], [0, 2]), second = fromIndices("second", [1, 3], [0, 2]);
  assert.deepEqual(traceConnections(chain([first, second])), {
    layers: [
      { name: "first", nnz: 2, effective: 1, outputs: 3, dead: 2 },
      { name: "second", nnz: 2, effective: 1, outputs: 1, dead: 0 },
    ],
    reachesOutput: true,
  });
});

Deno.test("paths go around a block, through flattening, and both ways count", () => {
  const nodes = (block: Mask, shortcut: Mask, fc = fullMask("fc", [2, 3 * 4])): LiveNode[] => [
    { kind: "input", name: "image", channels: 2 },
    { kind: "weights", name: "stem", input: "image", mask: fullMask("stem", [3, 2, 3, 3]) },
    { kind: "pass", name: "relu", input: "stem" },
    { kind: "weights", name: "block", input: "relu", mask: block },
    { kind: "weights", name: "shortcut", input: "relu", mask: shortcut },
    { kind: "add", name: "sum", inputs: ["block", "shortcut"] },
    { kind: "flatten", name: "flat", input: "sum", positions: 4 },
    { kind: "weights", name: "fc", input: "flat", mask: fc },
  ];
  const full = fullMask("block", [3, 3, 3, 3]), around = fullMask("shortcut", [3, 3, 1, 1]);
  const effective = (list: LiveNode[]) => traceConnections(list).layers.map(({ effective }) => effective);
  assert.deepEqual(effective(nodes(full, around)), [54, 81, 9, 24]);
  // without the block the shortcut carries everything; the block's neurons are dead, the sum's are not
  const cut = traceConnections(nodes(emptyMask("block", [3, 3, 3, 3]), around));
  assert.deepEqual(cut.layers.map(({ dead }) => dead), [0, 3, 0, 0]);
  assert.deepEqual(connectionWarnings(cut), ["layers without a single weight: block"]);
  // the classifier reads one position of channel 1 alone: the other channels of the sum are not needed
  const one = fromIndices("fc", [2, 12], [5, 12 + 5]);
  assert.deepEqual(effective(nodes(full, around, one)), [54, 27, 3, 2]);
});

Deno.test("random chains: what counts are the weights on paths, by brute force", () => {
  fc.assert(fc.property(fc.nat(999), fc.double({ min: 0.05, max: 0.6, noNaN: true }), (seed, density) => {
    const shapes = [[4, 3], [5, 4], [2, 5]];
    const masks = shapes.map((shape, i) => drawMask({ name: `${i}`, shape }, density, seed, i));
    const [a, b, c] = masks, counted = masks.map(() => new Set<number>());
    for (let i = 0; i < 3; i++) {
      for (let j = 0; j < 4; j++) {
        for (let k = 0; k < 5; k++) {
          for (let o = 0; o < 2; o++) {
            const path = [j * 3 + i, k * 4 + j, o * 5 + k];
            if ([a, b, c].every((mask, l) => keeps(mask, path[l]))) path.forEach((index, l) => counted[l].add(index));
          }
        }
      }
    }
    const { layers, reachesOutput } = traceConnections(chain(masks));
    assert.deepEqual(layers.map(({ effective }) => effective), counted.map(({ size }) => size));
    assert.equal(reachesOutput, counted[0].size > 0);
  }));
});

Deno.test("idle weights are worth a sentence from one in a hundred on, a cut network another", () => {
  const full = [fullMask("a", [10, 4]), fullMask("b", [2, 10])];
  assert.deepEqual(connectionWarnings(traceConnections(chain(full))), []);
  const idle = [full[0], fromIndices("b", [2, 10], [0, 1, 2, 3, 4])];
  assert.deepEqual(connectionWarnings(traceConnections(chain(idle))), [
    "44 % of the kept weights lie on no path from the input to the output, and 6 of 12 neurons are dead",
  ]);
  const cut = [full[0], emptyMask("b", [2, 10])];
  assert.deepEqual(connectionWarnings(traceConnections(chain(cut))), [
    "layers without a single weight: b",
    "no path of kept weights leads from the input to the output: the network cannot learn",
  ]);
});
