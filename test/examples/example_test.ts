import { strict as assert } from "node:assert";
import { runScript } from "./script.ts";

Deno.test("examples/train.ts trains packed and dense to about the same accuracy", async () => {
  const example = new URL("../../examples/train.ts", import.meta.url);
  const { code, output } = await runScript(example, ["lenet-300-100", "erk", "0.1", "1", "300"]);
  assert.equal(code, 0, output);
  const accuracies = [...output.matchAll(/^(?:dense|packed) +accuracy (\d\.\d+)/gm)].map((match) => Number(match[1]));
  assert.equal(accuracies.length, 2, output);
  // Three steps teach little, but the two storages differ by rounding only.
  assert(Math.abs(accuracies[0] - accuracies[1]) < 0.02, output);
  assert.match(output, /^nominal 0\.1, realised 0\.\d+, compute 0\.\d+$/m);
});
