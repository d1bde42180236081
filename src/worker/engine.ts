/**
 * The engine: the one API behind which the GPU lives, in a page and under Deno alike. It runs in a worker, because
 * waiting for the GPU blocks the thread that waits; everything in it can be sent between threads by comlink.
 */
import * as comlink from "comlink";
import type { BenchProgress } from "../bench/measure.ts";
import { parseConfig } from "../experiment/config.ts";
import type { EvaluateInput, Evaluation } from "../experiment/run_evaluate.ts";
import { run } from "../experiment/run.ts";
import type { RunEvent } from "../experiment/run_events.ts";
import type { RunResult } from "../experiment/run_result.ts";
import { findResumable } from "../experiment/run_resume.ts";
import { checkRunFolder, continueRunStore, createRunStore } from "../experiment/run_store.ts";
import { type AdapterInfo, listAdapters } from "../gpu/adapter.ts";
import { type Gpu, openGpu, type OpenOptions } from "../gpu/device.ts";
import type { BackendChoice, Host } from "../host/host.ts";
import { requireSelfTest } from "../ops/self_test.ts";
import { readTuning, type Tuning } from "../tune/tuning_file.ts";
import type { BenchRequest, BenchResult } from "./bench.ts";
import { Session, type SessionRequest } from "./session.ts";
import type { TuneEngineRequest, TuneResult } from "./tune.ts";

/** A run as a command or a page asks for it. */
export interface RunRequest {
  /** A configuration, checked again here. */
  readonly config: unknown;
  readonly folder: string;
  readonly name: string;
  readonly preset?: string;
  readonly command?: string;
  /** Of a grid: the cell that runs with other seeds share. */
  readonly cell?: string;
  readonly variant?: string;
  /** Replace what is in the folder (see createRunStore). */
  readonly force?: boolean;
  /**
   * Go on with the run that is in the folder, from its last checkpoint: from the beginning where it has none yet, and a
   * finished one is left as it is.
   */
  readonly resume?: boolean;
}

/** Which device is opened: backend, adapter, and what is refused. */
export type DeviceOptions = BackendChoice & OpenOptions;

/** What a worker exposes. */
export class Engine {
  #gpu: Gpu | undefined;
  /** What the open device was asked for. */
  #wish = "";
  /** The open adapter's measurements, read once: all runs of a grid are planned by the same. */
  #tuning: Tuning | undefined;
  #abort: AbortController | undefined;

  constructor(readonly host: Host) {}

  /** Every adapter that a backend finds. */
  async adapters(choice?: BackendChoice): Promise<AdapterInfo[]> {
    return await listAdapters(await this.host.backend(choice));
  }

  /** Opens a device and checks it with known answers; later calls return the same one unless they ask for another. */
  async open(options?: DeviceOptions): Promise<AdapterInfo> {
    const wish = JSON.stringify(options ?? {});
    if (this.#gpu && options && wish !== this.#wish) this.close();
    if (!this.#gpu) {
      this.#wish = wish;
      const gpu = await openGpu(await this.host.backend(options), options);
      await requireSelfTest(gpu);
      this.#gpu = gpu;
    }
    return this.#gpu.adapter;
  }

  async #opened(options?: DeviceOptions): Promise<Gpu> {
    await this.open(options);
    return this.#gpu!;
  }

  /** Trains as a configuration says, into a folder. Events come while it goes on. */
  async run(request: RunRequest, onEvent: (event: RunEvent) => void = () => {}): Promise<RunResult> {
    const config = parseConfig(request.config, request.preset ?? "configuration");
    const { name, preset, command, cell, variant, folder, force, resume } = request;
    if (!resume) await checkRunFolder(this.host, folder, config, { force });
    const gpu = await this.#opened(config.device);
    const resumable = resume ? await findResumable(this.host, folder, config, gpu.adapter) : undefined;
    if (resumable?.kind === "finished") {
      onEvent({ kind: "end", result: resumable.result });
      return resumable.result;
    }
    const from = resumable?.kind === "checkpoint" ? resumable.found : undefined;
    // a run that goes by another plan is not stopped by measurements that cannot be read
    const tuning = config.kernels.plan === undefined
      ? this.#tuning ??= await readTuning(this.host, gpu.adapter)
      : undefined;
    const store = () =>
      from
        ? continueRunStore(this.host, folder, from.checkpoint)
        : createRunStore(this.host, folder, config, { force });
    this.#abort = new AbortController();
    try {
      const { signal } = this.#abort;
      return await run({
        host: this.host,
        gpu,
        config,
        store,
        name,
        preset,
        command,
        cell,
        variant,
        onEvent,
        tuning,
        signal,
        from,
      });
    } finally {
      this.#abort = undefined;
    }
  }

  /** Evaluates what a run has trained. */
  async evaluate(request: Omit<EvaluateInput, "host" | "gpu"> & { device?: DeviceOptions }): Promise<Evaluation> {
    const { evaluateRun } = await import("../experiment/run_evaluate.ts");
    return await evaluateRun({ ...request, host: this.host, gpu: await this.#opened(request.device) });
  }

  /** Times kernels or training steps on the open device. */
  async bench(request: BenchRequest, onProgress: (progress: BenchProgress) => void = () => {}): Promise<BenchResult> {
    const { runBench } = await import("./bench.ts");
    const gpu = await this.#opened();
    this.#abort = new AbortController();
    try {
      const { signal } = this.#abort;
      return await runBench(request, { host: this.host, gpu, progress: onProgress, signal });
    } finally {
      this.#abort = undefined;
    }
  }

  /** Times kernels of layers on the open device, and keeps the times for the plans of later runs. */
  async tune(
    request: TuneEngineRequest,
    onProgress: (progress: BenchProgress) => void = () => {},
  ): Promise<TuneResult> {
    const { runTune } = await import("./tune.ts");
    const gpu = await this.#opened();
    this.#abort = new AbortController();
    this.#tuning = undefined;
    try {
      const { signal } = this.#abort;
      return await runTune(request, { host: this.host, gpu, progress: onProgress, signal });
    } finally {
      this.#abort = undefined;
    }
  }

  /** Ends the run in progress after what is on the GPU, and writes what there is. */
  stop(): void {
    this.#abort?.abort();
  }

  /** Starts a network that is trained step by step. */
  async session(request: SessionRequest): Promise<Session & comlink.ProxyMarked> {
    return comlink.proxy(new Session(await this.#opened(), request));
  }

  /** Destroys the device. */
  close(): void {
    this.#gpu?.close();
    this.#gpu = this.#tuning = undefined;
  }
}
