/**
 * Ctrl-C and a request to end. The first one asks the work to stop cleanly, a second one ends the program at once. One
 * Ctrl-C may arrive twice (the terminal tells every program of the group, and a launcher passes it on), so that signals
 * within a second count as one.
 */

/** The signals that ask a program to end; what else they mean is the exit status's to tell. */
export type EndSignal = "SIGINT" | "SIGTERM" | "SIGUSR1";

/** Exit statuses by signal, as shells give them under Linux: 128 and the signal's number. */
const EXIT_CODES: Record<EndSignal, number> = { SIGINT: 130, SIGTERM: 143, SIGUSR1: 138 };

/** Milliseconds in which signals count as one. */
const ONE_SIGNAL = 1000;

/** What happens at signals. */
export interface InterruptHandlers {
  /** Asks the work to stop. */
  stop(signal: EndSignal): void;
  /** Ends the program now, with this status. */
  endNow(exitCode: number): void;
}

/** Counts signals; {@link listen} connects it to the process. */
export class Interruption {
  #first: { signal: EndSignal; at: number } | undefined;

  constructor(readonly handlers: InterruptHandlers, readonly milliseconds: () => number = () => performance.now()) {}

  /** The status to end with once a signal has come; undefined before. */
  get exitCode(): number | undefined {
    return this.#first && EXIT_CODES[this.#first.signal];
  }

  /** A signal has come. */
  receive(signal: EndSignal): void {
    const now = this.milliseconds();
    if (!this.#first) {
      this.#first = { signal, at: now };
      this.handlers.stop(signal);
    } else if (now - this.#first.at > ONE_SIGNAL) {
      this.handlers.endNow(EXIT_CODES[this.#first.signal]);
    }
  }

  /** Listens to the process's signals until the returned function is called. */
  listen(): () => void {
    // Windows knows Ctrl-C alone. SIGUSR1 is what schedulers are asked to send before a time limit.
    const signals: EndSignal[] = Deno.build.os === "windows" ? ["SIGINT"] : ["SIGINT", "SIGTERM", "SIGUSR1"];
    const listeners = signals.map((signal) => [signal, () => this.receive(signal)] as const);
    for (const [signal, listener] of listeners) Deno.addSignalListener(signal, listener);
    return () => {
      for (const [signal, listener] of listeners) Deno.removeSignalListener(signal, listener);
    };
  }
}
