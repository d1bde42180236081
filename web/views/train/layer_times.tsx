/** What each layer costs in a training step, lane beside lane. */
import { fixedSignificant, THIN } from "../../../src/experiment/results_numbers.ts";
import type { LayerTime } from "../../../src/worker/lab_types.ts";
import type { Lane } from "../../state/lanes.ts";

/** A fold with the table of those lanes that have measured their layers. */
export function LayerTimes({ lanes }: { readonly lanes: readonly Lane[] }) {
  const measured = lanes.filter(({ layers }) => layers.value.length > 0);
  const names = [...new Set(measured.flatMap(({ layers }) => layers.value.map(({ layer }) => layer)))];
  return (
    <details class="fold">
      <summary>Step time of each layer</summary>
      {measured.length === 0
        ? <p class="secondary">Nothing yet: layers are timed every few seconds, where the adapter has timestamps.</p>
        : (
          <div class="table-scroll" tabIndex={0} role="region" aria-label="Step time of each layer">
            <table>
              <thead>
                <tr>
                  <th scope="col">layer</th>
                  {measured.map(({ id, title }) => <th key={id} scope="col" class="number">{title}, ms</th>)}
                </tr>
              </thead>
              <tbody>
                {names.map((name) => (
                  <tr key={name}>
                    <th scope="row">{name}</th>
                    {measured.map(({ id, layers }) => (
                      <Cell
                        key={id}
                        time={layers.value.find(({ layer }) => layer === name)}
                      />
                    ))}
                  </tr>
                ))}
                <tr class="total">
                  <th scope="row">layers together</th>
                  {measured.map(({ id, layers }) => (
                    <td key={id} class="number">
                      {milliseconds(layers.value.reduce((sum, time) => sum + total(time), 0))}
                    </td>
                  ))}
                </tr>
              </tbody>
            </table>
            <p class="field-note">
              Forward and backward of one profiled step, each kernel in a pass of its own: parts of the step, not its
              whole.
            </p>
          </div>
        )}
    </details>
  );
}

function Cell({ time }: { readonly time: LayerTime | undefined }) {
  if (!time) return <td class="number">–</td>;
  return (
    <td class="number">
      {milliseconds(total(time))} <span class="faint">{time.storage}</span>
    </td>
  );
}

function total({ forward, backward }: LayerTime): number {
  return forward + backward;
}

function milliseconds(value: number): string {
  return `${fixedSignificant(value, 3)}${THIN}`.trimEnd();
}
