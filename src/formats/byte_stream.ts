/** Files as streams of bytes. */
import type { FileHandle } from "../host/host.ts";

/** Bytes that come piece by piece. */
export type ByteStream = ReadableStream<Uint8Array<ArrayBuffer>>;

/**
 * The content of an open file, from its start; read only as fast as it is asked for.
 * @param pieceBytes how much is read at a time. What unpacks the stream holds all that a piece unpacks to at once, and
 *   gzip packs up to a thousand bytes into one: so pieces are small.
 */
export function streamFile(file: FileHandle, pieceBytes = 1 << 16): ByteStream {
  let offset = 0;
  return new ReadableStream({
    pull(controller) {
      const piece = new Uint8Array(Math.min(pieceBytes, file.size - offset));
      if (piece.length === 0) return controller.close();
      file.readInto(offset, piece);
      offset += piece.length;
      controller.enqueue(piece);
    },
  }, { highWaterMark: 0 });
}

/**
 * Passes a stream on and shows each piece to `look`, which ends the stream by an error when it throws.
 */
export function watchStream(source: ByteStream, look: (piece: Uint8Array<ArrayBuffer>) => void): ByteStream {
  const reader = source.getReader();
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await reader.read();
      if (done) return controller.close();
      try {
        look(value);
      } catch (error) {
        await reader.cancel(error).catch(() => {});
        throw error;
      }
      controller.enqueue(value);
    },
    cancel: (reason) => reader.cancel(reason),
  }, { highWaterMark: 0 });
}

/** The first bytes of a stream, at most `count`; the rest is not read. */
export async function startOfStream(source: ByteStream, count: number): Promise<Uint8Array<ArrayBuffer>> {
  const start = new Uint8Array(count);
  let done = 0;
  // Leaving the loop gives the source back.
  for await (const piece of source) {
    start.set(piece.subarray(0, count - done), done);
    done += Math.min(piece.length, count - done);
    if (done === count) break;
  }
  return start.subarray(0, done);
}
