import { strict as assert } from "node:assert";
import { UserError } from "../../src/errors.ts";
import { gunzip, gzip, isGzip } from "../../src/formats/gzip.ts";

const PLAIN = Uint8Array.from({ length: 5000 }, (_, i) => (i * i) >>> 3);

Deno.test("gzip: packs and unpacks", async () => {
  const packed = await gzip(PLAIN);
  assert(isGzip(packed) && !isGzip(PLAIN));
  assert.deepEqual(await gunzip(packed), PLAIN);
});

Deno.test("gzip: cut off, damaged and foreign data are refused, naming the file", async () => {
  const packed = await gzip(PLAIN);
  const damaged = packed.slice();
  damaged[damaged.length - 6] ^= 1; // in gzip's own CRC
  for (const bytes of [packed.slice(0, -1), packed.slice(0, 100), packed.slice(0, 2), damaged]) {
    await assert.rejects(gunzip(bytes, "a.gz"), (error: unknown) => {
      assert(error instanceof UserError);
      assert.match(error.message, /^a\.gz cannot be unpacked: .*cut off or damaged/);
      return true;
    });
  }
  await assert.rejects(gunzip(PLAIN, "a.gz"), /a\.gz is not a gzip file/);
  await assert.rejects(gunzip(new Uint8Array(0), "a.gz"), /a\.gz is not a gzip file/);
});
