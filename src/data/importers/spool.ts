/**
 * Samples that arrive in the order of an archive and are kept in another. They are written as they come, so that memory
 * holds one at a time, and put in order at the end where the archive had not got them in order.
 */
import type { ImportSession, SampleWriter } from "./session.ts";

/** The samples of one part of a data set on their way to `<part>-images.bin`. */
export class Spool {
  readonly #places: number[] = [];

  private constructor(
    readonly session: ImportSession,
    readonly part: "train" | "test",
    readonly bytes: number,
    readonly writer: SampleWriter,
  ) {}

  /** Begins a part of samples of `bytes` bytes each. */
  static async open(session: ImportSession, part: "train" | "test", bytes: number): Promise<Spool> {
    return new Spool(session, part, bytes, await session.begin(`${part}-images.part`));
  }

  /** How many samples there are. */
  get count(): number {
    return this.#places.length;
  }

  /** Adds a sample. In the end samples stand in the order of their places, which are all different. */
  async add(sample: Uint8Array, place: number): Promise<void> {
    if (sample.length !== this.bytes) throw new RangeError(`${sample.length} bytes for a sample of ${this.bytes}`);
    this.#places.push(place);
    await this.writer.write(sample);
  }

  /** Ends the part: `<part>-images.bin` is there, in order. */
  async finish(): Promise<void> {
    const { session, part, bytes } = this;
    const unordered = `${part}-images.part`, ordered = `${part}-images.bin`;
    const places = this.#places;
    if (places.every((place, i) => i === 0 || place > places[i - 1])) {
      return await session.end(this.writer, unordered, ordered);
    }
    await session.end(this.writer, unordered);
    const arrival = Uint32Array.from(places.keys()).sort((a, b) => places[a] - places[b]);
    const file = await session.host.openFile(session.path(unordered));
    try {
      const writer = await session.begin(ordered), sample = new Uint8Array(bytes);
      for (const [done, index] of arrival.entries()) {
        session.progress("sort", done, arrival.length, "images");
        file.readInto(index * bytes, sample);
        await writer.write(sample);
      }
      await session.end(writer, ordered);
    } finally {
      file.close();
    }
    await session.host.remove(session.path(unordered));
  }
}
