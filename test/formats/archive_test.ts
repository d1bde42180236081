import { strict as assert } from "node:assert";
import fc from "fast-check";
import { packTar } from "modern-tar";
import { UserError } from "../../src/errors.ts";
import { type ArchiveEntry, type ArchiveLimits, openArchive } from "../../src/formats/archive.ts";
import { gzip } from "../../src/formats/gzip.ts";
import { createDenoHost } from "../../src/host/deno.ts";
import { createMemoryFiles } from "../../src/host/memory_files.ts";
import { bytesOf, join, makeTar, makeZip, paxMember, tarMember } from "./archives.ts";

const LIMITS: ArchiveLimits = { entries: 100, entryBytes: 1 << 20, totalBytes: 4 << 20 };
type Content = Uint8Array<ArrayBuffer>;

async function open(content: Content, limits = LIMITS, path = "/in/data.bin") {
  const files = createMemoryFiles();
  await files.makeDirectory("/in");
  await files.writeFile(path, content);
  return openArchive(files, path, limits);
}

/** Names and contents of everything in an archive. */
async function readAll(content: Content, limits = LIMITS): Promise<[string, string][]> {
  const archive = await open(content, limits);
  try {
    const all: [string, string][] = [];
    for await (const entry of archive.entries()) all.push([entry.name, new TextDecoder().decode(await entry.read())]);
    return all;
  } finally {
    await archive.close();
  }
}

async function refuses(act: Promise<unknown>, pattern: RegExp, hint?: RegExp): Promise<void> {
  await assert.rejects(act, (error: unknown) => {
    assert(error instanceof UserError, String(error instanceof Error ? error.stack : error));
    assert.match(error.message, pattern);
    assert(!error.message.includes("\n"));
    if (hint) assert.match(error.hint ?? "", hint);
    return true;
  });
}

const TREE = [
  { name: "set/", type: "5" },
  { name: "./set/b.txt", content: "second" },
  { name: "set/a.txt", content: "first" },
  { name: "set//deep/./c.txt", content: "x".repeat(100_000) },
  { name: "set/empty", content: "" },
];
const FILES: [string, string][] = [
  ["set/b.txt", "second"],
  ["set/a.txt", "first"],
  ["set/deep/c.txt", "x".repeat(100_000)],
  ["set/empty", ""],
];
const treeZip = (method: number) =>
  makeZip(
    ...TREE.map(({ name, content }) => ({ name, content, method, ...(name.endsWith("/") && { mode: 0o40755 }) })),
  );

Deno.test("tar, tar.gz and zip give the same files, told by content and not by name", async () => {
  const tar = makeTar(...TREE);
  const kinds: [string, Content][] = [
    ["tar", tar],
    ["tar.gz", await gzip(tar)],
    ["zip", treeZip(0)],
    ["zip", treeZip(8)],
  ];
  for (const [kind, content] of kinds) {
    assert.equal((await open(content)).kind, kind);
    assert.deepEqual(await readAll(content), FILES, kind);
  }
});

Deno.test("entries that nobody reads are passed over, and the archive can be gone through again", async () => {
  const tar = makeTar(...TREE);
  for (const content of [tar, await gzip(tar), treeZip(8)]) {
    const archive = await open(content);
    for (let round = 0; round < 2; round++) {
      const names: string[] = [];
      const sizes: number[] = [];
      for await (const { name, size } of archive.entries()) {
        names.push(name);
        sizes.push(size);
      }
      assert.deepEqual(names, FILES.map(([name]) => name));
      assert.deepEqual(sizes, FILES.map(([, text]) => text.length));
    }
    for await (const entry of archive.entries()) {
      if (entry.name.endsWith("a.txt")) assert.equal((await entry.read()).length, 5);
      if (entry.name.endsWith("a.txt")) break;
    }
    await archive.close();
  }
});

Deno.test("an entry is read once, while it is the current one, and only up to the limit that its reader gives", async () => {
  for (const content of [makeTar(...TREE), treeZip(8)]) {
    const archive = await open(content);
    let last: ArchiveEntry | undefined;
    for await (const entry of archive.entries()) {
      if (last) await assert.rejects(last.read(), /cannot be read/);
      if (entry.name.endsWith("c.txt")) {
        await refuses(entry.read(99_999), /member "set\/deep\/c.txt": it has 100000 bytes/);
      }
      if (entry.name.endsWith("a.txt")) {
        assert.equal((await entry.read(5)).length, 5);
        await assert.rejects(entry.read(5), /cannot be read/);
      }
      last = entry;
    }
    await archive.close();
  }
});

