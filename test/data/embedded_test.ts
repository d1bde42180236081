import { strict as assert } from "node:assert";
import { UserError } from "../../src/errors.ts";
import { type DatasetSource, embeddedNames, loadEmbedded, loadManifest } from "../../src/data/embedded.ts";
import { imageBytes } from "../../src/data/dataset.ts";
import { measureNormalisation } from "../../src/data/normalise.ts";
import { gunzip, gzip } from "../../src/formats/gzip.ts";
import { writeIdx } from "../../src/formats/idx.ts";
import { sha256 } from "../../src/formats/sha256.ts";
import { createDenoHost } from "../../src/host/deno.ts";

const NAME = "fashion-mnist-10k";
const host = createDenoHost();

/** The real data set with some files replaced, or missing where the replacement is undefined. */
function altered(files: Record<string, Uint8Array<ArrayBuffer> | undefined>): DatasetSource {
  return {
    datasetUrl: host.datasetUrl,
    readDataset: (name, file) => {
      if (!(file in files)) return host.readDataset(name, file);
      const content = files[file];
      return content ? Promise.resolve(content) : host.readDataset(name, `${file}.missing`);
    },
  };
}

/** A tiny data set of two 2×2 images in each part, consistent with its manifest unless `change` says otherwise. */
async function tiny(change: { count?: number; classes?: string[]; shape?: number[]; name?: string } = {}) {
  const images = await gzip(writeIdx({ shape: [2, 2, 2], data: new Uint8Array([0, 255, 0, 255, 1, 2, 3, 4]) }));
  const labels = await gzip(writeIdx({ shape: [2], data: new Uint8Array([0, 1]) }));
  const entry = async (file: string, bytes: Uint8Array<ArrayBuffer>) => {
    const unpacked = await gunzip(bytes);
    const sums = { bytes: unpacked.length, sha256: await sha256(unpacked) };
    return { file, bytes: bytes.length, sha256: await sha256(bytes), unpacked: sums };
  };
  const { count = 2, classes = ["a", "b"], shape = [1, 2, 2], name = NAME } = change;
  const split = { count, images: await entry("images.gz", images), labels: await entry("labels.gz", labels) };
  const text = {
    name,
    title: "",
    format: "idx.gz",
    shape,
    classes,
    train: split,
    test: split,
    licence: "",
    source: "",
  };
  const manifest = new TextEncoder().encode(JSON.stringify(text));
  return { "manifest.json": manifest, "images.gz": images, "labels.gz": labels };
}

async function refuses(act: Promise<unknown>, pattern: RegExp): Promise<void> {
  await assert.rejects(act, (error: unknown) => {
    assert(error instanceof UserError, String(error));
    assert.match(error.message, pattern);
    return true;
  });
}

Deno.test("embedded data: 10,000 + 2,000 images, balanced, with the pixels of Fashion-MNIST", async () => {
  const data = await loadEmbedded(NAME, host);
  assert.deepEqual(data.shape, [1, 28, 28]);
  assert.deepEqual([data.train.count, data.test.count, data.classes.length], [10000, 2000, 10]);
  assert.equal(imageBytes(data.train).length, 10000 * 784);
  for (const { labels, count } of [data.train, data.test]) {
    const counts = new Array(10).fill(0);
    labels.forEach((label: number) => counts[label]++);
    assert.deepEqual(counts, new Array(10).fill(count / 10));
  }
  // The first images of the official files: an ankle boot, T-shirts; an ankle boot, a pullover, trousers.
  assert.deepEqual([...data.train.labels.subarray(0, 6)], [9, 0, 0, 3, 0, 2]);
  assert.deepEqual([...data.test.labels.subarray(0, 4)], [9, 2, 1, 1]);
  const { mean, std } = measureNormalisation(data.train, data.shape);
  // From numpy, over the images chosen again from the official files.
  assert(Math.abs(mean[0] - 0.2866816471588635) < 1e-12, String(mean));
  assert(Math.abs(std[0] - 0.3540125726600868) < 1e-12, String(std));
});

