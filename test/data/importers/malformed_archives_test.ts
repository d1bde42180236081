import { cifar10Members, colourJpeg, folderMembers, tar, tarGz, tinyMembers, zip } from "./fixtures.ts";
import { c10, folders, packed, pet, pets, refuseAll, tin } from "./malformed.ts";

refuseAll([
  // Archives.
  {
    what: "no such file",
    source: (shop) => Promise.resolve(`${shop.folder}/none`),
    message: /none: there is no such file/,
  },
  { what: "an empty file", source: packed("e.zip", () => new Uint8Array()), message: /e\.zip is empty/, options: c10 },
  { what: "an archive without members", source: packed("e.zip", () => zip([])), message: /e\.zip/, options: folders },
  {
    what: "a web page instead of the archive",
    source: packed("c.tar.gz", () => new TextEncoder().encode("<!DOCTYPE html><html>sign in</html>")),
    message: /c\.tar\.gz is a web page/,
    options: c10,
  },
  {
    what: "an .xz file",
    source: packed("c.tar.xz", () => new Uint8Array([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0, 1, 2, 3])),
    message: /c\.tar\.xz is an \.xz file/,
    hint: /[Uu]npack/,
    options: folders,
  },
  {
    what: "a truncated tar.gz",
    source: packed("c.tar.gz", () => {
      const bytes = tarGz(cifar10Members());
      return bytes.subarray(0, bytes.length / 2);
    }),
    message: /c\.tar\.gz .*(cut off|damaged)/,
    options: c10,
  },
  {
    what: "a truncated tar",
    source: packed("c.tar", () => tar(cifar10Members()).subarray(0, 20000)),
    message: /c\.tar/,
    options: c10,
  },
  {
    what: "a truncated zip",
    source: packed("t.zip", () => zip(tinyMembers()).slice(0, -40)),
    message: /t\.zip/,
    options: tin,
  },
  {
    what: "corrupted gzip",
    source: packed("c.tar.gz", () => {
      const bytes = tarGz(cifar10Members());
      bytes[bytes.length - 6] ^= 255;
      return bytes;
    }),
    message: /c\.tar\.gz .*(cut off|damaged)/,
    options: c10,
  },
  {
    what: "a damaged member of a zip",
    source: packed("f.zip", () => {
      const bytes = zip(folderMembers());
      bytes[200] ^= 255;
      return bytes;
    }),
    message: /f\.zip.*pets\/test\/dog\/1\.jpg/,
    options: folders,
  },
  {
    what: "a path that escapes",
    source: pets({ name: "../../outside.jpg", content: "x" }),
    message: /f\.tar.*outside\.jpg.*"\.\."/,
    options: folders,
  },
  {
    what: "an absolute path",
    source: pets({ name: "/etc/passwd.jpg", content: "x" }),
    message: /f\.tar.*passwd\.jpg.*absolute/,
    options: folders,
  },
  {
    what: "a link",
    source: pets({ name: "pets/train/cat/link.jpg", content: "/etc/passwd", type: "2" }),
    message: /f\.tar.*link\.jpg.*a link/,
    options: folders,
  },
  {
    what: "a link in a folder",
    source: async (shop) => {
      const folder = await shop.unpacked("f", folderMembers());
      await Deno.symlink("/etc/passwd", `${folder}/pets/train/cat/9.jpg`);
      return folder;
    },
    message: /cat\/9\.jpg.*link/,
    options: folders,
  },
  {
    what: "duplicate names",
    source: pets({ name: "./pets//train/cat/1.jpg", content: colourJpeg(8, [1, 1, 1]) }),
    message: /f\.tar.*cat\/1\.jpg.*two members/,
    options: folders,
  },
  {
    what: "a size beyond the end of the archive",
    source: pets({ name: "pets/train/cat/9.jpg", content: "x", declared: 2 ** 32 }),
    message: /f\.tar is cut off/,
    options: folders,
  },
  {
    what: "a huge declared size",
    source: pet(/cat\/1\.jpg/, () => ({ declared: 2 ** 31 })),
    message: /f\.zip.*cat\/1\.jpg.*2147483648 bytes/,
    options: folders,
  },
  {
    what: "a bomb",
    source: packed("c.zip", () => zip([{ name: "data_batch_1.bin", content: new Uint8Array(100 * 2 ** 20) }])),
    message: /c\.zip .*looks like a trap/,
    options: c10,
  },
  {
    what: "an encrypted zip",
    source: pet(/cat\/1\.jpg/, () => ({ encrypted: true })),
    message: /f\.zip.*encrypted/,
    options: folders,
  },
]);
