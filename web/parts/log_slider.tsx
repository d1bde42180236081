/** A logarithmic slider with a number field: for densities, learning rates and weight decays. */
import type { ComponentChildren } from "preact";
import { useId, useRef } from "preact/hooks";
import { type LogScale, moved, placeOf, snapped, stops } from "./log_scale.ts";
import { NumberField } from "./number_field.tsx";

interface LogSliderProps {
  readonly label: string;
  readonly value: number;
  readonly scale: LogScale;
  /** While it moves. */
  readonly onInput?: (value: number) => void;
  /** When the visitor has decided: the pointer is up, a key was pressed, the number was entered. */
  readonly onCommit: (value: number) => void;
  /** How the number is written; plain by default. */
  readonly format?: (value: number) => string;
  /** Said after the number to those who hear it: "of the weights". */
  readonly unit?: string;
  readonly disabled?: boolean;
  /** Why it is disabled. */
  readonly reason?: string;
  /** Stands under it: the realised and compute density. */
  readonly children?: ComponentChildren;
}

/** Slider and number are one setting; keys: arrows to the next detent, with Shift 2 %, Page a decade, Home and End. */
export function LogSlider(props: LogSliderProps) {
  const { label, value, scale, onInput, onCommit, format = plain, unit, disabled = false, reason, children } = props;
  const id = useId();
  const track = useRef<HTMLInputElement>(null);
  const place = placeOf(scale, value);
  const show = (next: number) => onInput?.(next);

  const onKeyDown = (event: KeyboardEvent) => {
    const next = keyed(scale, value, event);
    if (next === undefined) return;
    event.preventDefault();
    if (next === value) return;
    show(next);
    onCommit(next);
  };
  return (
    <div class="field slider" role="group" aria-labelledby={`${id}-label`}>
      <div class="field-head">
        <span class="field-label" id={`${id}-label`}>{label}</span>
        <NumberField
          label={label}
          bare
          value={value}
          min={scale.zero ? 0 : scale.min}
          max={scale.max}
          format={format}
          step={(from, up) => moved(scale, from, "stop", up)}
          disabled={disabled}
          onCommit={(next) => {
            show(next);
            onCommit(next);
          }}
        />
      </div>
      <div class="track">
        <div class="detents" aria-hidden="true">
          {scale.detents &&
            stops(scale).map((stop) => <i key={stop} style={{ left: `${placeOf(scale, stop) * 100}%` }} />)}
        </div>
        <input
          ref={track}
          type="range"
          min={0}
          max={1}
          step="any"
          value={place}
          disabled={disabled}
          aria-label={label}
          aria-valuetext={`${format(value)}${unit ? ` ${unit}` : ""}`}
          aria-describedby={reason ? `${id}-reason` : undefined}
          onKeyDown={onKeyDown}
          onInput={(event) => show(snapped(scale, Number(event.currentTarget.value)))}
          onChange={(event) => {
            const next = snapped(scale, Number(event.currentTarget.value));
            // What it snapped to may be what it was, which then draws nothing anew.
            event.currentTarget.value = String(placeOf(scale, next));
            onCommit(next);
          }}
        />
      </div>
      {reason && <p class="field-note" id={`${id}-reason`}>{reason}</p>}
      {children !== undefined && <div class="field-note">{children}</div>}
    </div>
  );
}

function keyed(scale: LogScale, value: number, event: KeyboardEvent): number | undefined {
  const by = event.shiftKey ? "fine" : "stop";
  switch (event.key) {
    case "ArrowRight":
    case "ArrowUp":
      return moved(scale, value, by, true);
    case "ArrowLeft":
    case "ArrowDown":
      return moved(scale, value, by, false);
    case "PageUp":
      return moved(scale, value, "decade", true);
    case "PageDown":
      return moved(scale, value, "decade", false);
    case "Home":
      return scale.zero ? 0 : scale.min;
    case "End":
      return scale.max;
  }
}

function plain(value: number): string {
  return value !== 0 && value < 0.0001 ? value.toExponential() : String(value);
}
