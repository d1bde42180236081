/**
 * Buffers of one device: made with a label, counted, destroyed together.
 *
 * WebGPU frees a buffer when it is destroyed, not when it is forgotten, so everything is made here.
 */
import { GpuError } from "../errors.ts";

/** A part of a buffer, offset and size in bytes. Offsets are multiples of 256, as bindings need. */
export interface Slice {
  readonly buffer: GPUBuffer;
  readonly offset: number;
  readonly size: number;
}

/** Binding offsets must be multiples of this many bytes on every adapter. */
export const ALIGNMENT = 256;

/** Rounds a byte count up to the binding alignment. */
export function align(bytes: number, to = ALIGNMENT): number {
  return Math.ceil(bytes / to) * to;
}

/** Allocates and accounts for the storage buffers of one device. */
export class Memory {
  readonly #buffers = new Set<GPUBuffer>();
  #bytes = 0;
  #peak = 0;

  constructor(readonly device: GPUDevice) {}

  /** Bytes in buffers now, and the most there ever were. */
  get bytes(): number {
    return this.#bytes;
  }
  get peak(): number {
    return this.#peak;
  }

  /**
   * Makes a zeroed storage buffer of at least 16 bytes that can be copied from and to.
   * @throws {GpuError} `out-of-memory` where the adapter's limits cannot hold it, before anything is allocated.
   */
  create(label: string, bytes: number, usage = 0): GPUBuffer {
    const size = Math.max(16, align(bytes, 16));
    const { maxBufferSize } = this.device.limits;
    if (size > maxBufferSize) {
      throw new GpuError(
        "out-of-memory",
        `"${label}" needs ${mebibytes(size)}, but a buffer of this adapter holds at most ${mebibytes(maxBufferSize)}.`,
        {
          hint: "Use a smaller batch or a narrower model.",
          missing: { place: label, needs: size, offers: maxBufferSize },
        },
      );
    }
    const buffer = this.device.createBuffer({
      label,
      size,
      usage: usage || GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST,
    });
    this.#buffers.add(buffer);
    this.#bytes += size;
    this.#peak = Math.max(this.#peak, this.#bytes);
    return buffer;
  }

  /** A buffer that holds the given data from the start. */
  upload(label: string, data: Uint8Array | Uint32Array | Int32Array | Float32Array, usage = 0): GPUBuffer {
    const buffer = this.create(label, data.byteLength, usage);
    this.write({ buffer, offset: 0, size: buffer.size }, data);
    return buffer;
  }

  /** Writes data to the start of a slice; byte counts that are no multiple of 4 are padded with zeros. */
  write(slice: Slice, data: Uint8Array | Uint32Array | Int32Array | Float32Array): void {
    if (data.byteLength === 0) return; // a layer that keeps no weight; Deno 2.9 panics on empty writes
    let bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    if (bytes.length % 4 !== 0) {
      const padded = new Uint8Array(align(bytes.length, 4));
      padded.set(bytes);
      bytes = padded;
    }
    this.device.queue.writeBuffer(slice.buffer, slice.offset, bytes as Uint8Array<ArrayBuffer>);
  }

  /** Destroys one buffer and takes it off the account. */
  destroy(buffer: GPUBuffer): void {
    if (!this.#buffers.delete(buffer)) return;
    this.#bytes -= buffer.size;
    buffer.destroy();
  }

  /** Destroys every buffer. */
  destroyAll(): void {
    for (const buffer of [...this.#buffers]) this.destroy(buffer);
  }
}

/** The whole of a buffer as a slice. */
export function whole(buffer: GPUBuffer): Slice {
  return { buffer, offset: 0, size: buffer.size };
}

/** Bytes in MiB for a message. */
export function mebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}
