/** The six parameters of the next run, the rest under "More", and the buttons that act on all lanes in the view. */
import { effect, signal, useComputed } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { formatDensity } from "../../../src/experiment/results_numbers.ts";
import { ruleLabel } from "../../../src/experiment/rule_style.ts";
import type { MaskReport } from "../../../src/masks/report.ts";
import type { Choice, Choices, SourceInfo } from "../../../src/worker/source.ts";
import { cpu, cpuIsThere } from "../../connect.ts";
import { Icon } from "../../parts/icons.tsx";
import { ListBox, type ListOption } from "../../parts/list_box.tsx";
import { DENSITY_DETENTS } from "../../parts/log_scale.ts";
import { LogSlider } from "../../parts/log_slider.tsx";
import { MethodGlyph, RuleGlyph } from "../../parts/marks.tsx";
import { NumberField } from "../../parts/number_field.tsx";
import { Segmented } from "../../parts/segmented.tsx";
import { device } from "../../state/lab.ts";
import type { Lane } from "../../state/lanes.ts";
import { draft, problem, setDraft, twin } from "../../state/draft.ts";
import { addLane } from "../../state/fifth.ts";
import { pauseAll, playAll, setLive, stepAll } from "../../state/lane_acts.ts";
import { wordsOf } from "../../state/lane_start.ts";
import { changed, newSeed, pressed, reset, restart, trainBoth } from "../../state/race.ts";
import { anyGoing, anyToPlay, isOpen, shownLanes } from "../../state/shown.ts";
import { watching } from "../../state/training_lock.ts";
import { TWO_COLUMNS, viewWidth } from "./view_width.ts";
import { Presets } from "./presets.tsx";
import { recordedLanes } from "../../state/recording.ts";
import { DEFAULT_WIDTH, DEFAULTS, nestSettings, sameMasks, settingOf, WIDTHS } from "../../state/settings.ts";

const choices = signal<Choices | undefined>(undefined);
/** What the settings would make, or what is wrong with them. */
const preview = signal<{ readonly source?: SourceInfo; readonly problem?: string }>({});

const BATCHES = [32, 64, 128, 256];
const DENSITY = { min: 0.001, max: 1, detents: DENSITY_DETENTS };
const LEARNING_RATE = { min: 1e-4, max: 1, perDecade: 10 };
const WEIGHT_DECAY = { min: 1e-6, max: 1e-2, zero: true, perDecade: 10 };
const MOST_SEED = 2 ** 31 - 1;

let asked = 0;

/** Draws the masks of the settings as they are, away from this thread; the last answer wins. */
function watchDraft(): () => void {
  return effect(() => {
    if (!cpuIsThere.value) return;
    const config = nestSettings(draft.value), mine = ++asked;
    cpu().source(config).then(
      (source) => mine === asked && (preview.value = { source }),
      (error: unknown) => mine === asked && (preview.value = { problem: wordsOf(error) }),
    );
  });
}

/** Reads what can be chosen, once that can be asked. */
function watchChoices(): () => void {
  return effect(() => {
    if (cpuIsThere.value) void cpu().choices().then((known) => choices.value = known);
  });
}

/** A pointer or the focus has come to the panel: a change may follow. */
const expectChange = () => void cpu();

/** The panel: a fold where there is no room beside the lanes. */
export function ParameterFold() {
  const isWide = useComputed(() => viewWidth.value >= TWO_COLUMNS);
  return (
    <details class="side-fold" open={isWide.value} onPointerEnter={expectChange} onFocusIn={expectChange}>
      <summary class="button">Parameters</summary>
      <Parameters />
      <Presets />
    </details>
  );
}

function Parameters() {
  useEffect(watchChoices, []);
  useEffect(watchDraft, []);
  const value = <T,>(key: string) => settingOf(draft.value, key) as T;
  const rule = value<Lane["rule"]>("mask.rule"), model = value<string>("model.name");
  const set = (key: string) => (next: unknown) => setDraft({ [key]: next });
  return (
    <section class="parameters panel" aria-label="Parameters">
      <ListBox
        label="Data"
        value={value<string>("data.name")}
        options={optionsOf(choices.value?.data, value("data.name"))}
        onChange={set("data.name")}
      />
      <ListBox
        label="Model"
        value={model}
        options={optionsOf(choices.value?.models, model)}
        onChange={(name) => setDraft({ "model.name": name, "model.width": undefined })}
      />
      {model === "lab" && (
        <Segmented
          label="Width"
          value={Number(draft.value["model.width"] ?? DEFAULT_WIDTH)}
          options={WIDTHS.map((width) => ({ value: width }))}
          onChange={set("model.width")}
        />
      )}
      <ListBox
        label="Rule"
        value={rule}
        options={optionsOf(
          choices.value?.rules,
          rule,
          (name) => <RuleGlyph rule={name as Lane["rule"]} />,
          ruleLabel(rule),
        )}
        onChange={set("mask.rule")}
      />
      {rule !== "dense" && (
        <LogSlider
          label="Density"
          value={value<number>("mask.density")}
          scale={DENSITY}
          format={(density) => String(Number(density.toPrecision(3)))}
          onInput={set("mask.density")}
          onCommit={set("mask.density")}
        >
          <Kept />
        </LogSlider>
      )}
      <ListBox
        label="Method"
        value={value<string>("method.name")}
        options={optionsOf(choices.value?.methods, value("method.name"), (name) => <MethodGlyph method={name} />)}
        onChange={(name) => setDraft({ ...withoutMethod(), "method.name": name })}
      />
      <div class="seed-row">
        <NumberField label="Seed" value={value<number>("seed")} min={0} max={MOST_SEED} whole onCommit={set("seed")} />
        <button type="button" class="button" onClick={() => setDraft({ seed: value<number>("seed") + 1 })}>Next</button>
      </div>
      <More />
      {(problem.value ?? preview.value.problem) && (
        <p class="field-problem" role="alert">{problem.value ?? preview.value.problem}</p>
      )}
      <RaceButtons />
    </section>
  );
}

