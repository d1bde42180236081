/** The competitors' processes: started once, started again after a crash, and told what to do. */
import { Child, ChildError } from "./child.ts";
import type { Peer } from "./peers.ts";
import type { Greeting, Question } from "./protocol.ts";

/** How long a competitor may take to start: a first import from a slow disk. */
const HELLO_MS = 3 * 60_000;

/** A peer that cannot take part here. */
export interface Absent {
  readonly peer: string;
  readonly why: string;
}

/** Who takes part, startsparse first. */
export class Roster {
  readonly #children = new Map<Peer, Child>();
  readonly greetings = new Map<string, Greeting>();
  readonly absent: Absent[] = [];

  /** Those that take part. */
  get peers(): Peer[] {
    return [...this.#children.keys()];
  }

  /** Starts everyone who can be started. @throws {ChildError} where startsparse itself cannot */
  static async start(ours: Peer, others: readonly Peer[], report: (line: string) => void): Promise<Roster> {
    const roster = new Roster();
    try {
      for (const peer of [ours, ...others]) {
        report(`starting ${peer.name}`);
        try {
          await roster.#welcome(peer);
        } catch (error) {
          if (!(error instanceof ChildError) || peer === ours) throw error;
          roster.absent.push({ peer: peer.name, why: error.message });
          report(`${peer.name} does not take part: ${error.message}`);
        }
      }
      return roster;
    } catch (error) {
      await roster.close();
      throw error;
    }
  }

  /** Starts a peer, unless it needs CUDA and PyTorch finds none. */
  async #welcome(peer: Peer): Promise<void> {
    const withoutCuda = new ChildError("only of use with CUDA");
    const pytorch = this.greetings.get("pytorch");
    if (peer.cudaOnly && pytorch && !pytorch.cuda) throw withoutCuda;
    const greeting = await this.#start(peer);
    if (peer.cudaOnly && !greeting.cuda) {
      await this.#children.get(peer)!.close();
      this.#children.delete(peer);
      throw withoutCuda;
    }
    this.greetings.set(peer.name, greeting);
  }

  async #start(peer: Peer): Promise<Greeting> {
    const child = new Child(peer.name, peer.command);
    try {
      const greeting = await child.ask<Greeting>({ ask: "hello" }, HELLO_MS);
      this.#children.set(peer, child);
      return greeting;
    } catch (error) {
      child.kill();
      throw error;
    }
  }

  /** Asks one of them; a process that crashed at an earlier work is started again. @throws {ChildError} */
  async ask<T>(peer: Peer, question: Question, mostMs: number): Promise<T> {
    if (question.ask === "prepare" && this.#children.get(peer)!.ended) {
      await this.#start(peer);
    }
    return await this.#children.get(peer)!.ask<T>(question, mostMs);
  }

  /** Lets everyone forget the work in hand. */
  async free(): Promise<void> {
    for (const [peer, child] of this.#children) {
      if (!child.ended) {
        await this.ask(peer, { ask: "free" }, HELLO_MS).catch(() => child.kill());
      }
    }
  }

  /** Ends all processes now. */
  kill(): void {
    for (const child of this.#children.values()) child.kill();
  }

  /** Lets all processes end. */
  async close(): Promise<void> {
    await Promise.all([...this.#children.values()].map((child) => child.close()));
  }
}
