/** Everything leaves the page: results as text for other programs and for papers, and the whole report. */
import { useState } from "preact/hooks";
import { download } from "../../parts/download.ts";
import { figures } from "../../figures/worker.ts";
import { Popover } from "../../parts/dialog.tsx";
import { RUNS_FOLDER } from "../../../src/worker/storage_types.ts";
import { exportRuns } from "../../state/export_runs.ts";
import { results } from "./state.ts";

const FORMS = [
  { label: "Report (HTML and SVG, zip)", form: "report" },
  { label: "CSV, a row a run", form: "csv", rows: "runs", ending: "runs.csv", type: "text/csv" },
  { label: "CSV, a row a group", form: "csv", rows: "groups", ending: "groups.csv", type: "text/csv" },
  { label: "JSON", form: "json", rows: "runs", ending: "json", type: "application/json" },
  { label: "Markdown table", form: "markdown", rows: "groups", ending: "md", type: "text/markdown" },
  { label: "LaTeX table (booktabs)", form: "latex", rows: "groups", ending: "tex", type: "application/x-tex" },
] as const;

/** The button "Export" with its list. */
export function ExportMenu() {
  const [busy, setBusy] = useState(false);
  const save = async (choice: typeof FORMS[number]) => {
    const { id, title } = results.opened.value!, query = results.query.value;
    setBusy(true);
    try {
      const worker = await figures();
      if (choice.form === "report") {
        const { name, file } = await worker.report(id, query);
        download(name, file);
      } else {
        const name = `${title.replace(/[^\w.-]+/g, "-")}.${choice.ending}`;
        download(name, new Blob([await worker.text(id, query, choice.form, choice.rows)], { type: choice.type }));
      }
    } catch (error) {
      results.problem.value = { heading: "Not exported", body: (error as Error).message };
    } finally {
      setBusy(false);
    }
  };
  return (
    <Popover label={busy ? "Exporting" : "Export"} icon="download">
      <div class="export-menu">
        {FORMS.map((choice) => (
          <button
            key={choice.label}
            type="button"
            class="button quiet"
            onClick={() => save(choice)}
          >
            {choice.label}
          </button>
        ))}
        {areOwn() && (
          <button type="button" class="button quiet" onClick={() => void exportRuns()}>All run folders (zip)</button>
        )}
      </div>
    </Popover>
  );
}

/** Whether what is open are runs that this browser keeps, which have no folder elsewhere. */
function areOwn(): boolean {
  return results.opened.value!.runs.some(({ folder }) => folder.startsWith(`${RUNS_FOLDER}/`));
}
