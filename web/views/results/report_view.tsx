/** A report whose runs are elsewhere: what its page says, as it says it. */
import { Drawing } from "../../figures/figure_card.tsx";
import { download } from "../../parts/download.ts";
import { FigureGrid, Warnings } from "../../figures/sections.tsx";
import { Icon } from "../../parts/icons.tsx";
import type { ReadReport } from "./read_report.ts";

export function ReportView({ report }: { readonly report: ReadReport }) {
  const { title, description, date, lead, warnings, table, notes, figures, files } = report;
  return (
    <>
      <div>
        <h2>{title}</h2>
        <p class="secondary">{[description, date].filter(Boolean).join(" ")}</p>
        <p class="note">
          A report without its run folders: its numbers are as they were written. To group, hide or compare runs, drop
          the folder that holds them.
        </p>
      </div>
      {lead && <p class="lead">{lead}</p>}
      <Warnings texts={warnings} />
      <section class="panel results-summary" aria-labelledby="report-table">
        <div class="section-head">
          <h2 id="report-table">Summary</h2>
          <div class="actions">
            {files.map(({ name, href }) => (
              <button
                key={name}
                type="button"
                class="button quiet small"
                onClick={() => saveData(name, href)}
              >
                <Icon name="download" /> {name}
              </button>
            ))}
          </div>
        </div>
        <div class="table-scroll" tabIndex={0} role="region" aria-label="Results table">
          <table class="data-table">
            <thead>
              <tr>{table.head.map((text, i) => <th key={i} scope="col" class={i > 0 ? "number" : ""}>{text}</th>)}</tr>
            </thead>
            <tbody>
              {table.rows.map((row, i) => (
                <tr key={i}>{row.map((text, j) => <td key={j} class={j > 0 ? "number" : ""}>{text}</td>)}</tr>
              ))}
            </tbody>
          </table>
        </div>
        {notes.map((note) => <p key={note} class="note">{note}</p>)}
      </section>
      <FigureGrid>
        {figures.map(({ svg, summary, caption }, i) => (
          <figure key={i} class="figure-card panel" aria-label={caption}>
            <Drawing svg={svg} label={summary} />
            <figcaption class="figure-foot">
              <details>
                <summary>In words</summary>
                <p class="secondary">{summary}</p>
              </details>
            </figcaption>
          </figure>
        ))}
      </FigureGrid>
    </>
  );
}

/** A file that is inside the report's page. */
function saveData(name: string, href: string): void {
  const [, type = "text/plain", text = ""] = /^data:([^;,]*);base64,(.*)$/s.exec(href) ?? [];
  download(name, new Blob([Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))], { type }));
}
