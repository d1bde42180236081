/** A number that is typed: committed by Enter or on leaving, refused with its range. */
import { useId, useLayoutEffect, useRef, useState } from "preact/hooks";

interface NumberFieldProps {
  readonly label: string;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly onCommit: (value: number) => void;
  readonly whole?: boolean;
  readonly format?: (value: number) => string;
  /** Where the arrow keys go; by default one up or down. */
  readonly step?: (from: number, up: boolean) => number;
  readonly disabled?: boolean;
  /** Why it is disabled. */
  readonly reason?: string;
  /** Without a label to be seen: it stands beside one. */
  readonly bare?: boolean;
  /** A word after the number, such as "epochs". */
  readonly unit?: string;
}

/** A field with its label, and what is wrong with what was typed. */
export function NumberField(props: NumberFieldProps) {
  const { label, value, min, max, onCommit, whole = false, format = String, step, disabled = false, reason } = props;
  const id = useId();
  // What is being typed lives until it is decided; a value that arrives meanwhile doesn't overwrite it.
  const [draft, setDraft] = useState<string>();
  const [problem, setProblem] = useState<{ readonly says: string; readonly of: number }>();
  // Two keys may come before one drawing: handlers read the newest value and the field itself, not what was drawn.
  const newest = useRef(value);
  useLayoutEffect(() => void (newest.current = value));
  const wrong = problem?.of === value ? problem.says : undefined;

  const decide = (field: HTMLInputElement, next: number, says?: string) => {
    const before = newest.current;
    newest.current = next;
    setProblem(says === undefined ? undefined : { says, of: next });
    setDraft(undefined);
    field.value = format(next);
    if (next !== before) onCommit(next);
  };
  const commit = (field: HTMLInputElement) => {
    const now = newest.current;
    if (field.value.trim() === format(now)) return decide(field, now);
    const typed = readNumber(field.value);
    const complains = complaint(label, typed, min, max, whole);
    if (complains === undefined) decide(field, typed);
    else decide(field, now, `${complains}; using ${format(now)}.`);
  };
  const arrow = (field: HTMLInputElement, up: boolean) => {
    const from = readNumber(field.value);
    const start = Number.isFinite(from) ? from : newest.current;
    decide(field, Math.min(max, Math.max(min, step ? step(start, up) : start + (up ? 1 : -1))));
  };
  const described = [wrong && `${id}-problem`, reason && `${id}-reason`].filter(Boolean).join(" ");
  return (
    <div class={props.bare ? "number-field bare" : "number-field field"}>
      {!props.bare && <label class="field-label" for={id}>{label}</label>}
      <span class="number-box">
        <input
          id={id}
          class="input number"
          type="text"
          inputMode={whole ? "numeric" : "decimal"}
          autoComplete="off"
          spellcheck={false}
          aria-label={props.bare ? `${label}, number` : undefined}
          aria-invalid={wrong !== undefined || undefined}
          aria-describedby={described || undefined}
          value={draft ?? format(value)}
          disabled={disabled}
          onInput={(event) => setDraft(event.currentTarget.value)}
          onBlur={(event) => commit(event.currentTarget)}
          onKeyDown={(event) => {
            if (event.key === "Enter") commit(event.currentTarget);
            if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
            event.preventDefault();
            arrow(event.currentTarget, event.key === "ArrowUp");
          }}
        />
        {props.unit && <span class="secondary">{props.unit}</span>}
      </span>
      {wrong && <p class="field-problem" id={`${id}-problem`} role="alert">{wrong}</p>}
      {reason && <p class="field-note" id={`${id}-reason`}>{reason}</p>}
    </div>
  );
}

/** Plain, exponential, or with a comma for the point; NaN where it is none. */
function readNumber(text: string): number {
  const tidy = text.trim().replace("−", "-").replace(/^([^.,]*),([^.,]*)$/, "$1.$2");
  return tidy === "" ? NaN : Number(tidy);
}

function complaint(label: string, value: number, min: number, max: number, whole: boolean): string | undefined {
  if (!Number.isFinite(value)) return `${label} is a number from ${min} to ${max}`;
  if (value < min || value > max) return `${label} ${value} is outside ${min}–${max}`;
  if (whole && !Number.isInteger(value)) return `${label} is a whole number`;
}
