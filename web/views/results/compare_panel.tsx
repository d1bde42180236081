/** Two runs beside each other: what differs, how both went, what their masks share. */
import { useEffect, useState } from "preact/hooks";
import type { ComparedRuns } from "../../../src/worker/figures_types.ts";
import { formatInteger, NONE } from "../../../src/experiment/results_numbers.ts";
import { Drawing } from "../../figures/figure_card.tsx";
import { figures } from "../../figures/worker.ts";

/** The comparison; its numbers come from the worker. */
export function ComparePanel({ id, a, b }: { readonly id: string; readonly a: string; readonly b: string }) {
  const [compared, setCompared] = useState<ComparedRuns>();
  const [problem, setProblem] = useState<string>();
  useEffect(() => {
    let current = true;
    figures().then((worker) => worker.compare(id, a, b)).then(
      (made) => current && setCompared(made),
      (error) => current && setProblem((error as Error).message),
    );
    return () => void (current = false);
  }, [id, a, b]);
  if (problem) return <p class="field-problem" role="alert">{problem}</p>;
  if (!compared) return null;
  const { names, config, results, masks, overlap, curves } = compared;
  return (
    <div class="compare" role="group" aria-label={`${names[0]} and ${names[1]}`}>
      <div class="compare-tables">
        <div>
          <p class="big-number">{overlap === null ? NONE : overlap.toFixed(3)}</p>
          <p class="secondary">
            {overlap === null
              ? "No layer has a mask in both runs."
              : "mask overlap: weights that both keep over those that either keeps"}
          </p>
          {masks && masks.length > 0 && (
            <details>
              <summary>By layer</summary>
              <Pairs
                head={["layer", "overlap", "both keep"]}
                rows={masks.map(({ name, jaccard, both }) => [name, jaccard.toFixed(3), formatInteger(both)])}
              />
            </details>
          )}
        </div>
        <Pairs
          head={["differs", ...names]}
          rows={config.length === 0
            ? [["nothing: the same configuration", "", ""]]
            : config.map(({ key, a, b }) => [key, a ?? NONE, b ?? NONE])}
        />
        <Pairs head={["result", ...names]} rows={results} />
      </div>
      <div class="figure-pair">
        {curves.map(({ key, svg, summary }) => <Drawing key={key} svg={svg} label={summary} />)}
      </div>
    </div>
  );
}

/** A small table whose first column names the rows. */
export function Pairs({ head, rows }: {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}) {
  return (
    <div class="table-scroll" tabIndex={0} role="region" aria-label={head.join(", ")}>
      <table class="data-table">
        <thead>
          <tr>{head.map((text, i) => <th key={i} scope="col" class={i > 0 ? "number" : undefined}>{text}</th>)}</tr>
        </thead>
        <tbody>
          {rows.map(([name, ...cells]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              {cells.map((cell, i) => <td key={i} class="number">{cell}</td>)}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
