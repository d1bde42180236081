import { strict as assert } from "node:assert";
import { gunzipSync } from "node:zlib";
import { imageBytes } from "../../../src/data/dataset.ts";
import { getDataset, type GetOptions } from "../../../src/data/get.ts";
import { loadDataset } from "../../../src/data/load.ts";
import type { Workshop } from "./fixtures.ts";
import {
  cifar100Members,
  cifar10Members,
  cifarRecord,
  colourJpeg,
  csvText,
  folderMembers,
  idxMembers,
  tar,
  tarGz,
  tinyMembers,
  withWorkshop,
  zip,
} from "./fixtures.ts";

/** Imports a source under a name of its own and loads it. */
async function take({ host }: Workshop, from: string, options: GetOptions = {}, name = "mine") {
  const info = await getDataset(name, host, { from, force: true, ...options });
  const data = await loadDataset(name, host);
  assert.deepEqual([data.train.count, data.test.count], [info.train, info.test]);
  return { info, data };
}

/** The mean of each plane of an image, rounded to tens: enough to tell red from blue. */
function colours(images: Uint8Array, pixels: number): number[][] {
  return Array.from({ length: images.length / (3 * pixels) }, (_, i) =>
    [0, 1, 2].map((c) => {
      const plane = images.subarray((3 * i + c) * pixels, (3 * i + c + 1) * pixels);
      return 10 * Math.round(plane.reduce((a, b) => a + b, 0) / pixels / 10);
    }));
}
const RED = [250, 0, 0], BLUE = [0, 0, 250], GREY = [110, 110, 110];

Deno.test("cifar10: members by name and not by order, from tar.gz, tar, zip and folder alike", () =>
  withWorkshop(async (shop) => {
    const sources = [
      await shop.file("c.tar.gz", tarGz(cifar10Members())),
      await shop.file("c.tar", tar(cifar10Members())),
      await shop.file("c.zip", zip(cifar10Members())),
      await shop.unpacked("c", cifar10Members()),
    ];
    const prints = new Set<string>();
    for (const from of sources) {
      const { info, data } = await take(shop, from);
      assert.equal(info.format, "cifar10");
      assert.deepEqual(data.shape, [3, 32, 32]);
      assert.deepEqual([data.classes.length, data.classes[9]], [10, "truck"]);
      assert.deepEqual([...data.train.labels], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1, 2, 3, 4]);
      assert.deepEqual([...data.test.labels], [0, 1, 2, 3, 4]);
      const images = imageBytes(data.train);
      for (const i of [0, 7, 14]) {
        assert.deepEqual(images.subarray(3072 * i, 3072 * (i + 1)), cifarRecord([], i));
      }
      prints.add(info.fingerprint);
    }
    assert.equal(prints.size, 1);
  }));

Deno.test("cifar100: the second label byte is the class", () =>
  withWorkshop(async (shop) => {
    const { info, data } = await take(shop, await shop.file("c.tar.gz", tarGz(cifar100Members())));
    assert.equal(info.format, "cifar100");
    assert.deepEqual([...data.train.labels], [0, 25, 50, 75]);
    assert.deepEqual([data.classes.length, data.classes[25]], [100, "fine25"]);
    assert.deepEqual(imageBytes(data.train).subarray(3072, 6144), cifarRecord([], 1));
  }));

Deno.test("tiny-imagenet: classes by wnids.txt, names by words.txt, validation as test part, grey as three planes", () =>
  withWorkshop(async (shop) => {
    const sources = [
      await shop.file("t.zip", zip(tinyMembers())),
      await shop.file("reversed.zip", zip(tinyMembers().reverse())),
      await shop.unpacked("t", tinyMembers()),
    ];
    const prints = new Set<string>();
    for (const from of sources) {
      const { info, data } = await take(shop, from);
      assert.equal(info.format, "tiny-imagenet");
      assert.deepEqual(data.shape, [3, 8, 8]);
      assert.deepEqual(data.classes, ["crane", "goldfish"]);
      assert.deepEqual([...data.train.labels], [0, 0, 0, 1, 1, 1]);
      // n01_2 comes before n01_10.
      assert.deepEqual(colours(imageBytes(data.train), 64), [BLUE, BLUE, RED, RED, GREY, BLUE]);
      assert.deepEqual([...data.test.labels], [0, 1]);
      assert.deepEqual(colours(imageBytes(data.test), 64), [BLUE, RED]);
      const grey = imageBytes(data.train).subarray(4 * 192, 5 * 192);
      assert.deepEqual(grey.subarray(0, 64), grey.subarray(64, 128));
      assert.deepEqual(grey.subarray(0, 64), grey.subarray(128, 192));
      prints.add(info.fingerprint);
    }
    assert.equal(prints.size, 1);
  }));

Deno.test("image-folder: sorted by class and name, wrapped or not, packed or not", () =>
  withWorkshop(async (shop) => {
    const bare = folderMembers().map((member) => ({ ...member, name: member.name.replace("pets/", "") }));
    const validation = bare.map((member) => ({ ...member, name: member.name.replace("test/", "val/") }));
    const sources = [
      await shop.file("f.tar", tar(folderMembers())),
      await shop.file("f.tgz", tarGz(bare)),
      await shop.file("f.zip", zip(validation)),
      await shop.unpacked("f", folderMembers()),
    ];
    const prints = new Set<string>();
    for (const from of sources) {
      const { info, data } = await take(shop, from);
      assert.equal(info.format, "image-folder");
      assert.deepEqual(data.classes, ["cat", "dog"]);
      assert.deepEqual([...data.train.labels], [0, 0, 1, 1]);
      assert.deepEqual(colours(imageBytes(data.train), 64), [GREY, RED, RED, BLUE]);
      assert.deepEqual(colours(imageBytes(data.test), 64), [RED, BLUE]);
      assert.match(info.notes.join(), /left out, since they are no images: .*README\.txt/);
      prints.add(info.fingerprint);
    }
    assert.equal(prints.size, 1);
  }));

