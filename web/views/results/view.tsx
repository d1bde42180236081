/** The view Results: runs, sweeps and reports from anywhere, read in this browser. */
import "./results.css";
import { useEffect } from "preact/hooks";
import { FigureCard } from "../../figures/figure_card.tsx";
import { SummaryTable } from "../../figures/summary_table.tsx";
import { Icon } from "../../parts/icons.tsx";
import { Progress } from "../../parts/progress.tsx";
import { StateMessage } from "../../parts/state_message.tsx";
import { ViewHead } from "../../parts/view_head.tsx";
import { FigureGrid, Warnings } from "../../figures/sections.tsx";
import { EmptyResults, OpenButtons } from "./open.tsx";
import { ExportMenu } from "./export_menu.tsx";
import { Grouping } from "./grouping.tsx";
import { RunList } from "./run_list.tsx";
import { ReportView } from "./report_view.tsx";
import { lastTaken, readFirst } from "../../state/drop.ts";
import { areResults, openDropped, openTaken, report, results } from "./state.ts";

export function ResultsView() {
  const opened = results.opened.value, table = results.table.value, problem = results.problem.value;
  useEffect(() => readFirst((files) => areResults(files) && (void openDropped(files), true)), []);
  useEffect(() => {
    const taken = lastTaken.value;
    if (taken?.kind !== "run" && taken?.kind !== "sweep" && taken?.kind !== "report") return;
    lastTaken.value = undefined;
    void openTaken(taken);
  }, [lastTaken.value]);
  const busy = results.busy.value;
  return (
    <div class="results">
      <header class="results-head">
        <ViewHead
          title="What did the runs find?"
          lead={opened
            ? `${opened.title} · ${counted(opened.runs.length, "run")}`
            : "Runs, sweeps and reports of a cluster, of the command line or of this browser: their figures, table and warnings."}
        />
        {(opened || report.value) && (
          <div class="actions">
            <OpenButtons />
            {opened && <ExportMenu />}
            <button
              type="button"
              class="button quiet"
              onClick={() => {
                report.value = undefined;
                void results.close();
              }}
            >
              <Icon name="close" /> Close
            </button>
          </div>
        )}
      </header>
      {problem && (
        <StateMessage
          tone="bad"
          heading={problem.heading}
          body={problem.body}
          actions={[{ label: "Dismiss", onAct: () => (results.problem.value = undefined) }]}
        />
      )}
      {busy !== undefined && <Progress label="Reading results" done={0} text={busy} late />}
      {!opened && !report.value && busy === undefined && <EmptyResults />}
      {report.value && !opened && <ReportView report={report.value} />}
      {opened && table && (
        <>
          {table.lead !== "" && <p class="lead">{table.lead}</p>}
          <Warnings texts={[...opened.warnings, ...table.warnings]} />
          <section class="panel results-summary" aria-labelledby="results-summary">
            <div class="section-head">
              <h2 id="results-summary">Summary</h2>
              <Grouping keys={opened.keys} />
            </div>
            <SummaryTable table={table} hidden={new Set(results.query.value.hidden)} />
            {table.notes.map((note) => <p key={note} class="note">{note}</p>)}
          </section>
          <FigureGrid>
            {results.infos.value.map((figure) => (
              <FigureCard
                key={figure.key}
                figure={figure}
                source={results.source}
                version={JSON.stringify([opened.id, results.query.value])}
                prefix={opened.title.replace(/[^\w.-]+/g, "-")}
              />
            ))}
          </FigureGrid>
          <RunList opened={opened} />
        </>
      )}
    </div>
  );
}

function counted(n: number, word: string): string {
  return `${n} ${word}${n === 1 ? "" : "s"}`;
}
