/** Every layer of one rule: weights, densities, cost, dead channels. */
import type { RuleExpectation } from "../../../src/experiment/density_facts.ts";
import type { DensityOverview } from "../../../src/experiment/density_overview.ts";
import {
  fixedSignificant,
  formatCount,
  formatDensity,
  formatInteger,
} from "../../../src/experiment/results_numbers.ts";
import { ruleLabel } from "../../../src/experiment/rule_style.ts";
import type { DrawnDensity } from "../../../src/worker/cpu.ts";
import { Segmented } from "../../parts/segmented.tsx";
import { type Choice, PLACES, ruleAt } from "./choice.ts";
import { choose } from "./state.ts";
import { layerLabel } from "./words.ts";

interface LayerTableProps {
  readonly choice: Choice;
  readonly overview: DensityOverview;
  readonly rule: RuleExpectation;
  readonly drawn: DrawnDensity | undefined;
  /** Whether the rule is chosen here; elsewhere it is chosen above. */
  readonly chooser: boolean;
}

/** Drawn numbers where there are some, expected ones until then. */
export function LayerTable({ choice, overview, rule, drawn, chooser }: LayerTableProps) {
  const { layers } = overview, about = drawn ? "" : "≈ ";
  const dead = (inputs: number, outputs: number) =>
    inputs + outputs < 0.05 ? "" : `${channels(inputs)} / ${channels(outputs)}`;
  const rows = layers.map(({ name, shape, size, macs }, l) => {
    const found = drawn?.report.layers[l], density = rule.densities[l];
    return {
      name,
      shape,
      size,
      density,
      nnz: found?.nnz ?? Math.round(density * size),
      macs: found?.keptMacs ?? density * macs,
      dead: found ? dead(found.deadInputs, found.deadOutputs) : dead(rule.deadInputs[l], rule.deadOutputs[l]),
    };
  });
  const { report } = drawn ?? {};
  const sum = (value: (row: typeof rows[number]) => number) => rows.reduce((all, row) => all + value(row), 0);
  return (
    <section class="layer-table" aria-label="Every layer">
      <div class="layer-table-head">
        <div>
          <h2>Every layer</h2>
          <p class="field-note">
            {ruleLabel(rule.rule)}:{" "}
            {drawn ? `as drawn with seed ${choice.seed}` : "as expected, before flow preservation; the draw follows"}.
            Dead: input channels that no kept weight reads / output channels without one.
          </p>
        </div>
        {chooser && (
          <Segmented
            bare
            label="Rule of the table"
            value={choice.place}
            options={PLACES.map((value) => ({ value, label: ruleLabel(ruleAt(choice, value)) }))}
            onChange={(place) => choose({ place })}
          />
        )}
      </div>
      <div class="table-box" tabIndex={0} role="region" aria-label="Table: every layer">
        <table class="table">
          <thead>
            <tr>
              <th scope="col">layer</th>
              <th scope="col">shape</th>
              <th scope="col" class="number">N</th>
              <th scope="col" class="number">
                p<sub>l</sub>
              </th>
              <th scope="col" class="number">kept</th>
              <th scope="col" class="number">mult-adds</th>
              <th scope="col" class="number">dead in / out</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.name}>
                <th scope="row">{layerLabel(row.name)}</th>
                <td class="faint">{row.shape.join("×")}</td>
                <td class="number">{formatInteger(row.size)}</td>
                <td class="number">{row.density === 1 ? "1" : precise(row.density)}</td>
                <td class="number">{about}{formatInteger(row.nnz)}</td>
                <td class="number">{formatCount(row.macs)}</td>
                <td class="number">{row.dead}</td>
              </tr>
            ))}
          </tbody>
          <tfoot>
            <tr>
              <th scope="row">all layers</th>
              <td />
              <td class="number">{formatInteger(overview.size)}</td>
              <td class="number">{precise(rule.expectedDensity)}</td>
              <td class="number">{about}{formatInteger(sum(({ nnz }) => nnz))}</td>
              <td class="number">{formatCount(sum(({ macs }) => macs))}</td>
              <td class="number">
                {report
                  ? dead(report.deadInputs, report.deadOutputs)
                  : dead(total(rule.deadInputs), total(rule.deadOutputs))}
              </td>
            </tr>
          </tfoot>
        </table>
      </div>
    </section>
  );
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

/** Four figures: rules are told apart in the third. */
function precise(density: number): string {
  return density >= 0.0001 ? fixedSignificant(density, 4) : formatDensity(density);
}

function channels(count: number): string {
  return count < 10 && !Number.isInteger(count) ? count.toFixed(1) : formatInteger(count);
}