Deno.test("image-folder: --size cuts images of different sizes to one; a test part is split off where there is none", () =>
  withWorkshop(async (shop) => {
    const members = Array.from({ length: 20 }, (_, i) => ({
      name: `${["a", "b"][i % 2]}/${String(i).padStart(2, "0")}.jpg`,
      content: colourJpeg([16 + i, 24], [[250, 0, 0], [0, 0, 250]][i % 2]),
    }));
    const from = await shop.file("f.zip", zip(members));
    const { info, data } = await take(shop, from, { size: 8, testFraction: 0.2, seed: 3 });
    assert.deepEqual(data.shape, [3, 8, 8]);
    assert.deepEqual([...data.test.labels], [0, 0, 1, 1]);
    assert.deepEqual(colours(imageBytes(data.test), 64), [RED, RED, BLUE, BLUE]);
    assert.deepEqual(info.options, { size: 8, testFraction: 0.2, seed: 3 });
    const again = await take(shop, from, { size: 8, testFraction: 0.2, seed: 3 });
    assert.equal(again.info.fingerprint, info.fingerprint);
  }));

Deno.test("idx: four files of a folder, packed or not, or any one of them", () =>
  withWorkshop(async (shop) => {
    const folder = await shop.unpacked("packed", idxMembers());
    const plain = await shop.unpacked(
      "plain",
      idxMembers().map(({ name, content }) => ({
        name: name.replace(".gz", ""),
        content: gunzipSync(content as Uint8Array),
      })),
    );
    const prints = new Set<string>();
    for (const from of [folder, plain, `${folder}/t10k-labels-idx1-ubyte.gz`]) {
      const { info, data } = await take(shop, from);
      assert.equal(info.format, "idx");
      assert.deepEqual(data.shape, [1, 2, 3]);
      assert.deepEqual(data.classes, ["0", "1", "2"]);
      assert.deepEqual([...data.train.labels], [0, 1, 2, 0, 1, 2]);
      assert.deepEqual([...imageBytes(data.test)], Array.from({ length: 18 }, (_, i) => i));
      assert.deepEqual(info.source.map(({ file }) => file)[3], "t10k-labels-idx1-ubyte");
      prints.add(info.fingerprint);
    }
    assert.equal(prints.size, 1);
  }));

Deno.test("csv: numbers as they are, words as columns of 0 and 1, a seeded split of equal shares", () =>
  withWorkshop(async (shop) => {
    const from = await shop.file("t.csv", csvText());
    const { info, data } = await take(shop, from);
    assert.equal(info.format, "csv");
    assert.deepEqual(info.features, ["age", "colour=green", "colour=red"]);
    assert.deepEqual(data.shape, [3, 1, 1]);
    assert.deepEqual(data.classes, ["no", "yes"]);
    assert.deepEqual([...data.test.labels].sort(), [0, 0, 1, 1]);
    assert.equal(data.train.count, 16);
    const rows: number[][] = [];
    for (const { images, labels } of [data.train, data.test]) {
      assert(images instanceof Float32Array);
      labels.forEach((label: number, i: number) => rows.push([...images.subarray(3 * i, 3 * i + 3), label]));
    }
    rows.sort((a, b) => a[0] - b[0]);
    assert.deepEqual(rows, Array.from({ length: 20 }, (_, i) => [i + 0.5, i % 2, 1 - i % 2, i % 4 < 2 ? 0 : 1]));
    const other = await take(shop, from, { seed: 1 });
    assert.notEqual(other.info.fingerprint, info.fingerprint);
    const byAge = await take(shop, from, { label: "colour", testFraction: 0.5 });
    assert.deepEqual([byAge.data.classes, byAge.data.test.count], [["green", "red"], 10]);
  }));

Deno.test("many classes: labels of two bytes come back as they were", () =>
  withWorkshop(async (shop) => {
    const content = colourJpeg(8, [9, 9, 9]);
    const members = Array.from({ length: 300 }, (_, i) => String(i).padStart(3, "0"))
      .flatMap((name) => ["train", "test"].map((part) => ({ name: `${part}/${name}/x.jpg`, content })));
    const { data } = await take(shop, await shop.file("m.tar", tar(members)));
    assert(data.test.labels instanceof Uint16Array);
    assert.deepEqual([...data.test.labels], Array.from({ length: 300 }, (_, i) => i));
  }));

Deno.test("links: the source itself may be one, to a file or a folder", () =>
  withWorkshop(async (shop) => {
    const link = async (target: string, name: string) => {
      await Deno.symlink(target, `${shop.folder}/${name}`);
      return `${shop.folder}/${name}`;
    };
    const idx = await take(shop, await link(await shop.unpacked("i", idxMembers()), "idx-link"));
    assert.deepEqual([idx.info.format, idx.info.source.length], ["idx", 4]);
    const csv = await take(shop, await link(await shop.file("t.csv", csvText()), "link.csv"));
    assert.deepEqual([csv.info.format, csv.info.source[0].bytes], ["csv", csvText().length]);
    const tiny = await take(shop, await link(await shop.unpacked("t", tinyMembers()), "tiny-link"));
    assert.deepEqual([tiny.info.format, tiny.info.source], ["tiny-imagenet", [{ file: "tiny-link" }]]);
    const cifar = await take(shop, await link(await shop.file("c.zip", zip(cifar10Members())), "c-link"));
    assert.equal(cifar.info.format, "cifar10");
  }));
