/** Losses of the device: told once each, a new device opened for all lanes together, and given up when there are many. */
import { GpuError } from "../errors.ts";
import type { Gpu } from "../gpu/device.ts";

/** So many losses within so many milliseconds are the last. */
const MOST_LOSSES = 3, WITHIN = 5 * 60_000;

/** How long an error waits for the device's word that it was lost: errors of what it broke come first on some adapters. */
const WORD_MILLISECONDS = 100;

/** What the watch does. */
export interface LossWatchOptions {
  readonly now: () => number;
  /** A device was lost: for the so manyth time of late, and whether no other is opened. */
  readonly lost: (error: GpuError, losses: number, givenUp: boolean) => void;
  /** Opens a new one. */
  readonly reopen: () => Promise<Gpu>;
}

/** Watches the devices of one worker. */
export class LossWatch {
  #watched: Gpu | undefined;
  /** The lost one, and what becomes of it. */
  #lost = new WeakMap<Gpu, () => Promise<boolean>>();
  #times: number[] = [];
  #visible = true;
  #onVisible: (() => void)[] = [];

  constructor(readonly options: LossWatchOptions) {}

  /** Waits for the loss of a device. */
  watch(gpu: Gpu): void {
    if (this.#watched === gpu) return;
    this.#watched = gpu;
    void gpu.device.lost.then(({ reason, message }) => {
      if (this.#watched === gpu) {
        this.#hear(gpu, new GpuError("device-lost", `The GPU was lost (${reason}): ${message}`));
      }
    });
  }

  /** The device is closed by will. */
  forget(): void {
    this.#watched = undefined;
  }

  #hear(gpu: Gpu, error: GpuError): void {
    if (this.#lost.has(gpu)) return;
    const now = this.options.now();
    this.#times = [...this.#times.filter((time) => now - time < WITHIN), now];
    const losses = this.#times.length, givenUp = losses >= MOST_LOSSES;
    if (givenUp) this.#times = [];
    let opening: Promise<boolean> | undefined;
    this.#lost.set(gpu, () => opening ??= givenUp ? Promise.resolve(false) : this.#reopen());
    this.options.lost(error, losses, givenUp);
  }

  async #reopen(): Promise<boolean> {
    // most losses come in pages that cannot be seen, and again until they can be
    if (!this.#visible) await new Promise<void>((resolve) => this.#onVisible.push(resolve));
    this.watch(await this.options.reopen());
    return true;
  }

  /** Whether an error on a device came of its loss. */
  async wasLost(gpu: Gpu, error: unknown): Promise<boolean> {
    if (this.#lost.has(gpu)) return true;
    if (error instanceof GpuError && error.kind === "device-lost") {
      this.#hear(gpu, error);
      return true;
    }
    const word = new Promise<void>((resolve) => setTimeout(resolve, WORD_MILLISECONDS));
    await Promise.race([gpu.device.lost, word]);
    return this.#lost.has(gpu);
  }

  /** Resolves when there is a device in place of a lost one; with false where there will be none. */
  async recovered(gpu: Gpu): Promise<boolean> {
    return await this.#lost.get(gpu)!();
  }

  setVisible(visible: boolean): void {
    this.#visible = visible;
    if (visible) this.#onVisible.splice(0).forEach((resolve) => resolve());
  }
}
