/** A choice from a list, each with its mark and one line of meaning; what cannot be chosen stays, with the reason. */
import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";

/** One line of a list. */
export interface ListOption<Value extends string> {
  readonly value: Value;
  readonly label: string;
  /** One line: what it means. */
  readonly meaning?: string;
  readonly glyph?: ComponentChildren;
  /** Why it cannot be chosen here. */
  readonly unavailable?: string;
}

interface ListBoxProps<Value extends string> {
  readonly label: string;
  readonly options: readonly ListOption<Value>[];
  readonly value: Value;
  readonly onChange: (value: Value) => void;
  readonly disabled?: boolean;
  readonly reason?: string;
  /** Without a label to be seen. */
  readonly bare?: boolean;
}

/** A button that shows the choice and opens the list; keys as in any list: arrows, Home, End, letters, Enter, Escape. */
export function ListBox<Value extends string>(props: ListBoxProps<Value>) {
  const { label, options, value, onChange, disabled = false, reason, bare = false } = props;
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  const list = useRef<HTMLUListElement>(null);
  const typed = useRef({ text: "", at: 0 });
  const [open, setOpen] = useState(false);
  const chosen = Math.max(0, options.findIndex((option) => option.value === value));
  const [active, setActive] = useState(chosen);
  const shown = options[chosen];

  useEffect(() => {
    if (!open) return;
    const box = list.current!;
    box.showPopover();
    placeUnder(box, button.current!);
    const leave = (event: Event) => {
      const { target } = event;
      const inside = target instanceof Node && (box.contains(target) || button.current!.contains(target));
      if (!inside) setOpen(false);
    };
    addEventListener("pointerdown", leave, true);
    addEventListener("scroll", leave, true);
    addEventListener("resize", leave);
    return () => {
      removeEventListener("pointerdown", leave, true);
      removeEventListener("scroll", leave, true);
      removeEventListener("resize", leave);
      if (box.isConnected) box.hidePopover();
    };
  }, [open]);
  useEffect(() => {
    if (open) list.current!.children[active]?.scrollIntoView({ block: "nearest" });
  }, [open, active]);

  const show = () => {
    setActive(chosen);
    setOpen(true);
  };
  const choose = (index: number) => {
    const option = options[index];
    if (option === undefined || option.unavailable !== undefined) return;
    setOpen(false);
    if (option.value !== value) onChange(option.value);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const { key } = event;
    if (key === "Tab") return setOpen(false);
    if (key === "Escape") {
      if (!open) return;
      event.stopPropagation();
      event.preventDefault();
      return setOpen(false);
    }
    if (key === "Enter" || key === " ") {
      event.preventDefault();
      return open ? choose(active) : show();
    }
    const next = target(key, active, options.length);
    if (next !== undefined) {
      event.preventDefault();
      return open ? setActive(next) : show();
    }
    if (key.length !== 1 || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const now = Date.now();
    typed.current = { text: (now - typed.current.at < 700 ? typed.current.text : "") + key.toLowerCase(), at: now };
    const found = options.findIndex((option) => option.label.toLowerCase().startsWith(typed.current.text));
    if (found < 0) return;
    if (!open) setOpen(true);
    setActive(found);
  };
  return (
    <div class="field list-box">
      <span class={bare ? "hidden-text" : "field-label"} id={`${id}-label`}>{label}</span>
      <button
        ref={button}
        type="button"
        class="button list-button"
        role="combobox"
        aria-haspopup="listbox"
        aria-expanded={open}
        aria-controls={`${id}-list`}
        aria-labelledby={`${id}-label ${id}-value`}
        aria-activedescendant={open ? `${id}-${active}` : undefined}
        aria-describedby={reason ? `${id}-reason` : undefined}
        disabled={disabled}
        onClick={() => (open ? setOpen(false) : show())}
        onKeyDown={onKeyDown}
      >
        <span class="with-mark" id={`${id}-value`}>
          {shown?.glyph}
          <span class="clip" title={shown?.label}>{shown?.label}</span>
        </span>
        <svg class="caret" viewBox="0 0 12 8" width="12" height="8" aria-hidden="true">
          <path d="M1 1.5l5 5 5-5" />
        </svg>
      </button>
      <ul
        ref={list}
        class="list-options"
        popover="manual"
        role="listbox"
        id={`${id}-list`}
        aria-labelledby={`${id}-label`}
      >
        {options.map((option, index) => (
          <li
            key={option.value}
            id={`${id}-${index}`}
            role="option"
            aria-selected={index === chosen}
            aria-disabled={option.unavailable !== undefined || undefined}
            data-active={index === active || undefined}
            onPointerMove={() => setActive(index)}
            onPointerDown={(event) => event.preventDefault()}
            onClick={() => choose(index)}
          >
            <span class="option-mark">{option.glyph}</span>
            <span>
              <span class="option-label">{option.label}</span>
              {(option.unavailable ?? option.meaning) !== undefined && (
                <span class="option-meaning">{option.unavailable ?? option.meaning}</span>
              )}
            </span>
          </li>
        ))}
      </ul>
      {reason && <p class="field-note" id={`${id}-reason`}>{reason}</p>}
    </div>
  );
}

function target(key: string, active: number, count: number): number | undefined {
  if (key === "ArrowDown") return Math.min(count - 1, active + 1);
  if (key === "ArrowUp") return Math.max(0, active - 1);
  if (key === "Home") return 0;
  if (key === "End") return count - 1;
}

/** Under the button where there is room, else above it; never beyond the window. */
function placeUnder(box: HTMLElement, button: HTMLElement): void {
  const at = button.getBoundingClientRect();
  const width = Math.min(innerWidth - 16, Math.max(at.width, 280));
  box.style.width = `${width}px`;
  box.style.left = `${Math.max(8, Math.min(at.left, innerWidth - width - 8))}px`;
  const below = innerHeight - at.bottom - 12, above = at.top - 12;
  const under = below >= Math.min(box.scrollHeight, 320) || below >= above;
  box.style.maxHeight = `${Math.max(120, Math.min(480, under ? below : above))}px`;
  box.style.top = under ? `${at.bottom + 4}px` : "auto";
  box.style.bottom = under ? "auto" : `${innerHeight - at.top + 4}px`;
}
