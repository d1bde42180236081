/** Writing comma-separated values; apart from reading them, which takes a package. */

/** Rows as comma-separated values (RFC 4180), lines ended by "\n"; quotes only where a value needs them. */
export function encodeCsv(rows: readonly (readonly string[])[]): string {
  const field = (value: string) => /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
  return rows.map((row) => row.map(field).join(",") + "\n").join("");
}