/** What the recording says of the masks that the controls describe, before anything has drawn them. */
function recordedReport(): MaskReport | undefined {
  return recordedLanes.value.find(({ settings }) => sameMasks(settings, draft.value))?.report.value;
}

/** "0.3 asked → 0.190 kept, c 0.413" */
function Kept() {
  const totals = (preview.value.source?.report ?? recordedReport())?.totals;
  if (!totals) return <>{" "}</>;
  const { nominalDensity, realisedDensity, realisedComputeDensity } = totals;
  return (
    <>
      {formatDensity(nominalDensity)} asked → {formatDensity(realisedDensity)} kept, c{" "}
      {formatDensity(realisedComputeDensity)}
    </>
  );
}

/** What is rarely touched. The first two take effect while lanes train. */
function More() {
  const value = <T,>(key: string) => settingOf(draft.value, key) as T;
  return (
    <details class="more">
      <summary>More</summary>
      <div class="more-body">
        <LogSlider
          label="Learning rate"
          value={value<number>("train.lr")}
          scale={LEARNING_RATE}
          onCommit={(learningRate) => setLive({ learningRate })}
        >
          takes effect with the next step
        </LogSlider>
        <LogSlider
          label="Weight decay"
          value={value<number>("train.weightDecay")}
          scale={WEIGHT_DECAY}
          onCommit={(weightDecay) => setLive({ weightDecay })}
        >
          takes effect with the next step
        </LogSlider>
        <Segmented
          label="Batch"
          value={value<number>("train.batch")}
          options={BATCHES.map((batch) => ({ value: batch }))}
          onChange={(batch) => setDraft({ "train.batch": batch })}
        />
        <NumberField
          label="Epochs"
          value={value<number>("train.epochs")}
          min={1}
          max={500}
          whole
          onCommit={(epochs) => setDraft({ "train.epochs": epochs })}
        />
        {INTERVAL_METHODS.includes(value<string>("method.name")) && (
          <NumberField
            label="Interval"
            unit="steps"
            value={Number(draft.value["method.interval"] ?? 100)}
            min={1}
            max={100_000}
            whole
            onCommit={(interval) => setDraft({ "method.interval": interval })}
          />
        )}
        <label class="check">
          <input
            type="checkbox"
            checked={twin.value}
            onChange={(event) => (twin.value = event.currentTarget.checked)}
          />
          Train the dense network beside it
        </label>
      </div>
    </details>
  );
}

/** Methods that change masks every so many steps. */
const INTERVAL_METHODS = ["gmp", "rigl", "set", "granet"];

function RaceButtons() {
  const lanes = shownLanes.value, going = anyGoing.value, waiting = pressed.value;
  const none = device.value.kind === "none";
  if (watching.value) return <p class="field-note">Another tab trains these runs. Take over to change them.</p>;
  if (lanes.length === 0) {
    return (
      <div class="race-buttons">
        <button type="button" class="button primary" disabled={waiting || none} onClick={() => void trainBoth()}>
          <Icon name="play" />
          Train
        </button>
        {none && <p class="field-note">Training needs WebGPU, which this browser does not have.</p>}
      </div>
    );
  }
  return (
    <div class="race-buttons">
      <button
        type="button"
        class="button primary"
        disabled={waiting}
        onClick={() => going ? pauseAll() : anyToPlay.value ? playAll() : void restart()}
      >
        <Icon name={going ? "pause" : "play"} />
        {going ? "Pause" : "Train"}
      </button>
      <button type="button" class="button" disabled={going || !shownLanes.value.some(isOpen)} onClick={stepAll}>
        <Icon name="step" />
        Step
      </button>
      <button type="button" class="button" onClick={() => void reset()}>
        <Icon name="reset" />
        Reset
      </button>
      <button type="button" class="button" onClick={() => void newSeed()}>New seed</button>
      {changed.value && <button type="button" class="button" onClick={() => void restart()}>Restart</button>}
      {changed.value && (
        <button type="button" class="button" onClick={() => void addLane(draft.value)}>
          <Icon name="plus" />
          Add as a lane
        </button>
      )}
    </div>
  );
}

/** A list's lines; before they are known, what is chosen. */
function optionsOf(
  known: readonly Choice[] | undefined,
  value: string,
  glyph?: (name: string) => preact.JSX.Element,
  label?: string,
): ListOption<string>[] {
  const all: readonly Choice[] = known ?? [{ name: value, label: label ?? value, meaning: "" }];
  return all.map(({ name, label, meaning, unavailable }) => ({
    value: name,
    label,
    meaning,
    unavailable,
    glyph: glyph?.(name),
  }));
}

/** Another method does not read the settings of this one. */
function withoutMethod(): Record<string, undefined> {
  const keys = Object.keys(draft.peek()).filter((key) => key.startsWith("method.") && !(key in DEFAULTS));
  return Object.fromEntries(keys.map((key) => [key, undefined]));
}
