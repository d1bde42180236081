/** A lane: its one large number, its mask, what it keeps, what a step takes, how far it is, and what went wrong. */
import {
  formatCount,
  formatDensity,
  formatPercent,
  formatSeconds,
  THIN,
} from "../../../src/experiment/results_numbers.ts";
import { TimeLeft } from "../../../src/experiment/time_left.ts";
import { useMemo } from "preact/hooks";
import { Icon } from "../../parts/icons.tsx";
import { RuleGlyph } from "../../parts/marks.tsx";
import { Progress } from "../../parts/progress.tsx";
import { canExport, exportLane } from "../../state/export_runs.ts";
import type { Lane } from "../../state/lanes.ts";
import { pauseLane, playLane, stepLane } from "../../state/lane_acts.ts";
import { hideLane, isGoing, isOpen } from "../../state/shown.ts";
import { watching } from "../../state/training_lock.ts";
import { LaneState } from "./lane_state.tsx";
import { MaskPicture } from "./mask_picture.tsx";
import { progressWords, recoveredWords } from "./words.ts";

interface LaneCardProps {
  readonly lane: Lane;
  /** The controls say something else. */
  readonly changed: boolean;
  /** Tab stops at it; other lanes are reached by arrows. */
  readonly isStop: boolean;
}

/** One lane of the Train view. */
export function LaneCard({ lane, changed, isStop }: LaneCardProps) {
  const { title, rule, recorded = false } = lane;
  const best = lane.epochs.value.at(-1);
  const recovered = lane.recovered.value;
  return (
    <section class="lane panel" role="group" aria-label={title} data-rule={rule} tabIndex={isStop ? 0 : -1}>
      <header class="lane-head">
        <h2 class="with-mark">
          <RuleGlyph rule={rule} />
          <span class="clip" title={title}>{title}</span>
        </h2>
        {!recorded && !watching.value && <LaneButtons lane={lane} />}
      </header>
      <div class="lane-body">
        <p class="lane-number">
          <span class="large">{best ? formatPercent(best.test.accuracy, 1) : "–"}</span>
          {best && <span class="percent">{THIN}%</span>}
          <span class="faint">{best ? `test accuracy, epoch ${best.epoch}` : "test accuracy, after epoch 1"}</span>
        </p>
        {lane.pictured.value && <MaskPicture mask={lane.pictured.value} colour={lane.look.colour} />}
        <Facts lane={lane} />
      </div>
      <LaneProgress lane={lane} />
      {recovered && lane.phase.value === "running" && <p class="field-note">{recoveredWords(recovered)}</p>}
      {changed && <p class="field-note changed">changed; Restart applies</p>}
      <LaneState lane={lane} />
    </section>
  );
}

function LaneButtons({ lane }: { readonly lane: Lane }) {
  const going = isGoing(lane), { value: phase } = lane.phase, { title } = lane;
  const canPlay = phase !== "finished" && phase !== "failed" && phase !== "preparing" && phase !== "recovering";
  return (
    <div class="lane-buttons">
      {canPlay && (
        <button
          type="button"
          class="button quiet icon"
          data-act="play"
          aria-label={`${going && phase === "running" ? "Pause" : "Go on"}: ${title}`}
          onClick={() => phase === "running" ? pauseLane(lane) : playLane(lane)}
        >
          <Icon name={phase === "running" ? "pause" : "play"} />
        </button>
      )}
      {isOpen(lane) && phase === "paused" && (
        <button
          type="button"
          class="button quiet icon"
          data-act="step"
          aria-label={`One step: ${title}`}
          onClick={() => stepLane(lane)}
        >
          <Icon name="step" />
        </button>
      )}
      {canExport(lane) && (
        <button
          type="button"
          class="button quiet icon"
          data-act="export"
          aria-label={`Export ${title}`}
          title="Export the run folder (zip)"
          onClick={() => void exportLane(lane)}
        >
          <Icon name="download" />
        </button>
      )}
      <button
        type="button"
        class="button quiet icon"
        data-act="hide"
        aria-label={`Hide ${title}`}
        onClick={() => hideLane(lane)}
      >
        <Icon name="close" />
      </button>
    </div>
  );
}

/** Densities always stand together: asked for, kept, and what a step computes. */
function Facts({ lane }: { readonly lane: Lane }) {
  const totals = lane.report.value?.totals, now = lane.mask.value, time = lane.time.value;
  const images = time?.images ?? lane.curve.value.images.at(-1);
  const seconds = time?.gpuSeconds ?? lane.curve.value.gpuSeconds.at(-1);
  // a run of an earlier visit is not timed now
  const timed = time !== undefined || !lane.stored.value;
  const kept = now?.realised ?? totals?.realisedDensity, compute = now?.compute ?? totals?.realisedComputeDensity;
  return (
    <dl class="lane-facts">
      <dt>density</dt>
      <dd>
        {kept === undefined || compute === undefined ? "–" : (
          <>
            <span class="whole">{keptWords(lane.rule === "dense" ? undefined : totals?.nominalDensity, kept)}</span>
            {" "}
            <span class="whole compute">{`c ${formatDensity(compute)}`}</span>
          </>
        )}
      </dd>
      {timed && (
        <>
          <dt>step</dt>
          <dd>
            {time
              ? (
                <>
                  <span class="whole">{formatSeconds(time.step.median / 1000)}</span>{" "}
                  <span class="whole faint">({rangeWords(time.step)})</span>
                </>
              )
              : "–"}
          </dd>
        </>
      )}
      <dt>images</dt>
      <dd>
        {images !== undefined && seconds !== undefined
          ? (
            <>
              <span class="whole">{`${formatCount(images)} seen`}</span>{" "}
              <span class="whole">{`in ${formatSeconds(seconds)}`}</span>
            </>
          )
          : "–"}
      </dd>
    </dl>
  );
}

/** "0.100 asked → 0.0995 kept," */
function keptWords(asked: number | undefined, kept: number): string {
  const before = asked === undefined ? "" : `${formatDensity(asked)} asked → `;
  return `${before}${formatDensity(kept)} kept,`;
}

/** "322–397 ms": of one unit, said once. */
function rangeWords({ low, high }: { readonly low: number; readonly high: number }): string {
  const [from, to] = [formatSeconds(low / 1000), formatSeconds(high / 1000)];
  const [number, unit] = from.split(THIN);
  return to.endsWith(`${THIN}${unit}`) ? `${number}–${to}` : `${from}–${to}`;
}

function LaneProgress({ lane }: { readonly lane: Lane }) {
  const left = useMemo(() => new TimeLeft(), [lane.id]);
  const time = lane.time.value, start = lane.start.value, steps = lane.curve.value.step.at(-1) ?? 0;
  const phase = lane.phase.value, preparing = lane.preparing.value;
  const done = phase === "finished" ? 1 : time?.done ?? 0;
  const epochs = start?.epochs ?? 0;
  const text = progressWords({
    phase,
    preparing,
    epoch: Math.min(epochs, Math.floor(done * epochs) + 1),
    epochs,
    left: time && phase === "running" ? left.update(time.done, time.gpuSeconds, steps) : undefined,
    savedStep: lane.savedStep.value,
    steps,
    seconds: time?.gpuSeconds,
  });
  const bar = phase === "preparing" ? preparing : { done, total: 1 };
  return (
    <div class="lane-progress">
      <Progress label={`${lane.title}, progress`} done={bar?.done ?? 0} total={bar?.total ?? 1} text={text} />
    </div>
  );
}
