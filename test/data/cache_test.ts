import { strict as assert } from "node:assert";
import { join } from "node:path";
import { listCached, readInfo, removeDataset } from "../../src/data/cache.ts";
import { copySample } from "../../src/data/dataset.ts";
import { loadEmbedded } from "../../src/data/embedded.ts";
import { fingerprintOf } from "../../src/data/fingerprint.ts";
import { getDataset } from "../../src/data/get.ts";
import { datasetInfo } from "../../src/data/info.ts";
import { loadDataset } from "../../src/data/load.ts";
import { measureNormalisation } from "../../src/data/normalise.ts";
import { DATASETS } from "../../src/data/registry.ts";
import { verifyDataset } from "../../src/data/verify.ts";
import { UserError } from "../../src/errors.ts";
import {
  changed,
  cifar100Members,
  cifar10Members,
  csvText,
  tarGz,
  tinyMembers,
  withWorkshop,
  type Workshop,
  zip,
} from "./importers/fixtures.ts";

async function refuses(act: Promise<unknown>, message: RegExp, hint?: RegExp): Promise<void> {
  await assert.rejects(act, (error: unknown) => {
    assert(error instanceof UserError, String((error as Error).stack));
    assert.match(error.message, message);
    if (hint) assert.match(error.hint ?? "", hint);
    return true;
  });
}

/** A workshop with a small imported set "mine". */
function withMine(act: (shop: Workshop & { cached: (file: string) => string }) => Promise<void>): Promise<void> {
  return withWorkshop(async (shop) => {
    await getDataset("mine", shop.host, { from: await shop.file("c.tar.gz", tarGz(cifar10Members())) });
    await act({ ...shop, cached: (file) => join(shop.folder, "cache", "datasets", "mine", file) });
  });
}

Deno.test("cache: what is imported can be listed, told, loaded, verified and removed", () =>
  withMine(async ({ host }) => {
    const [only, ...others] = await listCached(host);
    assert.deepEqual(others, []);
    assert.deepEqual([only.name, only.info?.train, only.problem], ["mine", 15, undefined]);
    const info = await datasetInfo("mine", host);
    assert.deepEqual({ ...info, normalise: null }, {
      name: "mine",
      title: "mine",
      shape: [3, 32, 32],
      classes: 10,
      train: 15,
      test: 5,
      sampleKind: "u8",
      present: true,
      normalise: null,
    });
    const data = await loadDataset("mine", host), checked = await verifyDataset("mine", host);
    assert.equal(checked.fingerprint, data.fingerprint);
    assert.deepEqual(checked.perClass.train, [2, 2, 2, 2, 2, 1, 1, 1, 1, 1]);
    assert.equal(checked.bytes, 20 * 3073);
    assert.equal((await removeDataset("mine", host)).length, 1);
    assert.deepEqual(await removeDataset("mine", host), []);
    assert.deepEqual(await listCached(host), []);
    await refuses(loadDataset("mine", host), /unknown data set "mine"/);
  }));

Deno.test("cache: images beyond the memory that is allowed stay in their file and read the same", () =>
  withMine(async ({ host }) => {
    const inMemory = await loadDataset("mine", host), inFile = await loadDataset("mine", host, { mostInMemory: 1000 });
    const { images } = inFile.train;
    assert("readInto" in images);
    assert.equal(images.bytes, 3072);
    const a = new Uint8Array(3072), b = new Uint8Array(3072);
    for (const i of [14, 0, 7]) {
      copySample(inMemory.train, i, 3072, a);
      copySample(inFile.train, i, 3072, b);
      assert.deepEqual(b, a);
    }
    assert.throws(() => images.readInto(15, b), RangeError);
    assert.deepEqual(
      measureNormalisation(inFile.train, inFile.shape, [3, 1]),
      measureNormalisation(inMemory.train, inMemory.shape, [3, 1]),
    );
    inFile.close();
    inFile.close();
  }));

