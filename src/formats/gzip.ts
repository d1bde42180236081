/** Gzip through the streams that Deno and browsers have built in. */
import { UserError } from "../errors.ts";
import type { ByteStream } from "./byte_stream.ts";

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
    throw damaged(file, cause);
  }
}

/**
 * Unpacks a gzip file piece by piece; nothing of it is kept.
 * @param file how messages call the data, normally its path
 * @returns a stream that ends with a UserError when the data end early, go on behind their end, or fail gzip's checksum.
 *   What came before has then been read already: it counts only when the stream has closed.
 */
export function gunzipStream(source: ByteStream, file = "gzip data"): ByteStream {
  const reader = source.pipeThrough(new DecompressionStream("gzip")).getReader();
  return new ReadableStream({
    async pull(controller) {
      try {
        const { done, value } = await reader.read();
        if (done) controller.close();
        else controller.enqueue(value);
      } catch (cause) {
        // The source's own errors come through here as well.
        throw cause instanceof UserError ? cause : damaged(file, cause);
      }
    },
    cancel: (reason) => reader.cancel(reason),
  }, { highWaterMark: 0 });
}

function damaged(file: string, cause: unknown): UserError {
  return new UserError(`${file} cannot be unpacked: it is a gzip file that is cut off or damaged`, {
    hint: "Copy or download the file again.",
    cause,
  });
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
