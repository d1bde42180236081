/** What is computed from samples, and how a benchmark tells how far it is. */
import { strict as assert } from "node:assert";
import { type BenchProgress, medianRatio, runsFor, summarise, Units } from "../../src/bench/measure.ts";

Deno.test("a sample has as many runs as fill its time, and one at least", () => {
  assert.equal(runsFor(100, 500), 5);
  assert.equal(runsFor(1, 500), 500);
  assert.equal(runsFor(0, 500), 2048);
  assert.equal(runsFor(2000, 500), 1);
});

Deno.test("median, quartiles and extremes; nothing where there are no samples", () => {
  const spread = { low: 2, high: 4, min: 1, max: 9 };
  assert.deepEqual(summarise([9, 1, 3, 2, 4]), { medianMs: 3, spread });
  assert.equal(summarise([]), null);
});

Deno.test("a ratio is taken round by round: a slow minute shows in both and not in it", () => {
  assert.equal(medianRatio([1, 2, 1, 4, 1], [10, 20, 10, 40, 10]), 0.1);
});

Deno.test("units are counted, and a signal stops them", () => {
  const told: BenchProgress[] = [], abort = new AbortController();
  const watch = { milliseconds: () => 0, progress: (progress: BenchProgress) => told.push(progress) };
  const units = new Units(2, { ...watch, signal: abort.signal });
  units.begin("first");
  units.end("first");
  assert.deepEqual(told, [{ what: "first", done: 0, total: 2 }, { what: "first", done: 1, total: 2 }]);
  assert.equal(units.stopped, false);
  abort.abort();
  assert.equal(units.stopped, true);
});
