/** Light or dark: the system's choice until the visitor makes one, which is remembered. */
import { computed, effect, signal } from "@preact/signals";
import { keep, kept } from "./kept.ts";

/** The two grounds that everything is drawn for. */
export type Theme = "light" | "dark";

const chosen = signal<Theme | undefined>(keptTheme());
const dark = followed("(prefers-color-scheme: dark)");
/** Colours are the system's then, and its ground is what `prefers-color-scheme` says: nothing can be drawn for another. */
const forced = followed("(forced-colors: active)");

/** The theme that is shown. */
export const theme = computed<Theme>(() =>
  (forced.value ? undefined : chosen.value) ?? (dark.value ? "dark" : "light")
);

function keptTheme(): Theme | undefined {
  const last = kept("theme");
  return last === "light" || last === "dark" ? last : undefined;
}

/** Whether a media query holds, as long as the page is there. */
function followed(query: string) {
  const list = matchMedia(query), holds = signal(list.matches);
  list.addEventListener("change", () => (holds.value = list.matches));
  return holds;
}

/** Keeps the document's theme at the signal's. */
export function followTheme(): void {
  effect(() => {
    document.documentElement.dataset.theme = theme.value;
  });
}

/** Chooses a theme. */
export function setTheme(next: Theme): void {
  chosen.value = next;
}

/** Switches, and remembers it. */
export function toggleTheme(): void {
  setTheme(theme.value === "light" ? "dark" : "light");
  keep("theme", theme.value);
}
