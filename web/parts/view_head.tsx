/** The first lines of a view: the question that it answers, and how. */
import type { ComponentChildren } from "preact";

interface ViewHeadProps {
  /** The view's question. */
  readonly title: string;
  readonly lead?: ComponentChildren;
  /** What else belongs to the head, under the lead. */
  readonly children?: ComponentChildren;
}

/** The same in every view but Train, whose first sentence is the page's. */
export function ViewHead({ title, lead, children }: ViewHeadProps) {
  return (
    <header class="view-head">
      <h1>{title}</h1>
      {lead !== undefined && <p class="secondary">{lead}</p>}
      {children}
    </header>
  );
}
