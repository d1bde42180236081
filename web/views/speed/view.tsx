/** The view Speed: what sparsity saves on this machine, measured here. */
import { useState } from "preact/hooks";
import { byteWords } from "../../../src/bytes.ts";
import { formatDensity, formatSeconds } from "../../../src/experiment/results_numbers.ts";
import { ruleLabel } from "../../../src/experiment/rule_style.ts";
import { ListBox } from "../../parts/list_box.tsx";
import { RuleGlyph } from "../../parts/marks.tsx";
import { Progress } from "../../parts/progress.tsx";
import { Segmented } from "../../parts/segmented.tsx";
import { StateMessage } from "../../parts/state_message.tsx";
import { ViewHead } from "../../parts/view_head.tsx";
import { device, openDevice } from "../../state/lab.ts";
import { SpeedChart } from "./chart.tsx";
import {
  cancel,
  going,
  measure,
  type Measurement,
  measurements,
  type Plan,
  planFor,
  problem,
  SUBJECTS,
} from "./measurement.ts";
import { dateWords, ratioWords, verdict } from "./words.ts";
import "./speed.css";

export function SpeedView() {
  const [subject, setSubject] = useState("lab-32");
  const [rule, setRule] = useState<Plan["rule"]>("uniform");
  const [shown, setShown] = useState(0);
  const state = device.value, busy = going.value;
  const software = state.kind === "ready" && state.adapter.software;
  const found = measurements.value, measured = found[Math.min(shown, found.length - 1)];
  const start = async () => {
    // a software adapter is known as one once it is open
    const adapter = await openDevice();
    await measure(planFor(subject, rule, adapter?.software ?? false));
    setShown(0);
  };
  return (
    <div class="speed">
      <ViewHead
        title="Does it pay on this machine?"
        lead="Training steps, timed here: dense and sparse in turns, on random images. All numbers are of this machine."
      />
      {state.kind === "none"
        ? (
          <StateMessage
            heading="Nothing to measure on"
            body={`${sentence(state.reason)}. To measure: Chrome or Edge 113+, Safari 26+, or Firefox 141+ on Windows.`}
          />
        )
        : (
          <section class="panel speed-setup" aria-label="Measure">
            <ListBox
              label="Network"
              value={subject}
              disabled={busy !== undefined}
              options={SUBJECTS.map(({ id, title, meaning }) => ({ value: id, label: title, meaning }))}
              onChange={setSubject}
            />
            <Segmented
              label="Rule"
              value={rule}
              disabled={busy !== undefined}
              options={[{ value: "uniform", label: "uniform" }, { value: "erk", label: "ERK" }]}
              onChange={setRule}
            />
            {busy
              ? (
                <button type="button" class="button" disabled={busy.stopping} onClick={() => void cancel()}>
                  Cancel
                </button>
              )
              : <button type="button" class="button primary" onClick={() => void start()}>Measure</button>}
            <div class="speed-progress">
              {busy
                ? (
                  <Progress
                    label="Measuring"
                    done={busy.progress.done}
                    total={busy.progress.total}
                    text={busy.stopping
                      ? "Ending after the round in hand."
                      : `${sentence(busy.progress.what)}: ${busy.progress.done} of ${busy.progress.total}`}
                  />
                )
                : <p class="field-note">Networks in training wait meanwhile. It takes a minute or two on a GPU.</p>}
            </div>
          </section>
        )}
      {problem.value && <StateMessage tone="bad" heading={sentence(problem.value.message)} body={problem.value.hint} />}
      {(measured?.adapter.software ?? software) && (
        <StateMessage
          small
          tone="warn"
          heading={`Software adapter${measured ? ` (${measured.adapter.name})` : ""}`}
          body="Speed results say nothing about GPUs: a processor plays the GPU here."
        />
      )}
      {!measured && state.kind !== "none" && !busy && (
        <StateMessage
          heading="Nothing measured yet"
          body="Measure a network: its step time by density, where it breaks even, and which layers are packed."
        />
      )}
      {found.length > 1 && (
        <ListBox
          label="Measurement"
          value={String(Math.min(shown, found.length - 1))}
          options={found.map((each, i) => ({
            value: String(i),
            label: `${each.model}${each.modelChoice.width ? `, width ${each.modelChoice.width}` : ""}, ${
              ruleLabel(each.rule)
            }`,
            meaning: `${each.adapter.name}, ${dateWords(each)}`,
            glyph: <RuleGlyph rule={each.rule} />,
          }))}
          onChange={(value) => setShown(Number(value))}
        />
      )}
      {measured && <Result key={measured.date} measured={measured} />}
    </div>
  );
}

