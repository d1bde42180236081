/** A number that is typed: committed by Enter or on leaving, refused with its range. */
import { useEffect, useId, useState } from "preact/hooks";

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
  const [text, setText] = useState(format(value));
  const [problem, setProblem] = useState<string>();
  useEffect(() => {
    setText(format(value));
    setProblem(undefined);
  }, [value]);

  const commit = () => {
    if (text.trim() === format(value)) return setProblem(undefined);
    const typed = readNumber(text);
    const wrong = complaint(label, typed, min, max, whole);
    setProblem(wrong && `${wrong}; using ${format(value)}.`);
    if (wrong !== undefined) return setText(format(value));
    setText(format(typed));
    if (typed !== value) onCommit(typed);
  };
  const arrow = (up: boolean) => {
    const from = readNumber(text);
    const start = Number.isFinite(from) ? from : value;
    const next = Math.min(max, Math.max(min, step ? step(start, up) : start + (up ? 1 : -1)));
    setProblem(undefined);
    setText(format(next));
    if (next !== value) onCommit(next);
  };
  const described = [problem && `${id}-problem`, reason && `${id}-reason`].filter(Boolean).join(" ");
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
          aria-invalid={problem !== undefined || undefined}
          aria-describedby={described || undefined}
          value={text}
          disabled={disabled}
          onInput={(event) => setText(event.currentTarget.value)}
          onBlur={commit}
          onKeyDown={(event) => {
            if (event.key === "Enter") commit();
            if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
            event.preventDefault();
            arrow(event.key === "ArrowUp");
          }}
        />
        {props.unit && <span class="secondary">{props.unit}</span>}
      </span>
      {problem && <p class="field-problem" id={`${id}-problem`} role="alert">{problem}</p>}
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
