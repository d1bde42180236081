/** Copying to the clipboard, and saying that it was done. */
import { signal } from "@preact/signals";
import { announce } from "./announce.ts";
import { actions } from "./actions.ts";
import { currentAddress } from "./route.ts";

/** Longest address that is copied; chat programs and servers cut longer ones. */
const LONGEST_LINK = 2000;

/** What was copied last, for the few seconds in which it is said; `text` is there where the clipboard was refused. */
export const copied = signal<{ readonly words: string; readonly text?: string } | undefined>(undefined);
let fading: ReturnType<typeof setTimeout> | undefined;

function say(words: string, text?: string): void {
  copied.value = { words, text };
  announce(words);
  clearTimeout(fading);
  if (text === undefined) fading = setTimeout(() => (copied.value = undefined), 6000);
}

/** Takes the confirmation away. */
export function forgetCopied(): void {
  copied.value = undefined;
}

async function copy(text: string, words: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    say(words);
  } catch {
    // Refused, or the page is not served securely: the text is shown, to be copied by hand.
    say("The browser did not let this page copy. Copy it from here:", text);
  }
}

/** Copies the address of the page as it is. */
export async function copyLink(): Promise<void> {
  const link = currentAddress();
  if (link.length > LONGEST_LINK) {
    return say("This is too much for a link. Export the run folder instead: it holds everything.");
  }
  await copy(link, "Link copied. It opens this page as it is now.");
}

/** Copies the command that repeats what is shown. */
export async function copyCommand(): Promise<void> {
  const command = await actions.peek().command?.();
  if (command === undefined) return say("There is no run to repeat yet.");
  await copy(command, "Copied. Same masks bit for bit; weights agree to rounding on another GPU.");
}
