/** Measurements as they are kept: made-up numbers, none was measured. */
import { strict as assert } from "node:assert";
import { UserError } from "../../src/errors.ts";
import { UNKNOWN_ADAPTER } from "../../src/gpu/dry.ts";
import { createDenoHost } from "../../src/host/deno.ts";
import { keptFiles } from "../../src/host/kept_files.ts";
import { createMemoryFiles } from "../../src/host/memory_files.ts";
import { linearShape } from "../../src/ops/shape.ts";
import { bareText } from "../../src/gpu/bare_text.ts";
import { kernelFingerprint } from "../../src/tune/kernel_fingerprint.ts";
import { newTuning, readTuning, tunedAdapter, tuningName, writeTuning } from "../../src/tune/tuning_file.ts";
import { tuningRows } from "../../src/tune/tuning_rows.ts";
import { addPass, drawLine, formWords, measuredCosts, type TunedPass, tunedPass } from "../../src/tune/tuning_table.ts";

const adapter = { ...UNKNOWN_ADAPTER, description: "Made-up Adapter (1.2)" };
const work = { shape: linearShape(8, 4), capacity: 8 };
const PLAIN = { block: [1, 1], activations: "f32" } as const;

/** A host that keeps its texts in memory. */
function memoryHost() {
  const files = createMemoryFiles();
  return { ...createDenoHost(), ...files, kept: keptFiles(files, () => "/cache") };
}

function pass(dense: number, fixed: number, slope: number, more: Partial<TunedPass> = {}): TunedPass {
  const points: [number, number][] = [[0.2, fixed + 0.2 * slope], [0.1, fixed + 0.1 * slope]];
  return { block: [1, 1], activations: "f32", dense: { register: dense }, fixed, slope, points, ...more };
}

Deno.test("the line through measured points has the least relative error and no negative part", () => {
  const close = (a: number, b: number) => assert(Math.abs(a - b) < 1e-9, `${a} ${b}`);
  const exact = drawLine([[0.2, 5], [0.05, 2], [0.01, 1.2]]);
  close(exact.fixed, 1);
  close(exact.slope, 20);
  assert.equal(drawLine([[0.2, 4.2], [0.1, 2]]).fixed, 0);
  const [a, b] = [0.2 / 4.2, 0.1 / 2]; // without a fixed part, the least of (a·slope − 1)² + (b·slope − 1)²
  close(drawLine([[0.2, 4.2], [0.1, 2]]).slope, (a + b) / (a * a + b * b));
  assert.deepEqual(drawLine([[0.2, 1], [0.1, 2]]).slope, 0);
  // an empty layer's kernels have nothing to do: its time belongs to no line
  close(drawLine([[0.2, 5], [0.05, 2], [0, 0.01]]).fixed, 1);
  for (const points of [[[0, 1], [0, 2]], [[0.1, 1], [0.1, 1]], [[0.1, 0], [0.2, 0]]] as [number, number][][]) {
    const { fixed, slope } = drawLine(points);
    assert(fixed >= 0 && slope >= 0, `${fixed} ${slope}`);
  }
});

Deno.test("what is written is read; forms stand beside each other, and new times replace old ones of their form", async () => {
  const host = memoryHost(), before = await newTuning(host, adapter);
  const place = `/cache/${await tuningName(tunedAdapter(host, adapter))}`;
  assert.deepEqual(await readTuning(host, adapter), { state: "none", place });
  assert.deepEqual([before.place, before.table.layers], [place, {}]);
  assert.match(before.place, /^\/cache\/tuning\/made-up-adapter-1-2-[0-9a-f]{8}\.json$/);
  let table = addPass(before.table, "forward", work, pass(3, 1, 10), "2020");
  table = addPass(table, "forward", work, pass(3, 1, 5, { block: [4, 8] }), "2021");
  table = addPass(table, "forward", work, pass(2, 1, 10), "2022");
  table = addPass(table, "weightGradient", work, pass(4, 2, 20), "2022");
  await writeTuning(host, table);
  const { state, table: found } = await readTuning(host, adapter), read = found!;
  assert.equal(state, "here");
  assert.deepEqual(read, table);
  assert.equal(read.changed, "2022");
  assert.equal(tunedPass(read, "forward", work, PLAIN)!.dense.register, 2);
  // a block is clipped to the layer
  assert.equal(tunedPass(read, "forward", work, { ...PLAIN, block: [16, 16] })!.slope, 5);
  assert.equal(tunedPass(read, "forward", work, { ...PLAIN, activations: "f16" }), undefined);
  assert.equal(tunedPass(read, "inputGradient", work, PLAIN), undefined);
  const costs = measuredCosts(read);
  assert.match(costs.source, /^Made-up Adapter \(1\.2\), 2022, kernels [0-9a-f]{12}$/);
  assert.equal(costs.pass("weightGradient", work, PLAIN)!.slope, 20);
  assert.equal(costs.dense("forward", { ...work, capacity: 12 }), undefined);
});

