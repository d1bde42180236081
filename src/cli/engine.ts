/** The engine as commands use it: opened once, its adapter named first, stopped by Ctrl-C, its events in order. */
import * as comlink from "comlink";
import type { BenchProgress } from "../bench/measure.ts";
import type { Config } from "../experiment/config.ts";
import type { RunEvent } from "../experiment/run_events.ts";
import type { Evaluation } from "../experiment/run_evaluate.ts";
import type { RunResult } from "../experiment/run_result.ts";
import { type AdapterInfo, UNCHECKED } from "../gpu/adapter.ts";
import type { BenchRequest, BenchResult } from "../worker/bench.ts";
import type { Connection } from "../worker/connect.ts";
import type { Engine } from "../worker/engine.ts";
import type { RunRequest } from "../worker/run_folder.ts";
import type { TuneEngineRequest, TuneResult } from "../worker/tune.ts";
import { startDenoEngine } from "../worker/start_deno.ts";
import type { Output } from "./output.ts";
import { Interruption } from "./interrupt.ts";

/** Backends in the words of the first line. */
const BACKENDS: Readonly<Record<string, string>> = { wgpu: "Deno's WebGPU", dawn: "Dawn" };

/** Thrown where a signal came before there was anything to keep. */
export class InterruptedEarly extends Error {
  override readonly name = "InterruptedEarly";
}

/** What a command shows while the engine works. */
export interface EngineView {
  /** A line for people, now. */
  log(line: string): void;
  /** The work is being stopped. */
  stopping(): void;
  /** Removes what is drawn in place. The engine calls it only when it ends the program. */
  end(): void;
}

/** An engine in its worker, with the process's signals connected to it. */
export class EngineClient {
  readonly #connection: Connection<Engine> = startDenoEngine();
  readonly #interruption: Interruption;
  readonly #unlisten: () => void;
  #view: EngineView | undefined;
  #stopAsked = false;

  /** @param unfinished what is left behind when a second signal ends the program, said to its user */
  constructor(readonly output: Output, unfinished = "the run's folder is unfinished") {
    this.#interruption = new Interruption({
      stop: () => {
        const say = this.#view ? (line: string) => this.#view!.log(line) : (line: string) => output.say(line);
        say("stopping after the steps that are on the GPU… (Ctrl-C again ends at once)");
        this.#view?.stopping();
        this.#connection.remote.stop();
      },
      endNow: (exitCode) => {
        this.#view?.end();
        output.complain(`ended at once: ${unfinished}`);
        Deno.exit(exitCode);
      },
    });
    this.#unlisten = this.#interruption.listen();
  }

  /** The exit status that a signal asks for; undefined where none has come. */
  get exitCode(): number | undefined {
    return this.#interruption.exitCode;
  }

  /** Ends the run in progress cleanly, as a signal does, and begins no other. */
  stop(): void {
    this.#stopAsked = true;
    this.#connection.remote.stop();
  }

  /** Opens the device and says which it is: the first line of every run. */
  async open(device: Config["device"]): Promise<AdapterInfo> {
    const adapter = await this.#connection.remote.open(device);
    const kind = adapter.software ? ", software adapter" : "";
    const { bold, yellow } = this.output.colours;
    this.output.say(`${bold(adapter.description)}${kind}, ${BACKENDS[adapter.backend] ?? adapter.backend}`);
    if (!adapter.boundsChecks) this.output.say(yellow(`warning: ${UNCHECKED}`));
    return adapter;
  }

  /**
   * Runs one configuration, events in order and the last one before it returns.
   *
   * @throws InterruptedEarly where a signal came before it began
   */
  async run(request: RunRequest, view: EngineView, onEvent: (event: RunEvent) => void): Promise<RunResult> {
    const stopping = () => this.#stopAsked || this.exitCode !== undefined;
    if (stopping()) throw new InterruptedEarly();
    this.#view = view;
    // Events and the result travel on ports of their own: the result may overtake the last events.
    let ended = () => {};
    const end = new Promise<void>((resolve) => ended = resolve);
    const receive = (event: RunEvent) => {
      // A stop that came before the run had begun was lost.
      if (event.kind === "start" && stopping()) this.#connection.remote.stop();
      // What DEBUG asks the engine for, as it is.
      if (event.kind === "debug") return event.lines.forEach((line) => this.output.complain(line));
      onEvent(event);
      if (event.kind === "end") ended();
    };
    try {
      const result = await this.#connection.remote.run(request, comlink.proxy(receive));
      await end;
      return result;
    } finally {
      this.#view = undefined;
    }
  }

  /** Evaluates what a run has trained. */
  evaluate(request: Parameters<Engine["evaluate"]>[0]): Promise<Evaluation> {
    return this.#connection.remote.evaluate(request);
  }

  /**
   * Runs one benchmark.
   *
   * @throws InterruptedEarly where a signal came before it began
   */
  async bench(
    request: BenchRequest,
    view: EngineView,
    onProgress: (progress: BenchProgress) => void,
  ): Promise<BenchResult> {
    if (this.exitCode !== undefined) throw new InterruptedEarly();
    this.#view = view;
    try {
      return await this.#connection.remote.bench(request, comlink.proxy(onProgress));
    } finally {
      this.#view = undefined;
    }
  }

  /**
   * Measures kernels for later plans.
   *
   * @throws InterruptedEarly where a signal came before it began
   */
  async tune(
    request: TuneEngineRequest,
    view: EngineView,
    onProgress: (progress: BenchProgress) => void,
  ): Promise<TuneResult> {
    if (this.exitCode !== undefined) throw new InterruptedEarly();
    this.#view = view;
    try {
      return await this.#connection.remote.tune(request, comlink.proxy(onProgress));
    } finally {
      this.#view = undefined;
    }
  }

  /**
   * Takes leave of the engine; the program's end, which comes next, ends the worker. It is not ended here: a thread that
   * still frees its Vulkan device while the process exits crashes in NVIDIA's driver (gfx-rs/wgpu#8365), and a benchmark
   * that was printed in full had the exit status 139.
   */
  close(): void {
    this.#unlisten();
  }
}
