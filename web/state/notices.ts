/** Page-wide messages under the run strip: one line of heading, body and actions each, dismissed one by one. */
import { signal } from "@preact/signals";
import type { StateAction } from "../parts/state_message.tsx";

/** A message. One of the same `id` takes its place. */
export interface Notice {
  readonly id: string;
  readonly heading: string;
  readonly body?: string;
  readonly actions?: readonly StateAction[];
  /** "bad" is read as an alert. */
  readonly tone?: "plain" | "warn" | "bad";
  /** Whether it can be closed; default true. */
  readonly closable?: boolean;
  /** When the visitor closes it. */
  readonly onClose?: () => void;
}

/** What is shown, the oldest first. */
export const notices = signal<readonly Notice[]>([]);

/** Shows a message, in the place of the one with its id. */
export function notify(notice: Notice): void {
  const all = notices.peek();
  const known = all.some(({ id }) => id === notice.id);
  notices.value = known ? all.map((old) => (old.id === notice.id ? notice : old)) : [...all, notice];
}

/** Takes a message away; without one of that id nothing changes. */
export function dismiss(id: string): void {
  if (notices.peek().some((notice) => notice.id === id)) {
    notices.value = notices.peek().filter((notice) => notice.id !== id);
  }
}
