/**
 * The paper's networks at their full width, and a narrow one with the stem for large images, take the training step that
 * PyTorch takes: the loss before the update, length
 * and projection of every parameter's gradient, and the loss of the same batch after the update. Fixtures:
 * test/golden/full_width.py.
 */
import { strict as assert } from "node:assert";
import { sha256 } from "../../src/formats/sha256.ts";
import { Session } from "../../src/worker/session.ts";
import { type FullWidthCase, type FullWidthFixture, loadFullWidth, measureGradient } from "../golden/full_width.ts";
import { testGpu } from "../ops/gpu.ts";

/** Relative tolerance: forty times the largest error of PyTorch's own float32 on these fixtures. */
const TOLERANCE = 1e-3;

function sessionOf(gpu: Awaited<ReturnType<typeof testGpu>>, fixture: FullWidthFixture, storage: "dense" | "packed") {
  const { model, image, images, labels, batch, mean, std, sgd, masks, values, seed } = fixture;
  return new Session(gpu, {
    model,
    input: image,
    classes: 10,
    masks: [...masks.values()],
    values,
    seed,
    data: {
      split: { images, labels, count: batch },
      normalisation: { mean: new Array(image[0]).fill(mean), std: new Array(image[0]).fill(std) },
    },
    batch,
    optimizer: { name: "sgd", momentum: sgd.momentum, nesterov: sgd.nesterov },
    weightDecay: sgd.weightDecay,
    storage,
  });
}

async function checkStep(session: Session, fixture: FullWidthFixture) {
  const { batch, lr, seed, parameters } = fixture;
  const order = Uint32Array.from({ length: batch }, (_, i) => i);
  const step = async (position: 0 | 1) => {
    const [{ loss, images }] = await session.train(order, lr);
    const expected = fixture.loss[position];
    assert(
      Math.abs(loss / images - expected) <= TOLERANCE * expected,
      `loss ${loss / images}, PyTorch has ${expected}`,
    );
  };
  await step(0);
  const gradients = await session.read("gradient");
  parameters.forEach(({ name, gradient: expected }, layer) => {
    const found = measureGradient(gradients.get(name)!, seed, layer);
    for (const measure of ["length", "projection"] as const) {
      const error = Math.abs(found[measure] - expected[measure]) / expected.length;
      assert(error <= TOLERANCE, `${measure} of ${name}'s gradient: off by ${error} of its length`);
    }
  });
  await step(1);
}

const CASES: [FullWidthCase, "dense" | "packed"][] = [
  ["vgg16", "dense"],
  ["resnet18", "dense"],
  ["resnet18-erk", "packed"],
  ["resnet50-narrow", "dense"],
];

for (const [name, storage] of CASES) {
  Deno.test({
    name: `${name}, ${storage}: losses and gradients of a step are PyTorch's`,
    sanitizeResources: false,
    sanitizeOps: false,
    fn: async () => {
      const fixture = await loadFullWidth(name);
      const session = sessionOf(await testGpu(), fixture, storage);
      try {
        await checkStep(session, fixture);
      } finally {
        session.destroy();
      }
    },
  });
}

Deno.test("full-width fixtures: weights, masks and batch are Python's bit for bit, and float32 is good for them", async () => {
  const bytes = (array: Float32Array | Uint32Array) =>
    new Uint8Array(array.buffer as ArrayBuffer, array.byteOffset, array.byteLength);
  for (const [name] of CASES) {
    const { parameters, values, masks, ...fixture } = await loadFullWidth(name);
    assert.equal(await sha256(fixture.images), fixture.imagesSha256);
    assert.equal(await sha256(fixture.labels), fixture.labelsSha256);
    assert.equal(masks.size > 0, fixture.density < 1);
    for (const { name: parameter, sha256: expected, mask, gradient } of parameters) {
      assert.equal(await sha256(bytes(values.get(parameter)!)), expected, `${name}: ${parameter}`);
      if (mask) assert.equal(await sha256(bytes(masks.get(parameter)!.bits)), mask.sha256, `${name}: ${parameter}`);
      assert(gradient.float32Spread < TOLERANCE / 20, `${name}: ${parameter}`);
    }
    assert(fixture.float32Spread.every((spread) => spread < 1e-6), name);
    assert(fixture.loss[1] < fixture.loss[0], name);
  }
});
