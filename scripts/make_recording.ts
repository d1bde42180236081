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
import { applyOverrides } from "../src/experiment/overrides.ts";
import type { RawConfig } from "../src/experiment/raw_config.ts";
import type { RunEvent } from "../src/experiment/run_events.ts";
import { RUN_FILES } from "../src/experiment/run_files.ts";
import { readMasks } from "../src/formats/masks.ts";
import { sizeOfShape } from "../src/masks/layer.ts";
import { createDenoHost } from "../src/host/deno.ts";
import { joinPath } from "../src/host/host.ts";
import { Lab } from "../src/worker/lab.ts";
import type { LabEvent } from "../src/worker/lab_types.ts";
import { packBits, type RecordedLane, type RecordingFile } from "../web/state/recording_file.ts";
import { nestSettings, type Settings } from "../web/state/settings.ts";

/** Points of a recorded curve, and seconds of training between two estimates of its step time. */
const MOST_POINTS = 150, TIMES_APART = 20;
/** Bytes that the page's first load has room for. */
const MOST_BYTES = 40_000;

/** The four of the first minute; `model.width` is small enough for an emulated GPU. */
const COMMON: Settings = { "model.width": 16, "train.epochs": 10 };
const RACE: readonly { title: string; settings: Settings }[] = [
  { title: "dense", settings: { ...COMMON, "mask.rule": "dense" } },
  { title: "0.1 ERK", settings: { ...COMMON, "mask.rule": "erk", "mask.density": 0.1 } },
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
  readonly #times: [number, number, number, number, number][] = [];
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

  #takeTime({ gpuSeconds, step: { median, low, high, n } }: Time): void {
    if (gpuSeconds - (this.#times.at(-1)?.[0] ?? -Infinity) < TIMES_APART) return;
    this.#times.push([round(gpuSeconds, 2), round(median, 2), round(low, 2), round(high, 2), n]);
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

async function main(output: string, overrides: readonly string[]): Promise<void> {
  const host = createDenoHost(), folder = await Deno.makeTempDir();
  // a lab's runs are in the folder `runs` of where it is
  Deno.chdir(folder);
  const lab = new Lab(host), recorders = RACE.map(() => new Recorder());
  const ids = RACE.map(({ title }) => title.replaceAll(" ", "-"));
  const ended = Promise.withResolvers<void>();
  let open = RACE.length;
  lab.listen((event) => {
    if (!("lane" in event)) return;
    recorders[ids.indexOf(event.lane)].take(event);
    if (event.kind !== "phase") return;
    console.log(`${event.lane}: ${event.phase}`);
    if (event.phase === "failed") ended.reject(new Error(`${event.lane}: ${event.error?.message}`));
    if (event.phase === "finished" && --open === 0) ended.resolve();
  });
  try {
    const { adapter: { description: name, software } } = await lab.open();
    const configs = RACE.map(({ title, settings }) =>
      parseConfig(applyOverrides(nestSettings(settings) as RawConfig, overrides), title)
    );
    const checkpoint = { every: 0, seconds: 0 };
    for (const [i, config] of configs.entries()) {
      await lab.start({ id: ids[i], name: RACE[i].title, config: { ...config, checkpoint } });
    }
    await ended.promise;
    const lanes = await Promise.all(RACE.map(async ({ title, settings }, i) => {
      const file = joinPath("runs", ids[i], RUN_FILES.masks);
      const masks = configs[i].mask.rule === "dense" ? [] : readMasks(await host.readFile(file), file).masks;
      const packed = masks.map(({ name, shape, bits }) => {
        return { layer: name, shape: [...shape], bits: packBits(bits, sizeOfShape(shape)) };
      });
      return recorders[i].lane(title, settings, configs[i].train.batch, packed);
    }));
    const date = host.now().toISOString().slice(0, 10);
    const file: RecordingFile = { format: 1, adapter: { name, software }, date, lanes };
    const text = JSON.stringify(file, shorten) + "\n";
    if (text.length > MOST_BYTES) console.warn(`more than the ${MOST_BYTES} bytes that the page has room for`);
    await host.writeFile(output, text);
    console.log(`${output}: ${text.length} bytes`);
  } finally {
    await lab.close();
    await Deno.remove(folder, { recursive: true });
  }
}

if (import.meta.main) {
  const [output = path.join(import.meta.dirname!, "../web/public/recording.json"), ...overrides] = Deno.args;
  await main(path.resolve(output), overrides);
}
