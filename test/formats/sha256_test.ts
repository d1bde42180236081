import { strict as assert } from "node:assert";
import { createHash } from "node:crypto";
import fc from "fast-check";
import { createSha256, sha256 } from "../../src/formats/sha256.ts";

Deno.test("SHA-256: known answers of FIPS 180-4, whole and in pieces", async () => {
  const known: [string, string][] = [
    ["", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"],
    ["abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"],
  ];
  for (const [text, sum] of known) {
    assert.equal(await sha256(new TextEncoder().encode(text)), sum);
    const pieces = createSha256();
    for (const letter of text) pieces.update(new TextEncoder().encode(letter));
    assert.equal(pieces.digest(), sum);
  }
});

Deno.test("SHA-256: both ways agree with Node's for any bytes, cut anywhere", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 5 }), async (parts) => {
      const whole = new Uint8Array(parts.flatMap((part) => [...part]));
      const pieces = createSha256();
      for (const part of parts) pieces.update(part);
      const expected = createHash("sha256").update(whole).digest("hex");
      assert.equal(pieces.digest(), expected);
      assert.equal(await sha256(whole), expected);
    }),
    { numRuns: 100, seed: 1 },
  );
});
