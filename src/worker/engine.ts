/**
 * The engine: the API behind which the GPU lives for commands, one run after the other. It runs in a worker, because
 * waiting for the GPU blocks the thread that waits; everything in it can be sent between threads by comlink. A page's runs,
 * which go on side by side, are lanes: lab.ts.
 */
import type { BenchProgress } from "../bench/measure.ts";
import { parseConfig } from "../experiment/config.ts";
import type { EvaluateInput, Evaluation } from "../experiment/run_evaluate.ts";
import type { RunEvent } from "../experiment/run_events.ts";
import type { RunResult } from "../experiment/run_result.ts";
import { checkRunFolder } from "../experiment/run_store.ts";
import { type AdapterInfo, listAdapters } from "../gpu/adapter.ts";
import type { BackendChoice, Host } from "../host/host.ts";
import type { BenchRequest, BenchResult } from "./bench.ts";
import { DeviceDoor, type DeviceOptions } from "./device_door.ts";
import { runInFolder, type RunRequest } from "./run_folder.ts";
import type { TuneEngineRequest, TuneResult } from "./tune.ts";

/** What a worker exposes. */
export class Engine {
  readonly #door: DeviceDoor;
  #abort: AbortController | undefined;

  constructor(readonly host: Host) {
    this.#door = new DeviceDoor(host);
  }

  /** Every adapter that a backend finds. */
  async adapters(choice?: BackendChoice): Promise<AdapterInfo[]> {
    return await listAdapters(await this.host.backend(choice));
  }

  /** Opens a device and checks it with known answers; later calls return the same one unless they ask for another. */
  async open(options?: DeviceOptions): Promise<AdapterInfo> {
    return (await this.#door.open(options)).adapter;
  }

  /** Trains as a configuration says, into a folder. Events come while it goes on. */
  async run(request: RunRequest, onEvent: (event: RunEvent) => void = () => {}): Promise<RunResult> {
    const config = parseConfig(request.config, request.preset ?? "configuration");
    const { folder, force, resume } = request, { host } = this;
    if (!resume) await checkRunFolder(host, folder, config, { force });
    const gpu = await this.#door.open(config.device);
    this.#abort = new AbortController();
    try {
      const { signal } = this.#abort;
      return await runInFolder(request, { host, gpu, config, onEvent, signal, tuning: () => this.#door.tuning() });
    } finally {
      this.#abort = undefined;
    }
  }

  /** Evaluates what a run has trained. */
  async evaluate(request: Omit<EvaluateInput, "host" | "gpu"> & { device?: DeviceOptions }): Promise<Evaluation> {
    const { evaluateRun } = await import("../experiment/run_evaluate.ts");
    return await evaluateRun({ ...request, host: this.host, gpu: await this.#door.open(request.device) });
  }

  /** Times kernels or training steps on the open device. */
  async bench(request: BenchRequest, onProgress: (progress: BenchProgress) => void = () => {}): Promise<BenchResult> {
    const { runBench } = await import("./bench.ts");
    const gpu = await this.#door.open();
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
    const gpu = await this.#door.open();
    this.#abort = new AbortController();
    this.#door.forgetTuning();
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

  /** Destroys the device. */
  async close(): Promise<void> {
    await this.#door.close();
  }
}
