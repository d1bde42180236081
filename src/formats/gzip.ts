/** Gzip through the streams that Deno and browsers have built in. */
import { UserError } from "../errors.ts";

/** Whether `bytes` begin like a gzip file. */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes.length >= 2 && bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/**
 * Unpacks a gzip file.
 * @param file how messages call the data, normally its path
 * @throws UserError when the data are no gzip file, end early, or fail gzip's own checksum
 */
export async function gunzip(bytes: Uint8Array<ArrayBuffer>, file = "gzip data"): Promise<Uint8Array<ArrayBuffer>> {
  if (!isGzip(bytes)) {
    throw new UserError(`${file} is not a gzip file: it should begin with the bytes 1f 8b`);
  }
  try {
    return await through(bytes, new DecompressionStream("gzip"));
  } catch (cause) {
    throw new UserError(`${file} cannot be unpacked: it is a gzip file that is cut off or damaged`, {
      hint: "Copy or download the file again.",
      cause,
    });
  }
}

/** Packs `bytes` at the platform's usual level. */
export function gzip(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  return through(bytes, new CompressionStream("gzip"));
}

async function through(
  bytes: Uint8Array<ArrayBuffer>,
  stream: CompressionStream | DecompressionStream,
): Promise<Uint8Array<ArrayBuffer>> {
  const body = new Blob([bytes]).stream().pipeThrough(stream);
  return new Uint8Array(await new Response(body).arrayBuffer());
}
