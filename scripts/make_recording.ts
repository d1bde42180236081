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
import { sizeOfShape } from "../src/masks/layer.ts";
import { createDenoHost } from "../src/host/deno.ts";
import { joinPath } from "../src/host/host.ts";
import { Engine } from "../src/worker/engine.ts";
import type { LabEvent } from "../src/worker/lab_types.ts";
import { packBits, type RecordedLane, type RecordingFile } from "../web/state/recording_file.ts";
import { nestSettings, type Settings } from "../web/state/settings.ts";

/** Points of a recorded curve. */
const MOST_POINTS = 150;
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
  readonly #epochs: (number | null)[][] = [];
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
    else if (event.kind === "epoch") {
      const { lr, train, validation, test } = event, at = this.#curve[1].at(-1) ?? 0;
      const both = ({ loss, accuracy }: { loss: number; accuracy: number }) => [round(loss, 4), round(accuracy, 4)];
      this.#epochs.push([at, lr, ...both(train), ...(validation ? both(validation) : [null, null]), ...both(test)]);
    }
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
      curve: thin(this.#curve),
      epochs: this.#epochs,
      times: this.#times,
      layers: this.#layers,
      masks,
      result,
    };
  }
}

/** Means over neighbouring points where there are too many. */
function thin(curve: RecordedLane["curve"]): RecordedLane["curve"] {
  const [steps, seconds, losses, accuracies] = curve, group = Math.ceil(steps.length / MOST_POINTS);
  const ends = steps.map((_, i) => i).filter((i) => (i + 1) % group === 0 || i === steps.length - 1);
  const mean = (values: readonly number[], end: number) => {
    const part = values.slice(end - end % group, end + 1);
    return round(part.reduce((a, b) => a + b) / part.length, 3);
  };
  return [
    ends.map((i) => steps[i]),
    ends.map((i) => seconds[i]),
    ends.map((i) => mean(losses, i)),
    ends.map((i) => mean(accuracies, i)),
  ];
}

/** Numbers of evaluations to six places: nobody reads more, and they take room. */
function shorten(_key: string, value: unknown): unknown {
  return typeof value === "number" && !Number.isInteger(value) ? Number(value.toPrecision(6)) : value;
}

/** What the engine says of a run, as the lab would say it: means between readbacks, and step times between them. */
class Listener {
  #seconds = 0;
  #epochStart = 0;
  #steps = 0;
  #epochSteps = 0;
  readonly #times: number[] = [];

  constructor(readonly id: string, readonly take: (event: LabEvent) => void) {}

  hear(event: RunEvent): void {
    if (event.kind !== "progress") {
      this.take({ kind: "run", lane: this.id, event });
      if (event.kind === "epoch") [this.#epochStart, this.#epochSteps] = [this.#seconds, this.#steps];
      return;
    }
    const { progress: { step, loss, accuracy, milliseconds, imagesDone } } = event;
    const seconds = this.#epochStart + milliseconds / 1000, steps = this.#epochSteps + step;
    // the first readback waits for the kernels to be compiled
    if (this.#steps > 0) this.#times.push(1000 * (seconds - this.#seconds) / (steps - this.#steps));
    [this.#seconds, this.#steps] = [seconds, steps];
    const rows = new Float32Array([steps, imagesDone, seconds, loss, accuracy]);
    this.take({ kind: "curve", lane: this.id, rows });
    if (this.#times.length < 5) return;
    const step_ = interval(this.#times);
    this.take({ kind: "time", lane: this.id, step: step_, images: imagesDone, gpuSeconds: seconds, done: event.done });
  }
}

/** Median with the 95 % interval of its rank. */
function interval(values: readonly number[]): Time["step"] {
  const sorted = values.toSorted((a, b) => a - b), n = sorted.length;
  const half = 0.98 * Math.sqrt(n);
  const at = (rank: number) => sorted[Math.max(0, Math.min(n - 1, Math.round(rank)))];
  return { median: at((n - 1) / 2), low: at((n - 1) / 2 - half), high: at((n - 1) / 2 + half), n };
}

async function main(output: string, overrides: readonly string[]): Promise<void> {
  const host = createDenoHost(), engine = new Engine(host);
  const adapter = await engine.open();
  const lanes: RecordedLane[] = [];
  for (const { title, settings } of RACE) {
    console.log(title);
    const raw = applyOverrides(nestSettings(settings) as RawConfig, overrides);
    const config = parseConfig(raw, title), recorder = new Recorder();
    const listener = new Listener(title, (event) => recorder.take(event));
    const folder = await Deno.makeTempDir();
    try {
      const dense = { ...config, checkpoint: { ...config.checkpoint, every: 0, seconds: 0 } };
      await engine.run({ config: dense, folder, name: title, force: true }, (event) => listener.hear(event));
      const file = joinPath(folder, RUN_FILES.masks);
      const masks = config.mask.rule === "dense" ? [] : readMasks(await host.readFile(file), file).masks;
      const packed = masks.map(({ name, shape, bits }) => ({
        layer: name,
        shape: [...shape],
        bits: packBits(bits, sizeOfShape(shape)),
      }));
      lanes.push(recorder.lane(title, settings, config.train.batch, packed));
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  }
  const { description: name, software } = adapter;
  const file: RecordingFile = {
    format: 1,
    adapter: { name, software },
    date: host.now().toISOString().slice(0, 10),
    lanes,
  };
  const text = JSON.stringify(file, shorten) + "\n";
  if (text.length > MOST_BYTES) {
    console.warn(`${text.length} bytes, more than the ${MOST_BYTES} that the page has room for`);
  }
  await host.writeFile(output, text);
  console.log(`${output}: ${text.length} bytes`);
  engine.close();
}

if (import.meta.main) {
  const [output = path.join(import.meta.dirname!, "../web/public/recording.json"), ...overrides] = Deno.args;
  await main(output, overrides);
}