Deno.test("cache: damage is told with the file and how to mend it", async () => {
  const cases: [(shop: { cached: (file: string) => string }) => Promise<unknown>, RegExp][] = [
    [({ cached }) => Deno.remove(cached("info.json")), /cache is damaged: \S+info\.json is missing/],
    [({ cached }) => Deno.writeTextFile(cached("info.json"), "{"), /info\.json is not JSON/],
    [
      ({ cached }) => Deno.writeTextFile(cached("info.json"), '{"version": 2}'),
      /info\.json, version: .*another version/,
    ],
    [({ cached }) => Deno.truncate(cached("train-images.bin"), 99), /train-images\.bin has 99 bytes, expected 46080/],
    [({ cached }) => Deno.remove(cached("test-labels.bin")), /test-labels\.bin is missing/],
    [async ({ cached }) => {
      const bytes = await Deno.readFile(cached("test-images.bin"));
      bytes[100] ^= 1;
      await Deno.writeFile(cached("test-images.bin"), bytes);
    }, /test-images\.bin has SHA-256 \w+, expected/],
  ];
  for (const [damage, message] of cases) {
    await withMine(async (shop) => {
      await damage(shop);
      await refuses(loadDataset("mine", shop.host), message, /data remove mine.*data get mine/);
      await refuses(verifyDataset("mine", shop.host), message);
      assert.equal((await listCached(shop.host)).length, 1);
      assert.equal((await removeDataset("mine", shop.host)).length, 1);
    });
  }
});

Deno.test("cache: a set is replaced by force only, and as a whole", () =>
  withMine(async ({ host, file }) => {
    const before = (await loadDataset("mine", host)).fingerprint;
    const other = await file("t.csv", csvText()), broken = await file("b.csv", "a,b\n1\n");
    await refuses(getDataset("mine", host, { from: other }), /data set mine is there already/, /--force/);
    await refuses(getDataset("mine", host, { from: broken, force: true }), /b\.csv/);
    assert.equal((await loadDataset("mine", host)).fingerprint, before);
    await getDataset("mine", host, { from: other, force: true });
    assert.equal((await datasetInfo("mine", host)).sampleKind, "f32");
    assert.deepEqual((await host.list(join(host.cacheFolder(), "datasets"))).map(({ name }) => name), ["mine"]);
  }));

Deno.test("cache: an import that was never finished is listed, told and begun again by force", () =>
  withWorkshop(async ({ host, folder, file }) => {
    const from = await file("t.csv", csvText());
    await file("cache/datasets/.mine.importing/train-images.part", "rest");
    assert.match((await listCached(host))[0].problem ?? "", /not finished/);
    await refuses(getDataset("mine", host, { from }), /not finished, or is still running: \S+importing/, /--force/);
    await getDataset("mine", host, { from, force: true });
    assert.deepEqual((await host.list(join(folder, "cache", "datasets"))).map(({ name }) => name), ["mine"]);
  }));

Deno.test("cache: stopping an import keeps nothing", () =>
  withWorkshop(async ({ host, file }) => {
    const from = await file("t.zip", zip(tinyMembers())), seen = new Set<string>();
    const watch = ({ phase }: { phase: string }) => void seen.add(phase);
    await getDataset("whole", host, { from, format: "tiny-imagenet", onProgress: watch });
    seen.delete("sort"); // told only where it takes long
    assert.deepEqual([...seen], ["list", "read", "check"]);
    for (const phase of seen) {
      const stop = new AbortController(), { signal } = stop;
      const onProgress = (progress: { phase: string }) => progress.phase === phase && stop.abort();
      const act = getDataset("mine", host, { from, format: "tiny-imagenet", signal, onProgress });
      if (phase !== "check") await refuses(act, /import was stopped; nothing was kept/);
      else await act;
    }
    await removeDataset("mine", host);
    assert.deepEqual((await host.list(join(host.cacheFolder(), "datasets"))).map(({ name }) => name), ["whole"]);
  }));

