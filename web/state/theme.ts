/** Light or dark: the system's choice until the visitor makes one, which is remembered. */
import { effect, signal } from "@preact/signals";
import { keep, kept } from "./kept.ts";

/** The two grounds that everything is drawn for. */
export type Theme = "light" | "dark";

/** The theme that is shown. */
export const theme = signal<Theme>(initialTheme());

function initialTheme(): Theme {
  const last = kept("theme");
  if (last === "light" || last === "dark") return last;
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
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
  keep("theme", theme.value);
}
