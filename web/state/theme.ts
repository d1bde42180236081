/** Light or dark: the system's choice until the visitor makes one, which is remembered. */
import { effect, signal } from "@preact/signals";

/** The two grounds that everything is drawn for. */
export type Theme = "light" | "dark";

const KEY = "startsparse-theme";

/** The theme that is shown. */
export const theme = signal<Theme>(initialTheme());

function initialTheme(): Theme {
  const kept = storage()?.getItem(KEY);
  if (kept === "light" || kept === "dark") return kept;
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

/** A browser may refuse storage altogether. */
function storage(): Storage | undefined {
  try {
    return globalThis.localStorage;
  } catch {
    return undefined;
  }
}

/** Keeps the document's theme at the signal's. */
export function followTheme(): void {
  effect(() => {
    document.documentElement.dataset.theme = theme.value;
  });
}

/** Switches, and remembers it. */
export function toggleTheme(): void {
  theme.value = theme.value === "light" ? "dark" : "light";
  storage()?.setItem(KEY, theme.value);
}
