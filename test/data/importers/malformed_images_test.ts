import { CMYK_JPEG, colourJpeg, folderMembers, tar, zip } from "./fixtures.ts";
import { bytesOf, folders, packed, pet, pets, refuseAll, tin, tiny } from "./malformed.ts";

/** A JPEG that says it is of another size than it is. */
function declaring(width: number, height: number): Uint8Array {
  const bytes = colourJpeg(8, [1, 2, 3]).slice();
  for (let i = 2; i < bytes.length - 9; i++) {
    if (bytes[i] !== 0xff || bytes[i + 1] !== 0xc0) continue;
    new DataView(bytes.buffer).setUint16(i + 5, height);
    new DataView(bytes.buffer).setUint16(i + 7, width);
    return bytes;
  }
  throw new Error("no frame header");
}

refuseAll([
  // Tiny ImageNet.
  {
    what: "Tiny ImageNet: no wnids.txt",
    source: tiny(/wnids/, () => undefined),
    message: /t\.zip: wnids\.txt is missing/,
    options: tin,
  },
  {
    what: "Tiny ImageNet: no annotations",
    source: tiny(/annotations/, () => undefined),
    message: /t\.zip: val\/val_annotations\.txt is missing/,
    options: tin,
  },
  {
    what: "Tiny ImageNet: an annotation of an unknown class",
    source: tiny(/annotations/, () => ({ content: "val_1.JPEG\tn02\nval_0.JPEG\tn09\t0\n" })),
    message: /val_annotations\.txt, line 2: val_0\.JPEG is of class "n09"/,
    options: tin,
  },
  {
    what: "Tiny ImageNet: an annotation of no image",
    source: tiny(/annotations/, () => ({ content: "val_1.JPEG\tn02\nval_7.JPEG\tn02\n" })),
    message: /line 2: there is no image val\/images\/val_7\.JPEG/,
    options: tin,
  },
  {
    what: "Tiny ImageNet: an image without annotation",
    source: tiny(/annotations/, () => ({ content: "val_1.JPEG\tn02\n" })),
    message: /val\/images\/val_0\.JPEG has no line/,
    options: tin,
  },
  {
    what: "Tiny ImageNet: an image annotated twice",
    source: tiny(/annotations/, () => ({ content: "val_1.JPEG\tn02\nval_0.JPEG\tn01\nval_1.JPEG\tn01\n" })),
    message: /line 3: val_1\.JPEG is annotated a second time/,
    options: tin,
  },
  {
    what: "Tiny ImageNet: a folder of an unknown class",
    source: tiny(/wnids/, () => ({ content: "n02\nn03\n" })),
    message: /train\/n01 is a class that wnids\.txt has not got/,
    options: tin,
  },
  {
    what: "Tiny ImageNet: a class without images",
    source: tiny(/wnids/, () => ({ content: "n02\nn03\nn01\n" })),
    message: /class n03 of wnids\.txt has no image/,
    options: tin,
  },
  {
    what: "Tiny ImageNet: a class twice",
    source: tiny(/wnids/, () => ({ content: "n02\nn01\nn02\n" })),
    message: /wnids\.txt names class n02 twice/,
    options: tin,
  },
  {
    what: "a truncated JPEG",
    source: tiny(/n02_1/, (member) => ({ content: bytesOf(member).subarray(0, -30) })),
    message: /t\.zip: tiny-imagenet-200\/train\/n02\/images\/n02_1\.JPEG/,
    options: tin,
  },
  {
    what: "a CMYK JPEG",
    source: tiny(/n02_1/, () => ({ content: CMYK_JPEG })),
    message: /n02_1\.JPEG.*CMYK/,
    options: tin,
  },
  {
    what: "a JPEG that says it is huge",
    source: tiny(/n02_1/, () => ({ content: declaring(65500, 65500) })),
    message: /n02_1\.JPEG.*65500/,
    options: tin,
  },
  {
    what: "text in an image file",
    source: tiny(/n02_1/, () => ({ content: "hello" })),
    message: /n02_1\.JPEG/,
    options: tin,
  },
  // Image folders.
  {
    what: "images of different sizes",
    source: pet(/dog\/a/, () => ({ content: colourJpeg(16, [1, 2, 3]) })),
    message: /dog\/a\.jpg has 16×16 pixels, and \S+ has 8×8/,
    hint: /--size/,
    options: folders,
  },
  {
    what: "no test part",
    source: packed("f.zip", () => zip(folderMembers().filter(({ name }) => !name.includes("test")))),
    message: /f\.zip has no test part/,
    hint: /--test-fraction/,
    options: folders,
  },
  {
    what: "one class only",
    source: packed("f.zip", () => zip(folderMembers().filter(({ name }) => !name.includes("dog")))),
    message: /f\.zip has one class only \(cat\)/,
    options: folders,
  },
  {
    what: "a folder inside a class",
    source: pets({ name: "pets/train/cat/kittens/1.jpg", content: colourJpeg(8, [1, 1, 1]) }),
    message: /pets\/train\/cat\/kittens\/1\.jpg lies in a folder inside the folder of class "cat"/,
    options: folders,
  },
  {
    what: "an image in no class",
    source: pets({ name: "pets/train/1.jpg", content: colourJpeg(8, [1, 1, 1]) }),
    message: /pets\/train\/1\.jpg lies in no folder of a class/,
    options: folders,
  },
  {
    what: "a test class that is not trained on",
    source: pets({ name: "pets/test/fish/1.jpg", content: colourJpeg(8, [1, 1, 1]) }),
    message: /test\/fish is a class that train\/ has not got/,
    options: folders,
  },
  {
    what: "an image of another kind",
    source: pets({ name: "pets/train/cat/3.webp", content: "RIFF" }),
    message: /cat\/3\.webp is neither a JPEG nor a PNG/,
    options: folders,
  },
  {
    what: "no image at all",
    source: packed("f.tar", () => tar([{ name: "a.txt", content: "a" }])),
    message: /f\.tar has no image/,
    options: folders,
  },
  {
    what: "a test fraction beside a test part",
    source: pets(),
    message: /f\.tar has a test part of its own/,
    options: { ...folders, testFraction: 0.2 },
  },
]);
