/** Sections that views of results share: what to know first, and figures beside each other. */
import type { ComponentChildren } from "preact";
import { Icon } from "../parts/icons.tsx";

/** What a reader must know before the numbers; nothing where there is nothing. */
export function Warnings({ texts }: { readonly texts: readonly string[] }) {
  if (texts.length === 0) return null;
  return (
    <section class="warnings" aria-labelledby="warnings-title">
      <h2 id="warnings-title" class="with-mark">
        <Icon name="warn" />
        Before you read the numbers
      </h2>
      <ul>{texts.map((text) => <li key={text}>{text}</li>)}</ul>
    </section>
  );
}

/** Figures, as many beside each other as are legible. */
export function FigureGrid({ children }: { readonly children: ComponentChildren }) {
  return (
    <section aria-labelledby="figures-title" class="figures">
      <h2 id="figures-title">Figures</h2>
      <div class="figure-grid">{children}</div>
    </section>
  );
}
