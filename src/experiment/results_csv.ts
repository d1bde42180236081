/** Records of results as comma-separated values. */

import { encodeCsv } from "../formats/csv_encode.ts";
import type { Rows, Value } from "./results_rows.ts";

/** Records as CSV with a header; numbers as they are, nothing where nothing is known. */
export function rowsCsv({ columns, rows }: Rows): string {
  const text = (value: Value) => value === null ? "" : String(value);
  return encodeCsv([columns.map(({ name }) => name), ...rows.map((row) => row.map(text))]);
}
