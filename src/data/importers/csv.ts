/**
 * Tables as CSV: a header line, one column with the classes, the others numbers or a few words. Numbers are kept as they
 * are (`data.normalise` standardises them), columns of words become one column of 0 and 1 for each word.
 */
import { UserError } from "../../errors.ts";
import { parseCsv } from "../../formats/csv.ts";
import { type Imported, type ImportSession, isFolder } from "./session.ts";
import { splitForTest } from "./split.ts";

const MOST_BYTES = 512 * 2 ** 20;
/** More different words than this are names or free text. */
const MOST_WORDS = 32;
const MOST_CLASSES = 1000;
const TEST_FRACTION = 0.2;
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const MISSING = /^(|\?|na|n\/a|nan|null|[+-]?inf(inity)?)$/i;

/** A table as text. */
interface Table {
  readonly file: string;
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** The line of the file that each row is on. */
  readonly lines: readonly number[];
}

/** Some numbers of each row. */
interface Feature {
  readonly names: readonly string[];
  /** Writes them for a row's text. */
  readonly encode: (text: string, target: Float32Array, at: number) => void;
}

/** Imports one CSV file, with a seeded split in which each class gives its share to the test part. */
export async function importCsv(session: ImportSession): Promise<Imported> {
  const table = await readTable(session);
  const { header, rows } = table;
  const labelColumn = findLabel(session, table);
  checkComplete(table);
  const { classes, labels } = readLabels(table, labelColumn);
  const columns = header.map((_, i) => i).filter((i) => i !== labelColumn);
  const features = columns.map((column) => readFeature(table, column));
  const starts: number[] = [];
  let width = 0;
  for (const { names } of features) {
    starts.push(width);
    width += names.length;
  }
  const split = splitForTest(session, labels, TEST_FRACTION);
  const values = new Float32Array(width), bytes = new Uint8Array(4 * width), view = new DataView(bytes.buffer);
  for (const part of ["train", "test"] as const) {
    const writer = await session.begin(`${part}-images.bin`);
    for (const [done, row] of split[part].entries()) {
      session.progress("read", done, split[part].length, "rows");
      features.forEach(({ encode }, f) => encode(rows[row][columns[f]], values, starts[f]));
      values.forEach((value, i) => view.setFloat32(4 * i, value, true));
      await writer.write(bytes);
    }
    await session.end(writer, `${part}-images.bin`);
  }
  return {
    shape: [width, 1, 1],
    classes,
    features: features.flatMap(({ names }) => names),
    sampleKind: "f32",
    train: Array.from(split.train, (row) => labels[row]),
    test: Array.from(split.test, (row) => labels[row]),
  };
}

async function readTable({ host, source }: ImportSession): Promise<Table> {
  const status = await host.stat(source);
  if (await isFolder(host, source)) throw new UserError(`${source} is a folder: expected one CSV file`);
  if (status !== undefined && status.size > MOST_BYTES) {
    throw new UserError(`${source} has ${status.size} bytes; tables of at most ${MOST_BYTES} are read`);
  }
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(await host.readFile(source));
  } catch (cause) {
    if (cause instanceof UserError) throw cause;
    throw new UserError(`${source} is not UTF-8 text, so it is no CSV file`, { cause });
  }
  const { header, rows, lines } = parseCsv(text, source);
  if (rows.length === 0) throw new UserError(`${source} has a header and no row`);
  if (header.length < 2) {
    throw new UserError(`${source} has one column only (${header[0]}): expected features and a class`, {
      hint: "Columns are separated by commas.",
    });
  }
  return { file: source, header, rows, lines };
}

function findLabel({ options }: ImportSession, { file, header }: Table): number {
  if (options.label === undefined) return header.length - 1;
  const column = header.indexOf(options.label);
  if (column >= 0) return column;
  throw new UserError(`${file} has no column "${options.label}"`, { hint: `Its columns are ${header.join(", ")}.` });
}

/** Rows with holes are refused: what to put there is a decision, and not one for an importer. */
function checkComplete({ file, header, rows, lines }: Table): void {
  for (const [i, row] of rows.entries()) {
    const column = row.findIndex((value) => MISSING.test(value.trim()));
    if (column < 0) continue;
    throw new UserError(`${file}, line ${lines[i]}: column ${header[column]} has no value ("${row[column]}")`, {
      hint: "Fill in or take out such rows first.",
    });
  }
}

/** Classes in the order of numbers where all are numbers, else of the alphabet. */
function readLabels({ file, header, rows }: Table, column: number): { classes: string[]; labels: number[] } {
  const texts = rows.map((row) => row[column].trim()), name = header[column];
  const classes = [...new Set(texts)].sort();
  if (classes.every((text) => NUMBER.test(text))) classes.sort((a, b) => Number(a) - Number(b));
  const count = new Set(classes.map((text) => NUMBER.test(text) ? Number(text) : text)).size;
  if (classes.length < 2) {
    throw new UserError(`${file}: column ${name} has one class only (${classes}): there is nothing to tell apart`);
  }
  if (count < classes.length) {
    throw new UserError(`${file}: column ${name} writes the same number in several ways, as 1 and 1.0`);
  }
  if (classes.length > Math.min(MOST_CLASSES, rows.length / 2)) {
    throw new UserError(
      `${file}: column ${name} has ${classes.length} different values in ${rows.length} rows, too many to be classes`,
      { hint: `Say which column holds the classes: --label COLUMN (${header.slice(0, 20).join(", ")})` },
    );
  }
  const places = new Map(classes.map((text, label) => [text, label]));
  return { classes, labels: texts.map((text) => places.get(text)!) };
}

function readFeature({ file, header, rows, lines }: Table, column: number): Feature {
  const name = header[column], at = (i: number) => `${file}, line ${lines[i]}: column ${name}`;
  const strange = rows.findIndex((row) => !NUMBER.test(row[column].trim()));
  if (strange < 0) {
    const large = rows.findIndex((row) => !Number.isFinite(Math.fround(Number(row[column]))));
    if (large >= 0) throw new UserError(`${at(large)} has ${rows[large][column]}, which is too large for float32`);
    return { names: [name], encode: (text, target, start) => target[start] = Number(text) };
  }
  const words = [...new Set(rows.map((row) => row[column].trim()))].sort();
  if (words.some((word) => NUMBER.test(word))) {
    throw new UserError(`${at(strange)} has "${rows[strange][column]}" among numbers`);
  }
  if (words.length > MOST_WORDS) {
    throw new UserError(
      `${at(strange)} has "${rows[strange][column]}": the column has ${words.length} different words, and columns of ` +
        `at most ${MOST_WORDS} are turned into numbers`,
      { hint: "Take the column out, or put numbers in its place." },
    );
  }
  const places = new Map(words.map((word, i) => [word, i]));
  return {
    names: words.map((word) => `${name}=${word}`),
    encode: (text, target, start) => {
      target.fill(0, start, start + words.length);
      target[start + places.get(text.trim())!] = 1;
    },
  };
}
