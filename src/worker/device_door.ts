/** The one device of a worker: opened and checked once, with what is known of its adapter. */
import { type Gpu, openGpu, type OpenOptions } from "../gpu/device.ts";
import type { BackendChoice, Host } from "../host/host.ts";
import { requireSelfTest } from "../ops/self_test.ts";
import { readTuning, type Tuning } from "../tune/tuning_file.ts";

/** Which device is opened: backend, adapter, and what is refused. */
export type DeviceOptions = BackendChoice & OpenOptions;

/** Opens the device. */
export class DeviceDoor {
  #gpu: Promise<Gpu> | undefined;
  /** What the open device was asked for. */
  #wish: string | undefined;
  #tuning: Promise<Tuning> | undefined;

  constructor(readonly host: Host) {}

  /** Opens a device and checks it with known answers; later calls return the same one unless they ask for another. */
  async open(options?: DeviceOptions): Promise<Gpu> {
    const wish = JSON.stringify(options ?? {});
    if (this.#gpu && options && wish !== this.#wish) await this.close();
    if (!this.#gpu) {
      this.#wish = wish;
      const opening = this.#open(options);
      this.#gpu = opening;
      opening.catch(() => {
        if (this.#gpu === opening) this.#gpu = undefined;
      });
    }
    return await this.#gpu;
  }

  async #open(options?: DeviceOptions): Promise<Gpu> {
    const gpu = await openGpu(await this.host.backend(options), options);
    try {
      await requireSelfTest(gpu);
    } catch (error) {
      gpu.close();
      throw error;
    }
    return gpu;
  }

  /** Measurements of the open adapter, read once: all runs of a grid are planned by the same. */
  async tuning(): Promise<Tuning> {
    const { adapter } = await this.open();
    const tuning = this.#tuning ??= readTuning(this.host, adapter);
    tuning.catch(() => this.#tuning = undefined);
    return await tuning;
  }

  /** They have changed. */
  forgetTuning(): void {
    this.#tuning = undefined;
  }

  /** Destroys the device. */
  async close(): Promise<void> {
    const opening = this.#gpu;
    this.#gpu = this.#tuning = undefined;
    (await opening?.catch(() => undefined))?.close();
  }
}
