/**
 * Makes `web/public/recording.json`, what the page shows and plays before anything is trained: the four networks of the
 * first minute, trained by the engine here and now, with all that was measured.
 *
 *     node scripts/deno.mjs run -A scripts/make_recording.ts [OUTPUT-FILE [key=value…]]
 *
 * Overrides apply to all four, for a quick trial.
 */
import * as path from "node:path";
import { parseConfig } from "../src/experiment/config.ts";
import { applyOverrides, type RawConfig } from "../src/experiment/overrides.ts";
import type { RunEvent } from "../src/experiment/run_events.ts";
import { RUN_FILES } from "../src/experiment/run_files.ts";
import { readMasks } from "../src/formats/masks.ts";
import { createDenoHost } from "../src/host/deno.ts";
import { joinPath } from "../src/host/host.ts";
import { Engine } from "../src/worker/engine.ts";
import type { LabEvent } from "../src/worker/lab_types.ts";
import { packBits, type RecordedLane, type RecordingFile } from "../web/state/recording_file.ts";
import { nestSettings, type Settings } from "../web/state/settings.ts";

/** Bytes that the page's first load has room for. */
const MOST_BYTES = 40_000;

/** The four of the first minute; `model.width` is small enough for an emulated GPU. */
const COMMON: Settings = { "model.width": 16, "train.epochs": 10 };
const RACE: readonly { title: string; settings: Settings }[] = [
  { title: "dense", settings: { ...COMMON, "mask.rule": "dense" } },
  { title: "0.1 uniform", settings: { ...COMMON, "mask.rule": "uniform", "mask.density": 0.1 } },
  { title: "0.01 uniform", settings: { ...COMMON, "mask.rule": "uniform", "mask.density": 0.01 } },
  { title: "0.01 ERK", settings: { ...COMMON, "mask.rule": "erk", "mask.density": 0.01 } },
];

type Start = RecordedLane["start"];
type Time = Extract<LabEvent, { kind: "time" }>;

const round = (value: number, decimals: number) => Number(value.toFixed(decimals));

/** What is kept of one run. */
class Recorder {
  readonly #curve: [number[], number[], number[], number[]] = [[], [], [], []];
  readonly #epochs: { at: number; event: RecordedLane["epochs"][number]["event"] }[] = [];
  readonly #times: { at: number; step: Time["step"] }[] = [];
  #start: Start | undefined;
  #mask: RecordedLane["mask"] | undefined;
  #layers: RecordedLane["layers"] = [];
  #result: RecordedLane["result"] | undefined;

  take(event: LabEvent): void {
    if (event.kind === "run") this.#takeRun(event.event);
    else if (event.kind === "layers") this.#layers = event.layers;
    else if (event.kind === "time") this.#takeTime(event);
    else if (event.kind === "curve") {
      for (let i = 0; i + 5 <= event.rows.length; i += 5) {
        const [step, , seconds, loss, accuracy] = event.rows.subarray(i, i + 5);
        this.#curve[0].push(step);
        this.#curve[1].push(round(seconds, 2));
        this.#curve[2].push(round(loss, 3));
        this.#curve[3].push(round(accuracy, 3));
      }
    }
  }

  /** An estimate a few seconds of training is enough to play. */
  #takeTime({ gpuSeconds, step }: Time): void {
    if (gpuSeconds - (this.#times.at(-1)?.at ?? -Infinity) < 5) return;
    const { median, low, high, n } = step;
    const rounded = { median: round(median, 2), low: round(low, 2), high: round(high, 2), n };
    this.#times.push({ at: round(gpuSeconds, 2), step: rounded });
  }

  #takeRun(event: RunEvent): void {
    if (event.kind === "start") this.#start = event;
    else if (event.kind === "mask") this.#mask ??= event.line;
    else if (event.kind === "end") this.#result = event.result;
    else if (event.kind === "epoch") this.#epochs.push({ at: this.#curve[1].at(-1) ?? 0, event });
  }

  /** The run in the file. */
  lane(title: string, settings: Settings, batch: number, masks: RecordedLane["masks"]): RecordedLane {
    const result = this.#result!;
    return {
      title,
      settings,
      rule: result.rule,
      batch,
      start: this.#start!,
      mask: this.#mask!,
      curve: this.#curve,
      epochs: this.#epochs,
      times: this.#times,
      layers: this.#layers,
      masks,
      result,
    };
  }
}

/** Numbers of evaluations to six places: nobody reads more, and they take room. */
function shorten(_key: string, value: unknown): unknown {
  return typeof value === "number" && !Number.isInteger(value) ? Number(value.toPrecision(6)) : value;
}
