/** The first sentences, the one button, and what is said where nothing can be trained. */
import { useEffect } from "preact/hooks";
import { computed } from "@preact/signals";
import { Icon } from "../../parts/icons.tsx";
import { device } from "../../state/lab.ts";
import { keepPrepared, prepareDevice } from "../../state/prepare.ts";
import { pressed, trainBoth } from "../../state/race.ts";
import { shownLanes } from "../../state/shown.ts";
import { duration, pause, play, playing, position, recording, seek } from "../../state/recording.ts";
import { preparingWords } from "./words.ts";
import { formatSeconds } from "../../../src/experiment/results_numbers.ts";
import { whenIdle } from "./curve_chart.tsx";

/** Name of the adapter, where it is a software adapter. */
export const software = computed(() => {
  const { value } = device;
  return value.kind === "ready" && value.adapter.software ? value.adapter.description : undefined;
});

const NO_WEBGPU = "This browser has no WebGPU, so this is a recording. Density, Theory and Results work fully. " +
  "To train: Chrome or Edge 113+, Safari 26+, or Firefox 141+ on Windows.";

function prepareWhenIdle(): () => void {
  let stop: (() => void) | undefined, ended = false;
  whenIdle(async () => {
    await prepareDevice();
    if (!ended) stop = keepPrepared();
  });
  return () => {
    ended = true;
    stop?.();
  };
}

/** Heading, sentence, button and bar. */
export function Opening() {
  // after the paint: the visitor reads while the device is opened
  useEffect(prepareWhenIdle, []);
  const none = device.value.kind === "none", started = shownLanes.value.length > 0;
  return (
    <section class={started ? "opening started" : "opening"}>
      <div class="opening-words">
        <h1>
          Throw away <span class="whole">90 %</span> of a network at random. Train what is left.
        </h1>
        <p class="lead">
          It learns almost as well, and each step does a fraction of the work. Try it on your own GPU.
        </p>
      </div>
      {(!started || pressed.value) && (
        <div class="actions">
          {!none && <TrainButton />}
          {!started && (none || software.value !== undefined) && <PlayButton primary={none} />}
        </div>
      )}
      {none && <p class="opening-bar">{NO_WEBGPU}</p>}
      {software.value !== undefined && (
        <p class="opening-bar">
          Software adapter ({software.value}): training is real but many times slower than on a GPU. Speed results say
          nothing about GPUs.
        </p>
      )}
    </section>
  );
}

function TrainButton() {
  const preparing = shownLanes.value.find(({ phase }) => phase.value === "preparing")?.preparing.value;
  const opening = pressed.value;
  const words = software.value === undefined ? "Train both" : "Train a small one";
  return (
    <button type="button" class="button primary big" disabled={opening} onClick={() => void trainBoth()}>
      <Icon name="play" />
      {opening ? preparingWords(preparing) : words}
    </button>
  );
}

function PlayButton({ primary }: { readonly primary: boolean }) {
  return (
    <button
      type="button"
      class={primary ? "button primary big" : "button big"}
      disabled={!recording.value}
      onClick={() => playing.value ? pause() : play()}
    >
      <Icon name={playing.value ? "pause" : "play"} />
      {playing.value ? "Pause the recording" : "Play the recording"}
    </button>
  );
}

/** What the lanes are while they are recorded, and where the recording is. */
export function RecordingBar() {
  const { value: file } = recording;
  if (file === null) return <p class="opening-bar">The recording cannot be read.</p>;
  if (!file) return null;
  const [year, month, day] = file.date.split("-").map(Number);
  const date = new Date(year, month - 1, day).toLocaleDateString("en-GB", {
    day: "numeric",
    month: "long",
    year: "numeric",
  });
  return (
    <div class="recording-bar">
      <p class="secondary">
        Recording, {file.adapter.name}, {date}
      </p>
      <button
        type="button"
        class="button quiet icon"
        aria-label={playing.value ? "Pause the recording" : "Play the recording"}
        onClick={() => playing.value ? pause() : play()}
      >
        <Icon name={playing.value ? "pause" : "play"} />
      </button>
      <input
        type="range"
        min={0}
        max={duration.value}
        step="any"
        value={position.value}
        aria-label="Place in the recording"
        aria-valuetext={`${formatSeconds(position.value)} of ${formatSeconds(duration.value)}`}
        onInput={(event) => seek(Number(event.currentTarget.value))}
      />
      <p class="secondary">{formatSeconds(position.value)} · 4×</p>
    </div>
  );
}
