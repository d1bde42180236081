/** Every run: to hide it, to look into it, to compare it with another. */
import { useState } from "preact/hooks";
import type { OpenedResults, RunRow } from "../../../src/worker/figures_types.ts";
import { RuleGlyph } from "../../parts/marks.tsx";
import { ComparePanel } from "./compare_panel.tsx";
import { RunDialog } from "./run_dialog.tsx";
import { results } from "./state.ts";

/** The list, with the comparison of the two runs that are ticked. */
export function RunList({ opened }: { readonly opened: OpenedResults }) {
  const [ticked, setTicked] = useState<readonly string[]>([]);
  const [shown, setShown] = useState<RunRow>();
  const hidden = new Set(results.query.value.hidden);
  const chosen = ticked.filter((folder) => opened.runs.some((run) => run.folder === folder));
  const tick = (folder: string) => {
    // a third one takes the place of the first
    if (chosen.includes(folder)) setTicked(chosen.filter((other) => other !== folder));
    else setTicked([...chosen.slice(-1), folder]);
  };
  const hide = (folder: string) => {
    const folders = hidden.has(folder) ? [...hidden].filter((other) => other !== folder) : [...hidden, folder];
    void results.change({ hidden: folders });
  };
  return (
    <section class="panel results-runs" aria-labelledby="results-runs">
      <div class="section-head">
        <h2 id="results-runs">Runs</h2>
        <p class="secondary">
          {hidden.size > 0
            ? `${hidden.size} hidden; every mean is over all of its runs.`
            : chosen.length === 1
            ? "Tick one more run to compare the two."
            : "Tick two runs to compare them."}
          {hidden.size > 0 && (
            <button
              type="button"
              class="button quiet small"
              onClick={() => void results.change({ hidden: [] })}
            >
              Show all
            </button>
          )}
        </p>
      </div>
      {chosen.length === 2 && <ComparePanel key={chosen.join()} id={opened.id} a={chosen[0]} b={chosen[1]} />}
      <div class="table-scroll" tabIndex={0} role="region" aria-label="All runs">
        <table class="data-table">
          <thead>
            <tr>
              <th scope="col">compare</th>
              <th scope="col">shown</th>
              {opened.runHeader.map((title, i) => (
                <th key={title} scope="col" class={isNumber(i, opened) ? "number" : undefined}>{title}</th>
              ))}
            </tr>
          </thead>
          <tbody>
            {opened.runs.map((run) => (
              <tr key={run.folder} class={hidden.has(run.folder) ? "dimmed" : undefined}>
                <td>
                  <label class="run-tick">
                    <input
                      type="checkbox"
                      checked={chosen.includes(run.folder)}
                      aria-label={`Compare ${run.name}`}
                      onChange={() => tick(run.folder)}
                    />
                  </label>
                </td>
                <td>
                  <label class="run-tick">
                    <input
                      type="checkbox"
                      checked={!hidden.has(run.folder)}
                      aria-label={`Show ${run.name}`}
                      onChange={() => hide(run.folder)}
                    />
                  </label>
                </td>
                {run.cells.map((cell, i) =>
                  i === 0
                    ? (
                      <th key={i} scope="row">
                        <button type="button" class="sorter with-mark" onClick={() => setShown(run)}>
                          <RuleGlyph rule={run.rule} />
                          {cell}
                        </button>
                      </th>
                    )
                    : <td key={i} class={isNumber(i, opened) ? "number" : undefined}>{cell}</td>
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {shown && <RunDialog id={opened.id} run={shown} onClose={() => setShown(undefined)} />}
    </section>
  );
}

/** All columns but the run's name and its state. */
function isNumber(column: number, { runHeader }: OpenedResults): boolean {
  return column > 0 && column < runHeader.length - 1;
}
