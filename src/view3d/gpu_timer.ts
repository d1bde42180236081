/** Times passes on the device, where it has timestamps; one measurement at a time, without ever waiting for it. */
import type { Gpu } from "../gpu/device.ts";

/** Marks up to two passes of a submission. */
export class GpuTimer {
  readonly #gpu: Gpu;
  readonly #queries: GPUQuerySet | undefined;
  readonly #resolved: GPUBuffer | undefined;
  readonly #staging: GPUBuffer | undefined;
  #busy = false;

  constructor(gpu: Gpu) {
    this.#gpu = gpu;
    if (!gpu.device.features.has("timestamp-query")) return;
    const { memory } = gpu;
    this.#queries = gpu.device.createQuerySet({ type: "timestamp", count: 2 });
    this.#resolved = memory.create("drawing times", 16, GPUBufferUsage.QUERY_RESOLVE | GPUBufferUsage.COPY_SRC);
    this.#staging = memory.create("drawing times read", 16, GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST);
  }

  /** Whether the next submission can be timed. */
  get free(): boolean {
    return this.#queries !== undefined && !this.#busy;
  }

  /** The writes for the first and the last pass of a submission; undefined where it cannot be timed. */
  begin(): { first: Marks; last: Marks; only: Marks } | undefined {
    const querySet = this.#queries;
    if (!querySet || !this.free) return undefined;
    return {
      first: { querySet, beginningOfPassWriteIndex: 0 },
      last: { querySet, endOfPassWriteIndex: 1 },
      only: { querySet, beginningOfPassWriteIndex: 0, endOfPassWriteIndex: 1 },
    };
  }

  /** Encodes what follows the passes. */
  resolve(encoder: GPUCommandEncoder): void {
    encoder.resolveQuerySet(this.#queries!, 0, 2, this.#resolved!, 0);
    encoder.copyBufferToBuffer(this.#resolved!, 0, this.#staging!, 0, 16);
    this.#busy = true;
  }

  /** Milliseconds between the marks, once the submission is done; undefined where the device went away meanwhile. */
  async read(): Promise<number | undefined> {
    try {
      await this.#staging!.mapAsync(GPUMapMode.READ);
      const [from, to] = new BigUint64Array(this.#staging!.getMappedRange());
      const milliseconds = Number(to - from) / 1e6;
      this.#staging!.unmap();
      this.#busy = false;
      return milliseconds >= 0 && milliseconds < 10_000 ? milliseconds : undefined;
    } catch {
      return undefined; // a lost device maps nothing; the timer goes with it
    }
  }

  destroy(): void {
    this.#queries?.destroy();
    for (const buffer of [this.#resolved, this.#staging]) if (buffer) this.#gpu.memory.destroy(buffer);
  }
}

/** Where a pass writes its times, for compute and render passes alike. */
interface Marks {
  querySet: GPUQuerySet;
  beginningOfPassWriteIndex?: number;
  endOfPassWriteIndex?: number;
}