function sentence(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function Result({ measured }: { readonly measured: Measurement }) {
  return (
    <>
      <p class="verdict">{verdict(measured)}{measured.interrupted && " The measurement was ended early."}</p>
      <div class="speed-body">
        <div class="panel">
          <SpeedChart measured={measured} />
        </div>
        <div class="speed-side">
          <Cells measured={measured} />
          <Layers measured={measured} />
        </div>
      </div>
    </>
  );
}

/** Times and memory by density. */
function Cells({ measured: { cells } }: { readonly measured: Measurement }) {
  return (
    <section class="panel" aria-label="Times and memory">
      <h2>Times and memory</h2>
      <div class="table-box" tabIndex={0} role="region" aria-label="Table: times and memory">
        <table class="table">
          <thead>
            <tr>
              <th scope="col">density</th>
              <th scope="col" class="number">kept</th>
              <th scope="col" class="number">c</th>
              <th scope="col" class="number">step</th>
              <th scope="col" class="number">over dense</th>
              <th scope="col" class="number">packed</th>
              <th scope="col" class="number">memory</th>
              <th scope="col" class="number">layers' memory</th>
            </tr>
          </thead>
          <tbody>
            {cells.map((cell) => (
              <tr key={cell.density}>
                <th scope="row">{cell.rule === "dense" ? "dense" : cell.density}</th>
                <td class="number">{formatDensity(cell.realisedDensity)}</td>
                <td class="number">{formatDensity(cell.computeDensity)}</td>
                <td class="number">{formatSeconds(cell.medianMs / 1000)}</td>
                <td class="number">{cell.rule === "dense" ? "1" : ratioWords(cell)}</td>
                <td class="number">{cell.packedLayers} of {cell.layers}</td>
                <td class="number">{byteWords(cell.bytes.total)}</td>
                <td class="number">{byteWords(cell.bytes.maskable.total)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p class="field-note">
        Over dense: median of the ratios round by round, with its middle half. Memory: weights, gradients, optimizer,
        masks, activations. Layers' memory: of those that can be sparse, without activations.
      </p>
    </section>
  );
}

/** How each layer is stored, and why. */
function Layers({ measured: { cells } }: { readonly measured: Measurement }) {
  const sparse = cells.filter(({ rule }) => rule !== "dense");
  const [chosen, setChosen] = useState(sparse.at(-1)?.density);
  const cell = sparse.find(({ density }) => density === chosen);
  if (!cell) return null;
  const ms = (value: number | undefined) => value === undefined ? "" : formatSeconds(value / 1000);
  return (
    <section class="panel" aria-label="Layer by layer">
      <div class="strip-head">
        <h2>Dense or packed, layer by layer</h2>
        <Segmented
          bare
          label="Density of the plan"
          value={cell.density}
          options={sparse.map(({ density }) => ({ value: density }))}
          onChange={setChosen}
        />
      </div>
      <div class="table-box" tabIndex={0} role="region" aria-label="Table: layers">
        <table class="table">
          <thead>
            <tr>
              <th scope="col">layer</th>
              <th scope="col" class="number">density</th>
              <th scope="col">stored</th>
              <th scope="col" class="number">dense, expected</th>
              <th scope="col" class="number">packed, expected</th>
              <th scope="col">reason</th>
            </tr>
          </thead>
          <tbody>
            {cell.plan.map(({ name, density, storage, expected, reason }) => (
              <tr key={name}>
                <th scope="row">{name.replace(/\.weight$/, "")}</th>
                <td class="number">{formatDensity(density)}</td>
                <td>{storage}</td>
                <td class="number">{ms(expected?.dense)}</td>
                <td class="number">{ms(expected?.packed)}</td>
                <td class="reason">{reason}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p class="field-note">
        Expected times are of a whole training step of the layer, by what was measured on this adapter or by priors of
        its class. The faster way is taken.
      </p>
    </section>
  );
}
