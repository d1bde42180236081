/** Initial weights by the density of the source, against the formulas of the authors' code. */
import { strict as assert } from "node:assert";
import { parseConfig } from "../../src/experiment/config.ts";
import { buildNetwork } from "../../src/experiment/network.ts";
import { createDenoHost } from "../../src/host/deno.ts";
import { initialise } from "../../src/nn/initialise.ts";
import { maskableLayers } from "../../src/nn/model.ts";
import { SOURCE_INITS } from "../../src/nn/source_init.ts";
import { fans } from "../../src/random/init.ts";

const networkOf = (init: string | undefined, mask: Record<string, unknown> = { rule: "erk", density: 0.2 }) => {
  const config = parseConfig({ model: { name: "vgg16", width: 0.25, init }, mask }, "test");
  return buildNetwork(createDenoHost(), config, [3, 32, 32], 10);
};

const moments = (values: Float32Array) => {
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
  const square = values.reduce((sum, x) => sum + x * x, 0) / values.length;
  return {
    mean,
    square,
    least: values.reduce((a, b) => Math.min(a, b)),
    most: values.reduce((a, b) => Math.max(a, b)),
  };
};

Deno.test("weights start as the formulas say, by the realised density of each layer", async () => {
  const own = initialise((await networkOf(undefined)).model, 7);
  for (const name of SOURCE_INITS) {
    const { model, masks, inits } = await networkOf(name), values = initialise(model, 7, inits);
    for (const { name: layer, shape } of maskableLayers(model)) {
      const drawn = values.get(layer)!, size = drawn.length, p = masks.get(layer)!.nnz / size;
      const std = Math.sqrt(2 / (fans(shape).fanIn * p)), { mean, square, least, most } = moments(drawn);
      const near = (value: number, expected: number, spread: number, what: string) =>
        assert(Math.abs(value - expected) < 5 * spread / Math.sqrt(size), `${name}, ${layer}, ${what}: ${value}`);
      switch (name) {
        case "scaled":
          own.get(layer)!.forEach((x, i) => {
            assert(Math.abs(drawn[i] * Math.sqrt(p) - x) <= 1e-6 * Math.abs(x), `${layer} ${i}`);
          });
          break;
        case "normal":
          near(mean, 0, std, "mean");
          near(square, std * std, Math.SQRT2 * std * std, "variance");
          break;
        case "uniform":
          assert(least >= 0 && most < std, "U(0, std) has no negative weight");
          near(mean, std / 2, std / Math.sqrt(12), "mean");
          break;
        case "bimodal": {
          // (2Z − 1)·0.05 + Z·N + (1 − Z)·N', whose variance is 0.05²/3 + 2/3 std²
          const variance = 0.05 ** 2 / 3 + 2 / 3 * std * std;
          near(mean, 0, Math.sqrt(variance), "mean");
          near(square, variance, 1.7 * variance, "variance");
          break;
        }
        case "looks-linear": {
          // a unit's weights and those of its pair are each other's negatives, and of length 1/√p (twice the block's)
          const length = size / shape[0], half = Math.ceil(shape[0] / 2), first = layer === "features.0.weight";
          const pair = shape[0] % 2 === 0 && (first || shape[1] % 2 === 0);
          if (!pair || half > (first ? length : length / 2)) break;
          const row = (o: number) => drawn.subarray(o * length, (o + 1) * length);
          row(0).forEach((x, i) => assert.equal(row(half)[i], -x));
          const norm = row(0).reduce((sum, x) => sum + x * x, 0);
          assert(Math.abs(norm * p / (first ? 1 : 2) - 1) < 1e-5, `${layer}: ${norm * p}`);
        }
      }
    }
    for (const { name: other, maskable } of model.parameters) {
      if (!maskable) assert.deepEqual(values.get(other), own.get(other), "biases and batch norm start as they did");
    }
  }
});

Deno.test("without a setting nothing changes, a dense source has p = 1, and an empty layer does no harm", async () => {
  assert.equal((await networkOf(undefined)).inits, undefined);
  const { model, inits } = await networkOf("scaled", { rule: "dense" });
  assert.deepEqual(initialise(model, 3, inits), initialise(model, 3));
  const layers = Object.fromEntries(maskableLayers(model).map(({ name }, i) => [name, i === 2 ? 0 : 0.5]));
  const empty = await networkOf("normal", { rule: "custom", layers });
  for (const values of initialise(empty.model, 3, empty.inits).values()) assert(values.every(Number.isFinite));
});

Deno.test("edge-popup has initial weights of its own", () => {
  const config = { model: { init: "scaled" }, method: { name: "edge-popup", density: 0.1 } };
  assert.throws(() => parseConfig(config, "test"), /model\.init is not read by method edge-popup/);
});
