/** Collects what comes in and hands it on once a frame: at once where frames do not come, as in a hidden tab. */
export class FrameQueue<T> {
  #waiting: T[] = [];
  #asked = false;

  constructor(readonly take: (items: readonly T[]) => void) {}

  push(item: T): void {
    this.#waiting.push(item);
    if (this.#asked) return;
    this.#asked = true;
    if (document.hidden) setTimeout(() => this.flush(), 1000);
    else requestAnimationFrame(() => this.flush());
  }

  /** Hands on what has come so far. */
  flush(): void {
    this.#asked = false;
    const items = this.#waiting;
    this.#waiting = [];
    if (items.length > 0) this.take(items);
  }
}
