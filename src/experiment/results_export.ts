/** Records of results as files that other programs read: CSV and Parquet. */

import { parquetWriteBuffer } from "hyparquet-writer";
import { encodeCsv } from "../formats/csv.ts";
import type { Rows, Value } from "./results_rows.ts";

/** Records as CSV with a header; numbers as they are, nothing where nothing is known. */
export function rowsCsv({ columns, rows }: Rows): string {
  const text = (value: Value) => value === null ? "" : String(value);
  return encodeCsv([columns.map(({ name }) => name), ...rows.map((row) => row.map(text))]);
}

const PARQUET_TYPES = { text: "STRING", integer: "INT64", real: "DOUBLE", boolean: "BOOLEAN" } as const;

/** Records as one Parquet file; whole numbers are INT64, others DOUBLE, what is not known is null. */
export function rowsParquet({ columns, rows }: Rows): Uint8Array<ArrayBuffer> {
  const columnData = columns.map(({ name, type }, i) => {
    const values = rows.map((row) => row[i]);
    const data = type === "integer"
      ? values.map((value) => value === null ? null : BigInt(Math.round(Number(value))))
      : values;
    return { name, data, type: PARQUET_TYPES[type], nullable: true };
  });
  return new Uint8Array(parquetWriteBuffer({ columnData }));
}
