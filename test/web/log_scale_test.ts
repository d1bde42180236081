import { deepEqual, equal, ok } from "node:assert/strict";
import * as fc from "fast-check";
import { DENSITY_DETENTS, type LogScale, moved, placeOf, snapped, stops, valueAt } from "../../web/parts/log_scale.ts";

const DENSITY: LogScale = { min: 0.001, max: 1, detents: DENSITY_DETENTS };
const RATE: LogScale = { min: 1e-4, max: 1 };
const DECAY: LogScale = { min: 1e-6, max: 1e-2, zero: true };

Deno.test("arrows go to the next detent, from wherever it stands", () => {
  equal(moved(DENSITY, 0.1, "stop", false), 0.05);
  equal(moved(DENSITY, 0.07, "stop", false), 0.05);
  equal(moved(DENSITY, 0.07, "stop", true), 0.1);
  equal(moved(DENSITY, 1, "stop", true), 1);
  equal(moved(DENSITY, 0.1, "fine", true), 0.102);
  equal(moved(DENSITY, 0.05, "decade", false), 0.005);
  equal(moved(DENSITY, 0.005, "decade", false), 0.001);
});

Deno.test("without detents there are ten even steps a decade", () => {
  equal(stops(RATE).length, 41);
  deepEqual(stops(RATE).slice(0, 3), [0.0001, 0.000126, 0.000158]);
  equal(moved(RATE, 0.1, "stop", true), 0.126);
});

Deno.test("0 stands left of the smallest value", () => {
  equal(placeOf(DECAY, 0), 0);
  ok(placeOf(DECAY, 1e-6) > 0.05);
  equal(moved(DECAY, 0, "stop", true), 1e-6);
  equal(moved(DECAY, 1e-6, "stop", false), 0);
  equal(moved(DECAY, 1e-6, "decade", false), 0);
  equal(valueAt(DECAY, 0), 0);
});

Deno.test("the pointer snaps to a detent that is near", () => {
  for (const detent of DENSITY_DETENTS) equal(snapped(DENSITY, placeOf(DENSITY, detent) + 0.004), detent);
  equal(snapped(DENSITY, placeOf(DENSITY, 0.07)), 0.07);
});

Deno.test("values keep their place, and keys never leave the range", () => {
  const scales = fc.constantFrom(DENSITY, RATE, DECAY), place = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(fc.property(scales, place, fc.constantFrom("stop", "fine", "decade"), fc.boolean(), (scale, at, by, up) => {
    const value = valueAt(scale, at);
    if (value > 0) ok(Math.abs(placeOf(scale, value) - Math.max(at, placeOf(scale, scale.min))) < 0.002);
    const next = moved(scale, value, by as "stop", up);
    ok(next === value || next > value === up);
    ok((scale.zero && next === 0) || (next >= scale.min && next <= scale.max));
  }));
});
