/** Image files to pixels: JPEG and PNG, told by content. The libraries are large: import this where images are read. */
import { UserError } from "../errors.ts";
import { decodeJpeg } from "./jpeg.ts";
import { type Image } from "./pixels.ts";
import { decodePng, isPng } from "./png.ts";

export { type Image, toPlanes } from "./pixels.ts";
export { centreCrop, resizeShort } from "./resize.ts";

/**
 * Reads a JPEG or PNG image: grey to one channel, everything else to three.
 * @param file how messages call the image
 * @throws UserError for damage, truncation, CMYK, transparency, and for what is no such image
 */
export function decodeImage(bytes: Uint8Array, file: string): Image {
  if (isPng(bytes)) return decodePng(bytes, file);
  if (bytes[0] === 0xff && bytes[1] === 0xd8) return decodeJpeg(bytes, file);
  const start = new TextDecoder("latin1").decode(bytes.subarray(0, 12));
  const what = bytes.length === 0
    ? "is empty"
    : start.startsWith("GIF8")
    ? "is a GIF image"
    : start.startsWith("RIFF") && start.endsWith("WEBP")
    ? "is a WebP image"
    : start.startsWith("BM")
    ? "looks like a BMP image"
    : start.startsWith("II*\0") || start.startsWith("MM\0*")
    ? "is a TIFF image"
    : "is no image that is known here";
  throw new UserError(`${file} ${what}: JPEG and PNG are read`, { hint: "Convert it to JPEG or PNG." });
}
