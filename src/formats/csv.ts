/** Tables as comma-separated values (RFC 4180) with a header line, by csv-parse. */
import { type CsvError, type Info, parse } from "csv-parse/sync";
import { UserError } from "../errors.ts";

/** A table of texts. */
export interface CsvTable {
  /** Different names, none empty. */
  header: string[];
  /** As many values each as the header. */
  rows: string[][];
  /** The line of the file that each row ends on, from 1 on: empty lines and line breaks in quotes count. */
  lines: number[];
}

/**
 * Takes a table apart. Empty lines are left out, blanks around names are, those around values are not;
 * line ends become "\n".
 * @param file how messages call the text
 * @throws UserError naming the line: rows of another length, quotes that do not fit, no header, a name twice
 */
export function parseCsv(text: string, file: string): CsvTable {
  if (text.includes("\0")) throw new UserError(`${file} is not a CSV file: it is no text`);
  let records: { record: string[]; info: Info }[];
  try {
    // The declaration does not know what `info` makes of a record.
    // csv-parse counts the two characters of a line's end in quotes as two lines.
    const lines = text.replace(/\r\n?/g, "\n");
    records = parse(lines, { bom: true, info: true, skip_empty_lines: true }) as unknown as typeof records;
  } catch (cause) {
    throw explained(cause as CsvError, file);
  }
  if (records.length === 0) throw new UserError(`${file} is empty, expected a header line and rows`);
  const [first, ...rest] = records;
  const header = first.record.map((name) => name.trim());
  checkHeader(header, file);
  return {
    header,
    rows: rest.map(({ record }) => record),
    lines: rest.map(({ info }) => info.lines),
  };
}

const HEADER_HINT = "The first line names the columns.";

function checkHeader(header: readonly string[], file: string): void {
  const [only] = header;
  if (header.length === 1 && /[;\t|]/.test(only)) {
    throw new UserError(`${file} has one column: its values are not separated by commas`, {
      hint: "Save the table with commas between the values.",
    });
  }
  if (header.every((name) => name !== "" && Number.isFinite(Number(name)))) {
    throw new UserError(`${file} has no header: its first line holds only numbers`, { hint: HEADER_HINT });
  }
  const empty = header.indexOf("");
  if (empty >= 0) throw new UserError(`${file}, line 1: column ${empty + 1} has no name`, { hint: HEADER_HINT });
  const seen = new Set<string>();
  for (const name of header) {
    if (seen.has(name)) throw new UserError(`${file}, line 1: two columns have the name ${JSON.stringify(name)}`);
    seen.add(name);
  }
}

function explained(error: CsvError, file: string): UserError {
  const line = typeof error.lines === "number" ? `, line ${error.lines}` : "";
  const why = () => {
    switch (error.code) {
      case "CSV_RECORD_INCONSISTENT_FIELDS_LENGTH": {
        const found = Array.isArray(error.record) ? error.record.length : "other";
        return `it has ${found} values, and the header has another number of names`;
      }
      case "CSV_QUOTE_NOT_CLOSED":
        return "a quote is opened and never closed";
      case "CSV_INVALID_CLOSING_QUOTE":
        return "something stands between a closing quote and the next comma";
      case "INVALID_OPENING_QUOTE":
        return "a quote stands in the middle of a value without quotes";
      default:
        return error.message;
    }
  };
  return new UserError(`${file}${line}: ${why()}`, { cause: error });
}
