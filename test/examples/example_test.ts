import { strict as assert } from "node:assert";
import { sha256 } from "../../src/formats/sha256.ts";
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

Deno.test("examples/results.ts groups runs over seeds, reports, evaluates again and exports", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const { code, output } = await runScript(new URL("../../examples/results.ts", import.meta.url), [folder, "400"]);
    assert.equal(code, 0, output);
    assert.match(output, /^\| dense \| 1\.00 \| 1\.00 \| 1\.00 \| \d+\.\d\d ±\d/m);
    const [, before, after] = /: (\S+) when it ended, (\S+) evaluated again/.exec(output)!;
    assert.equal(before, after);
    for (const file of ["results.csv", "network.onnx", "report/example.html", "report/example-accuracy.svg"]) {
      assert((await Deno.stat(`${folder}/${file}`)).size > 500, file);
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("examples/resume.ts, stopped on the way and started again, ends with the bits of one that was not", async () => {
  const folder = await Deno.makeTempDir(), example = new URL("../../examples/resume.ts", import.meta.url);
  const call = async (...args: string[]) => {
    const { code, output } = await runScript(example, args);
    assert.equal(code, 0, output);
    return output;
  };
  try {
    assert.match(await call(`${folder}/a`, "400", "4"), /^from 0\.3: .* stopped after epoch 1$/m);
    const again = await call(`${folder}/a`, "400"), once = await call(`${folder}/b`, "400");
    assert.equal(again, once);
    for (const run of ["from-1", "from-0.3"]) {
      const [a, b] = await Promise.all(
        ["a", "b"].map(async (name) => sha256(await Deno.readFile(`${folder}/${name}/${run}/weights.safetensors`))),
      );
      assert.equal(a, b);
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
