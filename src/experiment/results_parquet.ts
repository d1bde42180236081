/** Records of results as a Parquet file. */

import { parquetWriteBuffer } from "hyparquet-writer";
import type { Rows } from "./results_rows.ts";

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