Deno.test("long names by pax, by GNU and by prefix, and what a library packs", async () => {
  const long = `train/${"n".repeat(150)}/${"i".repeat(120)}.JPEG`;
  const gnu = tarMember({ name: "././@LongLink", type: "L", content: `${long}\0` });
  for (const head of [paxMember({ path: long, mtime: "1.5" }), gnu]) {
    assert.deepEqual(await readAll(makeTar(head, { name: long, content: "a" }, { name: "b", content: "b" })), [
      [long, "a"],
      ["b", "b"],
    ]);
  }
  const packed = await packTar([
    { header: { name: long, size: 1, type: "file" }, body: "a" },
    { header: { name: `${"p".repeat(90)}/${"q".repeat(50)}`, size: 2, type: "file" }, body: "bc" },
  ]);
  assert.deepEqual(await readAll(packed), [[long, "a"], [`${"p".repeat(90)}/${"q".repeat(50)}`, "bc"]]);
});

Deno.test("what macOS adds is left out", async () => {
  const members = ["a/1.png", "a/._1.png", "__MACOSX/a/1.png", ".DS_Store", "a/.DS_Store"].map((name) => ({ name }));
  assert.deepEqual(await readAll(makeTar(...members)), [["a/1.png", ""]]);
  assert.deepEqual(await readAll(makeZip(...members)), [["a/1.png", ""]]);
});

Deno.test("names that lead out of the archive, and names twice, are refused by one message", async () => {
  const cases: [string[], RegExp][] = [
    [["/etc/passwd"], /data\.bin: member "\/etc\/passwd": its name is an absolute path/],
    [["a/../../b"], /member "a\/\.\.\/\.\.\/b": its name has a "\.\." part/],
    [[".."], /"\.\." part/],
    [["a\\..\\b"], /backslash/],
    [["C:/b"], /begins with a drive/],
    [["c:b"], /begins with a drive/],
    [["a", "b", "./a"], /member "\.\/a": there are two members of that name/],
    [["."], /a file without a name/],
  ];
  for (const [names, pattern] of cases) {
    const members = names.map((name) => ({ name, content: "x" }));
    await refuses(readAll(makeTar(...members)), pattern);
    await refuses(readAll(await gzip(makeTar(...members))), pattern);
    await refuses(readAll(makeZip(...members)), pattern);
  }
  await refuses(readAll(makeZip({ name: "a\0.png" })), /member "a\\u0000\.png": its name has a NUL/);
  await refuses(readAll(makeTar(paxMember({ path: "../x" }), { name: "x" })), /"\.\." part/);
  await refuses(readAll(makeTar({ name: "../folder/", type: "5" })), /"\.\." part/);
});

Deno.test("links, devices and packed or encrypted strangely are refused", async () => {
  const link = /member "l": it is a link, and only files and folders are read/;
  await refuses(readAll(makeTar({ name: "l", type: "2", link: "/etc/passwd" })), link);
  await refuses(readAll(makeTar({ name: "l", type: "1", link: "a" })), link);
  await refuses(readAll(makeTar({ name: "tty", type: "3" })), /it is neither a file nor a folder/);
  await refuses(readAll(makeTar({ name: "pipe", type: "6" })), /it is neither a file nor a folder/);
  await refuses(readAll(makeZip({ name: "l", content: "/etc/passwd", mode: 0o120777 })), link);
  await refuses(readAll(makeZip({ name: "tty", mode: 0o20644 })), /it is neither a file nor a folder/);
  await refuses(readAll(makeZip({ name: "secret", flags: 1, content: "abc" })), /member "secret": it is encrypted/);
  await refuses(readAll(makeZip({ name: "a", method: 14, content: "abc" })), /packed by method 14/);
  const sparse = paxMember({ "GNU.sparse.major": "1", "GNU.sparse.minor": "0" });
  await refuses(readAll(makeTar(sparse, { name: "s", content: "x" })), /stored with holes/);
});

