/**
 * Turns at the GPU: one lane at a time, and whoever has had the least time comes next, so that lanes that play side by side
 * have equal shares of it. A lane that is paused asks for a turn and gets none.
 */
import type { PaceMode } from "../train/pace.ts";

/** How far behind the others a lane can fall that was busy elsewhere, in milliseconds: it catches up on so much. */
const MOST_BEHIND = 1000;

/** The line. */
export class Turns {
  readonly #seats = new Set<Seat>();
  #holder: Seat | undefined;
  /** What the last holder had had of the GPU when its turn began: what a lane that comes to play starts from. */
  #level = 0;

  /** A place in the line; paused until it plays. `onRest` is told when its lane waits because it is paused, and at each turn that it does not. */
  join(onRest: (resting: boolean) => void = () => {}): Seat {
    const seat = new Seat(this, onRest);
    this.#seats.add(seat);
    return seat;
  }

  /** How many share the GPU now. */
  get playing(): number {
    return [...this.#seats].filter((seat) => seat.plays).length;
  }

  /** Lets something run by itself, between two turns. */
  async alone<T>(act: () => Promise<T>): Promise<T> {
    const seat = this.join();
    try {
      seat.play();
      await seat.take("evaluate");
      return await act();
    } finally {
      seat.leave();
    }
  }

  /** Everybody in the line is told of an error, now or when it asks for its next turn. */
  fail(error: Error): void {
    for (const seat of [...this.#seats]) seat.fail(error);
  }

  /** The milliseconds that a seat which comes to play has had, as the others count. */
  start(spent: number): number {
    const others = [...this.#seats].some((seat) => seat.plays);
    return others ? Math.max(spent, this.#level) : spent;
  }

  /** Gives the next turn, where nobody has it. */
  next(): void {
    if (this.#holder) return;
    const waiting = [...this.#seats].filter((seat) => seat.isReady);
    if (waiting.length === 0) return;
    this.#holder = waiting.reduce((first, seat) => seat.spent < first.spent ? seat : first);
    this.#level = Math.max(this.#level, this.#holder.spent);
    this.#holder.grant(this.#level - MOST_BEHIND);
  }

  /** The seat's turn is over, if it had it. */
  over(seat: Seat): void {
    if (this.#holder !== seat) return;
    this.#holder = undefined;
    this.next();
  }

  forget(seat: Seat): void {
    this.#seats.delete(seat);
    this.over(seat);
  }
}

interface Waiting {
  readonly mode: PaceMode;
  readonly resolve: (steps: number) => void;
  readonly reject: (error: Error) => void;
}

/** A lane's place in the line. */
export class Seat {
  #spent = 0;
  /** Training steps that it may take; 0 while it is paused. */
  #allowed = 0;
  #playing = false;
  #ending = false;
  #resting = false;
  #error: Error | undefined;
  #waiting: Waiting | undefined;
  #opening: Omit<Waiting, "mode"> | undefined;

  constructor(readonly turns: Turns, readonly onRest: (resting: boolean) => void) {}

  /** Milliseconds of the GPU that it has had, or that count as if it had. */
  get spent(): number {
    return this.#spent;
  }

  /** Training steps that it may still take: Infinity while it plays. */
  get allowed(): number {
    return this.#allowed;
  }

  get plays(): boolean {
    return this.#playing;
  }

  /** Whether it waits for a turn and may have one. */
  get isReady(): boolean {
    return this.#waiting !== undefined && (this.#playing || this.#ending);
  }

  /** Takes turns from now on. */
  play(): void {
    this.#begin(Infinity);
  }

  /** Takes turns until so many more training steps are done. */
  stepOn(steps: number): void {
    this.#begin(steps + (Number.isFinite(this.#allowed) ? this.#allowed : 0));
  }

  #begin(allowed: number): void {
    if (!this.#playing) this.#spent = this.turns.start(this.#spent);
    this.#allowed = allowed;
    this.#playing = true;
    this.#opening?.resolve(allowed);
    this.turns.next();
  }

  /** No further turn until it plays again; one that has begun goes to its end. */
  pause(): void {
    this.#playing = false;
    this.#allowed = 0;
    this.#rest();
  }

  /** It is being ended: no further training step, and turns for what is left to do. */
  end(): void {
    this.#ending = true;
    this.#opening?.resolve(0);
    if (this.#waiting?.mode === "train") this.#settle(({ resolve }) => resolve(0));
    else this.turns.next();
  }

  /**
   * Waits until it plays for the first time, without a turn.
   * @returns false where it is being ended before
   */
  async open(): Promise<boolean> {
    if (this.#error) throw this.#error;
    if (!this.#playing && !this.#ending) {
      this.onRest(true);
      await new Promise<number>((resolve, reject) => (this.#opening = { resolve, reject }));
      this.#opening = undefined;
    }
    return !this.#ending;
  }

  /**
   * Waits for a turn, which {@link give} or {@link leave} ends.
   * @returns training steps that may be taken in it; 0, and no turn, where it is being ended
   */
  take(mode: PaceMode): Promise<number> {
    if (this.#error) return Promise.reject(this.#error);
    if (mode === "train" && this.#ending) return Promise.resolve(0);
    if (mode === "train" && this.#allowed === 0) this.#playing = false;
    return new Promise((resolve, reject) => {
      this.#waiting = { mode, resolve, reject };
      this.#rest();
      this.turns.next();
    });
  }

  #rest(): void {
    const resting = this.#waiting !== undefined && !this.#playing && !this.#ending;
    if (resting && !this.#resting) this.onRest(true);
    this.#resting = resting;
  }

  #settle(how: (waiting: Waiting) => void): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    this.#rest();
    if (waiting) how(waiting);
  }

  /** Begins its turn; from the line. */
  grant(atLeast: number): void {
    this.#spent = Math.max(this.#spent, atLeast);
    this.onRest(false);
    this.#settle(({ resolve }) => resolve(this.#allowed));
  }

  /** Ends its turn, in which it had the GPU for so many milliseconds and took so many training steps. */
  give(milliseconds: number, steps: number): void {
    this.#spent += milliseconds;
    this.#allowed = Math.max(0, this.#allowed - steps);
    this.turns.over(this);
  }

  fail(error: Error): void {
    this.#error = error;
    this.#opening?.reject(error);
    this.#settle(({ reject }) => reject(error));
  }

  /** Leaves the line. */
  leave(): void {
    this.#playing = false;
    this.turns.forget(this);
  }
}
