/** The view Train: does it learn, and how fast? */
import "./train.css";
import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Segmented } from "../../parts/segmented.tsx";
import { StateMessage } from "../../parts/state_message.tsx";
import { announce, announceSoon } from "../../state/announce.ts";
import { useKey } from "../../state/keys.ts";
import { loss } from "../../state/lab.ts";
import { draft, twin } from "../../state/draft.ts";
import { addLane, fifth, queueRun, replaceFor } from "../../state/fifth.ts";
import { continueSmall, pauseAll, playAll, stepAll, stopAll } from "../../state/lane_acts.ts";
import { changed, newSeed, reset, trainBoth } from "../../state/race.ts";
import { anyGoing, anyToPlay, shownLanes, subject } from "../../state/shown.ts";
import { watching } from "../../state/training_lock.ts";
import { axis } from "../../state/train_link.ts";
import type { Lane } from "../../state/lanes.ts";
import { loadRecording, recordedLanes, recording, reveal } from "../../state/recording.ts";
import { Captions } from "./captions.tsx";
import { AXIS_WORDS, CHART_WORDS, type CurveKind } from "./chart_series.ts";
import { CurveChart } from "./curve_chart.tsx";
import { LaneCard } from "./lane_card.tsx";
import { LaneList } from "./lane_list.tsx";
import { LayerTimes } from "./layer_times.tsx";
import { Notes } from "./notes.tsx";
import { NetworkQuestion, NetworkSlot } from "./network_slot.tsx";
import { Opening, RecordingBar, software } from "./opening.tsx";
import { ParameterFold } from "./parameters.tsx";
import { THREE_COLUMNS, useViewWidth, viewWidth } from "./view_width.ts";
import { nextSettings, spokenOf, type Story, storyOf } from "../../state/story.ts";
import { fifthWords, KEEPS_RESETTING } from "./words.ts";

/** Where there is room for one chart. */
const chart = signal<CurveKind>("accuracy");
const CHARTS = (["accuracy", "loss"] as const).map((value) => ({ value, label: CHART_WORDS[value].title }));
const AXES = (["gpu", "images", "epochs"] as const).map((value) => ({ value, label: AXIS_WORDS[value].short }));

const runOrPause = () => {
  if (watching.peek()) return;
  if (shownLanes.peek().length === 0) void trainBoth();
  else if (anyGoing.peek()) pauseAll();
  else if (anyToPlay.peek()) playAll();
};
const resetAll = () => watching.peek() || void reset();
const seedAnew = () => watching.peek() || void newSeed();
const toggleTwin = () => {
  twin.value = !twin.peek();
  announce(twin.peek() ? "The dense network trains beside it." : "Without the dense network.");
};

/** The view. */
export function TrainView() {
  useEffect(() => void loadRecording(), []);
  useViewWidth();
  useKey(" ", runOrPause);
  useKey("s", stepAll);
  useKey("x", resetAll);
  useKey("n", seedAnew);
  useKey("d", toggleTwin);
  const own = shownLanes.value, recorded = own.length === 0, lanes = recorded ? recordedLanes.value : own;
  useSpoken(recorded ? [] : own);
  const beside = viewWidth.value >= THREE_COLUMNS && !recorded;
  const file = recording.value;
  const recordedOn = file?.adapter.software ? file.adapter.name : undefined;
  const story = storyOf(
    lanes,
    recorded ? { tense: "recorded", software: recordedOn } : { tense: "now", software: software.value },
  );
  return (
    <div class={lanes.length > 2 ? "train rows" : "train"}>
      <Opening />
      <aside class="train-side">
        <ParameterFold />
      </aside>
      <div class="train-main">
        {recorded && <RecordingBar />}
        <LostDevice />
        <Fifth />
        <LaneList lanes={lanes}>
          {(lane, isStop) => (
            <LaneCard
              key={lane.id}
              lane={lane}
              changed={!recorded && changed.value && lane === subject.value}
              isStop={isStop}
            />
          )}
        </LaneList>
        <Captions
          story={watching.value ? { ...story, next: undefined } : story}
          onNext={(next) => goOn(next, recorded)}
        />
        <div class="chart-choice">
          <Segmented
            label="Chart"
            bare
            value={chart.value}
            options={CHARTS}
            onChange={(next) => (chart.value = next)}
          />
        </div>
        <div class="charts" data-chart={chart.value}>
          <CurveChart lanes={lanes} kind="accuracy" axis={axis.value} />
          <CurveChart lanes={lanes} kind="loss" axis={axis.value} />
        </div>
        <div class="charts-foot">
          <Segmented
            label="Axis to the right"
            bare
            value={axis.value}
            options={AXES}
            onChange={(next) => (axis.value = next)}
          />
          <p class="field-note">
            Line: training images. Marks: test set, after each epoch. One run each; lanes take turns of equal GPU time.
          </p>
        </div>
        <LayerTimes lanes={lanes} />
        <Notes lanes={lanes} />
        {beside && <NetworkQuestion lanes={own} software={software.value !== undefined} />}
      </div>
      {beside && <NetworkSlot lanes={own} software={software.value !== undefined} />}
    </div>
  );
}

function goOn(next: NonNullable<Story["next"]>, recorded: boolean): void {
  if (recorded) reveal(next === "one per cent" ? 3 : 4);
  else void addLane(nextSettings(next, subject.peek()?.settings ?? draft.peek()));
}

/** Says how the lanes stand, with each evaluation, and not more often than every 15 s. */
function useSpoken(lanes: readonly Lane[]): void {
  const spoken = spokenOf(lanes);
  useEffect(() => {
    if (spoken !== undefined) announceSoon(spoken);
  }, [spoken]);
}

function LostDevice() {
  const { value } = loss;
  if (!value?.givenUp) return null;
  const { heading, body, tone, actions } = KEEPS_RESETTING;
  const act = (name: string) => {
    loss.value = undefined;
    if (name === "small-submits") void continueSmall();
    else void stopAll();
  };
  const buttons = actions.map((action) => ({ label: action.label, onAct: () => act(action.act) }));
  return <StateMessage small heading={heading} body={body} tone={tone} actions={buttons} />;
}

/** A fifth run asks what becomes of it. */
function Fifth() {
  const { value } = fifth;
  if (!value) return null;
  const { settings, replaces } = value;
  return (
    <StateMessage
      small
      heading={fifthWords(replaces.title)}
      tone="warn"
      actions={[
        { label: "Queue it", onAct: () => queueRun(settings), primary: true },
        { label: `Replace ${replaces.title}`, onAct: () => void replaceFor(settings, replaces) },
        { label: "Neither", onAct: () => (fifth.value = undefined) },
      ]}
    />
  );
}
