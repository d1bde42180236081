import { gunzipSync, gzipSync } from "node:zlib";
import { writeIdx } from "../../../src/formats/idx.ts";
import { changed, cifar100Members, cifar10Members, cifarRecord, concat, tar, tarGz } from "./fixtures.ts";
import { bytesOf, c10, cifar, idx, packed, refuseAll } from "./malformed.ts";

refuseAll([
  // CIFAR.
  {
    what: "CIFAR: a truncated record",
    source: cifar(/batch_3/, (member) => ({ content: bytesOf(member).subarray(0, 3073 + 100) })),
    message: /data_batch_3\.bin.* 3173 bytes/,
    options: c10,
  },
  {
    what: "CIFAR: an empty member",
    source: cifar(/batch_3/, () => ({ content: "" })),
    message: /data_batch_3\.bin/,
    options: c10,
  },
  {
    what: "CIFAR-10: a label out of range",
    source: cifar(/batch_2/, () => ({ content: concat(cifarRecord([3], 0), cifarRecord([10], 1)) })),
    message: /data_batch_2\.bin.*label 10\b/,
    options: c10,
  },
  {
    what: "CIFAR-10: a member missing",
    source: cifar(/batch_5/, () => undefined),
    message: /c\.tar\.gz: data_batch_5\.bin is missing/,
    options: c10,
  },
  {
    what: "CIFAR-10: the class names missing",
    source: cifar(/meta/, () => undefined),
    message: /batches\.meta\.txt.*missing/,
    options: c10,
  },
  {
    what: "CIFAR-10: too few class names",
    source: cifar(/meta/, () => ({ content: "cat\ndog\n" })),
    message: /batches\.meta\.txt has 2 different names, expected 10/,
    options: c10,
  },
  {
    what: "CIFAR-10: a member in two folders",
    source: packed(
      "c.tar",
      () => tar([...cifar10Members(), { name: "b/data_batch_1.bin", content: cifarRecord([0], 0) }]),
    ),
    message: /b\/data_batch_1\.bin: the archive has a second/,
    options: c10,
  },
  {
    what: "CIFAR-10: the version for Python",
    source: packed("p.tar.gz", () => tarGz([{ name: "cifar-10-batches-py/data_batch_1", content: "pickle" }])),
    message: /p\.tar\.gz: data_batch_1\.bin is missing/,
    hint: /version for Python.*cifar-10-binary\.tar\.gz/,
    options: c10,
  },
  {
    what: "CIFAR-100: a fine label out of range",
    source: packed(
      "c.tar",
      () => tar(changed(cifar100Members(), /test\.bin/, () => ({ content: cifarRecord([0, 100], 0) }))),
    ),
    message: /test\.bin.*label 100\b/,
    options: { format: "cifar100" },
  },
  // IDX.
  {
    what: "IDX: a wrong magic number",
    source: idx(/train-images/, () => ({ content: "GIF89a and so on, long enough" })),
    message: /train-images-idx3-ubyte\.gz is not an IDX file .* begins with 47 49 46 38/,
  },
  {
    what: "IDX: numbers of another type",
    source: idx(/train-images/, () => ({ content: new Uint8Array([0, 0, 0x0d, 3, ...new Array(36).fill(0)]) })),
    message: /train-images.* should begin with 00 00 08 03 and begins with 00 00 0d 03/,
  },
  {
    what: "IDX: labels where images belong",
    source: idx(/train-images/, () => ({ content: writeIdx({ shape: [6], data: new Uint8Array(6) }) })),
    message: /train-images.* begins with 00 00 08 01/,
  },
  {
    what: "IDX: cut off",
    source: idx(/t10k-images/, (member) => ({ content: gzipSync(gunzipSync(bytesOf(member)).subarray(0, -1)) })),
    message: /t10k-images-idx3-ubyte\.gz is cut off: its shape \[3,2,3\] needs 18 bytes of values and it has 17/,
  },
  {
    what: "IDX: a header only in part",
    source: idx(/t10k-labels/, () => ({ content: gzipSync(new Uint8Array([0, 0, 8, 1, 0])) })),
    message: /t10k-labels-idx1-ubyte\.gz is cut off: an IDX header takes 8 bytes and it has 5/,
  },
  {
    what: "IDX: bytes after the end",
    source: idx(
      /t10k-labels/,
      (member) => ({ content: gzipSync(concat(gunzipSync(bytesOf(member)), new Uint8Array(2))) }),
    ),
    message: /t10k-labels-idx1-ubyte\.gz has bytes after its end/,
  },
  {
    what: "IDX: a huge declared size",
    source: idx(/train-images/, () => {
      const content = writeIdx({ shape: [1, 1, 1], data: new Uint8Array(1) });
      content.fill(255, 4, 16);
      return { content };
    }),
    message: /train-images.* says that it holds \[4294967295,4294967295,4294967295\]/,
  },
  {
    what: "IDX: counts that differ",
    source: idx(/train-labels/, () => ({ content: writeIdx({ shape: [5], data: new Uint8Array(5) }) })),
    message: /train-images\S* has 6 images and \S*train-labels\S* has 5 labels/,
  },
  {
    what: "IDX: a file missing",
    source: idx(/t10k-labels/, () => undefined),
    message: /lacks t10k-labels-idx1-ubyte\.gz/,
  },
  {
    what: "IDX: corrupted gzip",
    source: idx(/train-labels/, (member) => ({ content: bytesOf(member).slice(0, -5) })),
    message: /train-labels-idx1-ubyte\.gz cannot be unpacked/,
  },
  {
    what: "IDX: a test label that no training image has",
    source: idx(/t10k-labels/, () => ({ content: writeIdx({ shape: [3], data: new Uint8Array([0, 1, 7]) }) })),
    message: /t10k-labels\S* has the label 7/,
  },
  {
    what: "IDX: one class only",
    source: idx(/labels/, ({ name }) => {
      const count = name.startsWith("train") ? 6 : 3;
      return { content: writeIdx({ shape: [count], data: new Uint8Array(count) }) };
    }),
    message: /train-labels\S* has one class only/,
  },
  {
    what: "IDX: test images of another size",
    source: idx(/t10k-images/, () => ({ content: writeIdx({ shape: [3, 3, 3], data: new Uint8Array(27) }) })),
    message: /images of 2×3 pixels and \S*t10k-images\S* of 3×3/,
  },
]);