Deno.test("more members or bytes than expected end the reading, declared or real", async () => {
  const many = Array.from({ length: 101 }, (_, i) => ({ name: `${i}`, content: "x" }));
  const large = { name: "large", content: new Uint8Array((1 << 20) + 1) };
  const five = Array.from({ length: 5 }, (_, i) => ({ name: `${i}`, content: new Uint8Array(1 << 20) }));
  for (const pack of [makeTar, makeZip]) {
    await refuses(readAll(pack(...many)), /data\.bin has more than 100 members/);
    await refuses(readAll(pack(large)), /member "large": it has 1048577 bytes, and 1048576 are the most/);
    await refuses(readAll(pack(...five)), /unpacks to more than 4194304 bytes/);
    await refuses(readAll(pack({ name: "huge", size: 2 ** 31 })), /member "huge": it has 2147483648 bytes/);
  }
  const wide = { entries: 100, entryBytes: 2 ** 33, totalBytes: 2 ** 34 };
  await refuses(readAll(makeTar({ name: "huge", size: 2 ** 31 }), wide), /says it has 2147483648 bytes, more than/);
  await refuses(readAll(await gzip(makeTar({ name: "huge", size: 2 ** 31 })), wide), /looks like a trap/);
  await refuses(readAll(makeZip({ name: "huge", size: 2 ** 31 }), wide), /looks like a trap/);
  await refuses(readAll(makeZip({ name: "huge", size: 2 ** 20 }), wide), /0 packed bytes|2 packed bytes cannot hold/);
  await refuses(readAll(makeZip({ name: "a", size: 5, content: "123456789" })), /member "a": .*cut off or damaged/);
  await refuses(readAll(makeZip({ name: "a", size: 50, content: "123456789" })), /member "a": /);
});

Deno.test("a gzip file that unpacks without end is left early", async () => {
  // 80 MiB of long names that belong to no member, in 80 kB.
  const block = tarMember({ name: "x", type: "L", content: new Uint8Array(1 << 20).fill(65) });
  const bomb = await gzip(join(makeTar().subarray(0, 0), ...Array.from({ length: 80 }, () => block)));
  const wide = { entries: 100_000, entryBytes: 2 ** 33, totalBytes: 2 ** 34 };
  await refuses(readAll(bomb, wide), /looks like a trap/, /unpack it yourself/);
  await refuses(readAll(bomb), /unpacks to more than/);
});

Deno.test("truncated, changed and foreign files are refused by one message", async () => {
  const tar = makeTar(...TREE);
  const packed = await gzip(tar);
  await refuses(readAll(tar.slice(0, 3000)), /is cut off at or after its member ".\/set\/b\.txt"|is cut off/);
  await refuses(readAll(tar.slice(0, -1024)), /is cut off/);
  await refuses(readAll(packed.slice(0, -5)), /cut off or damaged/);
  await refuses(readAll(packed.slice(0, packed.length >> 1)), /cut off or damaged/);
  await refuses(readAll(packed.slice(0, 12)), /cut off or damaged/);
  const wrongSum = packed.slice();
  wrongSum[wrongSum.length - 6] ^= 1;
  await refuses(readAll(wrongSum), /cut off or damaged/);
  const wrongHeader = tar.slice();
  wrongHeader[512 + 3] ^= 1;
  await refuses(readAll(wrongHeader), /is damaged .*checksum/);
  await refuses(readAll(join(tar, bytesOf("something more"))), /is damaged/);
  const zip = treeZip(8);
  await refuses(readAll(zip.slice(0, -10)), /zip archive that is cut off or damaged/);
  await refuses(readAll(zip.slice(0, 200)), /zip archive that is cut off or damaged/);
  await refuses(readAll(zip.slice(100)), /data\.bin is not an archive/);
  await refuses(readAll(makeZip({ name: "a", content: "abc", crc: 1 })), /member "a": it is cut off or damaged: .*CRC/);
  await refuses(readAll(makeZip({ name: "a", content: "abc", crc: 1, method: 0 })), /member "a": .*CRC/);
});

Deno.test("what is no archive is called by its name, with what to do", async () => {
  const cases: [Uint8Array | string, RegExp, RegExp][] = [
    [new Uint8Array([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0, 0]), /data\.bin is an \.xz file/, /Unpack it first/],
    ["BZh91AY", /is a \.bz2 file/, /Unpack it first/],
    [new Uint8Array([0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c]), /is a \.7z archive/, /Unpack it first/],
    ["Rar!\x1a\x07\x01", /is a \.rar archive/, /Unpack it first/],
    [new Uint8Array([0x28, 0xb5, 0x2f, 0xfd]), /is a \.zst file/, /Unpack it first/],
    ["\n <!DOCTYPE html><html>", /is a web page/, /download it again/],
    ["<html><body>404", /is a web page/, /download it again/],
    ["", /is empty/, /download/],
    ["a,b,c\n1,2,3\n", /is not an archive/, /folder, \.tar, \.tar\.gz or \.zip/],
    [new Uint8Array(10_240), /is not an archive/, /folder/],
    [await gzip(bytesOf("a,b\n1,2\n")), /is a gzip file with something else than a tar archive/, /Unpack it/],
  ];
  for (const [content, pattern, hint] of cases) await refuses(open(bytesOf(content)), pattern, hint);
  await refuses(openArchive(createMemoryFiles(), "/none.zip", LIMITS), /cannot read \/none\.zip: there is no such/);
});

