import { strict as assert } from "node:assert";
import { UserError } from "../../src/errors.ts";
import { streamFile } from "../../src/formats/byte_stream.ts";
import { gunzip, gunzipStream, gzip, isGzip } from "../../src/formats/gzip.ts";
import { createMemoryFiles } from "../../src/host/memory_files.ts";

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

Deno.test("gzip: piece by piece from a file; an early end is an error of the stream, a file's own error stays", async () => {
  const files = createMemoryFiles();
  const packed = await gzip(PLAIN);
  const unpack = async (bytes: Uint8Array<ArrayBuffer>) => {
    await files.writeFile("a.gz", bytes);
    const stream = gunzipStream(streamFile(await files.openFile("a.gz"), 7), "a.gz");
    return new Uint8Array(await new Response(stream).arrayBuffer());
  };
  assert.deepEqual(await unpack(packed), PLAIN);
  const damaged = packed.slice();
  damaged[damaged.length - 6] ^= 1;
  const longer = new Uint8Array([...packed, 1, 2, 3]);
  for (const bytes of [packed.slice(0, -1), packed.slice(0, 100), damaged, longer]) {
    await assert.rejects(unpack(bytes), (error: unknown) => {
      assert(error instanceof UserError, String(error));
      assert.match(error.message, /^a\.gz cannot be unpacked: .*cut off or damaged/);
      return true;
    });
  }
  const broken = {
    path: "b.gz",
    size: 100,
    readInto: () => {
      throw new UserError("cannot read b.gz");
    },
  };
  const stream = gunzipStream(streamFile({ ...broken, read: () => Promise.reject(), close: () => {} }), "b.gz");
  await assert.rejects(new Response(stream).arrayBuffer(), /cannot read b\.gz/);
});
