/** The backend dawn on the command line, in processes of their own whose only Vulkan driver is a Chromium's SwiftShader. */
import { strict as assert } from "node:assert";
import type { DoctorReport } from "../../src/cli/doctor.ts";
import { readSafetensors } from "../../src/formats/safetensors.ts";
import type { BenchOrigin } from "../../src/worker/bench.ts";
import { assertClose } from "../ops/gpu.ts";
import { type Ended, startsparse, TINY, withFolder } from "./command.ts";
import { swiftShaderDriver } from "./swiftshader.ts";

// In a variable, so that the type check does without the package.
const PACKAGE: string = "webgpu";
const driver = await swiftShaderDriver();
const installed = await import(PACKAGE).then(() => true, () => false);
const possible = driver !== undefined && installed;
if (!possible) {
  console.log(`Dawn is not tested: ${installed ? "no Chromium with its SwiftShader" : "webgpu is missing"}`);
}

const DAWN = ["--backend", "dawn"], UNCHECKED = "--unsafe-no-bounds-checks";
const onSwiftShader = (args: readonly string[], folder?: string) =>
  startsparse(args, folder, { VK_DRIVER_FILES: driver!, LC_ALL: "C" });

Deno.test({
  name: "doctor: Dawn passes the long self-test, subgroups included",
  ignore: !possible,
  fn: async () => {
    const { code, stdout, stderr } = await onSwiftShader(["doctor", "--json"]);
    assert.equal(code, 0, stderr);
    const { dawn, adapters } = JSON.parse(stdout) as DoctorReport;
    assert.equal(dawn.problem, undefined);
    assert.deepEqual(dawn.selfTest.filter(({ passed }) => !passed), []);
    assert(dawn.selfTest.some(({ name }) => name === "subgroup sums"), "subgroups under Dawn's dialect");
    assert.match(dawn.features!, /subgroups of 4/);
    assert.deepEqual([dawn.adapters[0].backend, dawn.adapters[0].software], ["dawn", true]);
    assert.equal(adapters[0].backend, "wgpu");
  },
});

async function weightsOf(folder: string): Promise<Map<string, Float32Array>> {
  const { tensors } = readSafetensors(await Deno.readFile(`${folder}/weights.safetensors`));
  return new Map([...tensors].map(([name, { data }]) => [name, data as Float32Array]));
}

Deno.test({
  name: "training under Dawn, checked and unchecked, is training under Deno's WebGPU but for rounding",
  ignore: !possible,
  fn: () =>
    withFolder(async (folder) => {
      const train = [...TINY, "data.testLimit=64", "kernels.storage=packed"];
      const run = async (out: string, options: readonly string[], here: typeof startsparse): Promise<Ended> => {
        const ended = await here(["run", ...train, "--out", out, ...options], folder);
        assert.equal(ended.code, 0, ended.stderr);
        return ended;
      };
      const [, dawn, unchecked] = [
        await run("wgpu", [], startsparse),
        await run("dawn", DAWN, onSwiftShader),
        await run("unchecked", [...DAWN, UNCHECKED], onSwiftShader),
      ];
      const read = (file: string) => Deno.readTextFile(`${folder}/${file}`).then(JSON.parse);
      const { backend, boundsChecks } = await read("dawn/provenance.json");
      assert.deepEqual([backend, boundsChecks], ["dawn", true]);
      assert.match(dawn.stdout, /^SwiftShader.*, software adapter, Dawn$/m);
      assert.doesNotMatch(dawn.stdout, /bounds checks/);
      assert.equal((await read("unchecked/provenance.json")).boundsChecks, false);
      assert.match(unchecked.stdout.split("\n")[1], /^warning: without bounds checks: /);
      const expected = await weightsOf(`${folder}/wgpu`), found = await weightsOf(`${folder}/dawn`);
      assert.deepEqual([...found.keys()], [...expected.keys()]);
      for (const [name, values] of expected) assertClose(found.get(name)!, values, 1e-5, name);
      const [one, other] = await Promise.all(
        ["dawn", "unchecked"].map((name) => Deno.readFile(`${folder}/${name}/weights.safetensors`)),
      );
      assert.deepEqual(other, one);
    }),
});

Deno.test({
  name: "a benchmark's JSON names the backend",
  ignore: !possible,
  fn: async () => {
    const layer = ["--features", "16,16", "--batch", "8", "--rounds", "1", "--passes", "dw", "--densities", "0.5"];
    const { code, stdout, stderr } = await onSwiftShader([
      "bench",
      "matmul",
      ...layer,
      ...DAWN,
      "--json",
    ]);
    assert.equal(code, 0, stderr);
    const result = JSON.parse(stdout) as BenchOrigin & { cells: unknown[] };
    assert.deepEqual([result.backend, result.boundsChecks], ["dawn", true]);
    assert(result.cells.length >= 2, "dense and packed");
    const refused = await onSwiftShader(["bench", "matmul", ...layer, ...DAWN, "--subgroups"]);
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /^error: the adapter "SwiftShader.*" computes on the CPU: its kernels have no lanes/m);
  },
});

Deno.test({
  name: "where Dawn finds no adapter it says so, and what to do",
  ignore: !installed || Deno.build.os !== "linux",
  fn: async () => {
    const none = { VK_DRIVER_FILES: "/nowhere/driver.json" };
    const { code, stdout, stderr } = await startsparse(
      ["run", ...TINY, ...DAWN, "--out", "/nowhere/run"],
      undefined,
      none,
    );
    assert.deepEqual([code, stdout], [1, ""]);
    // Dawn's own words on why may stand before it
    assert.match(stderr, /^error: Dawn found no adapter on this machine\.\nhint: .*VK_DRIVER_FILES=/m);
    assert.doesNotMatch(stderr, /this is a bug|\.ts:\d/);
  },
});

Deno.test("bounds checks go off with Dawn only, and a backend is one of two", async () => {
  const refused = await startsparse(["run", ...TINY, UNCHECKED]);
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /^error: --unsafe-no-bounds-checks needs --backend dawn$/m);
  const unknown = await startsparse(["bench", "conv", "--backend", "vulkan"]);
  assert.equal(unknown.code, 2);
  assert.match(unknown.stderr, /--backend vulkan: .*wgpu, dawn/);
});
