/** Images against the pixels that Pillow reads from the same files (`test/golden/images/make.py`). */
import { strict as assert } from "node:assert";
import { crc32 } from "node:zlib";
import fc from "fast-check";
import { encode } from "fast-png";
import { UserError } from "../../src/errors.ts";
import { centreCrop, decodeImage, type Image, resizeShort, toPlanes } from "../../src/formats/image.ts";
import { readSafetensors } from "../../src/formats/safetensors.ts";
import { bytesOf } from "./archives.ts";

const FOLDER = new URL("../golden/images/", import.meta.url);
const read = (name: string) => Deno.readFileSync(new URL(name, FOLDER));
const { tensors } = readSafetensors(read("pixels.safetensors"));

function golden(name: string): { shape: number[]; data: Uint8Array } {
  const tensor = tensors.get(name);
  assert(tensor?.dtype === "U8", name);
  return { shape: tensor.shape, data: tensor.data };
}

/** The largest difference of two images of one shape. */
function difference(image: Image, name: string): number {
  const { shape, data } = golden(name);
  assert.deepEqual([image.height, image.width, ...(image.channels === 3 ? [3] : [])], shape, name);
  assert.equal(image.data.length, data.length);
  return data.reduce((most, value, i) => Math.max(most, Math.abs(value - image.data[i])), 0);
}

function refuses(act: () => unknown, pattern: RegExp): void {
  assert.throws(act, (error: unknown) => {
    assert(error instanceof UserError, String(error instanceof Error ? error.stack : error));
    assert.match(error.message, pattern);
    assert(!error.message.includes("\n"));
    return true;
  });
}

const JPEGS = [...tensors.keys()].filter((name) => name.endsWith(".jpg"));
const PNGS = [...tensors.keys()].filter((name) => name.endsWith(".png"));

Deno.test("JPEG: every sampling, progressive, grey and RGB as Pillow reads them, up to rounding", () => {
  assert.equal(JPEGS.length, 10);
  for (const name of JPEGS) {
    const most = difference(decodeImage(read(name), name), name);
    // The two decoders round their cosine transforms differently: one level in luma, two in a colour.
    assert(most <= (name.startsWith("grey") ? 1 : 3), `${name}: ${most}`);
  }
});

Deno.test("PNG: grey, colour, palette, 1 to 16 bits, exactly as Pillow reads them", () => {
  assert.equal(PNGS.length, 10);
  for (const name of PNGS) assert.equal(difference(decodeImage(read(name), name), name), 0, name);
});

Deno.test("what is not opaque, not 8 bits of grey or colour, or no image is refused by one message", () => {
  const decode = (name: string) => () => decodeImage(read(name), name);
  refuses(decode("cmyk.jpg"), /^cmyk\.jpg: a CMYK JPEG image is not read here/);
  refuses(decode("transparent.png"), /^transparent\.png: .*transparent pixels/);
  refuses(decode("transparent-palette.png"), /transparent pixels/);
  refuses(decode("key-used.png"), /transparent pixels/);
  const cases: [Uint8Array | string, RegExp][] = [
    ["", /^x is empty: JPEG and PNG/],
    ["GIF89a", /^x is a GIF image/],
    ["RIFF1234WEBPVP8 ", /^x is a WebP image/],
    ["II*\0", /^x is a TIFF image/],
    ["BM12", /^x looks like a BMP image/],
    ["<html>", /^x is no image that is known here/],
  ];
  for (const [content, pattern] of cases) refuses(() => decodeImage(bytesOf(content), "x"), pattern);
});

Deno.test("an image that ends early is refused, wherever it ends", () => {
  for (const name of ["420.jpg", "progressive.jpg", "restart.jpg", "grey.jpg", "colour.png", "palette16.png"]) {
    const whole = read(name);
    for (let length = 4; length < whole.length; length++) {
      refuses(() => decodeImage(whole.slice(0, length), name), length < 8 ? /./ : /is (cut off|damaged)/);
    }
  }
});

Deno.test("JPEG: an early end mark, missing scans, sizes that the data cannot fill", () => {
  const whole = read("420.jpg");
  const short = new Uint8Array([...whole.slice(0, -100), 0xff, 0xd9]);
  refuses(() => decodeImage(short, "x.jpg"), /^x\.jpg: the JPEG image is damaged: unexpected marker/);
  // A progressive image without its last scan is only coarser: the decoder would not notice.
  const progressive = read("progressive.jpg");
  const last = progressive.findLastIndex((byte, i) => byte === 0xff && progressive[i + 1] === 0xda);
  const coarse = new Uint8Array([...progressive.slice(0, last), 0xff, 0xd9]);
  refuses(() => decodeImage(coarse, "x.jpg"), /a part of its scans is missing/);
  const frame = whole.findIndex((byte, i) => byte === 0xff && whole[i + 1] === 0xc0);
  const changed = (offset: number, ...values: number[]) => {
    const copy = whole.slice();
    copy.set(values, frame + offset);
    return () => decodeImage(copy, "x.jpg");
  };
  refuses(changed(5, 0xff, 0xff, 0xff, 0xff), /65535×65535 pixels, more than 64 million/);
  refuses(changed(5, 0x0f, 0xff, 0x0f, 0xff), /cannot hold 4095×4095 pixels/);
  refuses(changed(5, 0, 0), /its size is 37×0/);
  refuses(changed(4, 12), /a JPEG image of 12 bits is not read/);
  refuses(changed(1, 0xc9), /arithmetic coding/);
  refuses(changed(1, 0xc3), /lossless/);
});

