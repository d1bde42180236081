/** The page's keys: one letter each, switched off in Help, silent while somebody types. */
import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { keep, kept } from "./kept.ts";

/** Every key and what it does, as Help lists them. */
export const KEYS = {
  " ": "Run or pause",
  s: "One step",
  x: "Reset, same seed",
  n: "New seed",
  d: "Dense twin",
  c: "Copy command",
  l: "Copy link",
  t: "Light or dark",
  r: "Read the status aloud",
  "?": "Help",
} as const;
/** One of {@link KEYS}. */
export type Key = keyof typeof KEYS;

/** Whether keys do anything. */
export const keysOn = signal(kept("keys") !== "off");

/** Switches keys, and remembers it. */
export function switchKeys(on: boolean): void {
  keysOn.value = on;
  keep("keys", on ? "on" : "off");
}

const actions = new Map<string, (() => void)[]>();

/** Makes a key do something as long as the component is there; the last that asked has it. */
export function useKey(key: Key | `${1 | 2 | 3 | 4 | 5 | 6 | 7 | 8}`, action: () => void): void {
  useEffect(() => {
    const all = actions.get(key) ?? [];
    actions.set(key, all);
    all.push(action);
    return () => void all.splice(all.indexOf(action), 1);
  }, [key, action]);
}

/** Begins to listen. */
export function listenToKeys(): void {
  addEventListener("keydown", (event) => {
    if (!keysOn.peek() || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (isTaken(event)) return;
    const action = actions.get(event.key.length === 1 ? event.key.toLowerCase() : event.key)?.at(-1);
    if (!action) return;
    event.preventDefault();
    action();
  });
}

/** Whether the focused element wants the key itself. */
function isTaken(event: KeyboardEvent): boolean {
  const at = event.target;
  if (!(at instanceof Element)) return false;
  if (at.closest("dialog[open]")) return true;
  if (
    at.closest(
      "input:not([type=range], [type=radio], [type=checkbox], [type=button]), textarea, select, [contenteditable]",
    )
  ) {
    return true;
  }
  // Space presses what is focused.
  return event.key === " " && at.closest("button, a, input, summary, [role=option], [role=combobox]") !== null;
}
