import { strict as assert } from "node:assert";
import { constant, fans, kaimingNormal, kaimingUniform, normal, uniformBias } from "../../src/random/init.ts";
import { sha256 } from "./sha256.ts";

const SHAPE = [64, 32, 3, 3];

function std(values: Float32Array): number {
  return Math.sqrt(values.reduce((sum, v) => sum + v * v, 0) / values.length);
}

/** The sample's standard deviation is within 4 standard errors (kurtosis at most normal). */
function assertStd(values: Float32Array, expected: number) {
  assert.ok(Math.abs(std(values) / expected - 1) < 4 / Math.sqrt(2 * values.length), `${std(values)} / ${expected}`);
}

Deno.test("fans count taps", () => {
  assert.deepEqual(fans(SHAPE), { fanIn: 288, fanOut: 576 });
  assert.deepEqual(fans([10, 512]), { fanIn: 512, fanOut: 10 });
});

Deno.test("kaimingNormal has variance 2 / (fan * density)", () => {
  assertStd(kaimingNormal(SHAPE, 1, 0), Math.sqrt(2 / 288));
  assertStd(kaimingNormal(SHAPE, 1, 0, { mode: "fan_out" }), Math.sqrt(2 / 576));
  assertStd(kaimingNormal(SHAPE, 1, 0, { density: 0.1 }), Math.sqrt(2 / 28.8));
});

Deno.test("kaimingUniform's default is PyTorch's bound 1 / sqrt(fan_in), and fills it", () => {
  const values = kaimingUniform(SHAPE, 1, 0);
  const bound = 1 / Math.sqrt(288);
  const largest = values.reduce((max, v) => Math.max(max, Math.abs(v)), 0);
  assert.ok(largest <= Math.fround(bound) && largest > 0.999 * bound);
  assertStd(values, bound / Math.sqrt(3));
  assertStd(kaimingUniform(SHAPE, 1, 0, { slopeSquared: 0 }), Math.sqrt(2 / 288));
});

Deno.test("uniformBias, normal and constant", () => {
  const bias = uniformBias(1000, 100, 1, 3);
  assert.ok(bias.every((v) => Math.abs(v) <= Math.fround(0.1)));
  assertStd(bias, 0.1 / Math.sqrt(3));
  assertStd(normal([10, 512], 1, 4, 0.01), 0.01);
  assert.deepEqual(constant([3], 1), Float32Array.of(1, 1, 1));
});

Deno.test("tensors with different indices or seeds differ", () => {
  assert.notDeepEqual(kaimingNormal(SHAPE, 1, 0), kaimingNormal(SHAPE, 1, 1));
  assert.notDeepEqual(kaimingNormal(SHAPE, 1, 0), kaimingNormal(SHAPE, 2, 0));
  assert.deepEqual(kaimingNormal(SHAPE, 1, 0), kaimingNormal(SHAPE, 1, 0));
});

Deno.test("initial weights: exact bits", async () => {
  assert.equal(
    await sha256(kaimingNormal(SHAPE, 1, 0)),
    "41fa89b2aa744eb27f333ca4fb258d2672b6ba92a6074570426602013a44706d",
  );
  assert.equal(
    await sha256(kaimingUniform(SHAPE, 1, 0)),
    "a558b7507c6b3aa7c034e5fc125b132685295706c9ef888ec44d5c45fb9b0eaa",
  );
});
