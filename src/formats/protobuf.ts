/** Writing protocol-buffer messages (https://protobuf.dev/programming-guides/encoding): fields in order, nothing read. */

/** A message that is put together field by field. */
export class ProtobufWriter {
  readonly #parts: Uint8Array[] = [];
  #length = 0;

  /** A whole number from 0 to 2⁵³, or a negative one down to −2⁵³, as a varint. */
  integer(field: number, value: number): this {
    return this.#add(varint(field << 3), varint(value));
  }

  /** 64 bits of a floating-point number. */
  double(field: number, value: number): this {
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setFloat64(0, value, true);
    return this.#add(varint(field << 3 | 1), bytes);
  }

  /** 32 bits of one. */
  float(field: number, value: number): this {
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setFloat32(0, value, true);
    return this.#add(varint(field << 3 | 5), bytes);
  }

  bytes(field: number, value: Uint8Array): this {
    return this.#add(varint(field << 3 | 2), varint(value.length), value);
  }

  text(field: number, value: string): this {
    return this.bytes(field, new TextEncoder().encode(value));
  }

  message(field: number, value: ProtobufWriter): this {
    return this.bytes(field, value.finish());
  }

  /** Doubles one after the other under one tag. */
  packedDoubles(field: number, values: readonly number[]): this {
    const bytes = new Uint8Array(8 * values.length), view = new DataView(bytes.buffer);
    values.forEach((value, i) => view.setFloat64(8 * i, value, true));
    return this.bytes(field, bytes);
  }

  /** The message's bytes. */
  finish(): Uint8Array<ArrayBuffer> {
    const whole = new Uint8Array(this.#length);
    let at = 0;
    for (const part of this.#parts) {
      whole.set(part, at);
      at += part.length;
    }
    return whole;
  }

  #add(...parts: Uint8Array[]): this {
    for (const part of parts) {
      this.#parts.push(part);
      this.#length += part.length;
    }
    return this;
  }
}

/** Seven bits a byte, the lowest first; a negative number as the 64 bits of its two's complement. */
function varint(value: number): Uint8Array {
  let rest = BigInt.asUintN(64, BigInt(value));
  const bytes: number[] = [];
  do {
    const low = Number(rest & 0x7fn);
    rest >>= 7n;
    bytes.push(rest > 0n ? low | 0x80 : low);
  } while (rest > 0n);
  return Uint8Array.from(bytes);
}
