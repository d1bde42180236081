import { strict as assert } from "node:assert";
import { UserError } from "../../src/errors.ts";
import { type ConfigInput, parseConfig } from "../../src/experiment/config.ts";
import { buildNetwork, type Network, networkWarnings } from "../../src/experiment/network.ts";
import { writeMasks } from "../../src/formats/masks.ts";
import { createPageHost } from "../../src/host/page.ts";
import { sameMask } from "../../src/masks/mask.ts";

const host = createPageHost({ datasets: "http://localhost/datasets/" });
const MLP: ConfigInput["model"] = { name: "mlp", widths: [16] };

function network(mask: ConfigInput["mask"], more: Partial<ConfigInput> = {}): Promise<Network> {
  return buildNetwork(host, parseConfig({ model: MLP, mask, ...more }, "test"), [1, 28, 28], 10);
}

Deno.test("a healthy network has no warnings; the dense rule has no masks but a report", async () => {
  const healthy = await network({ rule: "uniform", density: 0.2, draw: "exact" });
  assert.deepEqual(networkWarnings(healthy), []);
  assert.deepEqual([...healthy.masks.keys()], ["fc1.weight", "fc2.weight"]);
  assert(healthy.connections.reachesOutput);
  const dense = await network({ rule: "dense" });
  assert.equal(dense.masks.size, 0);
  assert.equal(dense.report.totals.realisedDensity, 1);
  assert.deepEqual(networkWarnings(dense), []);
});

Deno.test("an empty layer is named, and that nothing reaches the output", async () => {
  const cut = await network({ rule: "custom", layers: { "fc1.weight": 0.5, "fc2.weight": 0 } });
  assert.equal(cut.connections.reachesOutput, false);
  const warnings = networkWarnings(cut);
  assert(warnings.some((text) => /without a single weight: fc2\.weight$/.test(text)), warnings.join("\n"));
  assert(warnings.some((text) => /no path of kept weights/.test(text)));
});

Deno.test("layers that have weights can be cut apart all the same", async () => {
  // each layer keeps a few weights, which do not meet
  const apart = await network({
    rule: "custom",
    layers: { "fc1.weight": 2 / 12544, "fc2.weight": 1 / 160 },
    draw: "exact",
  });
  assert.deepEqual(apart.report.layers.map(({ nnz }) => nnz), [2, 1]);
  assert.equal(apart.connections.reachesOutput, false);
  assert(!networkWarnings(apart).some((text) => /without a single weight/.test(text)));
});

Deno.test("a density that is not what was asked for is told", async () => {
  // balanced gives each layer half the budget, more than the second one has room for
  const warnings = networkWarnings(await network({ rule: "balanced", density: 0.2 }));
  assert(
    warnings.some((text) => /^realised density 0\.\d+ differs from the nominal 0\.2/.test(text)),
    warnings.join("\n"),
  );
});

Deno.test("ratios of a file's masks are kept, the weights are drawn anew", async () => {
  const drawn = await network({ rule: "erk", density: 0.3 });
  await host.makeDirectory("m");
  await host.writeFile("m/ratios.safetensors", writeMasks([...drawn.masks.values()]));
  const borrowed = await network({ rule: "file-ratios", path: "m/ratios.safetensors", draw: "exact" }, { seed: 99 });
  for (const [name, mask] of borrowed.masks) {
    assert.equal(mask.nnz, drawn.masks.get(name)!.nnz);
    assert.notDeepEqual(mask.bits, drawn.masks.get(name)!.bits);
  }
  assert.equal(borrowed.report.totals.nominalDensity, drawn.report.totals.realisedDensity);
});

Deno.test("masks from a file are those of the file; a density is not asked of them", async () => {
  const drawn = await network({ rule: "erk", density: 0.1 });
  await host.makeDirectory("m");
  await host.writeFile("m/masks.safetensors", writeMasks([...drawn.masks.values()]));
  const read = await network({ rule: "file", path: "m/masks.safetensors" }, { seed: 99 });
  for (const [name, mask] of drawn.masks) assert(sameMask(read.masks.get(name)!, mask), name);
  const { nominalDensity, realisedDensity } = read.report.totals;
  assert.equal(nominalDensity, realisedDensity);
  assert.equal(realisedDensity, drawn.report.totals.realisedDensity);
  await assert.rejects(
    network({ rule: "file", path: "m/masks.safetensors" }, { model: { name: "mlp", widths: [17] } }),
    (error) => error instanceof UserError && /fc1\.weight/.test(error.message) && /17/.test(error.message),
  );
});

Deno.test("the mask seed alone chooses the masks", async () => {
  const mask = { rule: "uniform", density: 0.1 } as const;
  const same = (a: Network, b: Network) => [...a.masks].every(([name, one]) => sameMask(one, b.masks.get(name)!));
  const one = await network(mask, { seed: 1 });
  assert(same(one, await network(mask, { seed: 2, seeds: { mask: 1 } })));
  assert(!same(one, await network(mask, { seed: 2 })));
});

Deno.test("ratios of a file's masks are scaled to a density of one's own", async () => {
  const drawn = await network({ rule: "erk", density: 0.05, draw: "exact" });
  await host.makeDirectory("m");
  await host.writeFile("m/scaled.safetensors", writeMasks([...drawn.masks.values()]));
  const mask = { rule: "file-scaled", path: "m/scaled.safetensors", draw: "exact" } as const;
  const half = await network({ ...mask, density: 0.025 }, { seed: 99 });
  for (const { name, nnz, size } of half.report.layers) {
    const before = drawn.masks.get(name)!.nnz;
    assert(Math.abs(nnz / size - before / size / 2) <= 1 / size, `${name}: ${nnz}, half of ${before}`);
  }
  // the small layer has no room for its share: it is dense, and the other takes the rest
  const most = await network({ ...mask, density: 0.6 }, { seed: 99 }), { totals, layers } = most.report;
  assert(layers.some(({ nnz, size }) => nnz === size) && layers.some(({ nnz, size }) => nnz < size));
  assert(Math.abs(totals.realisedDensity - 0.6) < 1e-3, `${totals.realisedDensity}`);
  assert.equal(totals.nominalDensity, 0.6);
});
