import { strict as assert } from "node:assert";
import { gunzipSync } from "node:zlib";
import { recogniseDataset } from "../../src/data/recognise.ts";
import { UserError } from "../../src/errors.ts";
import { bytesOf } from "../formats/archives.ts";
import {
  changed,
  cifar100Members,
  cifar10Members,
  cifarRecord,
  concat,
  csvText,
  folderMembers,
  idxMembers,
  type Member,
  tar,
  tarGz,
  tinyMembers,
  withWorkshop,
  zip,
} from "./importers/fixtures.ts";

async function refuses(act: Promise<unknown>, message: string | RegExp): Promise<void> {
  await assert.rejects(act, (error: unknown) => {
    assert(error instanceof UserError, String(error));
    if (typeof message === "string") assert.equal(error.message, message);
    else assert.match(error.message, message);
    return true;
  });
}

Deno.test("recognised by content: each format, as folder and archive, with its counts and what it will take", async () => {
  await withWorkshop(async ({ host, file, unpacked }) => {
    const look = (path: string) => recogniseDataset(host, path);
    const cases: [string, readonly Member[], object][] = [
      ["cifar10", cifar10Members(), { words: "CIFAR-10 binary", images: 20, classes: 10, needs: 20 * 3073 }],
      ["cifar100", cifar100Members(), { words: "CIFAR-100 binary", images: 7, classes: 100, needs: 7 * 3073 }],
      ["tiny-imagenet", tinyMembers(), { words: "Tiny ImageNet", images: 8, classes: 2, needs: 8 * (3 * 64 + 1) }],
      ["image-folder", folderMembers(), { images: 6, classes: 2, needsTestFraction: false, needs: 6 * (3 * 64 + 1) }],
    ];
    for (const [format, members, expected] of cases) {
      // names say nothing of what is inside
      const paths = [
        await unpacked(`${format}-folder`, members),
        await file(`${format}.data`, tar(members)),
        await file(`${format}.bin`, zip(members)),
      ];
      for (const path of paths) {
        const found = await look(path) as unknown as Record<string, unknown>;
        assert.equal(found?.format, format, path);
        for (const [key, value] of Object.entries(expected)) assert.deepEqual(found[key], value, `${path}: ${key}`);
        assert.equal(found.known, undefined, "no known set is that small");
      }
      const packed = await look(await file(`${format}.tgz`, tarGz(members)));
      assert.equal(packed?.format, format);
    }
    const parts = changed(folderMembers(), /\/test\//, () => undefined);
    assert.equal((await look(await unpacked("no-test", parts)))?.needsTestFraction, true);
    assert.equal(await look(await unpacked("other", [{ name: "a.txt", content: "a" }])), undefined);
    assert.equal(await look(await file("other.zip", zip([{ name: "b.txt", content: "b" }]))), undefined);
  });
});

Deno.test("recognised by content: four IDX files under any names, each in its place", async () => {
  await withWorkshop(async ({ host, unpacked }) => {
    const members = idxMembers(), names = ["c.bin", "a.gz", "d", "b"];
    const renamed = members.map(({ content }, i) => ({ name: names[i], content }));
    const found = (await recogniseDataset(host, await unpacked("idx", renamed)))!;
    assert.deepEqual([found.format, found.images, found.needs], ["idx", 9, 9 * 7]);
    assert.deepEqual(Object.fromEntries(found.names!), {
      "c.bin": "train-images-idx3-ubyte.gz",
      "a.gz": "train-labels-idx1-ubyte.gz",
      "d": "t10k-images-idx3-ubyte.gz",
      "b": "t10k-labels-idx1-ubyte.gz",
    });
    const three = await unpacked("three", renamed.slice(1));
    await refuses(
      recogniseDataset(host, three),
      /^a set in MNIST's layout is four IDX files, .*; here is a\.gz \(6 labels\), b \(3 labels\), d \(3 images\)$/,
    );
  });
});

Deno.test("what is cut short says so, with its bytes", async () => {
  await withWorkshop(async ({ host, file, unpacked }) => {
    const look = (path: string) => recogniseDataset(host, path);
    const records = concat(...Array.from({ length: 20 }, (_, i) => cifarRecord([i % 10], i)));
    await refuses(
      look(await file("data_batch_1.bin", records.subarray(0, records.length - 100))),
      "data_batch_1.bin is cut short · 61,360 of 30,730,000 bytes. Nothing was changed.",
    );
    await refuses(
      look(await file("one.bin", records)),
      /^one\.bin is one file of CIFAR-10 binary, which is data_batch_1/,
    );
    const short = changed(cifar10Members(), /data_batch_2/, ({ content }) => ({
      content: bytesOf(content).subarray(1),
    }));
    await refuses(
      look(await unpacked("short", short)),
      "data_batch_2.bin is cut short · 9,218 of 30,730,000 bytes. Nothing was changed.",
    );
    const without = changed(cifar10Members(), /data_batch_2/, () => undefined);
    await refuses(look(await unpacked("without", without)), /^data_batch_2\.bin is missing: CIFAR-10 binary is /);
    const packed = tarGz(cifar10Members());
    const name = "cifar-10-binary.tar.gz", cut = await file(name, packed.subarray(0, packed.length - 777));
    await refuses(
      look(cut),
      `${name} is cut short · ${String(packed.length - 777).replace(/(\d+)(\d{3})$/, "$1,$2")} of 170,052,171 bytes. ` +
        "Nothing was changed.",
    );
    const [images, ...others] = idxMembers();
    const plain = new Uint8Array(gunzipSync(images.content as Uint8Array));
    const idx = await unpacked("idx", [{ name: "images", content: plain.subarray(0, 50) }, ...others]);
    await refuses(look(idx), "images is cut short · 50 of 52 bytes. Nothing was changed.");
    const gz = bytesOf(images.content);
    const idxGz = await unpacked("idx-gz", [{ ...images, content: gz.subarray(0, gz.length - 3) }, ...others]);
    await refuses(look(idxGz), /^train-images-idx3-ubyte\.gz is cut short · \d+ bytes, and its end is missing\./);
    assert.equal(await look(await file("t.csv", csvText())), undefined);
  });
});
