/** Results in the text forms that other programs read: what the command prints and a page saves. */

import type { Collection } from "./results_collect.ts";
import { rowsCsv } from "./results_csv.ts";
import type { ResultGroup } from "./results_groups.ts";
import { groupsLatex, groupsMarkdown } from "./results_markup.ts";
import { groupRows, rowObjects, runRows, showRows } from "./results_rows.ts";

/** The forms. */
export const TEXT_FORMS = ["csv", "json", "markdown", "latex"] as const;
export type TextForm = typeof TEXT_FORMS[number];

/** What is written. */
export interface FormInput {
  readonly collection: Pick<Collection, "runs" | "unfinished">;
  readonly groups: readonly ResultGroup[];
  readonly warnings: readonly string[];
  /** What a record of CSV is. */
  readonly rows: "runs" | "groups";
  /** All columns of tables for people. */
  readonly wide?: boolean;
  /** Names of the columns of tables and CSV; all that there are, or the usual ones, where it is left out. */
  readonly show?: readonly string[];
}

/** The results in one form. */
export function resultsForm(form: TextForm, { collection, groups, warnings, rows, wide, show }: FormInput): string {
  const { runs, unfinished } = collection;
  switch (form) {
    case "csv": {
      const records = rows === "groups" ? groupRows(groups) : runRows(runs);
      return rowsCsv(show ? showRows(records, show) : records);
    }
    case "json":
      return JSON.stringify(
        {
          format: 1,
          runs: rowObjects(runRows(runs)),
          groups: rowObjects(groupRows(groups)),
          warnings,
          unfinished,
        },
        null,
        2,
      ) + "\n";
    case "markdown":
      return groupsMarkdown(groups, show ?? wide);
    case "latex":
      return groupsLatex(groups, show ?? wide);
  }
}
