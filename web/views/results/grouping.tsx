/** Which runs are one row, and how an interval is made. */
import { INTERVAL_WORDS, INTERVALS } from "../../../src/experiment/results_groups.ts";
import { Popover } from "../../parts/dialog.tsx";
import { Segmented } from "../../parts/segmented.tsx";
import { results } from "./state.ts";

const SHORT = { t: "t", normal: "1.96" } as const;

/** The choosers beside the summary's heading. */
export function Grouping({ keys }: { readonly keys: readonly string[] }) {
  const { by = [], interval } = results.query.value;
  const toggle = (key: string) =>
    void results.change({ by: by.includes(key) ? by.filter((other) => other !== key) : [...by, key] });
  return (
    <div class="grouping">
      {keys.length > 0 && (
        <Popover label={by.length === 0 ? "Group by: all but seeds" : `Group by: ${by.join(", ")}`} class="button">
          <fieldset class="field checks">
            <legend class="field-label">Runs with equal values are one row</legend>
            {keys.map((key) => (
              <label key={key}>
                <input
                  type="checkbox"
                  checked={by.includes(key)}
                  onChange={() => toggle(key)}
                />
                <code>{key}</code>
              </label>
            ))}
            <p class="field-note">None ticked: runs that differ in their seeds alone.</p>
          </fieldset>
        </Popover>
      )}
      <div class="interval" title={INTERVALS.map((name) => INTERVAL_WORDS[name]).join(" or ")}>
        <Segmented
          label="Interval"
          bare
          options={INTERVALS.map((value) => ({ value, label: SHORT[value] }))}
          value={interval}
          onChange={(interval) => void results.change({ interval })}
        />
      </div>
    </div>
  );
}
