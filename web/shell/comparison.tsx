/** Two runs beside each other: the settings that differ, and what their masks share as one number. */
import { useEffect, useState } from "preact/hooks";
import { ruleLabel } from "../../src/experiment/rule_style.ts";
import type { Config } from "../../src/experiment/config.ts";
import { formatDensity, NONE } from "../../src/experiment/results_numbers.ts";
import type { Difference } from "../../src/worker/cpu.ts";
import { cpu } from "../connect.ts";
import { RuleGlyph } from "../parts/marks.tsx";
import { actions } from "../state/actions.ts";
import { clearCompared } from "../state/compare.ts";
import type { Lane } from "../state/lanes.ts";

/** What differs between two runs. */
export function Comparison({ runs: [a, b] }: { readonly runs: readonly [Lane, Lane] }) {
  const differences = useDifferences(a, b);
  const overlap = useOverlap(a.id, b.id);
  return (
    <div class="comparison" role="group" aria-label={`${a.title} compared with ${b.title}`}>
      <table>
        <thead>
          <tr>
            <th scope="col">{differences?.length === 0 ? "Same settings" : "Different settings"}</th>
            {[a, b].map((lane) => (
              <th key={lane.id} scope="col">
                <span class="with-mark" title={ruleLabel(lane.rule)}>
                  <RuleGlyph rule={lane.rule} />
                  {lane.title}
                </span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {differences?.map(({ key, a, b }) => (
            <tr key={key}>
              <th scope="row" class="mono">{key}</th>
              <td>{a ?? NONE}</td>
              <td>{b ?? NONE}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {overlap !== undefined && (
        <p>
          Mask overlap <strong>{formatDensity(overlap)}</strong>
          <span class="secondary">: of the weights that either keeps, the part that both keep.</span>
        </p>
      )}
      <button type="button" class="button" onClick={clearCompared}>Stop comparing</button>
    </div>
  );
}

function useDifferences(a: Lane, b: Lane): readonly Difference[] | undefined {
  const [differences, setDifferences] = useState<readonly Difference[]>();
  useEffect(() => {
    let stale = false;
    setDifferences(undefined);
    // A lane's configuration is one that the engine has resolved and checked.
    cpu().differences(a.config as Config, b.config as Config).then((all) => !stale && setDifferences(all));
    return () => void (stale = true);
  }, [a.id, b.id]);
  return differences;
}

function useOverlap(a: string, b: string): number | undefined {
  const [overlap, setOverlap] = useState<number>();
  const ask = actions.value.overlap;
  useEffect(() => {
    let stale = false;
    setOverlap(undefined);
    ask?.(a, b).then((value) => !stale && setOverlap(value), () => {});
    return () => void (stale = true);
  }, [a, b, ask]);
  return overlap;
}
