/** Laying text out on a terminal: columns and broken lines. */

/** Rows of cells under each other, each column as wide as its widest cell; `right` names the columns of numbers. */
export function alignColumns(
  rows: readonly (readonly string[])[],
  right: readonly number[] = [],
  gap = "  ",
): string[] {
  const widths = rows.reduce<number[]>((all, row) => {
    row.forEach((cell, i) => all[i] = Math.max(all[i] ?? 0, cell.length));
    return all;
  }, []);
  return rows.map((row) =>
    row.map((cell, i) => right.includes(i) ? cell.padStart(widths[i]) : cell.padEnd(widths[i])).join(gap).trimEnd()
  );
}

/** Breaks a text between words; lines after the first begin with `indent`. */
export function wrapText(text: string, columns: number, indent = ""): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    const fits = last !== undefined && last.length + 1 + word.length <= columns;
    if (fits || last?.trim() === "") lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(lines.length === 0 ? word : indent + word);
  }
  return lines;
}

/** Cuts a text that is too long, with an ellipsis. */
export function shorten(text: string, columns: number): string {
  return text.length <= columns ? text : `${text.slice(0, Math.max(0, columns - 1))}…`;
}
