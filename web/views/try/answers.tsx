/** What each network says: three classes with bars, tenths of a per cent. */
import type { Prediction } from "../../../src/worker/predict.ts";
import { formatPercent, THIN } from "../../../src/experiment/results_numbers.ts";
import { RuleGlyph } from "../../parts/marks.tsx";
import type { Lane } from "../../state/lanes.ts";
import { answers, asked, others } from "./state.ts";

const SHOWN = 3;

/** One list a run. */
export function Answers() {
  const found = answers.value;
  return (
    <div class="answers">
      {asked.value.map((lane) => <Answer key={lane.id} lane={lane} found={found.get(lane.id)} />)}
      {others.value.length > 0 && (
        <p class="field-note">
          Not asked, since trained on other data: {others.value.map(({ title }) => title).join(", ")}.
        </p>
      )}
    </div>
  );
}

function Answer({ lane, found }: { readonly lane: Lane; readonly found: Prediction | undefined }) {
  const trained = found && found.steps > 0;
  return (
    <section class="answer" aria-label={`Answer of ${lane.title}`}>
      <h3 class="with-mark">
        <RuleGlyph rule={lane.rule} />
        {lane.title}
      </h3>
      {!found && <p class="faint">No answer yet.</p>}
      {found && !trained && <p class="faint">Not trained yet: its answers would mean nothing.</p>}
      {trained && (
        <ol>
          {topOf(found).map(({ name, probability }) => (
            <li key={name}>
              <span class="clip" title={name}>{name}</span>
              <span class="answer-bar" aria-hidden="true">
                <i style={{ width: `${probability * 100}%`, background: `var(${lane.look.colour})` }} />
              </span>
              <span class="number">{formatPercent(probability, 1)}{THIN}%</span>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}

function topOf({ classes, probabilities }: Prediction): { name: string; probability: number }[] {
  return classes.map((name, c) => ({ name, probability: probabilities[c] }))
    .sort((a, b) => b.probability - a.probability)
    .slice(0, SHOWN);
}