Deno.test("a folder: sorted, without links; a limit counts what is read", async () => {
  const host = createDenoHost();
  const folder = await Deno.makeTempDir();
  await host.makeDirectory(`${folder}/b/deep`);
  for (const name of ["b/deep/2.txt", "b/1.txt", "a.txt", ".DS_Store"]) await host.writeFile(`${folder}/${name}`, name);
  const archive = await openArchive(host, folder, LIMITS);
  assert.equal(archive.kind, "folder");
  const names: string[] = [];
  for await (const entry of archive.entries()) {
    assert.equal(new TextDecoder().decode(await entry.read()), entry.name);
    names.push(entry.name);
  }
  assert.deepEqual(names, ["a.txt", "b/1.txt", "b/deep/2.txt"]);
  const consume = async (path: string, limits: ArchiveLimits) => {
    for await (const entry of (await openArchive(host, path, limits)).entries()) await entry.read();
  };
  await refuses(consume(folder, { ...LIMITS, entryBytes: 6 }), /member "b\/1\.txt": it has 7 bytes, and at most 6/);
  await refuses(consume(folder, { ...LIMITS, totalBytes: 15 }), /more than 15 bytes/);
  await refuses(consume(folder, { ...LIMITS, entries: 3 }), /more than 3 members/);
  // The folder itself may be a link; what is inside may not, not even one to a place inside.
  await Deno.symlink(folder, `${folder}-link`);
  await consume(`${folder}-link`, LIMITS);
  await Deno.symlink(`${folder}/b`, `${folder}/c`);
  await refuses(consume(folder, LIMITS), /member "c": it is a link/);
  await Deno.remove(`${folder}-link`);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("the file is closed with the archive, and after a refusal at once", async () => {
  const files = createMemoryFiles();
  await files.makeDirectory("/in");
  await files.writeFile("/in/a", makeTar(...TREE));
  await files.writeFile("/in/b", "none");
  let openFiles = 0;
  const counting = {
    ...files,
    openFile: async (path: string) => {
      const file = await files.openFile(path);
      openFiles++;
      return { ...file, close: () => void openFiles-- };
    },
  };
  const archive = await openArchive(counting, "/in/a", LIMITS);
  assert.equal(openFiles, 1);
  await archive.close();
  assert.equal(openFiles, 0);
  await assert.rejects(openArchive(counting, "/in/b", LIMITS));
  assert.equal(openFiles, 0);
});

Deno.test("damage anywhere gives a result or one clear message, never anything else", async () => {
  const tar = makeTar(...TREE.slice(0, 3), paxMember({ path: "p/q" }), { name: "x", content: "pax" });
  const whole = [tar, await gzip(tar), makeZip(...TREE.slice(1, 3), { name: "x", content: "y", method: 0 })];
  const attempt = async (content: Content) => {
    try {
      await readAll(content);
    } catch (error) {
      assert(error instanceof UserError, String(error instanceof Error ? error.stack : error));
      assert(error.message.startsWith("/in/data.bin"), error.message);
    }
  };
  const flips = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 })), { maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...whole), flips, fc.nat(), fc.boolean(), async (content, changes, cut, cuts) => {
      const copy = content.slice(0, cuts ? cut % content.length : undefined);
      for (const [place, bits] of changes) if (copy.length > 0) copy[place % copy.length] ^= bits;
      await attempt(copy);
    }),
    { numRuns: 400, seed: 1 },
  );
  const starts = fc.constantFrom([], [0x1f, 0x8b, 8], [0x50, 0x4b, 3, 4], [0x50, 0x4b, 5, 6]);
  await fc.assert(
    fc.asyncProperty(starts, fc.uint8Array({ maxLength: 700 }), async (start, rest) => {
      await attempt(join(new Uint8Array(start), rest));
    }),
    { numRuns: 100, seed: 2 },
  );
});
