/** The comparison's end of a competitor's process: questions and answers, and what becomes of one that crashes. */
import { lines } from "./serve.ts";
import type { Answer, Question } from "./protocol.ts";

/** How a competitor's process is started. */
export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** A competitor that crashed, could not be started, or does not answer. */
export class ChildError extends Error {
  override readonly name = "ChildError";
}

/** Characters of a process's messages that are kept, to tell why it ended. */
const KEPT = 8000;

/** A competitor's process. */
export class Child {
  readonly #process: Deno.ChildProcess;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #answers: AsyncGenerator<string>;
  #messages = "";
  #ended = false;

  /** @throws {ChildError} where the program is not there */
  constructor(readonly name: string, { program, args, env }: Command) {
    const options: Deno.CommandOptions = { args: [...args], env, stdin: "piped", stdout: "piped", stderr: "piped" };
    try {
      this.#process = new Deno.Command(program, options).spawn();
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) {
        throw new ChildError(`there is no ${program}`);
      }
      throw error;
    }
    this.#writer = this.#process.stdin.getWriter();
    this.#answers = lines(this.#process.stdout);
    this.#keepMessages();
  }

  async #keepMessages(): Promise<void> {
    for await (
      const text of this.#process.stderr.pipeThrough(new TextDecoderStream())
    ) {
      this.#messages = (this.#messages + text).slice(-KEPT);
    }
  }

  /** Whether it has ended or was ended. */
  get ended(): boolean {
    return this.#ended;
  }

  /**
   * Asks and waits for the answer.
   * @throws {ChildError} for an error that it reports, where it ends instead of answering, or takes longer than `mostMs`
   */
  async ask<T>(question: Question, mostMs: number): Promise<T> {
    if (this.#ended) throw new ChildError("its process has ended");
    try {
      await this.#writer.write(
        new TextEncoder().encode(`${JSON.stringify(question)}\n`),
      );
    } catch {
      throw await this.#crashed();
    }
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<"late">((resolve) => timer = setTimeout(() => resolve("late"), mostMs));
    const next = await Promise.race([this.#answers.next(), late]).finally(() => clearTimeout(timer));
    if (next === "late") {
      this.kill();
      throw new ChildError(`no answer within ${Math.round(mostMs / 1000)} s`);
    }
    if (next.done) throw await this.#crashed();
    const answer = JSON.parse(next.value) as Answer;
    if ("error" in answer) throw new ChildError(answer.error);
    return answer.ok as T;
  }

  async #crashed(): Promise<ChildError> {
    this.#ended = true;
    const { code, signal } = await this.#process.status;
    const last = this.#messages.trim().split("\n").slice(-3).join(" | ");
    return new ChildError(
      `its process ended (${signal ?? `status ${code}`})${last ? `: ${last}` : ""}`,
    );
  }

  /** Ends it now. */
  kill(): void {
    this.#ended = true;
    try {
      this.#process.kill("SIGKILL");
    } catch { /* it has ended by itself */ }
  }

  /** Lets it end by itself. */
  async close(): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    await this.#writer.close().catch(() => {});
    await this.#process.status;
  }
}
