/** One cell a run, under the tabs of every view: the same runs everywhere. */
import { lazy, Suspense } from "preact/compat";
import { formatPercent, THIN } from "../../src/experiment/results_numbers.ts";
import { formatLeft } from "../../src/experiment/time_left.ts";
import type { LanePhase } from "../../src/worker/lab_types.ts";
import { Icon } from "../parts/icons.tsx";
import { RuleGlyph } from "../parts/marks.tsx";
import { Progress } from "../parts/progress.tsx";
import { actions } from "../state/actions.ts";
import { compared, comparedLanes, toggleCompared } from "../state/compare.ts";
import { openKeeping } from "../state/keeping.ts";
import { type Lane, lanes } from "../state/lanes.ts";
import { watching } from "../state/training_lock.ts";

const Comparison = lazy(async () => (await import("./comparison.tsx")).Comparison);

const PHASE: Readonly<Record<LanePhase, string>> = {
  preparing: "Preparing",
  ready: "Ready",
  running: "Running",
  paused: "Paused",
  recovering: "Recovering",
  finished: "Finished",
  stopped: "Stopped",
  failed: "Failed",
};

/** The strip; nothing where there is no run. */
export function RunStrip() {
  if (lanes.value.length === 0) return null;
  return (
    <section class="run-strip" aria-label="Runs">
      <div class="strip-row">
        <ul>{lanes.value.map((lane) => <Cell key={lane.id} lane={lane} />)}</ul>
        <button type="button" class="button quiet" onClick={openKeeping}>Manage</button>
      </div>
      {comparedLanes.value && (
        <Suspense fallback={null}>
          <Comparison runs={comparedLanes.value} />
        </Suspense>
      )}
    </section>
  );
}

function Cell({ lane }: { readonly lane: Lane }) {
  const phase = lane.phase.value;
  // What another tab trains is only watched.
  const { pause, play } = watching.value ? {} : actions.value;
  const runs = phase === "running" || phase === "recovering" || phase === "preparing";
  const act = runs ? pause : phase === "paused" || phase === "ready" || phase === "stopped" ? play : undefined;
  const accuracy = accuracyOf(lane);
  const { done, text } = progressOf(lane);
  return (
    <li class={`run-cell ${phase}`}>
      {lanes.value.length > 1 && (
        <label class="tick" title={`Compare ${lane.title}`}>
          <input
            type="checkbox"
            aria-label={`Compare ${lane.title}`}
            checked={compared.value.includes(lane.id)}
            onChange={() => toggleCompared(lane.id)}
          />
        </label>
      )}
      <div class="run-words">
        <span class="with-mark">
          <RuleGlyph rule={lane.rule} />
          <span class="clip" title={lane.title}>{lane.title}</span>
          {accuracy !== undefined && <strong>{accuracy}</strong>}
        </span>
        <Progress label={`Progress of ${lane.title}`} done={done} total={1} text={text} bare />
        <span class="run-state clip" title={text}>{text}</span>
      </div>
      {act && (
        <button
          type="button"
          class="button quiet icon"
          aria-label={`${runs ? "Pause" : "Run"} ${lane.title}`}
          onClick={() => act(lane.id)}
        >
          <Icon name={runs ? "pause" : "play"} />
        </button>
      )}
    </li>
  );
}

/** The last accuracy that is known: of the test images where there is one. */
function accuracyOf(lane: Lane): string | undefined {
  const result = lane.result.value?.last?.testAccuracy;
  const epoch = lane.epochs.value.at(-1);
  const known = result ?? epoch?.test?.accuracy;
  return known === undefined ? undefined : `${formatPercent(known, 1)}${THIN}%`;
}

function progressOf(lane: Lane): { readonly done: number; readonly text: string } {
  const phase = lane.phase.value, time = lane.time.value;
  const done = phase === "finished" ? 1 : time?.done ?? 0;
  if (phase !== "running") return { done, text: PHASE[phase] };
  const left = time?.secondsLeft;
  return { done, text: left === undefined ? "estimating" : `${formatLeft(left)} left` };
}
