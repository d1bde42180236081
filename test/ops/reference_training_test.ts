/** The fixtures are whole, and what TypeScript makes of them is what Python made, bit for bit. */
import { strict as assert } from "node:assert";
import { loadTraining, TRAINING_MODELS } from "../golden/training.ts";

async function sha256(...arrays: (Uint8Array | Uint32Array | Float32Array)[]): Promise<string> {
  const bytes = new Blob(
    arrays.map((array) => new Uint8Array(array.buffer, array.byteOffset, array.byteLength).slice()),
  );
  const hash = await crypto.subtle.digest("SHA-256", await bytes.arrayBuffer());
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

const PARAMETERS = { lenet5: 61_706, lab: 8_610, vgg16n: 231_746, resnet20: 272_474 };

for (const model of TRAINING_MODELS) {
  Deno.test(`training fixture ${model}: weights, masks and batches are Python's bit for bit`, async () => {
    const fixture = await loadTraining(model);
    let total = 0;
    for (const { name, sha256: expected, mask } of fixture.parameters) {
      const values = fixture.values.get(name)!;
      total += values.length;
      assert.equal(await sha256(values), expected, `values of ${name}`);
      assert.equal(fixture.masks.has(name), mask !== undefined);
      if (mask) {
        const { bits, nnz } = fixture.masks.get(name)!;
        assert.equal(nnz, mask.nnz);
        assert.equal(await sha256(bits), mask.sha256, `mask of ${name}`);
      }
      assert.equal(fixture.gradients.get(name)!.length, mask ? mask.nnz : values.length, `gradient of ${name}`);
    }
    assert.equal(total, PARAMETERS[model]);
    assert.equal(await sha256(...fixture.batches.map((batch) => batch.bytes)), fixture.batchesSha256);
    assert.equal(await sha256(...fixture.batches.map((batch) => batch.labels)), fixture.labelsSha256);
  });

  Deno.test(`training fixture ${model}: at learning rate 0.01 float32 is good for far more than the 1e-4 asked`, async () => {
    const fixture = await loadTraining(model);
    const run = fixture.run(0.01);
    assert.equal(run.loss.length, fixture.steps);
    assert.ok(run.float32Spread.largest! < 1e-5);
    for (const { name, gradientSpread } of fixture.parameters) assert.ok(gradientSpread < 5e-5, name);
  });
}
