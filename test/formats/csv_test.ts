import { strict as assert } from "node:assert";
import fc from "fast-check";
import { UserError } from "../../src/errors.ts";
import { parseCsv } from "../../src/formats/csv.ts";

function refuses(text: string, pattern: RegExp): void {
  assert.throws(() => parseCsv(text, "t.csv"), (error: unknown) => {
    assert(error instanceof UserError, String(error));
    assert.match(error.message, pattern);
    assert(!error.message.includes("\n"));
    return true;
  });
}

Deno.test("CSV: header, rows, quotes, line ends, byte order mark, empty lines", () => {
  const table = parseCsv('\ufeff a ,"b, c"\r\n1,"x ""y"" z"\r\n\r\n2,"two\r\nlines"\r\n3,\r\n', "t.csv");
  assert.deepEqual(table, {
    header: ["a", "b, c"],
    rows: [["1", 'x "y" z'], ["2", "two\nlines"], ["3", ""]],
    lines: [2, 5, 6],
  });
  assert.deepEqual(parseCsv("a,b\n1,2", "t.csv").rows, [["1", "2"]]);
  assert.deepEqual(parseCsv("a,b\n", "t.csv").rows, []);
});

Deno.test("CSV: what does not fit is one message with the line", () => {
  refuses("a,b\n1,2\n3\n", /^t\.csv, line 3: it has 1 values/);
  refuses("a,b\n1,2,3\n", /^t\.csv, line 2: it has 3 values/);
  refuses('a,b\n1,"2\n3,4\n', /^t\.csv, line \d: a quote is opened and never closed/);
  refuses('a,b\n"1"x,2\n', /^t\.csv, line 2: something stands between a closing quote/);
  refuses('a,b\n1x"y,2\n', /^t\.csv, line 2: a quote stands in the middle/);
  refuses("", /^t\.csv is empty/);
  refuses("\n\n", /^t\.csv is empty/);
  refuses("1,2.5,-3e4\n4,5,6\n", /^t\.csv has no header: its first line holds only numbers/);
  refuses("a,,c\n1,2,3\n", /^t\.csv, line 1: column 2 has no name/);
  refuses("a,b, a\n1,2,3\n", /^t\.csv, line 1: two columns have the name "a"/);
  refuses("a;b;c\n1;2;3\n", /^t\.csv has one column: its values are not separated by commas/);
  refuses("a\0b,c\n", /^t\.csv is not a CSV file/);
});

Deno.test("CSV: any text gives a table with full rows or one clear message", () => {
  const piece = fc.constantFrom("a", "1", ",", '"', "\n", "\r\n", " ", "é", ";");
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      try {
        const { header, rows, lines } = parseCsv(pieces.join(""), "t.csv");
        assert.equal(lines.length, rows.length);
        assert(rows.every((row) => row.length === header.length));
      } catch (error) {
        assert(error instanceof UserError, String(error));
        assert.match(error.message, /^t\.csv/);
      }
    }),
    { numRuns: 500, seed: 4 },
  );
});
