/** Every cell with what has become of it. */
import { formatDensity, formatPercent, formatSeconds, NONE } from "../../../src/experiment/results_numbers.ts";
import type { SweepCell } from "../../../src/worker/page_sweep.ts";
import { RuleGlyph } from "../../parts/marks.tsx";
import { type CellWord, current, failures, plan, states, wordOf } from "./state.ts";

const MARKS: Readonly<Record<CellWord, string>> = { done: "●", running: "◐", failed: "✕", begun: "◔", waiting: "○" };
const WORDS: Readonly<Record<CellWord, string>> = {
  done: "done",
  running: "in training",
  failed: "failed",
  begun: "begun, goes on from its checkpoint",
  waiting: "waiting",
};

/** The table; accuracies are at the epoch of best validation accuracy. */
export function CellTable() {
  const cells = plan.value?.cells ?? [];
  return (
    <section class="panel sweep-cells" aria-labelledby="sweep-cells">
      <h2 id="sweep-cells">Cells</h2>
      <div class="table-scroll" tabIndex={0} role="region" aria-label="Cells of the sweep">
        <table class="data-table">
          <thead>
            <tr>
              <th scope="col">cell</th>
              <th scope="col" class="number">realised</th>
              <th scope="col" class="number">test, %</th>
              <th scope="col" class="number">time</th>
              <th scope="col">state</th>
            </tr>
          </thead>
          <tbody>{cells.map((cell) => <Row key={cell.hash} cell={cell} />)}</tbody>
        </table>
      </div>
      <p class="note">
        test: at the epoch of best validation accuracy, or after the last one where nothing was kept for validation.
      </p>
    </section>
  );
}

function Row({ cell }: { readonly cell: SweepCell }) {
  const word = wordOf(cell), result = states.value.get(cell.hash)?.result;
  const share = current.value?.id === cell.id ? current.value.time.value?.done : undefined;
  const error = failures.value[cell.hash];
  return (
    <tr>
      <th scope="row">
        <span class="with-mark">
          <RuleGlyph rule={cell.rule} /> {cell.name}
        </span>
      </th>
      <td class="number">{result ? formatDensity((result.method ?? result.mask).realisedDensity) : NONE}</td>
      <td class="number">{formatPercent((result?.best ?? result?.last)?.testAccuracy ?? null)}</td>
      <td class="number">{result ? formatSeconds(result.seconds) : NONE}</td>
      <td class={`cell-state ${word}`}>
        <span aria-hidden="true">{MARKS[word]}</span> {WORDS[word]}
        {share !== undefined && ` ${Math.round(100 * share)}\u2009%`}
        {word === "failed" && <span class="cell-error">{error}</span>}
      </td>
    </tr>
  );
}