Deno.test("rows sum the passes of a training step, and say where packed breaks even", async () => {
  const { table: empty } = await newTuning(memoryHost(), adapter);
  let table = addPass(empty, "forward", work, pass(3, 1, 10), "");
  assert.equal(tuningRows(table)[0].step, null);
  table = addPass(table, "weightGradient", work, pass(4, 2, 20), "");
  const [row] = tuningRows(table);
  assert.deepEqual(row.passes.map(({ breakEven }) => breakEven), [0.2, 0.1]);
  assert.deepEqual(row.step, { dense: 7, packed: { fixed: 3, slope: 30 }, breakEven: 4 / 30 });
  assert.deepEqual(tuningRows(table, [{ work: { ...work, capacity: 12 }, form: PLAIN }]), []);
  assert.equal(tuningRows(table, [{ work, form: PLAIN }, { work, form: PLAIN }]).length, 1);
  assert.deepEqual([formWords(PLAIN), formWords({ block: [8, 4], activations: "f16" })], ["", "8×4 f16"]);
});

Deno.test("measurements of other kernels count as none; damaged and foreign ones are named, with what to do", async () => {
  const host = memoryHost(), name = await tuningName(tunedAdapter(host, adapter));
  const { table } = await newTuning(host, adapter);
  await writeTuning(host, { ...addPass(table, "forward", work, pass(3, 1, 10), ""), kernels: "other" });
  assert.deepEqual(await readTuning(host, adapter), { state: "stale", place: `/cache/${name}` });

  const refuses = async (text: string, why: RegExp) => {
    await host.kept.write(name, text);
    await assert.rejects(readTuning(host, adapter), (error: unknown) => {
      assert(error instanceof UserError, String(error));
      assert(error.message.startsWith(`cannot use the measurements in /cache/${name}: `), error.message);
      assert.match(error.message, why);
      assert.match(error.hint!, /startsparse tune --fresh/);
      return true;
    });
  };
  await refuses("{", /JSON/);
  await refuses("{}", /format/);
  await refuses(
    JSON.stringify({ ...table, layers: { x: { shape: work.shape, capacity: 0, passes: {} } } }),
    /layers\.x\.capacity/,
  );
  await refuses(JSON.stringify({ ...table, adapter: { ...table.adapter, backend: "dawn" } }), /another adapter/);
});

Deno.test("adapters are told apart by backend and machine, and one that says nothing has a name too", async () => {
  const host = memoryHost(), one = tunedAdapter(host, adapter);
  const dawn = tunedAdapter(host, { ...adapter, backend: "dawn" });
  const unchecked = tunedAdapter(host, { ...adapter, backend: "dawn", boundsChecks: false });
  const names = await Promise.all([one, dawn, unchecked, { ...one, arch: "x" }, { ...one, name: "…" }].map(tuningName));
  assert.equal(new Set(names).size, 5);
  assert.match(names[4], /^tuning\/adapter-[0-9a-f]{8}\.json$/);
});

Deno.test("a machine without a folder to keep anything in plans by priors", async () => {
  const host = {
    ...memoryHost(),
    kept: keptFiles(createMemoryFiles(), () => {
      throw new UserError("no cache folder");
    }),
  };
  assert.equal((await readTuning(host, adapter)).state, "none");
});

Deno.test("kernels have a fingerprint a class, the same at every call", async () => {
  const [software, gpu] = await Promise.all([kernelFingerprint("software"), kernelFingerprint("gpu")]);
  assert.match(software, /^[0-9a-f]{12}$/);
  assert.notEqual(software, gpu);
  assert.equal(await kernelFingerprint("software"), software);
});

Deno.test("comments and indentation make no other kernel, put together before or after", () => {
  const common = "// shared\n\nfn f() -> u32 { // one\n  return 1u;\n}\n",
    own = "\n  // own\nfn g() -> f32 { return 4.0 / 2.0; }\n";
  const bare = "fn f() -> u32 {\nreturn 1u;\n}\nfn g() -> f32 { return 4.0 / 2.0; }\n";
  assert.equal(bareText(common + own), bare);
  assert.equal(bareText(common) + bareText(own), bare);
  assert.equal(bareText(bare), bare);
});
