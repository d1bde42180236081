/** One rule: what it keeps of what was asked, what that costs, and its pitfalls. */
import { useMemo } from "preact/hooks";
import { NOTABLE } from "../../../src/experiment/density_notes.ts";
import type { DensityNote, RuleExpectation } from "../../../src/experiment/density_facts.ts";
import type { DensityOverview } from "../../../src/experiment/density_overview.ts";
import { formatCount, formatDensity } from "../../../src/experiment/results_numbers.ts";
import { ruleLabel } from "../../../src/experiment/rule_style.ts";
import type { RuleName } from "../../../src/masks/rules/registry.ts";
import type { DrawnDensity } from "../../../src/worker/cpu.ts";
import { Icon } from "../../parts/icons.tsx";
import { ListBox } from "../../parts/list_box.tsx";
import { RuleGlyph, RuleName as RuleTitle } from "../../parts/marks.tsx";
import { hrefOf } from "../../state/route.ts";
import { type Choice, type Place, trainQuery, VARIANTS } from "./choice.ts";
import { choose, drawing } from "./state.ts";

interface RuleHeadProps {
  readonly choice: Choice;
  readonly place: Place;
  readonly overview: DensityOverview;
  readonly rule: RuleExpectation;
  readonly drawn: DrawnDensity | undefined;
}

const MEANINGS: Partial<Record<RuleName, string>> = {
  "erk": "exact: full layers hand on what they cannot take",
  "erk-str": "as in the authors' STR code: what is clipped at 1 is lost",
  "balanced": "the same number of weights in every layer; what does not fit is lost",
  "balanced-partial": "a part of what does not fit is passed on (TurboPrune)",
  "balanced-fill": "exact: what does not fit goes to the other layers",
};

const ONE_LINE: Readonly<Record<Place, string>> = {
  uniform: "the same density in every layer",
  erk: "small layers denser: by sum over product of the shape",
  balanced: "the same number of weights in every layer",
  pyramidal: "density falls as a power of the depth",
};

/** Name, variants, and the numbers that belong together: asked, kept, compute density. */
export function RuleHead({ choice, place, overview, rule, drawn }: RuleHeadProps) {
  const asked = overview.density, { expectedDensity, computeDensity } = rule;
  const off = Math.abs(expectedDensity / asked - 1) > NOTABLE;
  const wrong = drawn && Math.abs(drawn.report.realisedDensity / asked - 1) > NOTABLE;
  // it stays as it is while the slider moves
  const heading = useMemo(() => <RuleHeading place={place} rule={rule.rule} />, [place, rule.rule]);
  return (
    <div class="rule-head">
      {heading}
      <p class="rule-kept">
        <span class="faint">{asked} asked →</span> <strong>{formatDensity(expectedDensity)}</strong> kept
        {off && <Warning text="kept differs from asked by over 1 %" />}
      </p>
      <dl class="rule-numbers">
        <dt>compute density c</dt>
        <dd>{formatDensity(computeDensity)}</dd>
        <dt>realised by the draw</dt>
        <dd>
          {drawn
            ? (
              <>
                {formatDensity(drawn.report.realisedDensity)}
                {wrong && !off && <Warning text="the draw differs from asked by over 1 %" />}
              </>
            )
            : <span class="faint">{drawing.value === rule.rule ? "drawing…" : "waiting"}</span>}
        </dd>
        <dt>weights kept</dt>
        <dd>
          {drawn
            ? formatCount(drawn.report.nnz)
            : <span class="faint">≈ {formatCount(Math.round(expectedDensity * overview.size))}</span>}
        </dd>
      </dl>
      <a
        class="button rule-train"
        href={hrefOf("train", trainQuery(choice, rule.rule))}
        aria-label={`Train this: ${ruleLabel(rule.rule)}`}
      >
        Train this
      </a>
    </div>
  );
}

/** Name and variants of a rule, and what it does in a line. */
function RuleHeading({ place, rule }: { readonly place: Place; readonly rule: RuleName }) {
  return (
    <>
      {VARIANTS[place].length === 1
        ? (
          <h2 class="rule-title">
            <RuleTitle rule={place} />
          </h2>
        )
        : (
          <div>
            <h2 class="hidden-text">{ruleLabel(rule)}</h2>
            <ListBox
              bare
              label={`Variant of ${ruleLabel(place)}`}
              value={rule}
              options={VARIANTS[place].map((value) => ({
                value,
                label: ruleLabel(value),
                meaning: MEANINGS[value],
                glyph: <RuleGlyph rule={value} />,
              }))}
              onChange={(value) => choose({ [place]: value })}
            />
          </div>
        )}
      <p class="field-note">{ONE_LINE[place]}</p>
    </>
  );
}

function Warning({ text }: { readonly text: string }) {
  return (
    <span class="rule-warning">
      <Icon name="warn" label={text} />
    </span>
  );
}

/** Pitfalls of a rule: warnings in full, what is good to know behind its title. */
export function RuleNotes(
  { rule, drawn }: { readonly rule: RuleExpectation; readonly drawn: DrawnDensity | undefined },
) {
  // What was drawn says more of dead channels than what was to be expected.
  const known = rule.notes.filter(({ kind }) => !(drawn && kind === "few channels" && drawn.report.flow === "off"));
  const notes = [...known, ...drawn?.notes ?? []].sort((a, b) => Number(b.warning) - Number(a.warning));
  return (
    <div class="rule-notes" aria-label={`Notes on ${ruleLabel(rule.rule)}`} role="group">
      {notes.map((note) => <Note key={note.kind} note={note} />)}
      {notes.length === 0 && <p class="faint">Nothing to warn of at this density.</p>}
    </div>
  );
}

function Note({ note: { warning, title, text } }: { readonly note: DensityNote }) {
  return (
    <details class={warning ? "pitfall warn" : "pitfall"} open={warning}>
      <summary>
        {warning && <Icon name="warn" label="Warning" />}
        <span>{title}</span>
      </summary>
      <p>{text}</p>
    </details>
  );
}
