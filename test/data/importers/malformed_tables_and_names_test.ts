import { cifar10Members, csvText, idxMembers, tar, tarGz } from "./fixtures.ts";
import { folders, packed, pets, refuseAll, table } from "./malformed.ts";

refuseAll([
  // Tables.
  { what: "CSV: a ragged row", source: table(csvText() + "1,red\n"), message: /t\.csv.*line 22/ },
  {
    what: "CSV: no such column",
    source: table(csvText()),
    message: /t\.csv has no column "health"/,
    hint: /age, colour, ill/,
    options: { label: "health" },
  },
  {
    what: "CSV: a missing value",
    source: table(csvText() + ",red,no\n"),
    message: /t\.csv, line 22: column age has no value/,
  },
  {
    what: "CSV: NaN",
    source: table(csvText() + "NaN,red,no\n"),
    message: /t\.csv, line 22: column age has no value \("NaN"\)/,
  },
  {
    what: "CSV: a word among numbers",
    source: table(csvText() + "old,red,no\n"),
    message: /line 22: column age has "old" among numbers/,
  },
  {
    what: "CSV: too large for float32",
    source: table(csvText() + "1e39,red,no\n"),
    message: /line 22: column age has 1e39, which is too large/,
  },
  {
    what: "CSV: free text",
    source: table("text,ill\n" + Array.from({ length: 80 }, (_, i) => `word${i},${i % 2}\n`).join("")),
    message: /column text has|"word0": the column has 80 different words/,
  },
  { what: "CSV: one class only", source: table("a,b\n1,x\n2,x\n3,x\n"), message: /column b has one class only/ },
  {
    what: "CSV: numbers to be predicted",
    source: table(csvText()),
    message: /column age has 20 different values in 20 rows/,
    options: { label: "age" },
  },
  { what: "CSV: a header and no row", source: table("a,b\n"), message: /t\.csv/ },
  {
    what: "CSV: no text",
    source: packed("t.csv", () => new Uint8Array([0xff, 0xfe, 0, 1])),
    message: /t\.csv is not UTF-8/,
  },
  // Known names.
  {
    what: "a known name: an archive of another size",
    name: "cifar10",
    source: packed("c.tar.gz", () => tarGz(cifar10Members())),
    message:
      /c\.tar\.gz is not cifar-10-binary\.tar\.gz of CIFAR-10: expected 170052171 bytes with SHA-256 c4a38c50\w+, found \d+ bytes$/,
    hint: /a name of their own.*--format cifar10/,
  },
  {
    what: "a known name: a folder of other counts",
    name: "cifar10",
    source: (shop) => shop.unpacked("c", cifar10Members()),
    message: /is not CIFAR-10: expected train images: 50000, found 15/,
    hint: /a name of their own/,
  },
  {
    what: "a known name: other files in the same layout",
    name: "fashion-mnist",
    source: (shop) => shop.unpacked("i", idxMembers()),
    message:
      /train-images\S* is not that of Fashion-MNIST: unpacked it should have 47040016 bytes with SHA-256 c59f468a/,
    hint: /a name of their own.*--format idx/,
  },
  {
    what: "a known name: another format",
    name: "cifar10",
    source: pets(),
    message: /has the format cifar10, not image-folder/,
    options: folders,
  },
  {
    what: "a known name: changed",
    name: "tiny-imagenet",
    source: pets(),
    message: /size cannot be chosen/,
    options: { size: 32 },
  },
  { what: "a name that is no folder's", name: "../x", source: pets(), message: /"\.\.\/x" cannot be the name/ },
  {
    what: "a format that nothing tells",
    source: packed("f.tar", () => tar([{ name: "a.txt", content: "a" }])),
    message: /nothing in it tells what format/,
    hint: /--format/,
  },
]);
