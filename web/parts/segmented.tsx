/** One of a few values, all of them in sight. */
import { useId } from "preact/hooks";

interface SegmentedProps<Value extends string | number> {
  readonly label: string;
  readonly options: readonly { readonly value: Value; readonly label?: string }[];
  readonly value: Value;
  readonly onChange: (value: Value) => void;
  readonly disabled?: boolean;
  /** Without a label to be seen. */
  readonly bare?: boolean;
}

/** Radio buttons side by side: arrow keys move among them. */
export function Segmented<Value extends string | number>(props: SegmentedProps<Value>) {
  const { label, options, value, onChange, disabled = false, bare = false } = props;
  const name = useId();
  return (
    <fieldset class="field segmented" disabled={disabled}>
      <legend class={bare ? "hidden-text" : "field-label"}>{label}</legend>
      <div class="segments">
        {options.map((option) => (
          <label key={option.value}>
            <input
              type="radio"
              name={name}
              checked={option.value === value}
              onChange={() => onChange(option.value)}
            />
            <span>{option.label ?? option.value}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
