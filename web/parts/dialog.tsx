/** A dialog in front of the page, and a panel that opens at a button. */
import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { Icon, type IconName } from "./icons.tsx";

interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
  /** Buttons at its foot. */
  readonly actions?: ComponentChildren;
}

/** A modal dialog, open as long as it is rendered. Escape closes it and focus goes back to where it was. */
export function Dialog({ title, onClose, children, actions }: DialogProps) {
  const id = useId();
  const element = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    element.current!.showModal();
    // A dialog that is taken from the document gives focus to nobody.
    return () => void (before instanceof HTMLElement && before.isConnected && before.focus({ preventScroll: true }));
  }, []);
  return (
    <dialog
      ref={element}
      class="dialog"
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onPointerDown={(event) => {
        if (event.target === element.current) onClose();
      }}
    >
      <div class="dialog-body">
        <div class="dialog-head">
          <h2 id={id}>{title}</h2>
          <button type="button" class="button quiet icon" aria-label="Close" onClick={onClose}>
            <Icon name="close" />
          </button>
        </div>
        {children}
        {actions && <div class="actions">{actions}</div>}
      </div>
    </dialog>
  );
}

interface PopoverProps {
  /** Words of the button. */
  readonly label: string;
  /** What stands in a narrow head in their place; they are still said. */
  readonly short?: string;
  readonly icon?: IconName;
  readonly class?: string;
  readonly children: ComponentChildren;
}

/** A button and a panel under it, which closes by Escape, by a press elsewhere, and when something in it is chosen. */
export function Popover({ label, short, icon, class: look = "button", children }: PopoverProps) {
  const id = useId();
  const panel = useRef<HTMLDivElement>(null);
  return (
    <span class="popover-anchor">
      <button type="button" class={look} popovertarget={id}>
        {icon && <Icon name={icon} />}
        {short && <span class="short-words">{short}</span>}
        <span class="clip">{label}</span>
      </button>
      <div
        ref={panel}
        id={id}
        class="popover"
        popover="auto"
        onBeforeToggle={(event) => {
          const button = event.currentTarget.previousElementSibling!.getBoundingClientRect();
          const { style } = event.currentTarget;
          const above = button.top > innerHeight / 2;
          style.top = above ? "auto" : `${button.bottom + 4}px`;
          style.bottom = above ? `${innerHeight - button.top + 4}px` : "auto";
          style.right = `${Math.max(8, innerWidth - button.right)}px`;
        }}
        onClick={(event) => {
          if (event.target instanceof Element && event.target.closest("a, button")) panel.current?.hidePopover();
        }}
      >
        {children}
      </div>
    </span>
  );
}
