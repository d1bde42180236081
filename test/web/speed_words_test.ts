/** What the view Speed says of measured steps: only what the intervals say. */
import { strict as assert } from "node:assert";
import type { StepCell } from "../../src/bench/step.ts";
import { verdict } from "../../web/views/speed/words.ts";

/** A cell as far as the sentence reads it. */
function cell(realisedDensity: number, ratio: number, spread: number): StepCell {
  return {
    rule: realisedDensity === 1 ? "dense" : "uniform",
    realisedDensity,
    computeDensity: realisedDensity,
    ratioToDense: ratio,
    ratioSpread: { low: ratio - spread, high: ratio + spread },
  } as StepCell;
}

const say = (...cells: StepCell[]) => verdict({ cells: [cell(1, 1, 0), ...cells] });

Deno.test("speed: a speed-up is said with its interval, and only where the interval says it", () => {
  assert.equal(say(), "Only the dense step was measured.");
  assert.equal(say(cell(0.1, 0.99, 0.02)), "No measurable speed-up at this size.");
  assert.match(
    say(cell(0.1, 1.2, 0.02), cell(0.01, 1.1, 0.02)),
    /^No density pays here: .* the nearest 1\.10× \(1\.08–1\.12\)\.$/,
  );
  assert.match(
    say(cell(0.5, 1.2, 0.02), cell(0.1, 0.6, 0.01)),
    /^Measured densities pay from 0\.100 down\. At density 0\.100 a step takes 0\.60× \(0\.59–0\.61\)/,
  );
  assert.match(say(cell(0.5, 0.8, 0.02), cell(0.1, 0.6, 0.01)), /^Every measured density pays\./);
  assert.match(
    say(cell(0.5, 0.9, 0.02), cell(0.2, 1, 0.05), cell(0.1, 0.6, 0.01)),
    /^Measured densities pay from 0\.500 down, not all of them\./,
  );
});
