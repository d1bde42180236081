/** Starts workers of the local engine as processes of this program, and talks to them line by line. */
import { joinPath } from "../host/host.ts";
import { projectFolder } from "../experiment/provenance.ts";
import { SWEEP_FILES, type SweepRun } from "../experiment/sweep_folder.ts";
import type { CellOutcome, SweepWorker } from "../experiment/sweep_local.ts";
import type { StateWriter } from "../experiment/sweep_state.ts";
import type { DeviceChoice } from "./context.ts";
import { workerLineSchema } from "./sweep_worker.ts";

/** Characters of a dead worker's last words that are told. */
const LAST_WORDS = 300;

/** Arguments of Deno that start this program. */
export function programArgs(args: readonly string[]): string[] {
  const project = projectFolder(), main = joinPath(project, "src/cli/main.ts");
  return ["run", "-A", "--no-prompt", "--config", joinPath(project, "deno.json"), main, ...args];
}

/** A device choice as options of a command. */
export function deviceFlags({ adapter, requireGpu, backend, unsafeNoBoundsChecks }: DeviceChoice): string[] {
  return [
    ...(adapter === undefined ? [] : ["--adapter", adapter]),
    ...(requireGpu ? ["--require-gpu"] : []),
    ...(backend === undefined ? [] : ["--backend", backend]),
    ...(unsafeNoBoundsChecks ? ["--unsafe-no-bounds-checks"] : []),
  ];
}

/** Starts a worker. `state` notes what a worker that died cannot. */
export function launchWorker(folder: string, writer: string, device: DeviceChoice, state: StateWriter): SweepWorker {
  const child = new Deno.Command(Deno.execPath(), {
    args: programArgs(["sweep", "work", folder, "--writer", writer, ...deviceFlags(device)]),
    env: { STARTSPARSE_KEPT: joinPath(folder, SWEEP_FILES.kept), DEBUG: "" },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  return new ProcessWorker(child, state);
}

class ProcessWorker implements SweepWorker {
  usable = true;
  readonly #orders: WritableStreamDefaultWriter<Uint8Array>;
  #lastWords = "";
  #onLine: (line: string) => void = () => {};
  /** Resolves when both streams and the process have ended. */
  readonly #ended: Promise<Deno.CommandStatus>;

  constructor(readonly child: Deno.ChildProcess, readonly state: StateWriter) {
    this.#orders = child.stdin.getWriter();
    const read = async (stream: ReadableStream<Uint8Array<ArrayBuffer>>, take: (text: string) => void) => {
      for await (const text of stream.pipeThrough(new TextDecoderStream())) take(text);
    };
    let rest = "";
    const out = read(child.stdout, (text) => {
      const lines = (rest + text).split("\n");
      rest = lines.pop()!;
      for (const line of lines) this.#onLine(line);
    });
    const err = read(child.stderr, (text) => this.#lastWords = (this.#lastWords + text).slice(-LAST_WORDS));
    this.#ended = Promise.all([child.status, out, err]).then(([status]) => {
      this.usable = false;
      return status;
    });
  }

  async run({ hash }: SweepRun, onProgress: (done: number, words: string) => void): Promise<CellOutcome> {
    const told = new Promise<CellOutcome>((resolve) => {
      this.#onLine = (text) => {
        const line = parseLine(text);
        if (line?.kind === "progress") onProgress(line.done, line.words);
        if (line?.kind !== "end") return;
        if (line.state === "failed" || line.state === "stopped") this.usable = false;
        if (line.state === "done") resolve({ ...line, state: "done", seconds: line.seconds ?? 0 });
        else if (line.state === "failed") resolve({ state: "failed", error: line.error ?? "it does not say why" });
        else resolve({ state: line.state });
      };
    });
    try {
      await this.#orders.write(new TextEncoder().encode(`${hash}\n`));
    } catch {
      // it has died: told below
    }
    const died = this.#ended.then((status): CellOutcome => {
      const how = status.signal ? `signal ${status.signal}` : `status ${status.code}`;
      const words = this.#lastWords.trim().split("\n").slice(-2).join(" ");
      return { state: "failed", error: `its process ended with ${how}${words ? `: ${words}` : ""}` };
    });
    const outcome = await Promise.race([told, died]);
    // A worker notes what it fails at; one that died could not.
    if (outcome.state === "failed" && outcome.error.startsWith("its process ended")) {
      await this.state.note({ event: "failed", hash, error: outcome.error, machine: Deno.hostname() });
    }
    return outcome;
  }

  stop(): void {
    try {
      this.child.kill("SIGTERM");
    } catch {
      // gone already
    }
  }

  async close(): Promise<void> {
    try {
      await this.#orders.close();
    } catch {
      // its end of the pipe is gone
    }
    await this.#ended;
  }
}

function parseLine(text: string) {
  try {
    return workerLineSchema.parse(JSON.parse(text));
  } catch {
    return undefined; // not one of its lines
  }
}