Deno.test("embedded data: licence, README and manifest agree, and the whole is small", async () => {
  let total = 0;
  for (const name of embeddedNames()) {
    const { train, test } = await loadManifest(name, host);
    const read = async (file: string) => new TextDecoder().decode(await host.readDataset(name, file));
    const readme = await read("README.md");
    assert.match(await read("LICENSE"), /MIT License[^]*Zalando SE[^]*WITHOUT WARRANTY/);
    for (const { file, sha256, bytes, unpacked } of [train.images, train.labels, test.images, test.labels]) {
      for (const text of [file, sha256, unpacked.sha256]) assert(readme.includes(text), `README.md lacks ${text}`);
      total += bytes;
    }
  }
  assert(total < 6e6, `${total} bytes`);
});

Deno.test("embedded data: a file that the server has unpacked already is the same data", async () => {
  const files = await tiny();
  const packed = await loadEmbedded(NAME, altered(files));
  const unpacked = await loadEmbedded(NAME, altered({ ...files, "images.gz": await gunzip(files["images.gz"]) }));
  assert.deepEqual({ ...unpacked, close: null }, { ...packed, close: null });
  assert.deepEqual([...imageBytes(packed.test)], [0, 255, 0, 255, 1, 2, 3, 4]);
});

Deno.test("embedded data: an unknown name is answered with the nearest known one", async () => {
  await refuses(
    loadEmbedded("fashion-mnist-10", host),
    /unknown data set "fashion-mnist-10": did you mean "fashion-mnist-10k"/,
  );
});

Deno.test("embedded data: missing, changed and cut files are refused, naming the file", async () => {
  const file = "t10k-labels-idx1-ubyte.gz";
  await refuses(
    loadEmbedded(NAME, altered({ [file]: undefined })),
    /^data set fashion-mnist-10k: cannot read .*t10k-lab/,
  );
  const bytes = await host.readDataset(NAME, file);
  const changed = bytes.slice();
  changed[500] ^= 1;
  for (const content of [changed, bytes.slice(0, -7), new Uint8Array(0)]) {
    await refuses(
      loadEmbedded(NAME, altered({ [file]: content })),
      /t10k-labels-idx1-ubyte\.gz is not the file .* expected \d+ bytes with SHA-256 [0-9a-f]{64}, found \d+ bytes/,
    );
  }
});

Deno.test("embedded data: files that do not hold what the manifest says are refused", async () => {
  const load = async (change: Parameters<typeof tiny>[0]) => loadEmbedded(NAME, altered(await tiny(change)));
  await refuses(load({ count: 3 }), /images\.gz holds \[2, 2, 2\], the manifest says \[3, 2, 2\]/);
  await refuses(load({ shape: [1, 4, 1] }), /holds \[2, 2, 2\], the manifest says \[2, 4, 1\]/);
  await refuses(load({ classes: ["a"] }), /manifest\.json, classes: /);
  await refuses(load({ name: "other" }), /its manifest is that of "other"/);
  const broken = { ...await tiny(), "manifest.json": new TextEncoder().encode("{") };
  await refuses(loadEmbedded(NAME, altered(broken)), /manifest\.json is not JSON/);
  const labels = await gzip(writeIdx({ shape: [2], data: new Uint8Array([0, 2]) }));
  const files = await tiny();
  const sum = await sha256(labels);
  const text = new TextDecoder().decode(files["manifest.json"]).replaceAll(await sha256(files["labels.gz"]), sum);
  const wrongLabel = { ...files, "labels.gz": labels, "manifest.json": new TextEncoder().encode(text) };
  await refuses(loadEmbedded(NAME, altered(wrongLabel)), /labels\.gz has the label 2, and there are 2 classes/);
});