Deno.test("PNG: changed bytes, missing palette, sizes that the data cannot fill", () => {
  const whole = read("colour.png");
  const changed = (offset: number, ...values: number[]) => {
    const copy = whole.slice();
    copy.set(values, offset);
    return () => decodeImage(copy, "x.png");
  };
  refuses(changed(100, whole[100] ^ 1), /^x\.png: the PNG image is damaged: /);
  refuses(changed(16, 0xff), /more than 64 million/);
  refuses(changed(16, 0, 0, 0, 0), /its size is 0×29/);
  refuses(changed(18, 0x0f, 0xff, 0, 0, 0x0f, 0xff), /cannot hold 4095×4095 pixels/);
  const noise = Uint8Array.from({ length: 30_000 }, (_, i) => (i * i * 7919) >> 5);
  const large = encode({ width: 100, height: 100, data: noise, channels: 3 });
  large.set([0, 0, 0, 1, 0, 0, 0, 1], 16);
  refuses(() => decodeImage(large, "x.png"), /too many for 1×1/);
  refuses(changed(28, 1), /damaged|not read/);
});

Deno.test("PNG: interlaced as written by a library", () => {
  const data = Uint8Array.from({ length: 13 * 11 * 3 }, (_, i) => (i * 37) % 256);
  const bytes = encode({ width: 13, height: 11, data, channels: 3 }, { interlace: "Adam7" });
  assert.deepEqual(decodeImage(bytes, "x.png"), { width: 13, height: 11, channels: 3, data });
});

Deno.test("planes: colour apart, grey three times, colour to grey as Pillow", () => {
  const colour = decodeImage(read("colour.png"), "colour.png");
  const size = colour.width * colour.height;
  const planes = toPlanes(colour, 3);
  for (const i of [0, 1, 500, size - 1]) {
    assert.deepEqual([planes[i], planes[size + i], planes[2 * size + i]], [...colour.data.subarray(3 * i, 3 * i + 3)]);
  }
  assert.deepEqual(toPlanes(colour, 1), golden("to-grey").data);
  const grey = decodeImage(read("grey.png"), "grey.png");
  assert.deepEqual(toPlanes(grey, 1), new Uint8Array(grey.data));
  assert.deepEqual(toPlanes(grey, 3), new Uint8Array([...grey.data, ...grey.data, ...grey.data]));
});

Deno.test("resizing gives Pillow's bytes, smaller and larger, wide and tall, colour and grey", () => {
  const colour = decodeImage(read("colour.png"), "colour.png");
  const grey = decodeImage(read("grey.png"), "grey.png");
  const { width, height, data } = colour;
  const tall = new Uint8Array(data.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      tall.set(data.subarray(3 * (y * width + x), 3 * (y * width + x) + 3), 3 * (x * height + y));
    }
  }
  for (const size of [7, 16, 29, 64]) {
    assert.equal(difference(resizeShort(colour, size), `short-${size}`), 0, `short-${size}`);
    assert.equal(difference(resizeShort(grey, size), `short-${size}-grey`), 0, `short-${size}-grey`);
    const turned: Image = { width: height, height: width, channels: 3, data: tall };
    assert.equal(difference(resizeShort(turned, size), `tall-${size}`), 0, `tall-${size}`);
  }
  refuses(
    () => resizeShort({ width: 1, height: 60_000, channels: 1, data: new Uint8Array(60_000) }, 224, "x.png"),
    /^x\.png: 1×60000 pixels are too narrow/,
  );
});

Deno.test("the crop in the middle is at Pillow's place", () => {
  const colour = decodeImage(read("colour.png"), "colour.png");
  for (const size of [16, 20, 29]) {
    assert.equal(difference(centreCrop(colour, size), `crop-${size}`), 0, `crop-${size}`);
  }
  assert.throws(() => centreCrop(colour, 30), RangeError);
});

/** Makes the checksums of a PNG right again, so that damage goes deeper. */
function repairSums(bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer);
  for (let at = 8; at + 12 <= bytes.length;) {
    const end = at + 8 + view.getUint32(at);
    if (end + 4 > bytes.length) return;
    view.setUint32(end, crc32(bytes.subarray(at + 4, end)));
    at = end + 4;
  }
}

Deno.test("damage anywhere gives an image or one clear message, never anything else", () => {
  const whole = [...JPEGS, ...PNGS, "cmyk.jpg", "transparent.png"].map((name) => read(name));
  const changes = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 })), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(fc.constantFrom(...whole), changes, fc.nat(), fc.boolean(), (content, flips, cut, cuts) => {
      const copy = content.slice(0, cuts ? cut % content.length : undefined);
      for (const [place, bits] of flips) if (copy.length > 0) copy[place % copy.length] ^= bits;
      if (copy[1] === 0x50) repairSums(copy);
      try {
        const { width, height, channels, data } = decodeImage(copy, "x.img");
        assert.equal(data.length, width * height * channels);
      } catch (error) {
        assert(error instanceof UserError, String(error instanceof Error ? error.stack : error));
        assert(error.message.startsWith("x.img"), error.message);
      }
    }),
    { numRuns: 1000, seed: 3 },
  );
});
