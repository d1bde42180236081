import { strict as assert } from "node:assert";
import { UserError } from "../../src/errors.ts";
import type { LayerShape } from "../../src/masks/layer.ts";
import { makeMasks } from "../../src/masks/make.ts";
import { emptyMask, fromIndices, sameMask } from "../../src/masks/mask.ts";
import { reportMasks } from "../../src/masks/report.ts";
import { RESNET18_C10 } from "./shapes.ts";

const LAYERS: LayerShape[] = [
  { name: "conv", shape: [2, 3, 2, 2], positions: 16 },
  { name: "fc", shape: [2, 8], positions: 1 },
];

Deno.test("a report by hand", () => {
  // conv: output 0 reads input 0 twice; output 1 and inputs 1, 2 are dead. fc: empty.
  const masks = [fromIndices("conv", [2, 3, 2, 2], [0, 3]), emptyMask("fc", [2, 8])];
  const { layers, totals } = reportMasks(LAYERS, [0.25, 0.5], masks, 0.4);
  assert.deepEqual(layers[0], {
    name: "conv",
    shape: [2, 3, 2, 2],
    size: 24,
    density: 0.25,
    nnz: 2,
    realised: 2 / 24,
    deadInputs: 2,
    deadOutputs: 1,
    empty: false,
    macs: 384,
    keptMacs: 32,
  });
  assert.ok(layers[1].empty);
  assert.deepEqual(totals, {
    size: 40,
    nnz: 2,
    nominalDensity: 0.4,
    expectedDensity: (0.25 * 24 + 0.5 * 16) / 40,
    realisedDensity: 2 / 40,
    macs: 400,
    keptMacs: 32,
    expectedComputeDensity: (0.25 * 384 + 0.5 * 16) / 400,
    realisedComputeDensity: 32 / 400,
    deadInputs: 10,
    deadOutputs: 3,
    emptyLayers: 1,
  });
});

Deno.test("masks that do not fit the layers are refused", () => {
  assert.throws(() => reportMasks(LAYERS, [1, 1], [emptyMask("conv", [2, 3, 2, 2])], 1), UserError);
  const swapped = [emptyMask("conv", [3, 2, 2, 2]), emptyMask("fc", [2, 8])];
  assert.throws(() => reportMasks(LAYERS, [1, 1], swapped, 1), UserError);
});

Deno.test("makeMasks: nominal 0.3 balanced on ResNet-18 is really 0.190, and the report says both", () => {
  const { report, masks, added } = makeMasks(RESNET18_C10, { rule: "balanced", density: 0.3 }, 1);
  assert.equal(report.totals.nominalDensity, 0.3);
  assert.ok(Math.abs(report.totals.expectedDensity - 0.189743) < 1e-6);
  assert.ok(Math.abs(report.totals.realisedDensity - 0.1897) < 5e-4);
  assert.equal(report.totals.nnz, masks.reduce((sum, mask) => sum + mask.nnz, 0));
  assert.equal(added.length, 21);
});

Deno.test("makeMasks: exact drawing without flow preservation meets the rule to half a weight a layer", () => {
  const choice = { rule: "erk", density: 0.02, draw: "exact", flow: "off" } as const;
  const { report, masks } = makeMasks(RESNET18_C10, choice, 7);
  for (const row of report.layers) assert.ok(Math.abs(row.nnz - row.density * row.size) <= 0.5);
  assert.ok(makeMasks(RESNET18_C10, choice, 7).masks.every((mask, l) => sameMask(mask, masks[l])));
});
