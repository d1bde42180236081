/** Small choices that this browser remembers; a browser may refuse storage altogether. */

type Choice = "theme" | "keys" | "steps" | "shown" | "speed" | "sweep" | "storage";

function storage(): Storage | undefined {
  try {
    return globalThis.localStorage;
  } catch {
    return undefined;
  }
}

/** What was chosen last, if it is known. */
export function kept(choice: Choice): string | undefined {
  return storage()?.getItem(`startsparse-${choice}`) ?? undefined;
}

/** Remembers a choice. */
export function keep(choice: Choice, value: string): void {
  try {
    storage()?.setItem(`startsparse-${choice}`, value);
  } catch {
    // Full, or refused: the choice holds until the page is closed.
  }
}
