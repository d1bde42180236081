/** Data sets that lanes share: each is read once, and closed when nobody has it any more and another one is wanted. */
import type { Dataset } from "../data/dataset.ts";
import { loadDataset, type LoadHost, type LoadOptions } from "../data/load.ts";

interface Kept {
  readonly dataset: Promise<Dataset>;
  readonly listeners: Set<NonNullable<LoadOptions["onProgress"]>>;
  users: number;
}

/** Data sets by name. */
export class DatasetShelf {
  readonly #kept = new Map<string, Kept>();

  constructor(readonly host: LoadHost) {}

  /** The data set, read now where it is not here. Whoever takes it closes what it gets. */
  async take(name: string, { onProgress = () => {} }: LoadOptions = {}): Promise<Dataset> {
    const kept = this.#kept.get(name) ?? this.#read(name);
    kept.users++;
    kept.listeners.add(onProgress);
    try {
      const dataset = await kept.dataset;
      let open = true;
      const close = () => {
        if (open) kept.users--;
        open = false;
      };
      return { ...dataset, close };
    } catch (error) {
      kept.users--;
      throw error;
    } finally {
      kept.listeners.delete(onProgress);
    }
  }

  #read(name: string): Kept {
    this.close();
    const listeners: Kept["listeners"] = new Set();
    const onProgress: LoadOptions["onProgress"] = (progress) => listeners.forEach((listener) => listener(progress));
    const kept = { dataset: loadDataset(name, this.host, { onProgress }), listeners, users: 0 };
    this.#kept.set(name, kept);
    kept.dataset.catch(() => this.#kept.delete(name));
    return kept;
  }

  /** Closes what nobody has. */
  close(): void {
    for (const [name, kept] of this.#kept) {
      if (kept.users > 0) continue;
      this.#kept.delete(name);
      void kept.dataset.then((dataset) => dataset.close(), () => {});
    }
  }
}
