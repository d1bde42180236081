/** The view Sweep: accuracy against density on this machine, cell after cell. */
import "../results/results.css";
import "./sweep.css";
import { useEffect } from "preact/hooks";
import { formatInteger, formatSeconds } from "../../../src/experiment/results_numbers.ts";
import { FigureCard } from "../../figures/figure_card.tsx";
import { FigureGrid, Warnings } from "../../figures/sections.tsx";
import { SummaryTable } from "../../figures/summary_table.tsx";
import { figures } from "../../figures/worker.ts";
import { Icon } from "../../parts/icons.tsx";
import { download } from "../../parts/download.ts";
import { Progress } from "../../parts/progress.tsx";
import { StateMessage } from "../../parts/state_message.tsx";
import { ViewHead } from "../../parts/view_head.tsx";
import { device } from "../../state/lab.ts";
import { CellTable } from "./cell_table.tsx";
import { Chooser } from "./chooser.tsx";
import {
  choice,
  counts,
  current,
  expected,
  failures,
  look,
  plan,
  problem,
  results,
  speed,
  start,
  stop,
  sweeping,
  wordOf,
} from "./state.ts";

/** The figure that the view is about; the others follow it. */
const FIRST = /(^|\/)accuracy(-|$)/;

export function SweepView() {
  useEffect(() => {
    if (!sweeping.peek()) void look();
  }, []);
  const made = plan.value, table = results.table.value, opened = results.opened.value;
  const infos = results.infos.value, main = infos.filter(({ key }) => FIRST.test(key));
  const version = opened ? JSON.stringify([opened.id, results.query.value]) : "";
  const card = (figure: typeof infos[number]) => (
    <FigureCard key={figure.key} figure={figure} source={results.source} version={version} prefix="sweep" />
  );
  return (
    <div class="sweep">
      <ViewHead
        title="How much accuracy does density buy?"
        lead="Every cell of the grid is a network that is trained here, from its own seed, and chosen by validation accuracy, never by test accuracy."
      />
      <div class="sweep-top">
        <Chooser />
        <Cost />
      </div>
      {problem.value && <StateMessage tone="bad" heading="The sweep cannot go on" body={problem.value} />}
      {opened && table && (
        <>
          <div class="sweep-main">
            <div class="sweep-figure">
              {main.length > 0 ? main.map(card) : (
                <div class="panel">
                  <p class="secondary">The figure is drawn as soon as a sparse cell is done.</p>
                </div>
              )}
            </div>
            <CellTable />
          </div>
          <Warnings texts={table.warnings} />
          <section class="panel results-summary" aria-labelledby="sweep-summary">
            <h2 id="sweep-summary">Summary</h2>
            <SummaryTable table={table} hidden={new Set()} />
            {table.notes.map((note) => <p key={note} class="note">{note}</p>)}
          </section>
          {infos.length > main.length && (
            <FigureGrid>{infos.filter((figure) => !main.includes(figure)).map(card)}</FigureGrid>
          )}
        </>
      )}
      {!opened && made && <CellTable />}
    </div>
  );
}

/** What it takes comes before the button that starts it. */
function Cost() {
  const made = plan.value;
  if (!made) return <section class="panel sweep-cost" aria-label="What it takes" />;
  const { cells, description, command } = made, { done, failed } = counts.value;
  const left = cells.filter((cell) => wordOf(cell) !== "done"),
    images = left.reduce((sum, cell) => sum + cell.images, 0);
  const seconds = expected.value, busy = sweeping.value, gone = device.value.kind === "none";
  const lane = current.value, share = lane?.time.value?.done ?? 0;
  return (
    <section class="panel sweep-cost" aria-labelledby="sweep-cost">
      <h2 id="sweep-cost">What it takes</h2>
      <dl class="sweep-numbers">
        <div>
          <dt>cells</dt>
          <dd>
            {cells.length}
            {done > 0 && <small>{done} done</small>}
          </dd>
        </div>
        <div>
          <dt>{done > 0 ? "images to go" : "images, all epochs"}</dt>
          <dd>{formatInteger(images)}</dd>
        </div>
        <div>
          <dt>expected time</dt>
          <dd class={seconds === undefined ? "words" : undefined}>
            {seconds === undefined ? "not measured yet" : left.length === 0 ? "–" : rough(seconds)}
            {seconds !== undefined && speed.value && (
              <small>by {speed.value.runs} {speed.value.runs === 1 ? "run" : "runs"} here, compiling apart</small>
            )}
          </dd>
        </div>
      </dl>
      {(busy || done > 0) && (
        <Progress
          label="Cells done"
          done={done + share}
          total={cells.length}
          text={`${done} of ${cells.length} cells${failed > 0 ? `, ${failed} failed` : ""}${
            lane ? ` · ${lane.title}: ${Math.round(100 * share)}\u2009%` : ""
          }`}
        />
      )}
      <div class="actions">
        {busy
          ? (
            <button type="button" class="button" onClick={() => void stop()}>
              <Icon name="pause" /> Stop after a checkpoint
            </button>
          )
          : (
            <button
              type="button"
              class="button primary"
              disabled={gone || left.length === 0}
              onClick={() => void start()}
            >
              <Icon name="play" />
              {left.length === 0
                ? "All cells are done"
                : done > 0
                ? `Go on with ${left.length} cells`
                : `Train ${left.length} cells`}
            </button>
          )}
        {done > 0 && (
          <button type="button" class="button" onClick={() => void save()}>
            <Icon name="download" /> Sweep folder (zip)
          </button>
        )}
      </div>
      {gone && (
        <p class="field-note">
          This browser has no WebGPU: cells cannot be trained here. Results opens sweeps from elsewhere.
        </p>
      )}
      <p class="secondary">Preset {made.name}. {description}</p>
      <details>
        <summary>The same on the command line</summary>
        <p>
          <code class="command">{command}</code>
        </p>
      </details>
    </section>
  );
}

/** To 5 s above 30 s, to a minute above 10 min: it is an estimate. */
function rough(seconds: number): string {
  const step = seconds > 600 ? 60 : seconds > 30 ? 5 : 1;
  return `about ${formatSeconds(Math.max(step, Math.round(seconds / step) * step))}`;
}

async function save(): Promise<void> {
  try {
    const failed = Object.entries(failures.peek()).map(([hash, error]) => ({ hash, error }));
    const { name, file } = await (await figures()).exportSweep(choice.peek(), failed);
    download(name, file);
  } catch (error) {
    problem.value = (error as Error).message;
  }
}
