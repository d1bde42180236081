/**
 * Python's own `safetensors` and `numpy` as judges of the files. They are asked only where python3 has them: the tests
 * need no Python.
 */
import { strict as assert } from "node:assert";
import { writeMasks } from "../../src/formats/masks.ts";
import { readSafetensors, type Tensor, writeSafetensors } from "../../src/formats/safetensors.ts";

async function python(code: string, ...args: string[]): Promise<{ ok: boolean; out: string; err: string }> {
  try {
    const command = new Deno.Command("python3", { args: ["-c", code, ...args], stdout: "piped", stderr: "piped" });
    const { success, stdout, stderr } = await command.output();
    const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes).trim();
    return { ok: success, out: decode(stdout), err: decode(stderr) };
  } catch {
    return { ok: false, out: "", err: "python3 was not found" };
  }
}

const available = await python("import numpy, safetensors.numpy");
if (!available.ok) console.log("skipped: test/formats/python_test.ts needs python3 with numpy and safetensors");

Deno.test({
  name: "python: safetensors opens our weights and masks, and we open its file",
  ignore: !available.ok,
  fn: async () => {
    const folder = await Deno.makeTempDir();
    try {
      const tensors: Record<string, Tensor> = {
        weight: { dtype: "F32", shape: [2, 2], data: new Float32Array([1, 2, 3, -4.5]) },
        flag: { dtype: "BOOL", shape: [3], data: new Uint8Array([1, 0, 1]) },
        half: { dtype: "F16", shape: [1], data: new Uint16Array([0x3e00]) },
        step: { dtype: "I64", shape: [], data: new BigInt64Array([12345678901n]) },
      };
      const mask = { name: "w", shape: [3, 3], bits: new Uint32Array([0b1_0011_0101]) };
      await Deno.writeFile(`${folder}/weights`, writeSafetensors(tensors, { seed: "1" }));
      await Deno.writeFile(`${folder}/masks`, writeMasks([mask]));
      const { ok, out, err } = await python(
        `
import json, sys, numpy
from safetensors import safe_open
from safetensors.numpy import save_file
with safe_open(sys.argv[1] + "/weights", "np") as f:
    got = {name: f.get_tensor(name) for name in f.keys()}
    assert f.metadata() == {"seed": "1"}, f.metadata()
with safe_open(sys.argv[1] + "/masks", "np") as f:
    shape = json.loads(f.metadata()["w.shape"])
    bits = numpy.unpackbits(f.get_tensor("w.mask"), bitorder="little", count=numpy.prod(shape)).reshape(shape)
save_file(got, sys.argv[1] + "/back", {"made": "by Python"})
print(json.dumps({"dtypes": {n: str(a.dtype) for n, a in got.items()},
                  "values": {n: a.tolist() for n, a in got.items()}, "bits": bits.tolist()}))
`,
        folder,
      );
      assert(ok, err);
      const { dtypes, values, bits } = JSON.parse(out);
      assert.deepEqual(dtypes, { weight: "float32", flag: "bool", half: "float16", step: "int64" });
      assert.deepEqual(values, {
        weight: [[1, 2], [3, -4.5]],
        flag: [true, false, true],
        half: [1.5],
        step: 12345678901,
      });
      assert.deepEqual(bits, [[1, 0, 1], [0, 1, 1], [0, 0, 1]]);
      const back = readSafetensors(await Deno.readFile(`${folder}/back`));
      assert.deepEqual(Object.fromEntries(back.tensors), tensors);
      assert.deepEqual(back.metadata, { made: "by Python" });
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});
