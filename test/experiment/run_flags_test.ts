import { strict as assert } from "node:assert";
import { endWarnings } from "../../src/experiment/run_flags.ts";
import { madeUpResult } from "./made_up.ts";

const split = (labels: number[]) => ({
  images: new Uint8Array(labels.length),
  labels: Uint16Array.from(labels),
  count: labels.length,
});
const DATA = { classes: ["a", "b"], train: split([0, 1]), test: split([0, 0, 0, 1, 1]) };
const IMAGES = { test: Uint32Array.of(2, 3, 4, 5, 6) };
const last = (testAccuracy: number) => ({ ...madeUpResult().last!, testAccuracy });

Deno.test("an accuracy that one class explains is told", () => {
  assert.match(endWarnings({ last: last(0.6) }, DATA, IMAGES).join(), /always answering "a": .* collapsed/);
  assert.match(endWarnings({ last: last(0.4) }, DATA, IMAGES).join(), /always answering "b"/);
  assert.deepEqual(endWarnings({ last: last(0.8) }, DATA, IMAGES), []);
  assert.deepEqual(endWarnings({ last: null }, DATA, IMAGES), []);
});

Deno.test("a method that changes nothing is told", () => {
  const method = {
    name: "gmp",
    target: 0.3 as number | null,
    sourceDensity: 0.2,
    realisedDensity: 0.2,
    computeDensity: 0.2,
    kept: 20,
    inSource: 1,
    explored: 0.2,
    changes: 0,
    denseEpochs: 1,
    scoringSeconds: 0,
    trainingSeconds: 1,
  };
  const warnings = (changes: Partial<typeof method>) =>
    endWarnings({ last: last(0.8), method: { ...method, ...changes } }, DATA, IMAGES);
  assert.deepEqual(warnings({}), [
    "gmp has changed no mask (density 0.3 asked for): the network that was trained keeps 0.200",
  ]);
  assert.match(warnings({ target: null, name: "str" })[0], /^str has changed no mask: /);
  assert.deepEqual(warnings({ changes: 1 }), []);
  assert.deepEqual(warnings({ name: "fixed" }), []);
});
