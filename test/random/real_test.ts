import { strict as assert } from "node:assert";
import { STREAM } from "../../src/random/philox.ts";
import { normal, normalQuantile, portableLog, uniform, uniform01 } from "../../src/random/real.ts";
import { sha256 } from "./sha256.ts";

Deno.test("uniform01 stays inside (0, 1) and is symmetric", () => {
  assert.equal(uniform01(0, 0), 2 ** -53);
  assert.equal(uniform01(0xffffffff, 0xffffffff), 1 - 2 ** -53);
  assert.equal(uniform01(0x80000000, 0), 0.5 + 2 ** -53);
  assert.equal(1 - uniform01(123, 456), uniform01(~123 >>> 0, ~456 >>> 0));
});

Deno.test("uniform does not depend on how many are asked for", () => {
  const long = uniform(1, STREAM.init, 0, 10_001);
  for (const count of [1, 2, 3, 4096, 4097]) assert.deepEqual(uniform(1, STREAM.init, 0, count), long.slice(0, count));
});

Deno.test("portableLog agrees with Math.log to rounding", () => {
  for (let i = 1; i < 20_000; i++) {
    const x = i / 1000;
    assert.ok(Math.abs(portableLog(x) - Math.log(x)) <= 4e-16 * Math.max(Math.abs(Math.log(x)), 1e-3), `log ${x}`);
  }
  assert.equal(portableLog(1), 0);
});

Deno.test("normalQuantile: published quantiles, symmetry", () => {
  // Values of Python's statistics.NormalDist().inv_cdf (also AS 241) and of tables.
  const cases: [number, number][] = [
    [0.5, 0],
    [0.4, -0.2533471031357998],
    [0.025, -1.9599639845400538],
    [1e-5, -4.2648907939228256],
    [1e-12, -7.034483825301132],
    [2 ** -53, -8.209536151601386],
    [0.9999, 3.7190164854557084],
  ];
  for (const [u, z] of cases) assert.ok(Math.abs(normalQuantile(u) - z) <= 1e-15 * Math.max(1, Math.abs(z)), `${u}`);
  for (const u of [0.375, 2 ** -7, 2 ** -40]) assert.equal(normalQuantile(1 - u) + normalQuantile(u), 0);
});

Deno.test("normal: moments, tails and independence of neighbours", () => {
  const n = 1_000_000;
  const z = normal(11, STREAM.init, 2, n);
  const mean = (f: (i: number) => number) => {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += f(i);
    return sum / n;
  };
  // Bounds are 4 standard errors: var of z^k / n is E z^2k - (E z^k)^2.
  const bound = (variance: number) => 4 * Math.sqrt(variance / n);
  assert.ok(Math.abs(mean((i) => z[i])) < bound(1));
  assert.ok(Math.abs(mean((i) => z[i] ** 2) - 1) < bound(2));
  assert.ok(Math.abs(mean((i) => z[i] ** 3)) < bound(15));
  assert.ok(Math.abs(mean((i) => z[i] ** 4) - 3) < bound(96));
  assert.ok(Math.abs(mean((i) => i > 0 ? z[i] * z[i - 1] : 0)) < bound(1));
  for (const [limit, p] of [[1, 0.3173105], [2, 0.0455003], [3, 0.0026998], [4, 6.334e-5]]) {
    assert.ok(Math.abs(mean((i) => +(Math.abs(z[i]) > limit)) - p) < bound(p), `beyond ${limit}`);
  }
});

Deno.test("normal and uniform: exact bits, so that a change of engine is noticed", async () => {
  assert.equal(
    await sha256(uniform(1, STREAM.init, 0, 100_000)),
    "80b2284c40de45bf34f907cd8dcb61b6b67d9f38f4d935a06f1872ce3a47a103",
  );
  assert.equal(
    await sha256(normal(1, STREAM.init, 0, 100_000)),
    "d82ef78e774b37e83d5631574bede1e836f3340981f82307c8da708298f8c901",
  );
});
