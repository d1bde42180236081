/** Whether the visitor wants less to move. */
import { signal } from "@preact/signals";

const query = matchMedia("(prefers-reduced-motion: reduce)");

/** Follows the system. */
export const reducedMotion = signal(query.matches);
query.addEventListener("change", () => (reducedMotion.value = query.matches));