Deno.test("known sets: what they are is told without their files, and a missing one with address, size and sum", () =>
  withWorkshop(async ({ host }) => {
    const info = await datasetInfo("cifar100", host);
    assert.deepEqual([info.present, info.classes, info.train, info.shape], [false, 100, 50000, [3, 32, 32]]);
    assert.equal((await datasetInfo("fashion-mnist-10k", host)).present, true);
    const { urls: [url], bytes, sha256 } = DATASETS.cifar100.files[0];
    for (const act of [() => loadDataset("cifar100", host), () => verifyDataset("cifar100", host)]) {
      await assert.rejects(act, (error: unknown) => {
        assert(error instanceof UserError);
        for (const part of ["cifar100", url, String(bytes), sha256]) assert(error.message.includes(part), part);
        assert.match(error.hint ?? "", /startsparse data get cifar100.*--from cifar-100-binary\.tar\.gz/);
        return true;
      });
    }
    await refuses(loadDataset("cifar11", host), /unknown data set "cifar11": did you mean "cifar10"/);
    await refuses(datasetInfo("constructor", host), /unknown data set "constructor"/);
    await refuses(getDataset("mine", host), /not one that can be downloaded$/, /--from/);
    await refuses(getDataset("cifra10", host), /not one that can be downloaded: did you mean cifar10\?/, /--from/);
    await refuses(getDataset("fashion-mnist-10k", host), /comes with the project/);
  }));

Deno.test("known sets: the table is whole", () => {
  for (const [key, { name, files, origin, shape, normalise, classNames, classes }] of Object.entries(DATASETS)) {
    assert.equal(key, name);
    assert.equal(files.length === 0, origin === "embedded");
    for (const { file, urls, bytes, sha256, unpacked } of files) {
      assert(urls.length > 0 && urls.every((url) => url.endsWith(`/${file}`)));
      assert(bytes > 0 && /^[0-9a-f]{64}$/.test(sha256));
      if (unpacked) assert(/^[0-9a-f]{64}$/.test(unpacked.sha256));
    }
    if (normalise) assert.deepEqual([normalise.mean.length, normalise.std.length], [shape[0], shape[0]]);
    if (classNames) assert.equal(classNames.length, classes);
  }
});

Deno.test("known sets: the genuine files pass, under their name and from wherever they lie", () =>
  withWorkshop(async ({ host, unpacked, folder }) => {
    // No genuine archive is small enough to be here: an unpacked copy of the right counts stands for one.
    const members = changed(cifar100Members(), /train|test/, ({ name }) => {
      const count = name.endsWith("train.bin") ? 50000 : 10000, records = new Uint8Array(3074 * count);
      for (let i = 0; i < count; i++) records.set([i % 20, i % 100], 3074 * i);
      return { content: records };
    });
    const from = await unpacked("cifar-100-binary", members);
    const info = await getDataset("cifar100", host, { from });
    assert.deepEqual([info.checked, info.title], ["structure", DATASETS.cifar100.title]);
    assert.deepEqual((await readInfo("cifar100", host))?.source, [{ file: "cifar-100-binary" }]);
    assert.equal((await datasetInfo("cifar100", host)).present, true);
    // A set that is there is not fetched again.
    assert.equal((await getDataset("cifar100", host)).fingerprint, info.fingerprint);
    await Deno.remove(folder + "/cache", { recursive: true });
    const skewed = new Uint8Array(3074 * 10000);
    await Deno.writeFile(`${from}/cifar-100-binary/test.bin`, skewed);
    await refuses(getDataset("cifar100", host, { from }), /expected test images of class fine0: 100, found 10000/);
  }));

Deno.test("fingerprints: the embedded set's is that of the same content in a cache", () =>
  withWorkshop(async ({ host, folder }) => {
    const { fingerprint } = await loadEmbedded("fashion-mnist-10k", host);
    const source = new URL("../../datasets/fashion-mnist-10k", import.meta.url).pathname;
    const info = await getDataset("copy", host, { from: source });
    assert.equal(info.train, 10000);
    const path = join(folder, "cache", "datasets", "copy", "info.json");
    // Only the names of the classes differ, which IDX files do not have.
    const names = (await loadEmbedded("fashion-mnist-10k", host)).classes;
    const { files, shape, sampleKind } = JSON.parse(await Deno.readTextFile(path));
    const sums = ["train-images", "train-labels", "test-images", "test-labels"].map((f) => files[`${f}.bin`].sha256);
    const [trainImages, trainLabels, testImages, testLabels] = sums;
    const content = { sampleKind, shape, classes: names, trainImages, trainLabels, testImages, testLabels };
    assert.equal(await fingerprintOf(content), fingerprint);
  }));
