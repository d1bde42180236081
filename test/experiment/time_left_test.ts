import { strict as assert } from "node:assert";
import { formatLeft, TimeLeft } from "../../src/experiment/time_left.ts";
import { THIN } from "../../src/experiment/results_numbers.ts";

const plain = (text: string) => text.replaceAll(THIN, " ");

Deno.test("the time left is rounded: to 5 s above 30 s, to 1 min above 10 min", () => {
  const cases: [number, string][] = [[0, "1 s"], [12.4, "12 s"], [33, "35 s"], [79, "1 min 20 s"], [119, "2 min"]];
  cases.push([820, "14 min"], [7500, "2 h 05 min"]);
  for (const [seconds, text] of cases) assert.equal(plain(formatLeft(seconds)), text);
});

Deno.test("nothing is said before 2 s and 20 steps, of slow steps before 30 s", () => {
  assert.equal(new TimeLeft().update(0.5, 1.9, 100), "estimating");
  assert.equal(new TimeLeft().update(0.5, 10, 19), "estimating");
  assert.equal(plain(new TimeLeft().update(0.5, 10, 20)), "10 s left");
  assert.equal(plain(new TimeLeft().update(0.5, 30, 3)), "30 s left");
  assert.equal(new TimeLeft().update(0, 100, 100), "estimating");
});

Deno.test("a small rise is not shown, and a large one says that it is slower", () => {
  const left = new TimeLeft();
  assert.equal(plain(left.update(0.5, 20, 100)), "20 s left");
  assert.equal(plain(left.update(0.5, 21, 101)), "20 s left");
  assert.equal(plain(left.update(0.5, 26, 102)), "26 s left, slower than before");
  assert.equal(plain(left.update(0.6, 37, 103)), "25 s left");
});
